"""Question–answer sheets of MaxKB, FastGPT and Dify, and plain ones of two columns, as entries of the kind faq."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from kb.exchange.cells import from_cell
from kb.exchange.import_report import Problem, Reading
from kb.exchange.native import build
from kb.exchange.sheets import Sheet

LONGEST_FAQ_TITLE = 80
QUESTION = ("question", "问题", "问", "q", "标准问", "标准问题", "提问")
ANSWER = ("answer", "答案", "答", "a", "答复", "回答", "解答", "回复")
_SENTENCE_END = re.compile(r"[。！？!?\n]")


@dataclass(frozen=True)
class Answer:
    """One row of such a sheet: the question, other wordings of it, and the answer."""

    question: str
    answer: str
    ways: tuple[str, ...] = ()


Reader = Callable[[tuple[str, ...]], Answer]


def reader_of(sheet: Sheet) -> Reader | None:
    """Return what turns a row of the sheet into an Answer, by the sheet's headings; None when they are no such ones."""
    names = [_bare(heading) for heading in sheet.headings]
    if "分段内容" in names:
        return _maxkb(names)
    question = next((names.index(name) for name in QUESTION if name in names), None)
    answer = next((names.index(name) for name in ANSWER if name in names), None)
    if question is None or answer is None:
        return None
    others = [place for place in range(len(names)) if place not in (question, answer)]
    if "indexes" in names:  # FastGPT: every column from `indexes` on is one more wording
        others = others[others.index(names.index("indexes")) :]
    else:
        others = [
            place for place in others if names[place] in ("相似问", "相似问法", "其它问法", "其他问法", "同义问法")
        ]
    return lambda cells: Answer(cells[question], cells[answer], tuple(_lines(cells[place] for place in others)))


def _maxkb(names: list[str]) -> Reader:
    content = names.index("分段内容")
    title = names.index("分段标题") if "分段标题" in names else None
    asked = names.index("问题") if "问题" in names else None

    def read(cells: tuple[str, ...]) -> Answer:
        ways = _lines([cells[asked]]) if asked is not None else []
        heading = cells[title] if title is not None else ""
        if heading and not ways:
            return Answer(heading, cells[content])
        first = heading or (ways[0] if ways else "")
        return Answer(first, cells[content], tuple(way for way in ways if way != first))

    return read


def _bare(heading: str) -> str:
    return re.split(r"[（(]", heading)[0].strip().lower()


def _lines(texts: Any) -> list[str]:
    return [line.strip() for text in texts for line in text.split("\n") if line.strip()]


def two_columns(sheet: Sheet) -> list[Answer] | None:
    """Return the rows of a sheet that has exactly two columns and no headings that we know, the first row too."""
    width = max((len(row) for _, row in sheet.rows), default=0)
    if len(sheet.headings) != 2 or width > 2 or not all(sheet.headings) or reader_of(sheet):
        return None
    return [Answer(*sheet.headings)]


def read_answers(sheet: Sheet, source: str, reading: Reading) -> bool:
    """Read a question–answer sheet into `reading`; False when it is none."""
    reader, head = reader_of(sheet), two_columns(sheet)
    if reader is None and head is None:
        return False
    for answer in head or ():
        _keep(answer, source, 1, reading)
    for number, row in sheet.rows:
        cells = tuple(from_cell(value) for value in row) + ("",) * (len(sheet.headings) - len(row))
        _keep(reader(cells) if reader else Answer(cells[0], cells[1]), source, number, reading)
    return True


def _keep(answer: Answer, source: str, number: int, reading: Reading) -> None:
    reading.row()
    text = answer.answer or answer.question
    if not text:
        reading.problems.append(Problem(source, number, "", "答复", "问题和答复都是空的"))
        return
    question = answer.question or _first_sentence(text)
    build(faq_entry(question, text, answer.ways, source), source, number, reading)


def _first_sentence(text: str) -> str:
    return _SENTENCE_END.split(text.strip(), maxsplit=1)[0][:LONGEST_FAQ_TITLE]


def faq_entry(question: str, answer: str, ways: tuple[str, ...], source: str, theme: str = "") -> dict[str, Any]:
    """Return plain data of a faq entry; its id comes from the question, so the same question is the same entry."""
    title = question if len(question) <= LONGEST_FAQ_TITLE else _first_sentence(question)
    asked = list(dict.fromkeys((*((question,) if question != title else ()), *ways)))
    return {
        "id": made_id("qa", question),
        "kind": "faq",
        "title": title,
        "questions": asked,
        "theme": theme,
        "sources": [{"name": source, "grade": "本地"}],
        "body": {"answer": answer},
    }


def made_id(prefix: str, text: str) -> str:
    """Return an id that is the same whenever the text is (blanks and punctuation apart)."""
    bare = "".join(character for character in text.lower() if character.isalnum())
    return f"{prefix}-{hashlib.sha256(bare.encode()).hexdigest()[:12]}"
