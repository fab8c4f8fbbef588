"""What can go wrong for a person or a program that calls, by name, with its HTTP status."""

from __future__ import annotations

from typing import Any


class WebError(Exception):
    """A call that cannot be answered as asked. `extra` holds further keys of the error's JSON."""

    name = "error"
    status = 500

    def __init__(self, detail: str, **extra: Any) -> None:
        """Keep the sentence for the person and what a program may need beside it."""
        super().__init__(detail)
        self.detail, self.extra = detail, extra


class BadRequestBody(WebError):
    """The body is not JSON, or not of the documented shape."""

    name, status = "bad_request", 400


class InvalidField(WebError):
    """A field is missing, unknown, or has a value that cannot be used."""

    name, status = "invalid_field", 422


class EmptyMessage(WebError):
    """There is nothing to answer."""

    name, status = "empty_message", 422


class MessageTooLong(WebError):
    """The message has more characters than the setting allows."""

    name, status = "message_too_long", 422


class UnknownConversation(WebError):
    """No conversation has this id."""

    name, status = "unknown_conversation", 404


class UnknownTurn(WebError):
    """No turn has this id."""

    name, status = "unknown_turn", 404


class DialogueDown(WebError):
    """The dialogue server or its actions did not answer; the turn is kept."""

    name, status = "dialogue_down", 503


class DialogueSlow(DialogueDown):
    """The dialogue server took longer than the setting allows; the turn is kept."""

    name = "dialogue_slow"


class BadReply(DialogueDown):
    """The dialogue server answered something that is not of the agreed shape; the turn is kept."""

    name = "bad_reply"


class ConversationBusy(DialogueDown):
    """Earlier messages of the same conversation are still being answered; the turn is kept."""

    name = "conversation_busy"


class SearchDown(WebError):
    """The index or the encoder cannot be used right now."""

    name, status = "search_down", 503


class BadAttachment(WebError):
    """A file that is too large, empty, or not what its name says."""

    name, status = "bad_attachment", 422


class AlreadyHeld(WebError):
    """Somebody else holds the conversation."""

    name, status = "already_held", 409


class NotHeld(WebError):
    """The person who wants to speak or to hand back does not hold the conversation."""

    name, status = "not_held", 409
