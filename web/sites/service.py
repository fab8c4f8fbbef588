"""The registered websites: kept by an admin, asked whenever somebody opens the desk in a frame."""

from __future__ import annotations

import secrets
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa
from sqlalchemy.engine import Connection, Engine, Row

from kb.database import reading, writing
from web import clock
from web.accounts import audit
from web.database import new_id
from web.sites import values
from web.sites.errors import BadSite, SiteRefused, UnknownSite
from web.sites.tables import sites

SELF = "'self'"
ANYWHERE = "*"


@dataclass(frozen=True)
class Site:
    """One website: its public key, the origins it has, its entry points in order, and how they are laid out."""

    id: str
    key: str
    name: str
    origins: tuple[str, ...]
    entries: tuple[str, ...]
    layout: str
    colour: str
    active: bool


# What is shown where no website is named: on the desk's own pages, and before the first one is registered.
DEFAULT = Site("", "", "", (), tuple(values.ENTRIES), "grid", values.COLOUR, True)


@dataclass(frozen=True)
class Admitted:
    """A page that may show the desk: for which website, and who may frame it in the words of `frame-ancestors`."""

    site: Site
    ancestors: str


class Sites:
    """The websites kept in the database."""

    def __init__(self, engine: Engine) -> None:
        """Keep rows through `engine`."""
        self._engine = engine

    def all(self) -> list[Site]:
        """Return all websites by name."""
        with reading(self._engine) as connection:
            return [_site(row) for row in connection.execute(sa.select(sites).order_by(sites.c.name, sites.c.id))]

    def get(self, site_id: str) -> Site:
        """Return one website (UnknownSite)."""
        with reading(self._engine) as connection:
            return _get(connection, site_id)

    def of_key(self, key: str) -> Site:
        """Return the active website of a key, or the default one when there is none."""
        with reading(self._engine) as connection:
            row = connection.execute(sa.select(sites).where(sites.c.key == key, sites.c.active)).first()
        return _site(row) if row else DEFAULT

    def admit(self, key: str, referer: str, own: Collection[str]) -> Admitted:
        """Say who may frame the desk for a key (SiteRefused).

        `referer` is the page that asks, empty when the browser does not tell; `own` are this desk's own origins.
        Without a key any page may, until the first website is registered; from then on only registered ones.
        """
        asking = values.origin_of(referer)
        site = self.of_key(key) if key else DEFAULT
        if key and site is DEFAULT:
            raise SiteRefused("这个网站没有登记，或已停用；请联系咨询台的管理员")
        if asking and asking not in own and asking not in site.origins and (key or self._any()):
            raise SiteRefused("这个网址没有登记，不能显示咨询台；请联系咨询台的管理员")
        if key:
            return Admitted(site, " ".join((SELF, *site.origins)))
        return Admitted(site, SELF if self._any() else ANYWHERE)

    def save(self, actor: str, site_id: str, form: Mapping[str, Any]) -> Site:
        """Keep a website; an empty id makes a new one with a key of its own (BadSite, UnknownSite)."""
        with writing(self._engine) as connection:
            before = _get(connection, site_id) if site_id else None
            row = _filled(form)
            if before:
                connection.execute(sa.update(sites).where(sites.c.id == before.id).values(**row, **_by(actor)))
            else:
                site_id = new_id()
                fresh = {"id": site_id, "key": new_key(), "active": True}
                connection.execute(sa.insert(sites), {**fresh, **row, **_by(actor)})
            old = {name: getattr(before, name) for name in row} if before else None
            audit.record(connection, actor, "site.save", f"site:{row['name']}", old, row)
            return _get(connection, site_id)

    def renew(self, actor: str, site_id: str) -> Site:
        """Give a website another key; pages with the old one show nothing from now on (UnknownSite)."""
        return self._change(actor, site_id, "site.key", {"key": new_key()})

    def switch(self, actor: str, site_id: str, active: bool) -> Site:
        """Let a website show the desk, or no longer (UnknownSite)."""
        return self._change(actor, site_id, "site.on" if active else "site.off", {"active": active})

    def _change(self, actor: str, site_id: str, action: str, change: Mapping[str, Any]) -> Site:
        with writing(self._engine) as connection:
            site = _get(connection, site_id)
            connection.execute(sa.update(sites).where(sites.c.id == site_id).values(**change, **_by(actor)))
            audit.record(connection, actor, action, f"site:{site.name}")
            return _get(connection, site_id)

    def _any(self) -> bool:
        with reading(self._engine) as connection:
            return connection.execute(sa.select(sites.c.id).where(sites.c.active).limit(1)).first() is not None


def new_key() -> str:
    """Return a public key: 16 letters and digits."""
    return secrets.token_hex(8)


def _filled(form: Mapping[str, Any]) -> dict[str, Any]:
    name = str(form.get("name", "")).strip()
    if not 1 <= len(name) <= 80:
        raise BadSite("请填网站的名字，最多 80 个字")
    layout = form.get("layout", "tabs")
    if layout not in values.LAYOUTS:
        raise BadSite("请选一种摆放方式")
    chosen = values.entries(form.get("entries", ()))
    return {
        "name": name,
        "origins": values.origins(str(form.get("origins", ""))),
        "entries": chosen,
        "layout": layout,
        "colour": values.colour(str(form.get("colour", ""))),
    }


def _by(actor: str) -> dict[str, Any]:
    return {"changed_by": actor, "changed_at": clock.now()}


def _get(connection: Connection, site_id: str) -> Site:
    row = connection.execute(sa.select(sites).where(sites.c.id == site_id)).first()
    if row is None:
        raise UnknownSite("没有这个网站，它可能已被删除")
    return _site(row)


def _site(row: Row) -> Site:
    names = (row.id, row.key, row.name, tuple(row.origins), tuple(row.entries))
    return Site(*names, row.layout, row.colour, row.active)
