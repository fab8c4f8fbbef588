"""Synonyms and words of the trade, and what a change does to the answers before and after it is in force."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, flash, redirect, render_template, request, url_for

from kb.database import reading
from kb.errors import BadLexicon
from kb.lexicon_overrides import KINDS, change_of, changes, said
from web.curation.answer_changes import LEXICON
from web.curation.errors import StaleEffect
from web.curation.hit_test import OUTCOMES
from web.curation.kept_questions import SOURCES
from web.errors import WebError
from web.pages.form import Form, form, ticked, written
from web.pages.gate import person, require
from web.pages.shown_turns import title_of
from web.services import curation

bp = Blueprint("curator_words", __name__)
WORDS_A_PAGE = 40
LONGEST_WORD_LIST, LONGEST_LIST_NAME = 600, 32


class BadWords(WebError):
    """Words that the lists cannot take."""

    name, status = "bad_words", 422


class WordsForm(Form):
    """A word, or a group of synonyms, as it is to be."""

    kind: str = written("哪一种", 16, usual=KINDS[0])
    name: str = written("名称", LONGEST_LIST_NAME)
    words: str = written("词", LONGEST_WORD_LIST)
    remove: bool = ticked("去掉")


@bp.get("/curator/words")
@require("search.tune")
def words() -> Any:
    """List the groups of synonyms, and the words that are kept whole."""
    return _words_page()


@bp.get("/curator/words/group")
@require("search.tune")
def group() -> Any:
    """Show the form of one group, empty for a new one."""
    name = request.args.get("name", "")[:LONGEST_LIST_NAME]
    return _group_page(name, " ".join(said(curation().store.lexicon(), "group", name)))


@bp.post("/curator/words/try")
@require("search.tune")
@form(WordsForm, BadWords)
def propose(problems: BadWords | None, given: WordsForm) -> Any:
    """Have the effect of a change computed; nothing is in force yet."""
    try:
        if problems:
            raise problems
        change = change_of(given.kind, given.name, "" if given.remove else given.words)
        effect_id = curation().effects.propose(person(), change)
    except (BadLexicon, BadWords) as error:
        shown = BadWords(str(error))
        return _group_page(given.name, given.words, shown) if given.kind == KINDS[0] else _words_page(given, shown)
    return redirect(url_for(".effect", effect_id=effect_id), 303)


@bp.get("/curator/effects")
@require("entries.read")
def effects() -> str:
    """List what the latest publishing changed."""
    return render_template("curator/effects.html", rows=curation().effects.latest(), title_of=title_of())


@bp.get("/curator/effects/<effect_id>")
@require("entries.read")
def effect(effect_id: str) -> Any:
    """Show which questions are answered differently."""
    return _effect_page(effect_id)


@bp.post("/curator/effects/<effect_id>/apply")
@require("search.tune")
def apply(effect_id: str) -> Any:
    """Put a change of the word lists in force for search and dialogue."""
    try:
        change = curation().effects.apply(person(), effect_id)
    except StaleEffect as error:
        return _effect_page(effect_id, error)
    curation().publisher.want()
    flash(f"“{change.name}”已改，几秒内对检索和对话生效，不用重启。")
    return redirect(url_for(".words", show=change.kind, q=change.name), 303)


def _words_page(given: WordsForm | None = None, error: BadWords | None = None) -> Any:
    lists, wanted = curation().store.lexicon(), request.args.get("q", "").strip()
    show = given.kind if given else request.args.get("show", "")
    show = show if show in KINDS else KINDS[0]
    with reading(curation().store.engine) as connection:
        own = [one for one in changes(connection) if one.kind == show]
    rows: list[tuple[str, tuple[str, ...]]]
    if show == "word":
        rows = [(word, (word,)) for word in sorted(lists.words) if wanted in word]
    else:
        rows = [(name, found) for name, found in lists.named if not wanted or any(wanted in word for word in found)]
    number = max(1, request.args.get("page", 1, type=int) or 1)
    shown = {"rows": rows[(number - 1) * WORDS_A_PAGE : number * WORDS_A_PAGE], "total": len(rows), "number": number}
    page = render_template(
        "curator/words.html",
        **shown,
        last=max(1, -(-len(rows) // WORDS_A_PAGE)),
        show=show,
        q=wanted,
        own={one.name for one in own},
        gone=[one.name for one in own if not one.words],
        index=curation().publisher.state(),
        typed=given.words if given else "",
        error=error,
    )
    return page, error.status if error else 200


def _group_page(name: str, text: str, error: BadWords | None = None) -> Any:
    page = render_template("curator/group.html", name=name, text=text, error=error)
    return page, error.status if error else 200


def _effect_page(effect_id: str, error: StaleEffect | None = None) -> Any:
    row = curation().effects.get(effect_id)
    names = {"sources": SOURCES, "outcomes": OUTCOMES, "title_of": title_of()}
    page = render_template("curator/effect.html", row=row, lexicon=row.kind == LEXICON, **names, error=error)
    return page, error.status if error else 200
