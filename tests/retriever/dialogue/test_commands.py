"""Commands are declared once: who asks for one and who carries it out take its name from the same table."""

import ast
from pathlib import Path

import pytest
from pydantic import ValidationError
from running import ROOT

from retriever.dialogue import commands
from retriever.dialogue.commands import Command, command
from retriever.dialogue.forms.catalogue import forms
from web.chat.requests import NAMES as TITLES
from web.knowledge.list_answers import Lists
from web.push.commands import ProfileCommands
from web.tickets.commands import Commands

HOME = ROOT / "retriever/dialogue/commands.py"
AUDITED = {"web/accounts/audit.py", "web/profiles/service.py"}  # actions of the audit log, with names of their own


def strings(path):
    """Every string that a file writes out."""
    tree = ast.parse(path.read_text(encoding="utf-8"))
    return {node.value for node in ast.walk(tree) if isinstance(node, ast.Constant) and isinstance(node.value, str)}


def test_no_file_but_the_table_spells_a_command():
    modules = [path for package in ("retriever", "rasa_project", "web") for path in (ROOT / package).rglob("*.py")]
    spelt = {
        str(path.relative_to(ROOT)): strings(path) & commands.NAMES
        for path in modules
        if path != HOME and strings(path) & commands.NAMES
    }
    assert {path: names for path, names in spelt.items() if path not in AUDITED} == {}


def test_every_command_is_carried_out_by_one_service():
    carried = [*Commands(None, str, None)._known, *ProfileCommands(None)._known]
    assert sorted(carried) == sorted(commands.SERVED)
    assert set(Lists(list, None)._makers) == commands.LISTS


def test_every_form_carries_its_result_in_a_declared_command():
    assert {form.command for form in forms().values()} <= commands.SERVED
    assert set(TITLES) <= commands.SERVED


def test_a_command_that_nobody_declared_is_refused():
    with pytest.raises(ValidationError, match="没有叫"):
        Command(name="ticket.open")
    assert command(commands.OPEN_FORM, form="appeal").args == {"form": "appeal"}


def test_the_groups_of_the_table_do_not_overlap():
    groups = (commands.INSIDE, commands.LISTS, commands.SHOWN, commands.REQUESTS, commands.SERVED)
    assert sum(map(len, groups)) == len(commands.NAMES)
    assert Path(HOME).is_file()
