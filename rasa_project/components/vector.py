"""The sentence vector of the product's own encoder, as a dense feature for Rasa's classifiers."""

from __future__ import annotations

from typing import Any

import numpy as np
import numpy.typing as npt
from rasa.engine.graph import ExecutionContext, GraphComponent
from rasa.engine.recipes.default_recipe import DefaultV1Recipe
from rasa.engine.storage.resource import Resource
from rasa.engine.storage.storage import ModelStorage
from rasa.nlu.constants import FEATURIZER_CLASS_ALIAS
from rasa.nlu.featurizers.dense_featurizer.dense_featurizer import DenseFeaturizer
from rasa.shared.nlu.constants import TEXT
from rasa.shared.nlu.training_data.message import Message
from rasa.shared.nlu.training_data.training_data import TrainingData

from kb.settings import Settings
from retriever.encoder.encoder import open_encoder
from retriever.encoder.protocol import Encoder
from retriever.search.question_vectors import PACKED, packed
from retriever.text.normalize import ENDS

Vectors = npt.NDArray[np.float32]
MEAN_FILE = "mean.npy"
SAMPLED = 8  # every eighth sentence is enough for a mean


@DefaultV1Recipe.register(DefaultV1Recipe.ComponentType.MESSAGE_FEATURIZER, is_trainable=True)
class SentenceVector(DenseFeaturizer, GraphComponent):
    """Adds one vector a sentence; every token gets the same row, as sequence models want one a token.

    All vectors of the encoder point much the same way. What they share, the mean of the training sentences, is taken
    away: the rest tells sentences apart, and a linear classifier comes to its end in half the steps.
    """

    def __init__(
        self, config: dict[str, Any], name: str, encoder: Encoder, storage: ModelStorage, resource: Resource
    ) -> None:
        """Keep the open encoder, the length that vectors are given, and where the mean is kept."""
        super().__init__(name, config)
        self._encoder, self._weight = encoder, float(config["weight"])
        self._storage, self._resource = storage, resource
        self._mean: Vectors = np.zeros(encoder.dimension, dtype=np.float32)

    @classmethod
    def create(
        cls,
        config: dict[str, Any],
        model_storage: ModelStorage,
        resource: Resource,
        execution_context: ExecutionContext,
    ) -> SentenceVector:
        """Open the encoder named by the settings."""
        return cls(config, execution_context.node_name, open_encoder(Settings.from_env()), model_storage, resource)

    @classmethod
    def load(
        cls,
        config: dict[str, Any],
        model_storage: ModelStorage,
        resource: Resource,
        execution_context: ExecutionContext,
        **kwargs: Any,
    ) -> SentenceVector:
        """Open the encoder and read the mean that training found."""
        made = cls.create(config, model_storage, resource, execution_context)
        with model_storage.read_from(resource) as folder:
            made._mean = np.load(folder / MEAN_FILE)
        return made

    def train(self, training_data: TrainingData) -> Resource:
        """Find the mean of the training sentences and keep it with the model."""
        texts = [_spoken(message) for message in training_data.training_examples if message.get(TEXT)]
        self._mean = np.mean(self._encoder.encode_queries(texts[::SAMPLED]), axis=0, dtype=np.float32)
        with self._storage.write_to(self._resource) as folder:
            np.save(folder / MEAN_FILE, self._mean)
        return self._resource

    def process(self, messages: list[Message]) -> list[Message]:
        """Add the features to each message that has text, and the vector itself for the action server's search."""
        for message, vector in self._encoded(messages):
            message.set(PACKED, packed(_spoken(message), vector, self._encoder.name), add_to_output=True)
        return messages

    def process_training_data(self, training_data: TrainingData) -> TrainingData:
        """Add the features to every training example."""
        self._encoded(training_data.training_examples)
        return training_data

    def _encoded(self, messages: list[Message]) -> list[tuple[Message, Vectors]]:
        """Add the features to each message that has text; returns those messages with their unit vectors."""
        written = [message for message in messages if message.get(TEXT)]
        if not written:
            return []
        vectors = self._encoder.encode_queries([_spoken(message) for message in written])
        for message, vector in zip(written, self._apart(vectors), strict=True):
            tokens = max(1, len(message.get("text_tokens") or ()))
            row = vector.reshape(1, -1)
            self.add_features_to_message(row.repeat(tokens, axis=0), row, TEXT, message)
        return list(zip(written, vectors, strict=True))

    def _apart(self, vectors: Vectors) -> Vectors:
        """Return (n, d) vectors without the mean, each of length `weight`."""
        rest = vectors - self._mean
        lengths = np.linalg.norm(rest, axis=1, keepdims=True)
        return np.asarray(self._weight * rest / np.maximum(lengths, 1e-6), dtype=np.float32)

    @staticmethod
    def get_default_config() -> dict[str, Any]:
        """Return the settings of the component: Rasa's own alias, and the length its vectors get."""
        return {FEATURIZER_CLASS_ALIAS: None, "weight": 1.0}

    @classmethod
    def validate_config(cls, config: dict[str, Any]) -> None:
        """Accept any configuration: there is nothing to get wrong."""


def _spoken(message: Message) -> str:
    """Return the words without the marks at the end, as the search takes them: both then know the vector."""
    text = str(message.get(TEXT))
    return text.strip(ENDS) or text
