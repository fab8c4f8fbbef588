"""Files that entries link to: checked by content, kept under random names, handed out as downloads only."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from pathlib import Path

import sqlalchemy as sa
from sqlalchemy.engine import Engine

from kb.database import reading, writing
from web import clock
from web.accounts import audit
from web.accounts.people import Person
from web.curation.errors import BadUpload, UnknownFile
from web.curation.tables import files
from web.database import new_id
from web.errors import BadAttachment
from web.uploads import SAFE_HEADERS, checked, safe_name

HEADERS = {**SAFE_HEADERS, "Cache-Control": "public, max-age=3600"}


@dataclass(frozen=True)
class File:
    """One file: its random id, its name for people, and what it was found to be."""

    id: str
    name: str
    media_type: str
    size: int

    @property
    def url(self) -> str:
        """Where visitors get it."""
        return f"/files/{self.id}"


class Files:
    """The files in one folder outside of everything that is served."""

    def __init__(self, engine: Engine, folder: Path) -> None:
        """Keep files in `folder`, which is made when the first one comes."""
        self._engine, self._folder = engine, folder

    def add(self, actor: Person, name: str, content: bytes) -> File:
        """Check and keep a file (BadUpload)."""
        try:
            name = safe_name(name)
            media_type = checked(name, content)
        except BadAttachment as error:
            raise BadUpload(error.detail) from error
        file = File(new_id(), name, media_type, len(content))
        row = {**vars(file), "sha256": hashlib.sha256(content).hexdigest(), "added_by": actor.name}
        with writing(self._engine) as connection:
            self._folder.mkdir(parents=True, exist_ok=True)
            (self._folder / file.id).write_bytes(content)
            connection.execute(sa.insert(files), {**row, "added_at": clock.now()})
            audit.record(connection, actor.name, "entry.file", f"file:{file.id}", None, {"附件": name})
        return file

    def open(self, file_id: str) -> tuple[File, bytes]:
        """Return a file and its content, to be sent with HEADERS and as a download (UnknownFile)."""
        query = sa.select(files.c.id, files.c.name, files.c.media_type, files.c.size).where(files.c.id == file_id)
        with reading(self._engine) as connection:
            row = connection.execute(query).mappings().first()
        path = self._folder / row["id"] if row else None
        if row is None or path is None or not path.is_file():
            raise UnknownFile("没有这个文件")
        return File(**row), path.read_bytes()
