"""Rules about the conditions that are matched against profiles: fields, operators and values that can be used."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator

from kb.bodies import NoticeBody, PolicyBody
from kb.checks.finding import Finding
from kb.matching.conditions import BadRule, Condition, understand
from kb.matching.fields import declared
from kb.models import Entry


def conditions_fit(entry: Entry, _day: dt.date) -> Iterator[Finding]:
    """A condition that no profile can be held against, or that splits a band: its enterprises stay unknown."""
    if not isinstance(entry.body, (PolicyBody, NoticeBody)):
        return
    for number, rule in enumerate(entry.body.rules, start=1):
        path = f"body.rules[{number}]"
        try:
            condition = understand(rule, declared())
        except BadRule as error:
            yield Finding("匹配规则有误", "错误", entry.id, path, str(error))
            continue
        if rule.valid_from and rule.valid_to and rule.valid_to < rule.valid_from:
            yield Finding("日期有误", "错误", entry.id, f"{path}.valid_to", f"{rule.valid_to} 早于 {rule.valid_from}")
        split = split_band(condition)
        if split:
            message = (
                f"{condition.field.label} {rule.op} {rule.value} 把“{split}”这一档分成两半，这档企业会显示资料不足"
            )
            yield Finding("规则不在档位边界", "警告", entry.id, f"{path}.value", message)


def split_band(condition: Condition) -> str:
    """Return the band that a condition leaves unknown, empty when every band is decided."""
    return next((band.label for band in condition.field.bands if condition.judge(band.interval) == "unknown"), "")


RULES = (conditions_fit,)
"""The rules of this module, as kb.checks.run takes them."""
