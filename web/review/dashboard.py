"""The figures as tables. A page, a chart and a file all show these very tables, so they cannot differ."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cache

from sqlalchemy.engine import Engine

from web.knowledge.similarity import Meaning
from web.knowledge.topics import topics
from web.review.daily_figures import Figures, between, total
from web.review.labels import FORMS, OUTCOMES
from web.review.periods import UNITS, Period, Unit, latest
from web.review.top_questions import questions

TOPICS = 15
RISING_FROM = 3  # fewer questions than this are no trend
WINDOW: dict[Unit, int] = {"day": 7, "week": 28, "month": 91}
SHOWN_OUTCOMES = ("answered", "clarify", "no_answer", "refused", "handoff", "form", "smalltalk", "error")
ONE = dt.timedelta(days=1)


@dataclass(frozen=True)
class Table:
    """One table: a name for addresses, a title, a remark, headings and rows of texts."""

    name: str
    title: str
    note: str
    columns: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]


@dataclass(frozen=True)
class Dashboard:
    """The tables of one unit as of one day."""

    unit: Unit
    today: dt.date
    tables: tuple[Table, ...]

    def table(self, name: str) -> Table | None:
        """Return the table of this name, or None."""
        return next((one for one in self.tables if one.name == name), None)


def dashboard(
    engine: Engine, unit: Unit, today: dt.date, title: Callable[[str], str], meaning: Meaning | None = None
) -> Dashboard:
    """Count everything; `title` gives the title of an entry, `meaning` groups questions by what they mean."""
    periods = latest(unit, today)
    earliest = min(other.begin for one in periods for other in (one.before, one.year_before) if other)
    by_day = between(engine, earliest, today)
    figures = _per_period(by_day)
    window = WINDOW[unit]
    now = _stretch(by_day, today - ONE * (window - 1), today)
    before = _stretch(by_day, today - ONE * (2 * window - 1), today - ONE * window)
    tables = (
        _today(by_day, today),
        _trend(figures, periods, today, unit),
        _outcomes(figures, periods),
        _latency(figures, periods),
        _hot(now, window, title),
        _rising(now, before, window, title),
        _funnel(_stretch(by_day, periods[0].begin, today), periods[0].begin),
        *(_topics(engine, window, today, meaning) if meaning else ()),
    )
    return Dashboard(unit, today, tables)


def change(now: int, then: int) -> str:
    """Return how a count changed, such as ↑12.5%; a dash when there was nothing to compare with."""
    if not then:
        return "—"
    return "持平" if now == then else f"{'↑' if now > then else '↓'}{abs(now - then) / then:.1%}"


def _per_period(by_day: Mapping[dt.date, Figures]) -> Callable[[Period], Figures]:
    return cache(lambda period: _stretch(by_day, period.begin, period.end))


def _stretch(by_day: Mapping[dt.date, Figures], begin: dt.date, end: dt.date) -> Figures:
    return total(figures for day, figures in by_day.items() if begin <= day <= end)


def _today(by_day: Mapping[dt.date, Figures], today: dt.date) -> Table:
    week, year = today - 7 * ONE, Period("day", today).year_before
    here, last = by_day.get(today, Figures()), by_day.get(week, Figures())
    past = by_day.get(year.begin, Figures()) if year else Figures()
    measures: tuple[tuple[str, Callable[[Figures], int]], ...] = (
        ("提问", lambda one: one.questions),
        ("会话", lambda one: one.conversations),
        *((OUTCOMES[name], _outcome(name)) for name in ("answered", "clarify", "no_answer", "refused", "handoff")),
        ("评为有用", lambda one: one.votes["up"]),
        ("评为没用", lambda one: one.votes["down"]),
    )
    rows = tuple((name, *(f"{of(one):,}" for one in (here, last, past))) for name, of in measures)
    note = "今天到现在为止；对照的两天是全天。"
    return Table("today", "今天", note, ("指标", f"今天 {today}", f"上周同日 {week}", "去年同日"), rows)


def _outcome(name: str) -> Callable[[Figures], int]:
    return lambda one: one.outcomes[name]


def _trend(figures: Callable[[Period], Figures], periods: list[Period], today: dt.date, unit: Unit) -> Table:
    rows = []
    for period in periods:
        one, before = figures(period), figures(period.before)
        year = figures(period.year_before) if period.year_before else Figures()
        over = period.end < today
        shown = (
            (change(one.questions, before.questions), change(one.questions, year.questions))
            if over
            else ("未完", "未完")
        )
        votes = (f"{one.votes['up']:,}", f"{one.votes['down']:,}")
        rows.append((period.name, f"{one.questions:,}", f"{one.conversations:,}", *shown, *votes))
    note = "会话按日去重后相加；环比对上一期，同比对去年同期，正在进行的一期不比。评价按给出的那天计。"
    columns = (UNITS[unit], "提问", "会话", "提问环比", "提问同比", "有用", "没用")
    return Table("trend", "提问、会话与评价", note, columns, tuple(rows))


def _outcomes(figures: Callable[[Period], Figures], periods: list[Period]) -> Table:
    rows = []
    for period in periods:
        one = figures(period)
        share = f"{one.outcomes['answered'] / one.questions:.1%}" if one.questions else "—"
        rows.append((period.name, *(f"{one.outcomes[name]:,}" for name in SHOWN_OUTCOMES), share))
    columns = ("时间", *(OUTCOMES[name] for name in SHOWN_OUTCOMES), "直接回答率")
    return Table("outcomes", "怎么答的", "直接回答率＝已回答 ÷ 全部提问（含寒暄）。", columns, tuple(rows))


def _latency(figures: Callable[[Period], Figures], periods: list[Period]) -> Table:
    rows = []
    for period in periods:
        one = figures(period)
        times = [one.milliseconds(share) for share in (0.5, 0.95, 0.99)]
        rows.append((period.name, *("—" if time is None else f"{time:,.0f}" for time in times)))
    note = "从收到问题到答完，毫秒；按每档宽 10% 的分档统计，读作“不超过”。"
    return Table("latency", "答复用时", note, ("时间", "一半不超过", "95% 不超过", "99% 不超过"), tuple(rows))


def _hot(now: Figures, window: int, title: Callable[[str], str]) -> Table:
    asked = sum(now.entries.values())
    best = sorted(now.entries.items(), key=lambda item: (-item[1], item[0]))[:TOPICS]
    rows = tuple((title(entry), entry, f"{count:,}", f"{count / asked:.1%}") for entry, count in best)
    return Table(
        "hot", "热门事项", f"最近 {window} 天直接回答的提问，按条目。", ("事项", "条目编号", "提问", "占比"), rows
    )


def _rising(now: Figures, before: Figures, window: int, title: Callable[[str], str]) -> Table:
    grown = {
        name: count for name, count in now.entries.items() if count >= RISING_FROM and count > before.entries[name]
    }
    order = sorted(grown, key=lambda name: (-(grown[name] + 1) / (before.entries[name] + 1), -grown[name], name))
    rows = tuple(
        (title(name), name, f"{before.entries[name]:,}", f"{grown[name]:,}", change(grown[name], before.entries[name]))
        for name in order[:TOPICS]
    )
    columns = ("事项", "条目编号", f"前 {window} 天", f"最近 {window} 天", "增长")
    return Table("rising", "上升事项", f"至少 {RISING_FROM} 问，比前 {window} 天多的，增得最快的在前。", columns, rows)


def _topics(engine: Engine, window: int, today: dt.date, meaning: Meaning) -> tuple[Table, ...]:
    """Return hot and rising topics: questions grouped by meaning, whether they were answered or not."""
    now = questions(engine, today - ONE * (window - 1), today)
    before = questions(engine, today - ONE * (2 * window - 1), today - ONE * window)
    found = topics(now, before, meaning)
    note = (
        f"现在归不了类：{found.trouble}" if found.trouble else f"最近 {window} 天意思相近的提问归为一类，没答上的也算"
    )
    note += "。" if found.share > 0.999 else f"；比较了两段时间里 {found.share:.0%} 的提问。"
    names = ("问题", f"最近 {window} 天", f"前 {window} 天")
    hot = tuple((one.title, f"{one.now:,}", f"{one.before:,}") for one in found.hot)
    rising = tuple((one.title, f"{one.now:,}", f"{one.before:,}", change(one.now, one.before)) for one in found.rising)
    return (
        Table("hot-topics", "热点问题", note, names, hot),
        Table("rising-topics", "上升问题", note, (*names, "增长"), rising),
    )


def _funnel(one: Figures, begin: dt.date) -> Table:
    rows = tuple(
        (title, f"{one.begun[name]:,}", f"{one.sent[name]:,}", f"{min(1.0, one.sent[name] / one.begun[name]):.1%}")
        if one.begun[name]
        else (title, "0", f"{one.sent[name]:,}", "—")
        for _, name, title in FORMS
    )
    note = f"{begin} 至今。开始＝说要办这件事的会话，按日去重；提交＝登记成功的件数。"
    return Table("forms", "表单漏斗", note, ("表单", "开始", "提交", "完成率"), rows)
