"""Posts (岗位): as what, and of which department, a member of the staff works on appeals."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass

import sqlalchemy as sa
from sqlalchemy.engine import Engine

from kb.database import reading, writing
from web import clock
from web.accounts import audit
from web.accounts.people import Person
from web.tables import metadata
from web.tickets.lifecycle.codes import Role
from web.tickets.lifecycle.errors import BadInput
from web.tickets.lifecycle.inputs import SHORT_TEXT_CHARACTERS, plain
from web.tickets.lifecycle.ticket import Actor

POSTS = (Role.DISPATCHER, Role.HANDLER, Role.CO_HANDLER, Role.APPROVER, Role.SUPERVISOR)
OF_A_DEPARTMENT = {Role.HANDLER, Role.CO_HANDLER}

posts = sa.Table(
    "web_ticket_posts",
    metadata,
    sa.Column("person_id", sa.String(64), sa.ForeignKey("web_people.id"), primary_key=True),
    sa.Column("roles", sa.JSON, nullable=False),
    sa.Column("department", sa.String(200), nullable=False),
    sa.Column("given_by", sa.String(64), nullable=False),
    sa.Column("given_at", sa.DateTime, nullable=False),
)


@dataclass(frozen=True)
class Post:
    """What somebody does with appeals, and for which department (empty: for none in particular)."""

    roles: tuple[Role, ...] = ()
    department: str = ""

    @property
    def title(self) -> str:
        """The post as people read it."""
        return f"{self.department} {'、'.join(role.label for role in self.roles)}".strip()


class Posts:
    """The posts of one database."""

    def __init__(self, engine: Engine) -> None:
        """Keep rows through `engine`."""
        self._engine = engine

    def of(self, person: Person) -> Post:
        """Return somebody's post; an officer whom nobody gave one has none and may only read."""
        query = sa.select(posts).where(posts.c.person_id == person.id)
        with reading(self._engine) as connection:
            row = connection.execute(query).first()
        return Post(tuple(Role(role) for role in row.roles), row.department) if row else Post()

    def actors(self, person: Person) -> list[Actor]:
        """Return as whom somebody may act: an operator of conversations at the desk, an officer by the post."""
        post = self.of(person) if "officer" in person.roles else Post()
        found = [Actor(person.name, role, post.department) for role in post.roles]
        return [*([Actor(person.name, Role.OPERATOR, post.department)] if "operator" in person.roles else []), *found]

    def give(self, by: Person, person: Person, roles: Collection[str], department: str) -> Post:
        """Give somebody a post in place of the one before; no roles take it away (BadInput)."""
        known = {role.value for role in POSTS}
        if set(roles) - known:
            raise BadInput("没有这个岗位", field="roles")
        post = Post(
            tuple(role for role in POSTS if role.value in roles), plain("department", department, SHORT_TEXT_CHARACTERS)
        )
        if OF_A_DEPARTMENT & set(post.roles) and not post.department:
            raise BadInput("主办和协办要写明部门", field="department")
        before = self.of(person)
        values = {"roles": [role.value for role in post.roles], "department": post.department}
        with writing(self._engine) as connection:
            connection.execute(sa.delete(posts).where(posts.c.person_id == person.id))
            row = {"person_id": person.id, **values, "given_by": by.name, "given_at": clock.now()}
            connection.execute(sa.insert(posts), row)
            told = {"岗位": before.title}, {"岗位": post.title}
            audit.record(connection, by.name, "tickets.post", f"user:{person.name}", *told)
        return post

    def departments(self) -> list[str]:
        """Return the departments that have somebody."""
        with reading(self._engine) as connection:
            found = connection.execute(sa.select(posts.c.department).where(posts.c.department != "").distinct())
            return sorted(found.scalars())
