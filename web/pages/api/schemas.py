"""The bodies of API calls and answers: what validates a request is what the OpenAPI document shows."""

from __future__ import annotations

import datetime as dt
from typing import Any, Literal

from pydantic import BaseModel, Field

from kb.models import Kind
from retriever.dialogue.values import Outcome


class Request(BaseModel):
    """A request body; an unknown field is an error, so that a typing slip is never swallowed."""

    class Config:
        extra = "forbid"


class ChatRequest(Request):
    """One message. Without `conversation_id` a conversation is opened; `message_id` makes a repeated call safe."""

    message: str = Field(description="问题，最多 500 字（可设置）")
    conversation_id: str | None = Field(default=None, max_length=64, description="会话编号；不填则新开会话")
    message_id: str | None = Field(
        default=None, max_length=64, description="调用方给这条消息的编号：重发时带同一个编号，不会重复提问"
    )


class SearchRequest(Request):
    """A query to search for without a conversation."""

    query: str = Field(description="要检索的内容")
    top_k: int = Field(default=5, ge=1, le=50, description="最多返回几条")
    kinds: list[Kind] = Field(default=[], description="只要这几类条目")
    on: dt.date | None = Field(default=None, description="按哪一天的有效情况检索；不填为今天")


class FeedbackRequest(Request):
    """A vote on a turn; `none` takes it back."""

    turn_id: str = Field(max_length=64)
    value: Literal["up", "down", "none"]
    reasons: list[str] = Field(default=[], max_items=10, description="没用的原因")
    comment: str = Field(default="", max_length=500)


class EntriesQuery(Request):
    """Which entries to list."""

    kind: Kind | Literal[""] = Field(default="", description="条目类型")
    theme: str = Field(default="", max_length=80, description="主题")
    q: str = Field(default="", max_length=200, description="在编号、标题、别名、文号、摘要里找")
    page: int = Field(default=1, ge=1, le=100_000)
    page_size: int = Field(default=20, ge=1, le=100)


class Intent(BaseModel):
    """What kind of utterance it was."""

    name: str
    confidence: float = Field(ge=0, le=1)


class SourceItem(BaseModel):
    """The passage an answer was taken from."""

    entry_id: str
    title: str
    section: str
    url: str
    version: int
    effective_from: dt.date | None
    effective_to: dt.date | None
    score: float = Field(ge=0, le=1)


class MessageItem(BaseModel):
    """One item of an answer; further keys depend on `type`, the first item is always `text`."""

    type: Literal["text", "guide", "choices", "ticket", "link", "image"]
    text: str | None = None

    class Config:
        extra = "allow"


class ChatAnswer(BaseModel):
    """The answer to a message."""

    conversation_id: str
    turn_id: str
    outcome: Outcome
    messages: list[MessageItem]
    sources: list[SourceItem]
    confidence: float = Field(ge=0, le=1)
    intent: Intent


class HistoryTurn(BaseModel):
    """One turn of a conversation as it was kept; `error` is set while it has no answer."""

    turn_id: str
    asked_at: str
    question: str
    outcome: Outcome | Literal[""]
    messages: list[MessageItem]
    sources: list[SourceItem]
    confidence: float
    intent: Intent
    feedback: Literal["", "up", "down"]
    error: str


class History(BaseModel):
    """The latest turns of a conversation, oldest first."""

    conversation_id: str
    turns: list[HistoryTurn]


class EventsQuery(Request):
    """Which events to give."""

    after: int = Field(default=0, ge=0, le=2**53, description="已经收到的最后一条的编号")
    seen: str = Field(default="", max_length=40, description="上次回来的 seen，诉求和预约的进度从它之后给")
    pushed: str = Field(default="", max_length=40, description="上次回来的 pushed，推送的消息从它之后给")


class Event(BaseModel):
    """A person of the staff came, said something or left; `who` is a role, never a name."""

    number: int
    kind: Literal["joined", "said", "left"]
    who: str
    text: str
    at: str


class Push(BaseModel):
    """A message to the conversation's enterprise; `url` leads to what it tells of, `unsubscribe` ends them."""

    title: str
    text: str
    at: str
    url: str
    unsubscribe: str


class Step(BaseModel):
    """One step of an appeal or a booking that came out of the conversation."""

    number: str
    title: str
    text: str
    at: str
    url: str


class Events(BaseModel):
    """What is new; `who` is empty while the bot answers, `again` is the number of seconds after which to ask again.

    `steps` are of the conversation's appeals and bookings, `pushes` are messages to its enterprise; `seen` and
    `pushed` are to be sent along the next time.
    """

    events: list[Event]
    steps: list[Step]
    seen: str
    pushes: list[Push]
    pushed: str
    who: str
    again: int


class SearchHit(BaseModel):
    """One passage that was found."""

    entry_id: str
    title: str
    section: str
    text: str
    score: float = Field(ge=0, le=1)
    found_by: list[str]
    kind: str
    facet: str
    version: int
    state: str
    url: str


class SearchAnswer(BaseModel):
    """What was found; `answerable` says whether the best hit may be given as the answer."""

    hits: list[SearchHit]
    answerable: bool
    confidence: float = Field(ge=0, le=1)
    band: Literal["answer", "clarify", "refuse"]
    index_version: str


class Done(BaseModel):
    """It is done."""

    ok: Literal[True] = True


class EntryAnswer(BaseModel):
    """An entry with all its fields, how it stands today, and its page."""

    id: str
    kind: str
    topic: str
    title: str
    version: int
    status: str
    state: str
    url: str
    sources: list[dict[str, Any]]
    body: dict[str, Any]

    class Config:
        extra = "allow"


class EntryRow(BaseModel):
    """What a list shows of an entry."""

    id: str
    kind: str
    topic: str
    title: str
    summary: str
    theme: str
    version: int
    status: str
    state: str
    url: str

    class Config:
        extra = "allow"


class EntriesAnswer(BaseModel):
    """One page of entries."""

    total: int
    page: int
    page_size: int
    items: list[EntryRow]


class Alive(BaseModel):
    """The process answers."""

    ok: bool


class Component(BaseModel):
    """The state of one component."""

    ok: bool
    detail: str

    class Config:
        extra = "allow"


class Ready(BaseModel):
    """Whether a question can be answered now."""

    ok: bool
    components: dict[str, Component]


class ProfilesRequest(Request):
    """Enterprises to take over, an object each: field names or labels as keys, as in the columns of a file."""

    records: list[dict[str, Any]] = Field(min_items=1, max_items=1000, description="每家企业一个对象，最多 1000 家")
    dry: bool = Field(default=False, description="只试算，什么都不存")


class ProfileProblem(BaseModel):
    """Why a record, or one of its fields, was not taken."""

    row: int
    field: str
    what: str


class ProfilesAnswer(BaseModel):
    """What came of the records; those with a problem were not taken."""

    created: int
    updated: int
    unchanged: int
    problems: list[ProfileProblem]
    dry: bool


class Error(BaseModel):
    """The one shape of every error; some errors carry further keys."""

    ok: Literal[False] = False
    error: str
    detail: str
    status: int

    class Config:
        extra = "allow"
