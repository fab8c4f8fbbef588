"""The sentence vector of the product's own encoder, as a dense feature for Rasa's classifiers."""

from __future__ import annotations

from typing import Any

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
from retriever.encode import Encoder, open_encoder


@DefaultV1Recipe.register(DefaultV1Recipe.ComponentType.MESSAGE_FEATURIZER, is_trainable=False)
class SentenceVector(DenseFeaturizer, GraphComponent):
    """Adds one unit vector a sentence; every token gets the same row, as sequence models want one a token."""

    def __init__(self, config: dict[str, Any], name: str, encoder: Encoder) -> None:
        """Keep the open encoder, and how much longer than 1 its vectors are made to weigh against counts."""
        super().__init__(name, config)
        self._encoder, self._weight = encoder, float(config["weight"])

    @classmethod
    def create(
        cls,
        config: dict[str, Any],
        model_storage: ModelStorage,
        resource: Resource,
        execution_context: ExecutionContext,
    ) -> SentenceVector:
        """Open the encoder named by the settings."""
        return cls(config, execution_context.node_name, open_encoder(Settings.from_env()))

    def process(self, messages: list[Message]) -> list[Message]:
        """Add the features to each message that has text."""
        written = [message for message in messages if message.get(TEXT)]
        if written:
            vectors = self._encoder.encode_queries([message.get(TEXT) for message in written])
            for message, vector in zip(written, vectors, strict=True):
                tokens = max(1, len(message.get("text_tokens") or ()))
                row = self._weight * vector.reshape(1, -1)
                self.add_features_to_message(row.repeat(tokens, axis=0), row, TEXT, message)
        return messages

    def process_training_data(self, training_data: TrainingData) -> TrainingData:
        """Add the features to every training example."""
        self.process(training_data.training_examples)
        return training_data

    @staticmethod
    def get_default_config() -> dict[str, Any]:
        """Return the settings of the component: Rasa's own alias, and the length its vectors get."""
        return {FEATURIZER_CLASS_ALIAS: None, "weight": 1.0}

    @classmethod
    def validate_config(cls, config: dict[str, Any]) -> None:
        """Accept any configuration: there is nothing to get wrong."""
