"""What the API tells of messages to enterprises."""

from __future__ import annotations

from pydantic import BaseModel


class Push(BaseModel):
    """A message to an enterprise; `url` leads to what it tells of, `unsubscribe` ends the channel."""

    key: str
    title: str
    text: str
    url: str
    unsubscribe: str
    at: str


class Pushes(BaseModel):
    """The messages that the panel has not shown yet; `known`: the conversation has told whose it is."""

    known: bool
    messages: list[Push]
