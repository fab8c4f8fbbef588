"""The form of an entry: its fields come from the entry's kind, so no model can name them beforehand."""

from __future__ import annotations

from dataclasses import dataclass

from flask import request

from web.curation.fields import Texts

LONGEST_NOTE = 200


@dataclass(frozen=True)
class EntryForm:
    """What was sent: one text a field of the entry, and what the page sends beside them."""

    texts: Texts

    @classmethod
    def sent(cls) -> EntryForm:
        """Return the form of this request."""
        return cls(request.form.to_dict())

    @property
    def base_version(self) -> int:
        """The version that the form was opened on; 0 for a new entry."""
        text = self.texts.get("base_version", "")
        return int(text) if text.isascii() and text.isdigit() and len(text) < 9 else 0

    @property
    def question(self) -> str:
        """The row of the queue that the entry answers, empty for none."""
        return self.texts.get("question", "")

    @property
    def note(self) -> str:
        """What was changed, as the author says."""
        return self.texts.get("note", "")[:LONGEST_NOTE]

    @property
    def submitted(self) -> bool:
        """Whether it is handed in for review."""
        return self.texts.get("do") == "submit"
