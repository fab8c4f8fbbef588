"""Judged turns as data: examples for Rasa's classifier, and gold questions. Only what two people agree on goes out."""

from __future__ import annotations

import json
from collections.abc import Iterable

import yaml

from web.review.labels import ACTS
from web.review.reviews import Judged

HEAD = "# 会话评定导出：两人评定一致的问题。并入训练数据前请再通读一遍。\n"


class _Block(str):
    """Text that is written over several lines."""


class _Dumper(yaml.SafeDumper):
    pass


def _block(dumper: yaml.SafeDumper, text: _Block) -> yaml.Node:
    return dumper.represent_scalar("tag:yaml.org,2002:str", str(text), style="|")


_Dumper.add_representer(_Block, _block)


def rasa_yaml(judged: Iterable[Judged]) -> str:
    """Return Rasa training data, the examples of each act without repeats, in the order of the acts."""
    examples: dict[str, dict[str, None]] = {}
    for one in judged:
        question = _line(one.turn.question)
        if one.agreed and one.looks[0].act in ACTS and question:
            examples.setdefault(one.looks[0].act, {})[question] = None
    nlu = [
        {"intent": act, "examples": _Block("".join(f"- {question}\n" for question in sorted(examples[act])))}
        for act in ACTS
        if act in examples
    ]
    return HEAD + yaml.dump({"version": "3.1", "nlu": nlu}, Dumper=_Dumper, allow_unicode=True, sort_keys=False)


def gold_jsonl(judged: Iterable[Judged]) -> str:
    """Return gold questions, one JSON object a line, in the form of the gold folder; a facet only when it was right."""
    rows: dict[str, dict[str, object]] = {}
    for one in judged:
        question, look = _line(one.turn.question), one.looks[0]
        if one.agreed and look.entry_id and question:
            right = look.verdict == "right" and look.entry_id == one.turn.entry_id
            rows[question] = {
                "id": f"r-{one.turn.id[:12]}",
                "q": question,
                "entry": look.entry_id,
                "facet": one.turn.facet if right else "",
                "also_facets": [],
                "figure": "",
                "style": "log",
                "group": "",
            }
    return "".join(json.dumps(row, ensure_ascii=False) + "\n" for row in rows.values())


def _line(question: str) -> str:
    """Return the question in one line as an example may have it; empty when personal data was masked in it."""
    if "***" in question:
        return ""
    return " ".join(question.translate({ord(mark): " " for mark in "[]{}()"}).split()).lstrip("-# ")
