"""What a rule has to say about an entry."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

Severity = Literal["错误", "警告", "提示"]
SEVERITIES: tuple[Severity, ...] = ("错误", "警告", "提示")


@dataclass(frozen=True)
class Finding:
    """One complaint: rule, severity, entry, field (a path such as body.materials[2].origin) and what is wrong."""

    rule: str
    severity: Severity
    entry_id: str
    field: str
    message: str
