"""What must be said before anything else: danger to people, text that tries to steer the bot, other people's data.

The words stand in `kb/lexicon/`: dangers.yaml, injection.yaml, abuse.yaml, others_data.yaml and private.yaml.
"""

from __future__ import annotations

from dataclasses import dataclass

from retriever.dialogue import responses
from retriever.text import word_rules


@dataclass(frozen=True)
class Danger:
    """What is happening, and the sentence that names whom to call now."""

    kind: str
    text: str


def danger(text: str, hotline: str = "12345") -> Danger | None:
    """Return whom to call when `text` reports danger now; a question about rules (火灾怎么投保) is none."""
    kind = next((name for name, one in word_rules.load("dangers").items() if one.found(text)), None)
    return None if kind is None else Danger(kind, responses.danger(kind, hotline))


def injected(text: str) -> bool:
    """Say whether the text tries to steer the machine instead of asking something."""
    return word_rules.load("injection")["injection"].found(text)


def steering(text: str) -> bool:
    """Say whether the text has words of steering; these alone prove nothing, a classifier's verdict goes with them."""
    return word_rules.load("injection")["steering"].found(text)


def abusive(text: str) -> bool:
    """Say whether the text swears at the desk."""
    return word_rules.load("abuse")["abuse"].found(text)


def without_abuse(text: str) -> str:
    """Return the text with the swear words taken out; what is left may still be a question."""
    kinds = word_rules.load("abuse")
    return kinds["scolded"].without(kinds["abuse"].without(text))


def asks_about_others(text: str) -> bool:
    """Say whether the text asks for another enterprise's data."""
    return word_rules.load("others_data")["others_data"].found(text)


def private(text: str) -> bool:
    """Say whether the text is about a matter of a person's own life (结婚, 驾照)."""
    return word_rules.load("private")["private"].found(text)
