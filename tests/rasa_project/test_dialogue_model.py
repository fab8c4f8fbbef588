"""The trained dialogue, measured on sentences it never saw."""

import pytest
from running import MADE, ROOT

from kb.settings import Settings
from rasa_project.evaluate import Measured, examples, parsed
from rasa_project.project import DATA, TEST, Project

pytestmark = [pytest.mark.rasa, pytest.mark.model, pytest.mark.slow]


@pytest.fixture(scope="module")
def project():
    """The trained model made by `make setup`."""
    project = Project(Settings(data_dir=MADE))
    assert project.model.is_file(), f"{project.model} is not there: run `make setup` first"
    return project


def test_acts_are_told_apart_with_macro_f1_of_95_percent(project, monkeypatch):
    monkeypatch.setenv("QXB_DATA_DIR", str(MADE))
    texts, acts = examples(TEST)
    seen = parsed(project.model, texts)
    result = Measured(tuple(texts), tuple(acts), tuple(seen["acts"]))
    assert result.macro_f1 >= 0.95, result.wrong
    assert seen["megabytes"] <= 1000


@pytest.mark.shared
def test_out_of_scope_lines_are_not_answered_from_guides(project, shared, monkeypatch):
    import datetime as dt

    from retriever.dialogue.message import Message
    from retriever.dialogue.scope import Desk
    from retriever.dialogue.turn import Memory, turn
    from retriever.search.searcher import Searcher

    monkeypatch.setenv("QXB_DATA_DIR", str(MADE))
    lines = (shared / "data" / "out_of_scope_dev.txt").read_text(encoding="utf-8").split("\n")
    lines = [line for line in map(str.strip, lines) if line]
    searcher = Searcher.open(project.settings)
    desk = Desk(searcher, project.settings, dt.date(2026, 11, 22))
    seen = parsed(project.model, lines)
    answered = [
        line
        for line, act, sure in zip(lines, seen["acts"], seen["confidences"], strict=True)
        if turn(Message(line), Memory(), {act: sure}, desk).reply.sources
    ]
    assert len(answered) <= 0.02 * len(lines), answered


def test_rasa_finds_nothing_to_complain_about_in_the_files(project, monkeypatch):
    from rasa_project.training import validate

    monkeypatch.setenv("QXB_DATA_DIR", str(MADE))
    assert validate(project) == 0
    assert DATA.is_relative_to(ROOT)
