"""Files that come with an appeal: checked by content, kept under random names, never served as active content."""

from __future__ import annotations

import datetime as dt
import hashlib
from dataclasses import asdict, dataclass
from pathlib import Path

import sqlalchemy as sa

from kb.database import reading, writing
from web.database import new_id
from web.errors import BadAttachment
from web.numbers import normal
from web.tickets import storage
from web.tickets.lifecycle.errors import UnknownAttachment
from web.tickets.lifecycle.ticket import Actor
from web.tickets.service import Tickets
from web.tickets.tables import attachments
from web.uploads import checked, safe_name

MOST_FILES = 10


@dataclass(frozen=True)
class Attachment:
    """One file: its random id, of which ticket, its name for people, and what it was found to be."""

    id: str
    number: str
    name: str
    media_type: str
    size: int
    sha256: str
    added_by: str
    added_at: dt.datetime


class Attachments:
    """The files of the appeals, in one folder outside of everything that is served."""

    def __init__(self, service: Tickets, folder: Path) -> None:
        """Keep files in `folder`, which is made when the first one comes."""
        self._tickets, self._folder = service, folder

    def add(self, number: str, name: str, content: bytes, actor: Actor) -> Attachment:
        """Check and keep a file (BadAttachment, UnknownTicket); the caller has made sure whose ticket it is."""
        name = safe_name(name)
        attachment = Attachment(
            id=new_id(),
            number=normal(number),
            name=name,
            media_type=checked(name, content),
            size=len(content),
            sha256=hashlib.sha256(content).hexdigest(),
            added_by=actor.id,
            added_at=self._tickets.now(),
        )
        count = sa.select(sa.func.count()).select_from(attachments).where(attachments.c.number == attachment.number)
        with writing(self._tickets.engine) as connection:
            storage.read(connection, attachment.number, lock=True)
            if connection.execute(count).scalar_one() >= MOST_FILES:
                raise BadAttachment(f"一件诉求最多 {MOST_FILES} 个附件")
            self._folder.mkdir(parents=True, exist_ok=True)
            (self._folder / attachment.id).write_bytes(content)
            connection.execute(sa.insert(attachments), asdict(attachment))
        return attachment

    def of(self, number: str) -> list[Attachment]:
        """Return the attachments of a ticket, first to last."""
        query = sa.select(attachments).where(attachments.c.number == normal(number))
        with reading(self._tickets.engine) as connection:
            rows = connection.execute(query.order_by(attachments.c.added_at, attachments.c.id)).mappings()
            return [Attachment(**row) for row in rows]

    def open(self, attachment_id: str) -> tuple[Attachment, bytes]:
        """Return a file and its content, to be sent with SAFE_HEADERS and as a download (UnknownAttachment)."""
        query = sa.select(attachments).where(attachments.c.id == attachment_id)
        with reading(self._tickets.engine) as connection:
            row = connection.execute(query).mappings().first()
        path = self._folder / row["id"] if row else None
        if row is None or path is None or not path.is_file():
            raise UnknownAttachment("没有这个附件")
        return Attachment(**row), path.read_bytes()
