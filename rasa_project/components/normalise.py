"""The first step of the pipeline: one way of writing, whatever keyboard the message was typed on."""

from __future__ import annotations

from typing import Any

from rasa.engine.graph import ExecutionContext, GraphComponent
from rasa.engine.recipes.default_recipe import DefaultV1Recipe
from rasa.engine.storage.resource import Resource
from rasa.engine.storage.storage import ModelStorage
from rasa.shared.nlu.constants import TEXT
from rasa.shared.nlu.training_data.message import Message
from rasa.shared.nlu.training_data.training_data import TrainingData

from kb.privacy import personal
from retriever.text.normalize import clean


@DefaultV1Recipe.register(DefaultV1Recipe.ComponentType.MESSAGE_FEATURIZER, is_trainable=False)
class TextNormaliser(GraphComponent):
    """Writes full-width as half-width, traditional as simplified characters, and drops odd white space."""

    @classmethod
    def create(
        cls,
        config: dict[str, Any],
        model_storage: ModelStorage,
        resource: Resource,
        execution_context: ExecutionContext,
    ) -> TextNormaliser:
        """Return the component; it keeps nothing."""
        return cls()

    def process(self, messages: list[Message]) -> list[Message]:
        """Rewrite the text of each message in place."""
        for message in messages:
            text = message.get(TEXT)
            if text:
                message.set(TEXT, _readable(text) or text)
        return messages

    def process_training_data(self, training_data: TrainingData) -> TrainingData:
        """Rewrite the examples in place, the same way."""
        self.process(training_data.training_examples)
        return training_data


def _readable(text: str) -> str:
    """Return the text in one written form; an identity or card number, which says nothing of the act, becomes 号码."""
    form = clean(text)
    for one in reversed(personal(form)):
        if one.kind in ("identity", "bank_card"):
            form = f"{form[: one.begin]}号码{form[one.end :]}"
    return form
