"""Markdown, HTML, Word and PDF documents as one plain sequence of headings, paragraphs and tables."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Literal
from zipfile import BadZipFile

import docx
import pdfplumber
from bs4 import BeautifulSoup, Tag
from docx.opc.exceptions import PackageNotFoundError
from docx.table import Table
from markdown_it import MarkdownIt
from pdfminer.pdfdocument import PDFPasswordIncorrect
from pdfplumber.utils.exceptions import PdfminerException

from kb.errors import BadFile
from kb.exchange.file_guard import check_office, read_bytes, read_text

MAX_PAGES = 2_000
_BLOCKS = ("h1", "h2", "h3", "h4", "h5", "h6", "p", "li", "table", "dt", "dd", "blockquote", "pre")
_LINE_STARTS = re.compile(
    r"^(第[零〇一二三四五六七八九十百千]+[章节条]|[一二三四五六七八九十]+、|（[一二三四五六七八九十]+）|\d+[.、．]|问[:：]|答[:：])"
)
_LINE_ENDS = ("。", "；", "：", "？", "！", ":", ";", "?", "!")


@dataclass(frozen=True)
class Block:
    """One heading (`level` from 1), paragraph, or table (`rows` of cells, the first being its headings)."""

    kind: Literal["heading", "paragraph", "table"]
    text: str = ""
    level: int = 0
    rows: tuple[tuple[str, ...], ...] = ()


@dataclass(frozen=True)
class Document:
    """A document: title (its first heading, else the file's name) and the blocks below."""

    title: str
    blocks: tuple[Block, ...]


def open_document(path: Path) -> Document:
    """Read a document by its ending (BadFile when it is protected, broken, or has no text)."""
    blocks = [block for block in DOCUMENTS[path.suffix.lower()](path) if block.text or block.rows]
    if not blocks:
        raise BadFile(f"{path.name}：没有文字（可能是扫描件），请先做文字识别")
    first = blocks[0]
    if first.kind == "heading" or (
        first.kind == "paragraph" and len(first.text) <= 60 and not first.text.endswith(_LINE_ENDS)
    ):
        return Document(first.text, tuple(blocks[1:]))
    return Document(path.stem, tuple(blocks))


def _markdown(path: Path) -> Iterator[Block]:
    yield from _html_blocks(MarkdownIt("commonmark").enable("table").render(read_text(path)))


def _html(path: Path) -> Iterator[Block]:
    yield from _html_blocks(read_text(path))


def _text(path: Path) -> Iterator[Block]:
    for line in read_text(path).split("\n"):
        yield Block("paragraph", _clean(line))


def _html_blocks(page: str) -> Iterator[Block]:
    tree = BeautifulSoup(page, "html.parser")
    for tag in tree(["script", "style", "nav", "footer", "head", "template"]):
        tag.decompose()
    found = tree.find_all(_BLOCKS)
    if not found:
        for line in tree.get_text("\n").split("\n"):
            yield Block("paragraph", _clean(line))
    for tag in found:
        if not isinstance(tag, Tag) or tag.find_parent(["table"]) is not None:
            continue
        if tag.name == "table":
            rows = [
                tuple(_clean(cell.get_text(" ")) for cell in row.find_all(["th", "td"])) for row in tag.find_all("tr")
            ]
            yield Block("table", rows=tuple(row for row in rows if any(row)))
        elif tag.name in ("li", "blockquote", "dd") and tag.find(["p", "li"]) is not None:
            continue
        elif re.fullmatch(r"h[1-6]", tag.name):
            yield Block("heading", _clean(tag.get_text()), int(tag.name[1]))
        else:
            for line in tag.get_text().split("\n"):
                yield Block("paragraph", _clean(line))


def _docx(path: Path) -> Iterator[Block]:
    check_office(path, ".docx")
    try:
        document = docx.Document(str(path))
    except (PackageNotFoundError, BadZipFile, KeyError, ValueError) as error:
        raise BadFile(f"{path.name}：文件已损坏，或不是 .docx 文件") from error
    for item in document.iter_inner_content():
        if isinstance(item, Table):
            yield Block("table", rows=tuple(tuple(_clean(cell.text) for cell in row.cells) for row in item.rows))
            continue
        style = (item.style.name if item.style is not None else "") or ""
        level = re.search(r"(?:Heading|标题)\s*(\d)", style)
        if level or style in ("Title", "标题"):
            yield Block("heading", _clean(item.text), int(level[1]) if level else 1)
        else:
            for line in item.text.split("\n"):
                yield Block("paragraph", _clean(line))


def _pdf(path: Path) -> Iterator[Block]:
    read_bytes(path)
    try:
        with pdfplumber.open(path) as book:
            if len(book.pages) > MAX_PAGES:
                raise BadFile(f"{path.name}：超过 {MAX_PAGES} 页，请拆成几个文件")
            lines = [line for page in book.pages for line in (page.extract_text() or "").split("\n")]
    except PdfminerException as error:
        if isinstance(error.args[0] if error.args else None, PDFPasswordIncorrect):
            raise BadFile(f"{path.name}：文件有密码，请去掉密码再导入") from error
        raise BadFile(f"{path.name}：文件已损坏，或不是 PDF 文件") from error
    for text in _paragraphs(lines):
        yield Block("paragraph", text)


def _paragraphs(lines: list[str]) -> Iterator[str]:
    """Put the lines of a page together again: one goes on until it ends like a sentence or the next is a new item."""
    text = ""
    longest = max((len(line) for line in lines), default=0)
    for line in map(_clean, lines):
        if re.fullmatch(r"[-—]?\s*\d{1,4}\s*[-—]?", line):  # a page number
            continue
        broken = text and (
            text.endswith(_LINE_ENDS)
            or _LINE_STARTS.match(line)
            or len(text.rsplit("\n", maxsplit=1)[-1]) < longest * 0.6
        )
        if broken:
            yield text
            text = line
        else:
            text += line
    if text:
        yield text


def _clean(text: str) -> str:
    return re.sub(r"[ \t\r\n\u3000\xa0\u2000-\u200d\u2060\ufeff]+", " ", text).strip()


DOCUMENTS: dict[str, Callable[[Path], Iterator[Block]]] = {
    ".md": _markdown,
    ".markdown": _markdown,
    ".html": _html,
    ".htm": _html,
    ".docx": _docx,
    ".pdf": _pdf,
    ".txt": _text,
}
