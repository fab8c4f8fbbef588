"""By what false alarms are counted: the industry and the ownership of an enterprise, as its own profile tells them."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from kb.matching.fields import industries

UNKNOWN = "未登记"
FOREIGN, DOMESTIC, SOLE = "外商投资", "内资", "个体工商户"


def industry(data: Mapping[str, Any]) -> str:
    """Return the section of GB/T 4754 that holds everything the profile says of its industry."""
    codes = set(data.get("industry") or ())
    for name, divisions in industries().values():
        if codes and codes <= set(divisions):
            return name
    return UNKNOWN


def ownership(data: Mapping[str, Any]) -> str:
    """Return foreign, domestic or sole trader; a profile does not tell state-owned from private."""
    if data.get("enterprise_type") == [SOLE]:
        return SOLE
    foreign = data.get("foreign_invested")
    return UNKNOWN if foreign is None else FOREIGN if foreign else DOMESTIC
