"""No answer depends on service-care signals: nothing that answers knows them, and the words are the same on and off."""

import ast
from pathlib import Path

from fake_site import open_site, some_entries
from shipped import shipped
from signals_world import complains, profile, turn_on

from web.signals.evaluating import evaluate

ROOT = Path(__file__).parent.parent.parent.parent
# The only files outside the package that may know it: two rooms of the staff, and the clock.
ALLOWED = {"web/pages/officer/signals.py", "web/pages/admin/signals.py", "web/app/clock_jobs.py"}
READ_ONLY = {"web.chat.tables", "web.chat.tables.turns"}
MODULES = sorted(
    path for package in ("kb", "retriever", "rasa_project", "web") for path in (ROOT / package).rglob("*.py")
)
QUESTIONS = ("怎么注销公司", "简易注销要什么材料", "注销的流程", "公司怎么迁出本区", "注销要多久")
NAMES = ("A5-cross-region-move", "A8-simple-deregistration", "A9-ordinary-deregistration", "O8-company-deregistration")


def imports(path):
    """Every module that a file imports, with the names it takes from it."""
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module:
            yield node.module
            yield from (f"{node.module}.{alias.name}" for alias in node.names)


def test_nothing_that_answers_a_question_imports_the_signals():
    users = {
        str(path.relative_to(ROOT))
        for path in MODULES
        if any(name == "web.signals" or name.startswith("web.signals.") for name in imports(path))
    }
    assert {user for user in users if not user.startswith("web/signals/")} == ALLOWED


def test_nothing_that_answers_a_question_reads_their_tables():
    readers = {
        str(path.relative_to(ROOT))
        for path in MODULES
        if "web_signal_" in path.read_text(encoding="utf-8")
        and not str(path.relative_to(ROOT)).startswith("web/signals/")
    }
    assert readers == {"web/migrations/versions/0014_signals.py"}


def test_the_signals_open_nothing_towards_the_enterprise():
    used = {name for path in (ROOT / "web/signals").rglob("*.py") for name in imports(path)}
    towards_people = ("web.push", "web.channels", "web.services", "web.chat", "web.review")
    assert {name for name in used if name.startswith(towards_people)} <= READ_ONLY


def said(site, question):
    """Everything that a visitor is given for a question, without the ids of the turn."""
    reply = site.ask(question).get_json()
    return {name: value for name, value in reply.items() if name not in ("conversation_id", "turn_id")}


def test_how_to_deregister_is_answered_whole_and_word_for_word_the_same_on_and_off(settings):
    entries = {name: shipped(name) for name in NAMES}
    with open_site(settings, (*some_entries(), *entries.values())) as site:
        off = [said(site, question) for question in QUESTIONS]
        turn_on(site)
        complains(site)
        profile(site)
        assert evaluate(site.desk.engine, site.desk.entries.titles) == 1
        assert [said(site, question) for question in QUESTIONS] == off
    procedure = said_steps(off, "A8-simple-deregistration")
    assert procedure == [step.name for step in entries["A8-simple-deregistration"].body.steps] and procedure
    assert not any(words in str(off) for words in ("劝留", "关注提示", "已被关注"))


def said_steps(replies, entry_id):
    """The steps on the card of an entry that one of the replies shows."""
    cards = [item for reply in replies for item in reply["messages"] if item["type"] == "guide"]
    card = next(card for card in cards if card["entry_id"] == entry_id)
    return [step["name"] for part in card["fields"] if part["name"] == "steps" for step in part["items"]]
