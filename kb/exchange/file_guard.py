"""Opening files that came from elsewhere: too big, protected, broken or mislabelled ones are refused by name."""

from __future__ import annotations

import codecs
import zipfile
import zlib
from pathlib import Path

from charset_normalizer import from_bytes

from kb.errors import BadFile

IMPORT_BYTES = 100_000_000
MAX_UNPACKED = 1_000_000_000
_OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_ENCRYPTED_STREAM = "EncryptedPackage".encode("utf-16-le")


def read_bytes(path: Path, limit: int = IMPORT_BYTES) -> bytes:
    """Return the content of a file; raises BadFile when it is missing, empty or larger than `limit` bytes."""
    try:
        size = path.stat().st_size
        if size > limit:
            raise BadFile(f"{path.name}：文件有 {size / 1e6:.0f} MB，最多 {limit / 1e6:.0f} MB")
        data = path.read_bytes()
    except OSError as error:
        raise BadFile(f"{path.name}：读不了：{error.strerror}") from error
    if not data.strip():
        raise BadFile(f"{path.name}：文件是空的")
    return data


def read_text(path: Path, limit: int = IMPORT_BYTES) -> str:
    """Return the text of a file in UTF-8, UTF-16, GBK or Big5, without its byte order mark (BadFile)."""
    return decode(read_bytes(path, limit), path.name)


def decode(data: bytes, name: str) -> str:
    """Return bytes as text, telling its encoding from what it holds (BadFile when it is not text)."""
    if data.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        return _strict(data, "utf-16", name)
    if b"\0" in data:
        raise BadFile(f"{name}：不是文字文件")
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError:
        best = from_bytes(data, cp_isolation=["gb18030", "big5"]).best()
        return _strict(data, best.encoding if best else "gb18030", name)


def _strict(data: bytes, encoding: str, name: str) -> str:
    try:
        return data.decode(encoding)
    except UnicodeDecodeError as error:
        raise BadFile(f"{name}：文字编码认不出来（试过 UTF-8、UTF-16、GBK、Big5），请另存为 UTF-8") from error


def check_office(path: Path, kind: str) -> None:
    """Raise BadFile unless the file is an Office file of today's form that can be read; `kind` is .xlsx or .docx."""
    head = read_bytes(path)
    if head.startswith(_OLE):
        if _ENCRYPTED_STREAM in head:
            raise BadFile(f"{path.name}：文件有密码，请去掉密码再导入")
        raise BadFile(f"{path.name}：是旧版 Office 文件，请另存为 {kind} 再导入")
    try:
        with zipfile.ZipFile(path) as parts:
            if sum(part.file_size for part in parts.infolist()) > MAX_UNPACKED:
                raise BadFile(f"{path.name}：解开后超过 {MAX_UNPACKED / 1e6:.0f} MB")
            broken = parts.testzip()
    except (zipfile.BadZipFile, zlib.error, OSError, EOFError, RuntimeError, NotImplementedError) as error:
        raise BadFile(f"{path.name}：文件已损坏，或不是 {kind} 文件") from error
    if broken:
        raise BadFile(f"{path.name}：文件已损坏（{broken}）")
