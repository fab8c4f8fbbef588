"""Recognises kinds of messages by words that stand together; words, rules and examples are files of `kb/lexicon`.

A file has `words` (lists by name, their words parted by blanks) and `kinds`. A kind is there when one of its `says` is
in the message, and none of its `unless`, or one of its `still`; `besides` are longer words in which those of the kind
mean something else (危险废物 is no 废物): they are not looked at. `yes` and `no` are examples, and tests. `forms` are
regular expressions, for what is no word: a statement of a program, letters standing alone.

A rule is written in parts with blanks between them: a word, several parted by `|`, or the names of lists. `?` behind a
part says that it may be missing, `..6` that up to six characters may stand between, `^` and `$` are the begin and the
end of the message, and what comes after `!` must not follow.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from kb import lexicon

GAP = re.compile(r"\.\.(\d+)")
ENDS = {"^": "^", "$": r"\Z"}
NEVER = re.compile(r"(?!)")
NO_WORDS: Mapping[str, str] = {}
APART = "\n"  # stands for what is not looked at: no rule has it, no gap goes over it


@dataclass(frozen=True)
class Kind:
    """One kind of message."""

    says: re.Pattern[str]
    unless: re.Pattern[str] = NEVER
    still: re.Pattern[str] = NEVER
    besides: re.Pattern[str] = NEVER

    def found(self, text: str) -> bool:
        """Say whether the text is of this kind."""
        seen = self.besides.sub(APART, text)
        if not self.says.search(seen):
            return False
        return not self.unless.search(seen) or bool(self.still.search(seen))

    def without(self, text: str, instead: str = "") -> str:
        """Return the text with `instead` of the words of the kind."""
        either = re.compile(f"({self.besides.pattern})|{self.says.pattern}", re.IGNORECASE)
        return either.sub(lambda match: match.group(1) or instead, text)


@lru_cache(maxsize=32)
def load(name: str, **more: str) -> Mapping[str, Kind]:
    """Return the kinds of one file in its order; `more` are further lists of words."""
    return kinds(lexicon.rules(name), more)


def kinds(content: Mapping[str, Any], more: Mapping[str, str] = NO_WORDS) -> dict[str, Kind]:
    """Return the kinds that the content of a file describes."""
    words = {**content.get("words", {}), **more}
    return {kind: _kind(rules, words) for kind, rules in content["kinds"].items()}


def pattern(rules: Iterable[str], words: Mapping[str, str] = NO_WORDS) -> str:
    """Return the rules as one regular expression, the first rule first."""
    return "|".join(_rule(rule, words) for rule in rules)


def _kind(rules: Mapping[str, Any], words: Mapping[str, str]) -> Kind:
    says = [*(_rule(rule, words) for rule in rules.get("says", ())), *rules.get("forms", ())]
    unless, still = ([_rule(rule, words) for rule in rules.get(name, ())] for name in ("unless", "still"))
    besides = sorted(map(re.escape, rules.get("besides", "").split()), key=len, reverse=True)
    return Kind(*(_any(patterns) for patterns in (says, unless, still, besides)))


def _any(patterns: list[str]) -> re.Pattern[str]:
    return re.compile("|".join(patterns), re.IGNORECASE) if patterns else NEVER


def _rule(rule: str, words: Mapping[str, str]) -> str:
    """Return a rule as a pattern."""
    wanted, _, unwanted = rule.partition("!")
    pattern = "".join(_part(part, words) for part in wanted.split())
    return f"{pattern}(?!{_rule(unwanted, words)})" if unwanted else pattern


def _part(part: str, words: Mapping[str, str]) -> str:
    if part in ENDS:
        return ENDS[part]
    if gap := GAP.fullmatch(part):
        return f".{{0,{gap.group(1)}}}"
    name = part.removesuffix("?")
    choices = (word for choice in name.split("|") for word in words.get(choice, choice).split())
    pattern = f"(?:{'|'.join(map(re.escape, choices))})"
    return f"{pattern}?" if name != part else pattern
