"""An answer as one text: what the page shows as card, buttons and links becomes sentences, numbers and addresses."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from web.channels.adapter import Link
from web.chat.conversations import Answer
from web.text import SENTENCE_ENDS

MORE = "……（全文见下面的链接）"
Absolute = Callable[[str], str]


@dataclass(frozen=True)
class Rendered:
    """What is said, what stands below it whatever its length, and what the numbers in it stand for."""

    body: str
    tail: str = ""
    choices: tuple[str, ...] = ()

    def fit(self, size: int) -> str:
        """Return the whole in at most `size` bytes of UTF-8; the body is cut at the end of a sentence."""
        whole = "\n\n".join(part for part in (self.body, self.tail) if part)
        if len(whole.encode()) <= size:
            return whole
        room = size - len(f"{MORE}\n\n{self.tail}".encode())
        if room < size // 4:  # the tail alone is too much: the answer comes first
            return _cut(self.body, size)
        return f"{_cut(self.body, room)}{MORE}\n\n{self.tail}"


def render(answer: Answer, link: Link, absolute: Absolute, staff: Sequence[str] = ()) -> Rendered:
    """Return the answer as text. `absolute` completes an address of ours; `staff` are words of people to pass on."""
    body = [*staff]
    tail: list[str] = []
    choices: list[str] = []
    for item in answer.messages:
        if item["type"] in ("text", "ticket") and item.get("text"):
            body.append(str(item["text"]))
        if item["type"] == "ticket" and item.get("url"):
            tail.append(link("进度与评价", absolute(str(item["url"]))))
        elif item["type"] == "link":
            tail.append(_linked(item, link, absolute))
        elif item["type"] == "choices":
            tail.append(_numbered(item, choices))
    tail[:0] = [f"来源：{link(item['title'], absolute(item['url']))}" for item in answer.sources[:1]]
    if not answer.messages and not staff:
        body.append("工作人员正在接待您，您的话已转达，答复会在您下一次发消息时一并送到。")
    return Rendered("\n\n".join(body), "\n\n".join(tail), tuple(choices))


def _linked(item: dict[str, Any], link: Link, absolute: Absolute) -> str:
    url = str(item["url"])
    return str(item["title"]) if url.startswith("tel:") else link(str(item["title"]), absolute(url))


def _numbered(item: dict[str, Any], choices: list[str]) -> str:
    """Return the choices one a line, numbered on from those before, and add what each stands for."""
    lines = [str(item["title"])] if item.get("title") else []
    for choice in item["choices"]:
        choices.append(str(choice["payload"]))
        lines.append(f"{len(choices)}. {choice['title']}")
    return "\n".join([*lines, "回复数字即可。"])


def _cut(text: str, size: int) -> str:
    head = text.encode()[:size].decode("utf-8", "ignore")
    end = max(head.rfind(mark) for mark in SENTENCE_ENDS) + 1
    return head[:end] if end > len(head) // 3 else head
