"""Yes and no: what people say and write for either, to three kinds of questions. `yes_no.yaml` has the words."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Literal

from kb.yaml_reader import read_yaml

FILE = Path(__file__).parent / "yes_no.yaml"
ENDS = " \t\r\n。.!！~～"  # what an answer may begin and end with beside its words
Question = Literal["cell", "fact", "request"]  # a value of a table, 有没有…, 可以…吗


@dataclass(frozen=True)
class Ways:
    """The ways to say one of the two: as the whole answer, at its start, anywhere in it."""

    whole: tuple[str, ...] = ()
    starts: tuple[str, ...] = ()
    inside: tuple[str, ...] = ()

    def found_in(self, said: str) -> bool:
        """Say whether the answer is, starts with or holds one of the ways."""
        return said in self.whole or said.startswith(self.starts) or any(word in said for word in self.inside)


def answer(text: str, question: Question) -> bool | None:
    """Return what the text answers to a question of this kind, None when it is neither yes nor no.

    A no inside wins over a yes at the start: 可以不要 is a no. Only what is a yes as a whole comes first: 没错.
    """
    said, (yes, no) = text.strip(ENDS).lower(), _ways()[question]
    if said in yes.whole:
        return True
    if no.found_in(said):
        return False
    return True if yes.found_in(said) else None


@cache
def _ways() -> Mapping[str, tuple[Ways, Ways]]:
    content = read_yaml(FILE.read_text(encoding="utf-8"))
    return {question: (_made(ways["yes"]), _made(ways["no"])) for question, ways in content.items()}


def _made(ways: Mapping[str, list[str]]) -> Ways:
    return Ways(**{place: tuple(words) for place, words in ways.items()})
