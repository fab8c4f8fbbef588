"""Rules about time: reviews that are due, promises longer than the law, windows that close before they open."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator

from kb.bodies import Duration, GuideBody, PolicyBody
from kb.checks.finding import Finding
from kb.models import Entry

CALENDAR_DAYS = {"自然日": 1.0, "日": 1.0}
COMMON_MEASURE = {
    "小时": ("小时", 1.0),
    "工作日": ("工作日", 1.0),
    "自然日": ("日", 1.0),
    "日": ("日", 1.0),
    "个月": ("月", 1.0),
    "年": ("月", 12.0),
}


def overdue_review(entry: Entry, day: dt.date) -> Iterator[Finding]:
    """The day by which the entry was to be looked at again has passed, or there is none."""
    if entry.review_by is None:
        yield Finding("没有复核日期", "警告", entry.id, "review_by", "没有写下次复核的日期")
    elif entry.review_by < day:
        yield Finding("复核已到期", "警告", entry.id, "review_by", f"应在 {entry.review_by} 前复核")


def promise_longer_than_law(entry: Entry, _day: dt.date) -> Iterator[Finding]:
    """The promised time is longer than the statutory one."""
    if isinstance(entry.body, GuideBody) and longer(entry.body.time.promised, entry.body.time.statutory):
        limit = entry.body.time
        message = f"承诺 {limit.promised.text}，长于法定 {limit.statutory.text}"
        yield Finding("承诺长于法定", "错误", entry.id, "body.time.promised", message)


def longer(promised: Duration, statutory: Duration) -> bool:
    """Say whether `promised` is certainly longer: same measure, or working days against as many calendar days."""
    if promised.value is None or statutory.unit == "即时":
        return bool(promised.value) and promised.unit != "即时" and statutory.unit == "即时"
    if statutory.value is None or promised.unit == "即时":
        return False
    if promised.unit == "工作日" and statutory.unit in CALENDAR_DAYS:
        return promised.value > statutory.value
    measure, factor = COMMON_MEASURE[promised.unit]
    other, other_factor = COMMON_MEASURE[statutory.unit]
    return measure == other and promised.value * factor > statutory.value * other_factor


def window_closes_first(entry: Entry, _day: dt.date) -> Iterator[Finding]:
    """An application window ends before it begins."""
    body = entry.body
    if isinstance(body, PolicyBody) and body.window_from and body.window_to and body.window_to < body.window_from:
        yield Finding("日期有误", "错误", entry.id, "body.window_to", f"{body.window_to} 早于 {body.window_from}")


def over_but_published(entry: Entry, day: dt.date) -> Iterator[Finding]:
    """The validity has ended and the status still says published."""
    if entry.status == "published" and entry.effective_to and entry.effective_to < day:
        yield Finding(
            "已过有效期", "警告", entry.id, "effective_to", f"{entry.effective_to} 已到期，状态仍是 published"
        )


RULES = (overdue_review, promise_longer_than_law, window_closes_first, over_but_published)
