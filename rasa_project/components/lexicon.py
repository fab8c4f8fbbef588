"""Rasa's jieba tokenizer, with the words of the knowledge base as they are now, not as they were at training."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from rasa.engine.graph import ExecutionContext
from rasa.engine.recipes.default_recipe import DefaultV1Recipe
from rasa.engine.storage.resource import Resource
from rasa.engine.storage.storage import ModelStorage
from rasa.nlu.tokenizers.jieba_tokenizer import JiebaTokenizer
from rasa.nlu.tokenizers.tokenizer import Token
from rasa.shared.nlu.training_data.message import Message

from kb.settings import Settings
from retriever.text.tokenize import forget_user_words


@DefaultV1Recipe.register(DefaultV1Recipe.ComponentType.MESSAGE_TOKENIZER, is_trainable=True)
class LexiconTokenizer(JiebaTokenizer):
    """Reads the lexicon folder again whenever it has changed; neither new words nor words taken out need a restart."""

    _folder: Path | None = None
    _seen: int = 0

    @classmethod
    def load(
        cls,
        config: dict[str, Any],
        model_storage: ModelStorage,
        resource: Resource,
        execution_context: ExecutionContext,
        **kwargs: Any,
    ) -> LexiconTokenizer:
        """Return the trained tokenizer, watching the lexicon folder of this copy."""
        tokenizer: LexiconTokenizer = super().load(config, model_storage, resource, execution_context, **kwargs)
        tokenizer._folder = Settings.from_env().lexicon_dir
        return tokenizer

    def tokenize(self, message: Message, attribute: str) -> list[Token]:
        """Cut one message into words."""
        if self._folder is not None and self._folder.is_dir():
            changed = self._folder.stat().st_mtime_ns
            if changed != self._seen:
                self._seen = changed
                forget_user_words()
                self._load_custom_dictionary(str(self._folder))
        return list(super().tokenize(message, attribute))
