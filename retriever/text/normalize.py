"""One written form for questions and passages: width, script, case, spaces and numbers. Pure functions on text."""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache
from importlib.resources import files

from opencc import OpenCC

ENDS = " ,，?？!！。;；\n"  # what a message may begin and end with beside its words
DIGITS = {
    char: value
    for value, chars in enumerate(("零〇", "一壹", "二两贰", "三叁", "四肆", "五伍", "六陆", "七柒", "八捌", "九玖"))
    for char in chars
}
TENS = {"十": 10, "拾": 10, "百": 100, "佰": 100, "千": 1000, "仟": 1000}
UNITS = (
    r"年|个月|月|日|天|号|岁|周|小时|分钟|条|款|项|章|万|亿|元|块|人|名|家|户|倍|成|折|级|类|工作日|个工作日|自然日|%"
)
NUMERAL = "".join(DIGITS) + "".join(TENS) + "万亿"
PERCENT = re.compile(rf"百分之([{NUMERAL}]+|\d+(?:\.\d+)?)")
SPELT = re.compile(rf"[{''.join(DIGITS)}十拾][{NUMERAL}]*(?=({UNITS})?)")
COMMAS = re.compile(r"(?<![\d.])\d{1,3}(?:,\d{3})+(?![\d,])")
TEN_THOUSANDS = re.compile(r"(?<![\d.])([1-9]\d{0,4})0000(?=元|块|人|户|家)")
REMEMBERED = 1 << 15
SPACES = re.compile(r"\s+")
CONTROL = re.compile(r"[\u0000-\u0008\u000b-\u001f\u007f\u200b-\u200f\u2028-\u202e\u2060\ufeff]")


@lru_cache(maxsize=1)
def _simplifier() -> OpenCC:
    return OpenCC("t2s")


@lru_cache(maxsize=1)
def _traditional() -> re.Pattern[str]:
    """Return a pattern of all characters that conversion may change: texts without one need no conversion."""
    changed: set[str] = set()
    for name in ("TSCharacters.txt", "TSPhrases.txt"):
        for line in (files("opencc") / "dictionary" / name).read_text(encoding="utf-8").splitlines():
            written, _, plain = line.partition("\t")
            pairs = zip(written, plain.split(" ")[0], strict=False)
            changed |= {one for one, other in pairs if one != other}
    return re.compile(f"[{''.join(sorted(changed))}]")


def traditional(text: str) -> str:
    """Return the text in traditional characters."""
    return str(OpenCC("s2t").convert(text))


def simplify(text: str) -> str:
    """Return the text in simplified characters."""
    return str(_simplifier().convert(text)) if _traditional().search(text) else text


def clean(text: str) -> str:
    """Return the text in half width and simplified characters, with control characters and runs of spaces gone."""
    text = CONTROL.sub(" ", unicodedata.normalize("NFKC", text))
    return SPACES.sub(" ", simplify(text)).strip()


@lru_cache(maxsize=REMEMBERED)
def normalise(text: str) -> str:
    """Return the form in which words are compared: `clean`, lower case, 三十万 and 300,000元 both as 30万.

    Names and attached questions come again with every build of an index, so the last ones are remembered.
    """
    return numbers(clean(text).lower())


def numbers(text: str) -> str:
    """Write spelt numbers in digits, drop thousands commas, and fold whole ten-thousands into 万."""
    text = COMMAS.sub(lambda match: match.group().replace(",", ""), text)
    text = PERCENT.sub(lambda match: f"{_digits(match.group(1))}%", text)
    text = SPELT.sub(_spelt, text)
    return TEN_THOUSANDS.sub(lambda match: f"{match.group(1)}万", text)


def _spelt(match: re.Match[str]) -> str:
    """Turn 三十 or 五(年) into digits; leave single numerals without a unit (一件事, 三方协议) alone."""
    word = match.group()
    if match.group(1) is None and not (len(word) > 1 and any(char in TENS or char in "万亿" for char in word)):
        return word
    return _digits(word)


def _digits(word: str) -> str:
    """Return 三十 as 30, 二〇二五 as 2025, 三十万 as 30万; a word that is no number comes back unchanged."""
    if word[:1].isdigit():
        return word
    if all(char in DIGITS for char in word):
        return "".join(str(DIGITS[char]) for char in word)
    for big in "亿万":
        if big in word:
            head, tail = word.split(big, 1)
            if not head:
                return word
            return _digits(head) + big + (_digits(tail.lstrip("零")) if tail else "")
    return str(_below_ten_thousand(word))


def _below_ten_thousand(word: str) -> int:
    total, digit = 0, 0
    for char in word:
        if char in DIGITS:
            digit = DIGITS[char]
        else:
            total, digit = total + (digit or 1) * TENS[char], 0
    return total + digit
