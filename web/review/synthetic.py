"""A conversation log of any size for measurements: plausible, random, the same at every run."""

from __future__ import annotations

import csv
import datetime as dt
import io
import json
import random
from collections.abc import Iterator, Sequence
from typing import Any

from sqlalchemy.engine import Engine

from web import clock
from web.review.bigrams import pieces
from web.review.fulltext import vector

TURNS_EACH = 5
DAYS = 730
TURNS_A_BATCH = 20_000
OUTCOMES = (
    ("answered", 70),
    ("clarify", 10),
    ("no_answer", 8),
    ("smalltalk", 6),
    ("form", 3),
    ("handoff", 2),
    ("refused", 1),
)
ACTS = (
    ("ask_guide", 50),
    ("ask_facet", 30),
    ("ask_policy", 8),
    ("out_of_scope", 6),
    ("greet", 4),
    ("report_appeal", 2),
)
PLACES = ("东区", "西区", "高新区", "保税区", "南园", "北园")
TURN_COLUMNS = (
    *("id", "conversation_id", "position", "message_id", "asked_at", "question", "attempts", "answered_at"),
    *("outcome", "act", "act_confidence", "confidence", "entry_id", "entry_version", "facet", "facet_key"),
    *("answer", "messages", "sources", "why", "milliseconds", "error"),
)
Row = tuple[Any, ...]


def fill(engine: Engine, count: int, questions: Sequence[str], entries: Sequence[str]) -> None:
    """Write `count` turns with votes, tags and their words straight into an empty database."""
    chance = random.Random(7)  # noqa: S311
    begin, step = clock.now() - dt.timedelta(days=DAYS), dt.timedelta(days=DAYS) / count
    written = 0
    while written < count:
        size = min(TURNS_A_BATCH, count - written)
        turns = [
            _turn(chance, written + place, begin + step * (written + place), questions, entries)
            for place in range(size)
        ]
        _write(engine, turns, written, chance)
        written += size
    _settle(engine)


def _turn(chance: random.Random, number: int, at: dt.datetime, questions: Sequence[str], entries: Sequence[str]) -> Row:
    question = f"{chance.choice(PLACES)}{chance.choice(questions)}第{chance.randrange(100_000)}号"
    outcome, act = _one(chance, OUTCOMES), _one(chance, ACTS)
    entry = (
        entries[min(int(chance.expovariate(1) * len(entries) / 5), len(entries) - 1)] if outcome == "answered" else ""
    )
    answer = (
        f"按规定要提交申请书、章程和场所证明，具体以{chance.choice(PLACES)}窗口受理为准，自受理之日起三个工作日内办结。"
    )
    messages = json.dumps([{"type": "text", "text": answer}], ensure_ascii=False)
    why = json.dumps([{"entry_id": entry, "key": "materials", "score": 0.8, "found_by": ["words"], "matched": []}] * 3)
    conversation, confidence = number // TURNS_EACH, round(chance.random(), 3)
    took = dt.timedelta(milliseconds=chance.lognormvariate(4, 0.6))
    return (
        *(f"t{number:031d}", f"c{conversation:031d}", number % TURNS_EACH + 1, None, at, question, 1, at + took),
        *(outcome, act, 0.9, confidence, entry, int(bool(entry)), "materials", "materials"),
        *(answer, messages, "[]", why, took.total_seconds() * 1000, ""),
    )


def _one(chance: random.Random, weighted: Sequence[tuple[str, int]]) -> str:
    names, weights = zip(*weighted, strict=True)
    return str(chance.choices(names, weights)[0])


def _write(engine: Engine, turns: list[Row], first: int, chance: random.Random) -> None:
    heads: dict[str, list[dt.datetime]] = {}
    for turn in turns:
        heads.setdefault(turn[1], []).append(turn[4])
    conversations = [(name, "web", times[0], times[-1]) for name, times in heads.items()]
    votes = [
        (turn[0], "down" if chance.random() < 0.3 else "up", "[]", "", turn[4])
        for turn in turns
        if turn[8] == "answered" and chance.random() < 0.06
    ]
    tags = [(name, "要回访", "wang", times[0]) for name, times in heads.items() if chance.random() < 0.0005]
    words = [(first + place + 1, turn[1], turn[0], f"{turn[5]}\n{turn[16]}") for place, turn in enumerate(turns)]
    _rows(engine, "web_conversations", ("id", "channel", "started_at", "last_at"), conversations)
    _rows(engine, "web_turns", TURN_COLUMNS, turns)
    _rows(engine, "web_feedback", ("turn_id", "value", "reasons", "comment", "given_at"), votes)
    _rows(engine, "web_conversation_tags", ("conversation_id", "tag", "given_by", "given_at"), tags)
    names = ("number", "conversation_id", "turn_id")
    if engine.dialect.name == "sqlite":
        _rows(engine, "web_words", names, [row[:3] for row in words])
        _rows(engine, "web_words_index", ("rowid", "grams"), [(row[0], " ".join(pieces(row[3]))) for row in words])
    else:
        _rows(engine, "web_words", (*names, "grams"), [(*row[:3], vector(row[3])) for row in words])


def _rows(engine: Engine, table: str, columns: Sequence[str], rows: Sequence[Row]) -> None:
    raw = engine.raw_connection()
    cursor = raw.cursor()
    try:
        if engine.dialect.name == "sqlite":
            blanks = ",".join("?" * len(columns))
            cursor.execute("BEGIN IMMEDIATE")
            cursor.executemany(f"INSERT INTO {table} ({','.join(columns)}) VALUES ({blanks})", _plain(rows))  # noqa: S608
        else:
            cursor.copy_expert(
                f"COPY {table} ({','.join(columns)}) FROM STDIN WITH (FORMAT csv, NULL '\\N')", _csv(rows)
            )
        raw.commit()
    finally:
        cursor.close()
        raw.close()


def _plain(rows: Sequence[Row]) -> Iterator[Row]:
    """Write instants as SQLAlchemy does."""
    for row in rows:
        yield tuple(f"{value:%Y-%m-%d %H:%M:%S.%f}" if isinstance(value, dt.datetime) else value for value in row)


def _csv(rows: Sequence[Row]) -> io.StringIO:
    out = io.StringIO()
    csv.writer(out).writerows([["\\N" if value is None else value for value in row] for row in rows])
    out.seek(0)
    return out


def _settle(engine: Engine) -> None:
    """Let the planner know the tables; the sequence of PostgreSQL goes on after the numbers written."""
    with engine.connect() as connection:
        if engine.dialect.name == "postgresql":
            connection.exec_driver_sql("SELECT setval('web_words_number_seq', (SELECT max(number) FROM web_words))")
        connection.exec_driver_sql("ANALYZE")
        connection.commit()
