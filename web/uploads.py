"""Files that people send: checked by content, named safely, sent back so that no browser opens them."""

from __future__ import annotations

import unicodedata
import zipfile
from io import BytesIO
from pathlib import PurePosixPath

from web.errors import BadAttachment

MOST_BYTES = 10 * 1024 * 1024
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
