"""The entry: one answerable thing of the knowledge base, of any kind, as a frozen value."""

from __future__ import annotations

import datetime as dt
import re
from typing import Any, Literal

from pydantic import Field, root_validator, validator

from kb.bodies import BODIES, Basis, Body, Question, Value, Ways

Kind = Literal["guide", "policy", "faq", "package", "place", "notice"]
Status = Literal["draft", "in_review", "published", "expired", "abolished", "superseded"]
Grade = Literal["法", "法-地方", "网", "转", "数", "种", "忆", "本地"]
ID_PATTERN = re.compile(r"^[A-Za-z0-9][A-Za-z0-9._-]{0,79}$")


class Source(Value):
    """Where a fact was seen: name, address, date seen, and how well it was verified."""

    name: str
    url: str = ""
    seen: dt.date | None = None
    grade: Grade


class Confusable(Value):
    """An entry that is easily taken for this one, and how the two differ."""

    id: str
    difference: str


class Attachment(Value):
    """A file or a media link kept with the entry."""

    name: str
    url: str
    media: Literal["file", "image", "video", "vr", "link"] = "file"


class Entry(Value):
    """One entry. The `body` has the fields of its `kind`; everything else is the same for every kind."""

    id: str
    kind: Kind
    topic: str = ""
    title: str = Field(min_length=1, max_length=200)
    summary: str = ""
    aliases: tuple[str, ...] = ()
    questions: tuple[str, ...] = ()
    ways: tuple[Ways, ...] = ()
    theme: str = ""
    department: str = ""
    owner: str = ""
    jurisdiction: str = "国家"
    code: str = ""
    doc_number: str = ""
    basis: tuple[Basis, ...] = ()
    effective_from: dt.date | None = None
    effective_to: dt.date | None = None
    status: Status = "published"
    status_note: str = ""
    superseded_by: str = ""
    version: int = Field(default=1, ge=1)
    review_by: dt.date | None = None
    updated_on: dt.date | None = None
    sources: tuple[Source, ...] = ()
    related: tuple[str, ...] = ()
    confused_with: tuple[Confusable, ...] = ()
    attachments: tuple[Attachment, ...] = ()
    faq: tuple[Question, ...] = ()
    body: Body

    @validator("id")
    def _id_is_safe(cls, value: str) -> str:
        if not ID_PATTERN.match(value):
            raise ValueError("编号只能用字母、数字和 . _ -，以字母或数字开头，最多80个字符")
        return value

    @validator("body", pre=True)
    def _body_of_kind(cls, body: Any, values: dict[str, Any]) -> Any:
        kind = values.get("kind")
        return BODIES[kind].parse_obj(body) if kind in BODIES and isinstance(body, dict) else body

    @root_validator(skip_on_failure=True)
    def _kind_and_dates_agree(cls, values: dict[str, Any]) -> dict[str, Any]:
        if not isinstance(values["body"], BODIES[values["kind"]]):
            raise ValueError(f"body 不是 {values['kind']} 的内容")
        start, end = values.get("effective_from"), values.get("effective_to")
        if start and end and end < start:
            raise ValueError("effective_to 早于 effective_from")
        return values

    def state_on(self, day: dt.date) -> str:
        """Say how the entry stands on `day`: current, future, expired, abolished, superseded, draft.

        Both boundary days count as inside: valid on effective_from, still valid on effective_to.
        """
        if self.status in ("draft", "in_review"):
            return "draft"
        if self.status in ("abolished", "superseded", "expired"):
            if self.effective_to and day <= self.effective_to:
                return "current"
            return self.status
        if self.effective_from and day < self.effective_from:
            return "future"
        if self.effective_to and day > self.effective_to:
            return "superseded" if self.superseded_by else "expired"
        return "current"
