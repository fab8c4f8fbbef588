"""Trains the encoder a little on the knowledge base: contrastive, low rank, upper layers only, on the processor.

The loss is the cross entropy of each question against all passages of its batch and the other way round (InfoNCE; van
den Oord et al. 2018). Only this file uses `torch` for training; the result is a small file of factors
(`retriever/encoder/lora.py`).
"""

from __future__ import annotations

import math
import random
import time
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import torch
from sentence_transformers import SentenceTransformer
from torch import Tensor, nn
from torch.nn import functional

from kb.models import Entry
from retriever.encoder.build import MAX_TOKENS, PROMPTS
from retriever.encoder.e5_weights import Floats
from retriever.encoder.lora import Factors
from retriever.training.pairs import Pair, batch, draw, not_to_tell_apart, sources

LOWEST, RANK, TRAINING_STEPS = 6, 16, 120
RATE, WARM, TEMPERATURE = 4e-4, 20, 0.03
LOYALTY = 1.0  # what it costs to turn a vector away from where it was before training
SHARE_LEARNED_KEPT = 0.6  # of what was learned; between the model as published and as trained (Wortsman et al. 2022)
TOKENS = 96
RANGED = {"attention.self.query": "qkv", "intermediate.dense": "fi", "output.dense": "fo"}
RANGE_TEXTS = 128
SHORT = {
    "attention.self.query": "q",
    "attention.self.key": "k",
    "attention.self.value": "v",
    "attention.output.dense": "ao",
    "intermediate.dense": "fi",
    "output.dense": "fo",
}


class Adapted(nn.Module):
    """A linear layer that stays as it is, with a trained product of two small matrices beside it."""

    def __init__(self, linear: nn.Linear) -> None:
        """Begin at no change: `up` is zero."""
        super().__init__()
        self.linear = linear
        self.share = 1.0
        self.down = nn.Parameter(torch.randn(RANK, linear.in_features) / math.sqrt(linear.in_features))
        self.up = nn.Parameter(torch.zeros(linear.out_features, RANK))

    def forward(self, state: Tensor) -> Tensor:
        """Return W x + share · B A x."""
        before: Tensor = self.linear(state)
        return before + self.share * ((state @ self.down.T) @ self.up.T) if self.share else before


class Trainer:
    """Holds the model with its adapted layers."""

    def __init__(self, folder: Path, seed: int = 0) -> None:
        """Load the sentence-transformers folder of the encoder before training."""
        torch.manual_seed(seed)
        parts = SentenceTransformer(str(folder), device="cpu")[0]
        self._bert: Any = parts.auto_model
        self._tokenizer: Any = parts.tokenizer
        for weight in self._bert.parameters():
            weight.requires_grad_(False)
        self._layers = dict(self._adapt())

    def _adapt(self) -> Iterator[tuple[str, Adapted]]:
        for number in range(LOWEST, len(self._bert.encoder.layer)):
            for path, short in SHORT.items():
                *parents, last = path.split(".")
                owner = self._bert.encoder.layer[number]
                for name in parents:
                    owner = getattr(owner, name)
                layer = Adapted(getattr(owner, last))
                setattr(owner, last, layer)
                yield f"l{number}.{short}", layer

    def factors(self) -> Factors:
        """Return the share that is kept of what was learned so far."""
        return {
            name: (layer.down.detach().numpy().copy(), SHARE_LEARNED_KEPT * layer.up.detach().numpy())
            for name, layer in self._layers.items()
        }

    def ranges(self, entries: Sequence[Entry], seed: int = 0) -> dict[str, Floats]:
        """Return the largest magnitude of every input of the wide matrices over a sample of questions and passages."""
        known, rng, seen = sources(entries), random.Random(seed), dict[str, Tensor]()  # noqa: S311

        def watch(key: str) -> Any:
            def hook(_: nn.Module, inputs: tuple[Tensor, ...]) -> None:
                largest = inputs[0].detach().float().abs().amax(dim=(0, 1))
                seen[key] = torch.maximum(seen.get(key, largest), largest)

            return hook

        hooks = [
            block.get_submodule(path).register_forward_pre_hook(watch(f"l{number}.{name}"))
            for number, block in enumerate(self._bert.encoder.layer)
            for path, name in RANGED.items()
        ]
        self._share(SHARE_LEARNED_KEPT)
        with torch.no_grad():
            for source in rng.sample([source for rows in known.values() for source in rows], RANGE_TEXTS):
                self._encode([PROMPTS["query"] + draw(source, rng).question])
                self._encode([f"{PROMPTS['passage']}{source.entry.title} {source.text}"], MAX_TOKENS)
        self._share(1.0)
        for hook in hooks:
            hook.remove()
        return {name: row.numpy() for name, row in seen.items()}

    def _share(self, share: float) -> None:
        for layer in self._layers.values():
            layer.share = share

    def train(
        self, entries: Sequence[Entry], steps: int = TRAINING_STEPS, seed: int = 0
    ) -> Iterator[tuple[int, float, float]]:
        """Train; yields (step from 1, loss, seconds so far) after every step."""
        known, rng = sources(entries), random.Random(seed)  # noqa: S311
        weights = [weight for layer in self._layers.values() for weight in (layer.down, layer.up)]
        optimizer = torch.optim.AdamW(weights, lr=RATE, weight_decay=0.01)
        began = time.perf_counter()
        for step in range(steps):
            for group in optimizer.param_groups:
                group["lr"] = RATE * min(1.0, (step + 1) / WARM) * 0.5 * (1 + math.cos(math.pi * step / steps))
            loss = self._loss(batch(known, rng))
            optimizer.zero_grad()
            loss.backward()  # type: ignore[no-untyped-call]
            nn.utils.clip_grad_norm_(weights, 1.0)
            optimizer.step()
            yield step + 1, float(loss), time.perf_counter() - began

    def _loss(self, pairs: Sequence[Pair]) -> Tensor:
        texts = (
            [PROMPTS["query"] + pair.question for pair in pairs],
            [PROMPTS["passage"] + pair.passage for pair in pairs],
        )
        questions, passages = map(self._encode, texts)
        turned = sum(
            1 - (now * was).sum(1).mean() for now, was in zip((questions, passages), self._before(texts), strict=True)
        )
        scores = questions @ passages.T / TEMPERATURE
        masked = torch.zeros_like(scores, dtype=torch.bool)
        for at, other in not_to_tell_apart(pairs):
            masked[at, other] = True
        scores = scores.masked_fill(masked, -1e4)
        right = torch.arange(len(pairs))
        told = (functional.cross_entropy(scores, right) + functional.cross_entropy(scores.T, right)) / 2
        return told + LOYALTY * turned

    def _before(self, texts: Sequence[Sequence[str]]) -> list[Tensor]:
        """Return the vectors that the encoder gave before training."""
        self._share(0.0)
        with torch.no_grad():
            vectors = [self._encode(group) for group in texts]
        self._share(1.0)
        return vectors

    def _encode(self, texts: Sequence[str], longest: int = TOKENS) -> Tensor:
        tokens = self._tokenizer(list(texts), padding=True, truncation=True, max_length=longest, return_tensors="pt")
        with torch.autocast("cpu", dtype=torch.bfloat16):
            state = self._bert(input_ids=tokens["input_ids"], attention_mask=tokens["attention_mask"]).last_hidden_state
        mask = tokens["attention_mask"].unsqueeze(-1)
        mean = (state.float() * mask).sum(1) / mask.sum(1)
        return functional.normalize(mean, dim=-1)
