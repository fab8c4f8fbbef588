"""The table of the life cycle: docs and database say the same as the code, and it leads somewhere."""

from pathlib import Path

import pytest
import sqlalchemy as sa
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from tickets_world import (
    World,
)

from web.tables import metadata
from web.tickets.bookings.steps import BOOKING
from web.tickets.diagram import renewed
from web.tickets.lifecycle.effects import EFFECTS
from web.tickets.lifecycle.guards import LABELS
from web.tickets.lifecycle.machine import LIFE, OPEN
from web.tickets.lifecycle.rules import INPUTS, Machine, Rule, State
from web.tickets.tables import transitions

DOCS = Path(__file__).parent.parent.parent.parent / "docs" / "tickets.md"


@pytest.fixture
def world(tmp_path):
    """A desk on SQLite."""
    made = World(f"sqlite:///{tmp_path / 'tickets.sqlite3'}", tmp_path)
    yield made
    made.close()


def test_docs_show_the_machine_as_it_is():
    text = DOCS.read_text(encoding="utf-8")
    assert renewed(text) == text, "run `python -m web.tickets docs`"
    assert all(f"`{move}`" in text for move in [*LIFE.moves, *BOOKING.moves])


def test_database_allows_exactly_the_transitions_of_the_machine(world):
    with world.engine.connect() as connection:
        kept = {tuple(row) for row in connection.execute(sa.select(transitions))}
    assert kept == {*LIFE.transitions, ("", "register", "registered")}


def test_the_tables_are_what_the_migrations_make(world):
    with world.engine.connect() as connection:
        differences = compare_metadata(MigrationContext.configure(connection, opts={"compare_type": True}), metadata)
    ours = [str(one) for one in differences if "web_ticket" in str(one) or "web_agent" in str(one)]
    assert ours == []


def test_everything_in_the_table_has_a_name_and_every_effect_a_move():
    for machine in (LIFE, BOOKING):
        for rule in machine.rules:
            assert {*rule.needs, *rule.takes} <= INPUTS.keys()
            assert all(guard.__name__ in LABELS for guard in rule.guards)
    assert EFFECTS.keys() <= LIFE.moves.keys()


def test_every_open_state_leads_on_and_every_state_can_be_reached():
    reached, front = set(), {"registered"}
    while front:
        reached |= front
        front = {target for source, _, target in LIFE.transitions if source in reached} - reached
    assert reached == set(LIFE.states)
    assert all(any(source == state != target for source, _, target in LIFE.transitions) for state in OPEN)


def test_a_table_that_contradicts_itself_is_refused():
    rule = Rule("go", "走", ("a",), "b", ())
    with pytest.raises(ValueError, match="a --go--> b"):
        Machine("x", (State("a", "甲"), State("b", "乙")), (rule, rule))
    with pytest.raises(ValueError, match="b"):
        Machine("x", (State("a", "甲"),), (rule,))
