"""Amounts of money and counts of people as people write them."""

from __future__ import annotations

import re

from cn2an import cn2an

from retriever.text.normalize import clean

NUMERAL = r"(?:\d+(?:,\d{3})*(?:\.\d+)?\s*[十百千万亿]*|[零〇一二两三四五六七八九十百千万亿]+)"
MONEY = re.compile(rf"({NUMERAL})(?:多|来|余)?\s*(万|亿)?\s*(?:元|块钱?|人民币|左右|上下)?")
COUNT = re.compile(rf"({NUMERAL})(?:多|来|余|几)?\s*(?:个|名|位)?\s*(?:人|员工|职工|号人)?")
MAGNITUDE = {"万": 10_000, "亿": 100_000_000}


def amount_in(text: str) -> float | None:
    """Return the first amount in yuan: 五百万 as 5000000, 3.5万元 as 35000; None when there is none."""
    match = MONEY.search(clean(text))
    if match is None:
        return None
    value = _value(match.group(1))
    return None if value is None else value * MAGNITUDE.get(match.group(2) or "", 1)


def count_in(text: str) -> int | None:
    """Return the first whole number: 三十来个人 as 30; None when there is none."""
    match = COUNT.search(clean(text))
    value = _value(match.group(1)) if match else None
    return None if value is None else int(value)


def _value(numeral: str) -> float | None:
    plain = numeral.replace(",", "").replace(" ", "").replace("〇", "零")
    try:
        return float(cn2an(plain, "smart"))
    except ValueError:
        return None
