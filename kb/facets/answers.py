"""The sentence that answers: one part of an entry, said in at most 300 characters, the figure first."""

from __future__ import annotations

import datetime as dt

from kb.bodies import UNFILLED
from kb.facets import facets
from kb.facets.declarations import PARTS
from kb.models import Entry
from kb.text_fit import ANSWER_LIMIT, fit


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
    own = next((part.answer(entry, limit) for part in PARTS[entry.kind] if part.name == name), "")
    return own or fit(next((_sentence(part.text) for part in facets(entry) if part.key == key), ""), limit)


def _sentence(text: str) -> str:
    return text if text.endswith(("。", "！", "？")) else text.rstrip("；") + "。"
