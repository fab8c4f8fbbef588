"""Named transforms for mapping files. Each takes a value and its argument, and tells what it changed."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Mapping
from typing import Any

from bs4 import BeautifulSoup

from kb.bodies import Unit
from kb.exchange.cells import from_cell

Told = Callable[[str, object, object], None]  # what was done, before, after
Transform = Callable[[Any, Any, Told], Any]

UNITS: dict[str, Unit] = {
    "工作日": "工作日",
    "个工作日": "工作日",
    "自然日": "自然日",
    "个自然日": "自然日",
    "日": "日",
    "天": "日",
    "小时": "小时",
    "个小时": "小时",
    "月": "个月",
    "个月": "个月",
    "年": "年",
}
_DURATION = re.compile(r"^(\d+(?:\.\d+)?)\s*[(（]?\s*(\D+?)\s*[)）]?$")
_MARKUP = re.compile(r"</?[A-Za-z][^<>]*>|<!--|&(?:[A-Za-z]{2,8}|#\d{1,6}|#x[0-9A-Fa-f]{1,5});")
# Digits, letters, the percent sign and compatibility forms; Chinese punctuation stays full-width on purpose.
_WIDE = re.compile("[\uff10-\uff19\uff21-\uff3a\uff41-\uff5a\uff05\u2f00-\u2fd5\uf900-\ufaff]+")
_BLANKS = re.compile(r"[ \t\u3000\xa0\u2000-\u200d\u2060\ufeff]+")


def text(value: Any, _argument: Any, told: Told) -> Any:
    """Clean a text: no HTML, no full-width digits and letters, single blanks, no control characters."""
    if not isinstance(value, str):
        return value
    clean = value
    if _MARKUP.search(clean):
        clean = _tell(told, "去掉 HTML 标记", clean, BeautifulSoup(clean, "html.parser").get_text())
    if _WIDE.search(clean):
        half = _WIDE.sub(lambda match: unicodedata.normalize("NFKC", match[0]), clean)
        clean = _tell(told, "全角转半角", clean, half)
    lines = [_BLANKS.sub(" ", line).strip() for line in re.split(r"[\r\n]+", clean)]
    spaced = "\n".join(line for line in lines if line)
    plain = "".join(sign for sign in spaced if sign == "\n" or unicodedata.category(sign) != "Cc")
    if "\u3000" in clean or "\xa0" in clean or len(plain) < len(clean.strip()):
        _tell(told, "整理空白", clean, plain)
    return plain


def _tell(told: Told, what: str, before: str, after: str) -> str:
    if before != after:
        told(what, before, after)
    return after


def half_width(value: Any, _argument: Any, told: Told) -> Any:
    """Normalise a code or a telephone number wholly (NFKC)."""
    if not isinstance(value, str):
        return value
    return _tell(told, "全角转半角", value, unicodedata.normalize("NFKC", value).strip())


def strip_prefix(value: Any, argument: Any, told: Told) -> Any:
    """Take the prefixes of the argument (one or a list) off the front."""
    for prefix in [argument] if isinstance(argument, str) else argument:
        if isinstance(value, str) and value.startswith(prefix):
            return _tell(told, f"去掉前缀“{prefix}”", value, value[len(prefix) :].strip())
    return value


def lines(value: Any, _argument: Any, _told: Told) -> Any:
    """Make a list of a text, one item a line; a list stays one, without its blanks."""
    items = value if isinstance(value, (list, tuple)) else str(value).split("\n")
    return [str(item).strip() for item in items if str(item).strip()]


def split(value: Any, argument: Any, _told: Told) -> Any:
    """Make a list of a text, cut at the pattern of the argument."""
    items = value if isinstance(value, (list, tuple)) else re.split(str(argument), str(value))
    return [str(item).strip() for item in items if str(item).strip()]


def join(value: Any, argument: Any, _told: Told) -> Any:
    """Make one text of a list, with the argument between the items."""
    return str(argument).join(str(item) for item in value) if isinstance(value, (list, tuple)) else value


def first_not(value: Any, argument: Any, told: Told) -> Any:
    """Take the first item of a list that is not among the argument's; nothing when there is none."""
    items = value if isinstance(value, (list, tuple)) else [value]
    refused = [argument] if isinstance(argument, str) else argument
    kept = [item for item in items if item not in refused]
    if len(kept) < len(items):
        told(f"不取“{'、'.join(refused)}”", "、".join(map(str, items)), kept[0] if kept else "")
    return kept[0] if kept else None


def named(value: Any, argument: Any, _told: Told) -> Any:
    """Make a list of things of a list of names: materials, steps. The argument holds what else is known of each."""
    items = value if isinstance(value, (list, tuple)) else [value]
    return [{"name": str(item), **(argument or {})} for item in dict.fromkeys(items) if str(item).strip()]


def duration(value: Any, argument: Any, _told: Told) -> Any:
    """Read `20(工作日)` as number and unit; the argument is the unit of a bare number. Raises ValueError."""
    words = unicodedata.normalize("NFKC", from_cell(value)).strip()
    if words in ("即时", "即办", "当场", "当场办结", "即时办结"):
        return {"unit": "即时"}
    found = _DURATION.match(words)
    if found and found[2].strip() in UNITS:
        return {"value": float(found[1]), "unit": UNITS[found[2].strip()]}
    if argument and re.fullmatch(r"\d+(\.\d+)?", words):
        return {"value": float(words), "unit": argument}
    raise ValueError(f"看不懂的时限“{words[:30]}”")


def table(value: Any, argument: Any, _told: Told) -> Any:
    """Replace a value by what the argument has for it; raises ValueError for one it does not have."""
    key = from_cell(value)
    if not isinstance(argument, Mapping) or key not in argument:
        raise ValueError(f"“{key[:30]}”不在对照表里")
    return argument[key]


def url(value: Any, _argument: Any, told: Told) -> Any:
    """Keep an address of the web; anything else is dropped."""
    words = from_cell(value)
    if re.match(r"https?://[^\s/]", words):
        return words
    told("不是网址，未收录", words, "")
    return None


def link(value: Any, argument: Any, told: Told) -> Any:
    """Make an attachment of an address, with the name of the argument."""
    address = url(value, None, told)
    return [{"name": str(argument), "url": address, "media": "link"}] if address else None


def shorten(value: Any, argument: Any, told: Told) -> Any:
    """Cut a text at the argument's number of characters."""
    words = from_cell(value)
    return (
        words
        if len(words) <= int(argument)
        else _tell(told, f"超过 {argument} 字，已截短", words, words[: int(argument) - 1] + "…")
    )


TRANSFORMS: dict[str, Transform] = {
    "text": text,
    "half_width": half_width,
    "strip_prefix": strip_prefix,
    "lines": lines,
    "split": split,
    "join": join,
    "first_not": first_not,
    "named": named,
    "duration": duration,
    "table": table,
    "url": url,
    "link": link,
    "shorten": shorten,
}
