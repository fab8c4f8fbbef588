"""The sentence that answers: one part of an entry, said in at most 300 characters, the figure first."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable

from kb.bodies import UNFILLED, Duration, Fee, GuideBody, NoticeBody, PackageBody, PlaceBody, PolicyBody
from kb.facets import facets, notice_time, window_text
from kb.models import Entry
from kb.text_fit import ANSWER_LIMIT, fit, fit_list, numbered


def answer_text(entry: Entry, key: str, today: dt.date, *, replacement: str = "", limit: int = ANSWER_LIMIT) -> str:
    """Return what to say about the part `key` of the entry (`materials`, `faq-2`, …), in complete sentences.

    `replacement` is the title of the entry that took over, when this one is no longer in force. An unknown or empty
    part falls back to the overview. The text has at most `limit` characters (at least 80).
    """
    notice = state_notice(entry, today, replacement)
    room = limit - len(notice)
    body = _part(entry, key, room) or _part(entry, "overview", room) or f"{entry.title}的详细内容见下方。"
    return notice + fit(body.replace(UNFILLED, "以当地公布为准"), room)


def state_notice(entry: Entry, today: dt.date, replacement: str = "") -> str:
    """Return a sentence on an entry that is not in force: since when, and what replaced it; empty when it is."""
    state = entry.state_on(today)
    if state == "current":
        return ""
    if state == "future":
        return f"要到{entry.effective_from}才施行，现在还不适用。施行后："
    if state == "draft":
        return "这一条还没有发布，仅供核对。"
    since = f"自{entry.effective_to + dt.timedelta(days=1)}起" if entry.effective_to else "现在"
    what = {"abolished": "已废止", "expired": "已失效"}.get(state, "已不再执行")
    instead = f"，由“{replacement}”替代" if replacement else "，请以现行规定为准"
    return f"{entry.title}{since}{what}{instead}。原内容："


def _part(entry: Entry, key: str, limit: int) -> str:
    name = key.split("-", 1)[0]
    if name in ("faq", "article"):
        return fit(next((_sentence(part.text) for part in facets(entry) if part.key == key), ""), limit)
    if name in _SAID:
        said = _SAID[name](entry, limit)
        if said:
            return said
    return fit(next((_sentence(part.text) for part in facets(entry) if part.key == key), ""), limit)


def _sentence(text: str) -> str:
    return text if text.endswith(("。", "！", "？")) else text.rstrip("；") + "。"


def _local(text: str) -> bool:
    return not text or UNFILLED in text


def _materials(entry: Entry, limit: int) -> str:
    items = getattr(entry.body, "materials", ())
    if not items:
        return ""
    needed = [item.name for item in items if item.required]
    extra = [item.name + "（按需）" for item in items if not item.required]
    count = f"{len(needed)}份" if needed else f"{len(extra)}份（按需）"
    more = f"必交{count}，另有{len(extra)}份按需提交" if needed and extra else f"要交{count}"
    return fit_list(f"{entry.title}{more}材料：", [*needed, *extra], limit, tail="完整清单见下表。")


def _conditions(entry: Entry, limit: int) -> str:
    items = getattr(entry.body, "conditions", ())
    if not items:
        return ""
    return numbered(
        f"{entry.title}的条件有{len(items)}项：" if len(items) > 1 else f"{entry.title}的条件是：", items, limit
    )


def _steps(entry: Entry, limit: int) -> str:
    steps = getattr(entry.body, "steps", ())
    if not steps:
        return ""
    return fit_list(f"{entry.title}分{len(steps)}步：", [step.name for step in steps], limit, "→")


def _time(entry: Entry, limit: int) -> str:
    if not isinstance(entry.body, GuideBody):
        return ""
    times = entry.body.time
    parts = [
        f"法定时限{_duration(times.statutory)}" if times.statutory.text and not _local(times.statutory.text) else ""
    ]
    if times.promised.text and not _local(times.promised.text):
        parts.append(f"承诺时限{_duration(times.promised)}")
    said = [part for part in parts if part]
    if not said:
        return f"{entry.title}的办理时限以当地公布为准，可拨打12345核实。" if times.promised.text else ""
    tail = "" if len(said) > 1 else "；承诺时限以当地公布为准" if _local(times.promised.text) else ""
    excluded = f"不计入：{times.excluded.rstrip('。')}。" if times.excluded else ""
    return fit(f"{entry.title}{'；'.join(said)}{tail}。{excluded}", limit)


def _duration(duration: Duration) -> str:
    number = Duration(value=duration.value, unit=duration.unit).text
    note = duration.note.rstrip("。")
    return f"{number}（{note}）" if number and note else f"：{note}" if note else number


def _fee(entry: Entry, limit: int) -> str:
    fee = getattr(entry.body, "fee", None)
    if not isinstance(fee, Fee) or not (fee.charged or fee.standard or fee.basis):
        return ""
    basis = f"（{fee.basis.rstrip('。')}）" if fee.basis else ""
    if not fee.charged:
        return fit(
            f"{entry.title}不收费{basis}。"
            if fee.standard in ("", "免费")
            else f"{entry.title}：{fee.standard}{basis}。",
            limit,
        )
    standard = "标准以当地公布为准" if _local(fee.standard) else fee.standard.rstrip("。")
    return fit(f"{entry.title}要收费：{standard}{basis}。", limit)


def _place(entry: Entry, limit: int) -> str:
    body = entry.body
    if isinstance(body, PlaceBody):
        address = "地址以当地公布为准" if _local(body.address) else body.address
        hours = "" if _local(body.hours) else f"，{body.hours}"
        phone = "" if _local(body.phone) else f"，电话{body.phone}"
        return fit(f"{entry.title}：{address}{hours}{phone}。", limit)
    if not isinstance(body, (GuideBody, PackageBody)):
        return ""
    ways = [way.replace(f"（入口{UNFILLED}）", "").replace(f"（{UNFILLED}）", "") for way in body.channels]
    if not _local(body.place):
        ways = [body.place, *ways]
    hours = getattr(body, "hours", UNFILLED)
    when = "" if _local(hours) else f"办公时间：{hours}。"
    unknown = "具体地址以当地公布为准，可拨打12345核实。" if _local(body.place) else ""
    return fit(
        f"{entry.title}可以在这里办：{'；'.join(ways)}。{when}{unknown}" if ways else f"{entry.title}的{unknown}", limit
    )


def _department(entry: Entry, limit: int) -> str:
    contact = getattr(entry.body, "contact", "")
    phone = "" if _local(contact) else f"咨询方式：{contact}。"
    return fit(f"{entry.title}由{entry.department}负责。{phone}", limit) if entry.department else ""


def _result(entry: Entry, limit: int) -> str:
    result = getattr(entry.body, "result", None)
    if result is None or not (result.name or result.validity or result.renewal):
        return ""
    name = f"办下来是{result.name}" + (f"（{result.form}）" if result.form else "") if result.name else ""
    parts = [name, result.validity and f"有效期：{result.validity}", result.renewal and f"延续：{result.renewal}"]
    return fit("；".join(part.rstrip("。") for part in parts if part) + "。", limit)


def _benefits(entry: Entry, limit: int) -> str:
    return (
        numbered("", entry.body.benefits, limit) if isinstance(entry.body, PolicyBody) and entry.body.benefits else ""
    )


def _window(entry: Entry, limit: int) -> str:
    text = window_text(entry.body) if isinstance(entry.body, PolicyBody) else ""
    return fit(f"{entry.title}的申报时间：{text.rstrip('。')}。", limit) if text else ""


def _components(entry: Entry, limit: int) -> str:
    body = entry.body
    if not isinstance(body, PackageBody):
        return ""
    names = [item.name for item in body.components]
    return fit_list(f"{entry.title}包含{len(names)}个事项，由{body.lead}牵头：", names, limit)


def _schedule(entry: Entry, limit: int) -> str:
    body = entry.body
    if not isinstance(body, NoticeBody):
        return ""
    when = notice_time(body).removeprefix("时间：") or "时间以通知为准"
    where = "地点以通知为准" if _local(body.place) else f"地点：{body.place}"
    return fit(f"{entry.title}：{when}；{where}。", limit)


def _mistakes(entry: Entry, limit: int) -> str:
    items = getattr(entry.body, "mistakes", ()) or getattr(entry.body, "sticking_points", ())
    return numbered(f"容易出错的有{len(items)}处：", items, limit) if items else ""


_SAID: dict[str, Callable[[Entry, int], str]] = {
    "materials": _materials,
    "conditions": _conditions,
    "steps": _steps,
    "time": _time,
    "fee": _fee,
    "place": _place,
    "department": _department,
    "result": _result,
    "benefits": _benefits,
    "window": _window,
    "components": _components,
    "schedule": _schedule,
    "mistakes": _mistakes,
}
