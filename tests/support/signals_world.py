"""Enterprises that ask, complain and are graded, for tests of service-care signals."""

import datetime as dt

import sqlalchemy as sa

from kb.database import reading, writing
from web import clock
from web.chat.tables import turns
from web.database import new_id
from web.profiles.tables import links, profiles
from web.signals.evaluating import evaluate
from web.signals.feature_switch import Switch
from web.signals.tables import cases
from web.tickets import Actor, Draft, Role

CODE, OTHER = "91320583MA1ABCDE01", "91320583MA1ABCDE02"
FORM = {
    "document": "影响评估〔2026〕7号",
    "assessed_by": "法制科",
    "assessed_on": "2026-11-01",
    "scope": "仅用于改进对区内企业的服务",
    "expires_on": (clock.today() + dt.timedelta(days=180)).isoformat(),
    "forbidden": "on",
}
LEAVING = "A8-simple-deregistration"


def turn_on(site, officers=("li",), **change):
    Switch(site.desk.engine).turn_on("admin", {**FORM, **change}, officers, ("li", "wang"))


def profile(site, code=CODE, **data):
    """A profile that has told its code."""
    row = {"id": new_id(), "code": code, "name": f"企业{code[-2:]}", "data": data, "key_digest": new_id()}
    rest = {"origin": "chat", "version": 1, "created_at": clock.now(), "updated_at": clock.now()}
    with writing(site.desk.engine) as connection:
        connection.execute(sa.insert(profiles), {**row, **rest})
    return row["id"]


def asks(site, profile_id, entry=LEAVING, days_ago=0):
    """A question of that enterprise, answered by an entry."""
    talk = site.ask("你好").get_json()
    moment = clock.now() - dt.timedelta(days=days_ago)
    with writing(site.desk.engine) as connection:
        row = {"conversation_id": talk["conversation_id"], "profile_id": profile_id, "at": moment}
        connection.execute(sa.insert(links), row)
        changed = sa.update(turns).where(turns.c.id == talk["turn_id"])
        connection.execute(changed.values(entry_id=entry, asked_at=moment))


def complains(site, code=CODE, category="policy.payment", **more):
    """A complaint in its own name."""
    draft = Draft(
        text="说好的补助没有到账", kind="complaint", category=category, credit_code=code, enterprise="甲公司", **more
    )
    return site.desk.tickets.tickets.open(draft, Actor("visitor", Role.REQUESTER))


def listed(site, now=None):
    evaluate(site.desk.engine, site.desk.entries.titles, now)
    return rows(site, cases)


def rows(site, table):
    with reading(site.desk.engine) as connection:
        return list(connection.execute(sa.select(table)))
