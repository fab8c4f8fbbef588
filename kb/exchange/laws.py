"""Law texts as policies: split by article, chapters kept, dates only where the text states them."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterator, Sequence
from typing import Any

from kb.exchange.answers import made_id
from kb.exchange.documents import Block, Document

FEWEST_ARTICLES = 3
LONGEST_SUMMARY = 150
_NUMERAL = "[零〇一二三四五六七八九十百千]+"
_ARTICLE = re.compile(rf"^(第{_NUMERAL}条(?:之{_NUMERAL})?)[\s　]*(.*)$", re.S)
_CHAPTER = re.compile(rf"^第{_NUMERAL}([编章节])(?:\s|　|$)")
_DAY = re.compile(r"(\d{4})年(\d{1,2})月(\d{1,2})日")
_IN_FORCE = re.compile(
    r"(?:本法|本条例|本办法|本规定|本细则|本决定|本解释)自(\d{4}年\d{1,2}月\d{1,2}日)起(?:施行|实施)"
)
_HEAD_IN_FORCE = re.compile(r"^(\d{4}年\d{1,2}月\d{1,2}日)\s*起?施行")
_ORDER = re.compile(
    r"((?:主席|国务院|[\u4e00-\u9fff]{2,12}(?:部|委员会|总局|署))令(?:20\d\d年)?第[0-9〇零一二三四五六七八九十百]+号)"
)
_ACT = re.compile(r"(修订|修正|公布|通过|颁布)")
_ISSUERS = (
    ("全国人民代表大会常务委员会", "全国人民代表大会常务委员会"),
    ("全国人民代表大会", "全国人民代表大会"),
    ("国务院令", "国务院"),
    ("国务院", "国务院"),
)


def is_law(document: Document) -> bool:
    """Say whether the paragraphs are numbered 第×条."""
    return sum(1 for block in document.blocks if _ARTICLE.match(block.text)) >= FEWEST_ARTICLES


def law_entry(document: Document, source: str) -> dict[str, Any]:
    """Return plain data of a policy with the articles; its id is made of the title: a new version is an update."""
    title = _tight(document.title)
    articles = list(_articles(document.blocks))
    head = list(_head(document.blocks))
    short = title.removeprefix("中华人民共和国")
    version = _version(head)
    since = _in_force(head, articles)
    return {
        "id": made_id("law", title),
        "kind": "policy",
        "title": title,
        "summary": _purpose(articles),
        "aliases": [short] if short != title else [],
        "theme": "法律法规",
        "doc_number": _last(_ORDER, head),
        "basis": [{"law": short, "version": version}] if version else [],
        "effective_from": since,
        "sources": [{"name": f"{title}{f'（{version}）' if version else ''}，导入自 {source}", "grade": "法"}],
        "body": {"issuer": _issuer(head), "contact": "", "articles": articles},
    }


def _head(blocks: Sequence[Block]) -> Iterator[str]:
    for block in blocks:
        if _ARTICLE.match(block.text) or _CHAPTER.match(block.text):
            return
        yield block.text


def _articles(blocks: Sequence[Block]) -> Iterator[dict[str, Any]]:
    levels: dict[str, str] = {}
    number, chapter, texts = "", "", [""]
    for block in blocks:
        article, heading = _ARTICLE.match(block.text), _CHAPTER.match(block.text)
        if not article and not heading:
            texts.append(block.text)
            continue
        if number:
            yield {"number": number, "chapter": chapter, "text": "\n".join(text for text in texts if text)}
            number = ""
        if heading:
            _enter(levels, heading[1], block.text)
        elif article:
            number, texts = article[1], [article[2].strip()]
            chapter = " ".join(levels.values())
    if number:
        yield {"number": number, "chapter": chapter, "text": "\n".join(text for text in texts if text)}


def _enter(levels: dict[str, str], kind: str, text: str) -> None:
    """Open a part, chapter or section; those inside the former one of its kind are closed."""
    order = "编章节"
    for inner in order[order.index(kind) :]:
        levels.pop(inner, None)
    number, _, name = re.sub(r"[\s　]+", " ", text).partition(" ")
    levels[kind] = f"{number} {_tight(name)}".strip()


def _tight(text: str) -> str:
    """Take out the blanks that spread a short Chinese heading: 总 则."""
    return re.sub(r"(?<=[\u4e00-\u9fff])[\s　]+(?=[\u4e00-\u9fff])", "", text).strip()


def _version(head: Sequence[str]) -> str:
    """Say the latest version as 2023年修订; nothing when no line has a date."""
    dated = [(_day(found), line) for line in head if (found := _DAY.search(line)) and not _HEAD_IN_FORCE.match(line)]
    if not dated:
        return ""
    day, line = max(dated)
    act = _ACT.findall(line)
    return f"{day.year}年{act[-1] if act else ''}"


def _day(match: re.Match[str]) -> dt.date:
    return dt.date(int(match[1]), int(match[2]), int(match[3]))


def _in_force(head: Sequence[str], articles: Sequence[dict[str, Any]]) -> str | None:
    """Return the day of commencement that the last article or the head states, None when neither does."""
    for article in reversed(articles):
        found = _IN_FORCE.search(article["text"])
        if found:
            return _iso(found[1])
    stated = [found[1] for line in head if (found := _HEAD_IN_FORCE.match(line))]
    return _iso(stated[-1]) if stated else None


def _iso(text: str) -> str | None:
    found = _DAY.match(text)
    return _day(found).isoformat() if found else None


def _last(pattern: re.Pattern[str], head: Sequence[str]) -> str:
    found = [match[1] for line in head for match in pattern.finditer(line)]
    return found[-1] if found else ""


def _issuer(head: Sequence[str]) -> str:
    return next((name for line in reversed(head) for words, name in _ISSUERS if words in line), "")


def _purpose(articles: Sequence[dict[str, Any]]) -> str:
    text = str(articles[0]["text"]).split("\n")[0] if articles else ""
    return text if len(text) <= LONGEST_SUMMARY else text[: LONGEST_SUMMARY - 1] + "…"
