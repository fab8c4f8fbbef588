"""The fixed sentences of the desk with what they name, the buttons after an answer, labels that tell entries apart."""

from __future__ import annotations

from collections.abc import Sequence

from kb.facets import HEADINGS, facets
from kb.models import Entry
from kb.settings import Settings
from retriever.dialogue.sentences import sentence, sentences
from retriever.dialogue.values import Choice
from retriever.index.part_words import buttons

NONE_OF_THESE = "都不是"
PERSON = "转人工"
MESSAGE = "登记诉求"
EXAMPLES = ("开公司要什么材料？", "食品经营许可多久能办好？", "查进度", PERSON)
FORMS = {
    "report_appeal": "appeal",
    "check_progress": "progress",
    "book_agent": "agent",
    "match_policy": "profile",
    "rate": "rating",
    "subscribe": "subscribe",
}


def is_talk(act: str) -> bool:
    """Say whether there is a fixed sentence for an act."""
    return f"talk_{act}" in sentences()


def talk(act: str, settings: Settings) -> str:
    """Return the fixed sentence for an act of conversation."""
    return sentence(f"talk_{act}", desk=settings.desk_name)


def danger(kind: str, hotline: str) -> str:
    """Return whom to call now for one kind of danger."""
    return sentence(f"danger_{kind}", hotline=hotline)


def human(settings: Settings) -> str:
    """Return whom to turn to, with the numbers that are known."""
    known = "填写" not in settings.desk_phone
    desk = sentence("human_desk", desk=settings.desk_name, phone=settings.desk_phone, hours=settings.desk_hours)
    return sentence("human", hotline=settings.hotline, desk=desk if known else "")


def refusal(kind: str, settings: Settings) -> str:
    """Return the calm fixed reply to text that is not answered."""
    whom = human(settings)
    return sentence(f"refusal_{kind}", human=whom, call=whom.removeprefix("可"))


def not_found(near: Sequence[str], settings: Settings) -> str:
    """Return the honest sentence when nothing answers: the nearest themes, and a person."""
    themes = sentence("not_found_near", titles="、".join(near)) if near else ""
    return sentence("not_found", near=themes, human=human(settings))


def none_listed(act: str, settings: Settings) -> str:
    """Return the sentence when there is nothing of a kind to list."""
    return sentence(f"none_listed_{act}", human=human(settings))


def offer_person(settings: Settings) -> str:
    """Return the offer of a person after two failures in a row."""
    return sentence("offer_a_person", person=PERSON, message=MESSAGE, human=human(settings))


def lacks(entry: Entry, facet: str, settings: Settings) -> str:
    """Return the honest sentence when the entry says nothing on the part asked for."""
    part = HEADINGS.get(facet) or sentence("part_unnamed")
    return sentence("part_missing", title=entry.title, part=part, human=human(settings))


def follow_ups(entry: Entry, shown: Sequence[str], most: int = 3) -> tuple[str, ...]:
    """Return questions that make sense next: parts the entry has and that were not just shown."""
    there = {part.name for part in facets(entry)}
    return tuple(question for name, question in buttons().items() if name in there and name not in shown)[:most]


def choices(entries: Sequence[Entry]) -> tuple[Choice, ...]:
    """Return the entries with labels that differ for a person: the title, or what is different where titles agree."""
    titles = [entry.title for entry in entries]
    rows = []
    for entry in entries:
        twins = [other for other in entries if other.title == entry.title and other.id != entry.id]
        extra = next(
            (value for value in _marks(entry) if value and all(value not in _marks(twin) for twin in twins)), entry.id
        )
        rows.append(
            Choice(
                entry_id=entry.id,
                title=entry.title,
                label=entry.title if titles.count(entry.title) == 1 else f"{entry.title}（{extra}）",
            )
        )
    return tuple(rows)


def _marks(entry: Entry) -> tuple[str, ...]:
    return (
        entry.department,
        entry.jurisdiction,
        str(getattr(entry.body, "audience", "")),
        str(entry.effective_from or ""),
        entry.code,
    )
