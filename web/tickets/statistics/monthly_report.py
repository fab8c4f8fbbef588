"""A report as plain tables: for the page, its charts, CSV, xlsx and the printed month."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from web.knowledge.topics import Topics
from web.tickets.lifecycle.codes import GRADES
from web.tickets.statistics.figures import Group, Report

NOTHING = "—"
COLUMNS = (
    "名称",
    "件数",
    "占比",
    "环比",
    "同比",
    "答复",
    "按时率",
    "评价",
    "满意率",
    "实际解决率",
    "申诉后不满意",
)
DIMENSIONS = (
    ("category", "按类别", "by_category"),
    ("department", "按部门", "by_department"),
    ("district", "按区域", "by_district"),
    ("kind", "按类型", "by_kind"),
    ("channel", "按渠道", "by_channel"),
)


@dataclass(frozen=True)
class Table:
    """One table: a name for addresses, a title and a note for people, headings and rows."""

    name: str
    title: str
    columns: tuple[str, ...]
    rows: tuple[tuple[Any, ...], ...]
    note: str = ""
    chart: str = ""  # line, across: how its second column is drawn


def tables(report: Report) -> list[Table]:
    """Return all tables of a report, the totals first."""
    found = [_total(report), _daily(report), _rising(report.by_category)]
    for name, title, attribute in DIMENSIONS:
        groups: Sequence[Group] = getattr(report, attribute)
        rows = tuple(_row(group) for group in groups)
        chart = "across" if name in ("category", "department") else ""
        found.append(Table(name, title, COLUMNS, rows, chart=chart))
    return found


def percent(value: float | None) -> str:
    """Return a share as 87.5%, — where nothing can be said."""
    return NOTHING if value is None else f"{value:.1%}"


def growth(value: float | None) -> str:
    """Return a growth as +12.0%, — where there was nothing before."""
    return NOTHING if value is None else f"{value:+.1%}"


def _row(group: Group) -> tuple[Any, ...]:
    figures = group.figures
    return (
        group.name,
        figures.registered,
        percent(group.share),
        growth(group.month_on_month),
        growth(group.year_on_year),
        figures.replies,
        percent(figures.on_time_rate),
        figures.graded,
        percent(figures.satisfied_rate),
        percent(figures.resolved_rate),
        figures.after_appeal,
    )


def _total(report: Report) -> Table:
    group, figures = report.total, report.total.figures
    rows: list[tuple[Any, ...]] = [
        ("登记件数", figures.registered),
        ("环比", growth(group.month_on_month)),
        ("同比", growth(group.year_on_year)),
        ("答复", figures.replies),
        ("按时率", percent(figures.on_time_rate)),
        ("评价", figures.graded),
        ("评价率", percent(figures.graded_rate)),
        ("满意率", percent(figures.satisfied_rate)),
        ("办结", figures.closed),
        ("实际解决率", percent(figures.resolved_rate)),
        ("申诉后不满意", figures.after_appeal),
        *((f"评为{title}", figures.counts[f"grade_{grade}"]) for grade, title in GRADES.items()),
        ("蓝色督办", figures.slips["blue"]),
        ("橙色督办", figures.slips["orange"]),
        ("红色督办", figures.slips["red"]),
    ]
    note = "满意率只数给出的评价，没有评价不算好评；实际解决率只数企业说了已解决或未解决的。"
    return Table("total", "合计", ("指标", "数值"), tuple(rows), note)


def _daily(report: Report) -> Table:
    rows = tuple((day.isoformat(), count) for day, count in report.daily)
    return Table("daily", "每天登记", ("日期", "件数"), rows, chart="line")


def _rising(groups: Sequence[Group]) -> Table:
    ranked = sorted(groups, key=lambda group: (group.before - group.figures.registered, group.code))
    rows = tuple(
        (group.name, group.figures.registered, group.before, group.figures.registered - group.before)
        for group in ranked
        if group.figures.registered > group.before
    )[:10]
    return Table("rising", "上升最快的类别", ("类别", "本期", "上期", "增加"), rows, "按比上期多出的件数排列。")


def topic_tables(topics: Topics) -> list[Table]:
    """Return hot and rising topics as tables."""
    seen = "" if topics.share > 0.999 else f"比较了两期诉求的 {topics.share:.0%}，其余太多没有比。"
    note = topics.trouble and f"现在归不了类：{topics.trouble}"
    hot = tuple((one.title, one.now, one.before) for one in topics.hot)
    rising = tuple((one.title, one.now, one.before, one.now - one.before) for one in topics.rising)
    names = ("问题", "本期", "上期")
    return [
        Table("hot-topics", "热点问题", names, hot, note or f"意思相近的诉求归为一个问题，本期两件以上的。{seen}"),
        Table("rising-topics", "上升最快的问题", (*names, "增加"), rising, note or f"本期三件以上、比上期多的。{seen}"),
    ]
