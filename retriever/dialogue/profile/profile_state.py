"""What a conversation knows of the enterprise: values in bands, what it was asked last, what it did not want to say."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from kb.matching.fields import Fields, Value, declared
from kb.matching.values import BadValue, from_plain


@dataclass(frozen=True)
class Enterprise:
    """Values by field as profiles keep them; `asking` is the field of the open question, empty when there is none."""

    values: Mapping[str, Any] = field(default_factory=dict)
    asking: str = ""
    skipped: tuple[str, ...] = ()
    serial: int = 0

    @property
    def known(self) -> bool:
        """True once the enterprise has told something of itself."""
        return bool(self.values)

    @classmethod
    def of(cls, slot: Mapping[str, Any] | None) -> Enterprise:
        """Return what is kept in a slot; an empty slot knows nothing."""
        return cls(**{**slot, "skipped": tuple(slot["skipped"])}) if slot else cls()

    def slot(self) -> dict[str, Any] | None:
        """Return it as JSON, None when nothing is known."""
        if self == Enterprise():
            return None
        return {
            "values": dict(self.values),
            "asking": self.asking,
            "skipped": list(self.skipped),
            "serial": self.serial,
        }

    def read(self, fields: Fields | None = None) -> dict[str, Value]:
        """Return the values to be matched; one that the declarations no longer take is left out."""
        fields, found = fields or declared(), {}
        for name, kept in self.values.items():
            if name in fields.by_name:
                try:
                    found[name] = from_plain(fields.by_name[name], kept)
                except BadValue:
                    continue
        return found
