"""Files that come with an appeal: checked by content, kept under random names, never served as active content."""

from __future__ import annotations

import datetime as dt
import hashlib
import unicodedata
import zipfile
from dataclasses import asdict, dataclass
from io import BytesIO
from pathlib import Path, PurePosixPath

import sqlalchemy as sa

from kb.database import reading, writing
from web.database import new_id
from web.tickets import storage
from web.tickets.errors import BadAttachment, UnknownAttachment
from web.tickets.numbers import normal
from web.tickets.service import Tickets
from web.tickets.tables import attachments
from web.tickets.ticket import Actor

MOST_BYTES = 10 * 1024 * 1024
MOST_FILES = 10
UNPACKED_LIMIT = 100 * 1024 * 1024
OFFICE = {".docx": "word/", ".xlsx": "xl/"}
MACROS = "vbaProject.bin"
KINDS: dict[str, tuple[bytes, str]] = {  # ending -> (first bytes, media type)
    ".pdf": (b"%PDF-", "application/pdf"),
    ".png": (b"\x89PNG\r\n\x1a\n", "image/png"),
    ".jpg": (b"\xff\xd8\xff", "image/jpeg"),
    ".jpeg": (b"\xff\xd8\xff", "image/jpeg"),
    ".docx": (b"PK\x03\x04", "application/vnd.openxmlformats-officedocument.wordprocessingml.document"),
    ".xlsx": (b"PK\x03\x04", "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"),
}
# Sent with every attachment: the browser saves it, whatever it holds.
SAFE_HEADERS = {
    "Content-Type": "application/octet-stream",
    "X-Content-Type-Options": "nosniff",
    "Content-Security-Policy": "default-src 'none'; sandbox",
    "Cache-Control": "private, no-store",
}


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


def safe_name(name: str) -> str:
    """Return a file name without folders and control characters, its ending in small letters (BadAttachment)."""
    last = PurePosixPath(name.replace("\\", "/")).name
    kept = "".join(char for char in last if unicodedata.category(char)[0] != "C" and char not in '<>:"|?*').strip(". ")
    path = PurePosixPath(kept)
    if path.suffix.lower() not in KINDS or not path.stem:
        raise BadAttachment(f"附件只收 {'、'.join(sorted(KINDS))}，不收“{name[:60]}”")
    return path.stem[:100] + path.suffix.lower()


def checked(name: str, content: bytes) -> str:
    """Return the media type of a file whose content is what its ending says (BadAttachment)."""
    ending = PurePosixPath(name).suffix
    start, media_type = KINDS[ending]
    if not content:
        raise BadAttachment(f"{name} 是空的")
    if len(content) > MOST_BYTES:
        raise BadAttachment(f"{name} 有 {len(content) / 1048576:.1f} MB，最大 {MOST_BYTES // 1048576} MB")
    if not content.startswith(start):
        raise BadAttachment(f"{name} 的内容不是 {ending[1:]} 文件")
    if ending in OFFICE:
        _check_office(name, content, OFFICE[ending])
    return media_type


def _check_office(name: str, content: bytes, home: str) -> None:
    try:
        with zipfile.ZipFile(BytesIO(content)) as archive:
            members = archive.infolist()
    except zipfile.BadZipFile as error:
        raise BadAttachment(f"{name} 打不开，可能损坏") from error
    if not any(member.filename.startswith(home) for member in members):
        raise BadAttachment(f"{name} 的内容和扩展名不符")
    if any(member.filename.endswith(MACROS) for member in members):
        raise BadAttachment(f"{name} 带有宏，请去掉宏再上传")
    if sum(member.file_size for member in members) > UNPACKED_LIMIT:
        raise BadAttachment(f"{name} 解开后太大")
