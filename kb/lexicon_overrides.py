"""The desk's own changes to the word lists, kept in the database over the curated files."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Literal

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from kb.errors import BadLexicon
from kb.lexicon import Lexicon, curated, usable
from kb.tables import lexicon

Kind = Literal["group", "word"]
KINDS: tuple[Kind, ...] = ("group", "word")
MOST_WORDS = 30
_PIECE = re.compile(r"[0-9A-Za-z\u4e00-\u9fff]{2,16}")
_BETWEEN = re.compile(r"[\s,，、;；]+")


@dataclass(frozen=True)
class Change:
    """One change: the group known by `name` has these words, or the word `name` is kept whole; no words: taken out."""

    kind: Kind
    name: str
    words: tuple[str, ...]


def change_of(kind: str, name: str, text: str) -> Change:
    """Return the change that somebody typed; words are parted by blanks or commas (BadLexicon)."""
    if kind not in KINDS:
        raise BadLexicon("只能改同义词组或专用词")
    words = tuple(dict.fromkeys(word for word in _BETWEEN.split(text.strip()) if word))
    name = name.strip() or (words[0] if words else "")
    if not name:
        raise BadLexicon("至少写一个词")
    return Change("group" if kind == "group" else "word", name[:32], words)


def checked(change: Change, now: Lexicon) -> Change:
    """Return a change that search can work with, given the lists as they are now (BadLexicon)."""
    if change.kind == "word":
        if change.words not in ((), (change.name,)) or not usable(change.name):
            raise BadLexicon(f"专用词“{change.name}”要有 2 到 8 个字，不带标点，至少一个汉字")
        return change
    if change.words and len(change.words) < 2:
        raise BadLexicon("一组同义词至少两个词；要去掉整组请用“去掉这组”")
    if len(change.words) > MOST_WORDS:
        raise BadLexicon(f"一组最多 {MOST_WORDS} 个词")
    for word in change.words:
        if not _PIECE.fullmatch(word):
            raise BadLexicon(f"“{word}”要有 2 到 16 个字，不带标点")
        if now.group_of(word) not in ("", change.name):
            raise BadLexicon(f"“{word}”已在“{now.group_of(word)}”那一组；一个词只能在一组")
    return change


def changed(lists: Lexicon, changes: Iterable[Change]) -> Lexicon:
    """Return the lists with the changes made to them."""
    named, words = dict(lists.named), set(lists.words)
    for one in changes:
        if one.kind == "group":
            named[one.name] = one.words
        elif one.words:
            words.add(one.name)
        else:
            words.discard(one.name)
    return Lexicon(tuple((name, group) for name, group in named.items() if group), frozenset(words))


def changes(connection: Connection) -> list[Change]:
    """Return the changes that are kept, in the order of their names."""
    rows = connection.execute(sa.select(lexicon).order_by(lexicon.c.kind, lexicon.c.name))
    return [Change(row.kind, row.name, tuple(row.words.split())) for row in rows]


def in_force(connection: Connection) -> Lexicon:
    """Return the curated lists with the desk's own changes."""
    return changed(curated(), changes(connection))


def keep(connection: Connection, change: Change) -> Change | None:
    """Keep a change in place of the one before it; returns that one. What the files say anyway needs no row."""
    mine = sa.and_(lexicon.c.kind == change.kind, lexicon.c.name == change.name)
    row = connection.execute(sa.select(lexicon).where(mine)).first()
    connection.execute(sa.delete(lexicon).where(mine))
    if not _says(curated(), change):
        values = {"kind": change.kind, "name": change.name, "words": " ".join(change.words)}
        connection.execute(sa.insert(lexicon), values)
    return Change(row.kind, row.name, tuple(row.words.split())) if row else None


def said(lists: Lexicon, kind: Kind, name: str) -> tuple[str, ...]:
    """Return what the lists hold under a name: the words of the group, or the word itself; empty when nothing."""
    if kind == "group":
        return dict(lists.named).get(name, ())
    return (name,) if name in lists.words else ()


def _says(lists: Lexicon, change: Change) -> bool:
    found: Sequence[str] = said(lists, change.kind, change.name)
    return tuple(found) == change.words
