"""What can go wrong around the dialogue, by name; each message says what to do."""

from __future__ import annotations


class DialogueError(Exception):
    """The dialogue cannot go on, and an operator can put it right."""


class TrainingFailed(DialogueError):
    """Rasa could not train; its own words stand above the message."""


class ModelMissing(DialogueError):
    """There is no trained dialogue model."""
