"""A small desk for tests of appeals: a real database, a clock that is set by hand, and people with roles."""

import datetime as dt
import secrets

import sqlalchemy as sa
from made_once import prepare

from kb.database import open_engine
from web.tickets import Actor, Draft, Role, TicketDesk

MONDAY = dt.datetime(2026, 11, 16, 1, 0)  # 09:00 in China, a working day with nothing special around it
POWER, ROADS = "供电公司", "规划建设局"

CALLER = Actor("visitor", Role.REQUESTER)
OPERATOR = Actor("op", Role.OPERATOR, "企业服务中心")
DISPATCHER = Actor("dispatch", Role.DISPATCHER)
HANDLER = Actor("li", Role.HANDLER, POWER)
OTHER_HANDLER = Actor("wang", Role.HANDLER, ROADS)
HELPER = Actor("zhao", Role.CO_HANDLER, ROADS)
APPROVER = Actor("chief", Role.APPROVER)
SUPERVISOR = Actor("super", Role.SUPERVISOR)


class Clock:
    """A clock that stands still until it is moved."""

    def __init__(self, at=MONDAY):
        self.at = at

    def __call__(self):
        return self.at

    def forward(self, **span):
        self.at += dt.timedelta(**span)


class World:
    """A ticket desk on a database of its own."""

    def __init__(self, url, folder):
        self.clock = Clock()
        prepare(url)
        self.engine = open_engine(url)
        self.desk = TicketDesk.open(
            self.engine, folder, mask=lambda text: text.replace("13912345678", "＊"), now=self.clock
        )
        self.tickets = self.desk.tickets

    def open(self, text="车间这周停电三次", actor=CALLER, number="", **fields):
        draft = {"kind": "complaint", "category": "facilities.power", "phone": "13912345678", **fields}
        return self.tickets.open(Draft(text=text, **draft), actor, number)

    def at(self, state, **fields):
        """A ticket that was brought to a state the usual way."""
        ticket = self.open(**fields)
        for move, actor, given in WAY[state]:
            ticket = self.tickets.move(ticket.number, move, actor, **given)
        return ticket

    def move(self, ticket, move, actor, **given):
        return self.tickets.move(ticket.number, move, actor, **given)

    def close(self):
        self.engine.dispose()


def _ways():
    ways = {"registered": []}
    order = [
        ("dispatched", ("dispatch", DISPATCHER, {"department": POWER})),
        ("signed", ("sign", HANDLER, {})),
        ("handling", ("handle", HANDLER, {})),
        ("replied", ("reply", HANDLER, {"reply": "线路已修复", "outcome": "resolved"})),
        ("revisited", ("grade_good", CALLER, {"grade": 4, "resolved": "yes"})),
        ("closed", ("close", OPERATOR, {})),
    ]
    steps = []
    for state, step in order:
        steps = [*steps, step]
        ways[state] = steps
    ways["return_asked"] = [*ways["dispatched"], ("ask_return", HANDLER, {"reason": "不归我们管"})]
    ways["unsatisfied"] = [*ways["replied"], ("grade_bad", CALLER, {"grade": 1, "reasons": ["推诿"], "resolved": "no"})]
    ways["appealed"] = [*ways["unsatisfied"], ("appeal", CALLER, {"reason": "还是停电"})]
    ways["withdrawn"] = [("withdraw", CALLER, {"reason": "已经自行解决"})]
    ways["transferred"] = [("transfer", DISPATCHER, {"channel": "信访", "reason": "属于信访事项"})]
    return ways


WAY = _ways()


def new_database(url):
    """A fresh database in the PostgreSQL server at `url`."""
    name = f"t_{secrets.token_hex(6)}"
    engine = sa.create_engine(url, isolation_level="AUTOCOMMIT", future=True)
    with engine.connect() as connection:
        connection.execute(sa.text(f"CREATE DATABASE {name}"))
    engine.dispose()
    return url.rsplit("/", 1)[0] + f"/{name}"
