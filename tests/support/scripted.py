"""Scripted conversations: read from YAML, played against the running product, compared with what each turn promises."""

import datetime as dt
import json
import re
from pathlib import Path

import httpx
import yaml
from running import HERE, coming_year

from kb.workdays import Calendar

FOLDER = Path(__file__).parent.parent / "conversations"
OUTCOMES = {"answered", "clarify", "no_answer", "form", "handoff", "smalltalk", "refused", "error"}
TITLES = {"ticket.create": "诉求", "agent.book": "代办", "profile.save": "企业信息", "rating.save": "评价"}
TURN_KEYS = {
    "say",  # the message; {number} is the number given last, {soon} and {later} are working days to come
    "pick",  # the message is this number, which names a choice of the reply before
    "click",  # the message is the payload of this choice (from 1) of the reply before
    "outcome",  # one or several that are right
    "entry",  # the first source is this one, or one of these
    "entries",  # all of these are among the sources
    "facet",  # the card is opened at this part, or one of these
    "contains",  # the visitor reads these words; an inner list means one of them
    "shows",  # as contains, but the card counts as well
    "lacks",  # the visitor reads none of these words, not on the card either
    "matches",  # a regular expression found in the text
    "choices_at_least",  # so many choices are offered
    "choice_of",  # [turn, place]: the answer is on the entry that this choice of that turn names
    "command",  # this was carried out: a number is given
    "same_text_as",  # the text of that turn (from 1) again
    "no_sources",  # nothing is cited
}
CONVERSATION_KEYS = {"name", "turns", "sent", "stored_lacks", "stored_has"}
NEVER = ("None", "null", "TODO", "{number}", "亲，", "包过", "保证通过", "👍", "😊")


def load():
    """All conversations of the folder, each with the file it stands in."""
    found = []
    for path in sorted(FOLDER.glob("*.yaml")):
        found += [{**one, "file": path.name} for one in yaml.safe_load(path.read_text(encoding="utf-8"))]
    return found


def many(value):
    """A value as a list."""
    return value if isinstance(value, list) else [value]


def working_day(after):
    """The first working day at least so many days ahead."""
    return Calendar(coming_year()).add_working_days(dt.date.today() + dt.timedelta(days=after), 0)


def filled(text, number):
    """A text of a script with the number and the days put in."""
    text = str(text)
    days = {name: working_day(after) for name, after in (("soon", 10), ("later", 20))}
    for name, day in days.items():
        text = text.replace(f"{{{name}}}", f"{day.year}年{day.month}月{day.day}日").replace(f"{{{name}_iso}}", str(day))
    return text.replace("{number}", number)


def text_of(reply):
    """What is said: the texts, the numbers given, the titles of links and buttons, without the card."""
    said = []
    for item in reply["messages"]:
        said += [str(item[key]) for key in ("text", "title", "number") if item["type"] != "guide" and item.get(key)]
        said += [choice["title"] for choice in item.get("choices", ())]
    return "\n".join(said)


def all_of(reply):
    """What is said and what the card shows."""
    return text_of(reply) + json.dumps(reply["messages"], ensure_ascii=False)


def choices(reply):
    """The payloads of the buttons of a reply."""
    return [one["payload"] for item in reply["messages"] for one in item.get("choices", ())]


def numbers(reply):
    """The numbers of requests given in a reply; one that is only looked up proves nothing yet."""
    return [item["number"] for item in reply["messages"] if item["type"] == "ticket" and item["status"] != "check"]


class Play:
    """One conversation being played; `complaints` holds what was promised and did not happen."""

    def __init__(self, stack, script):
        self.stack, self.script = stack, script
        self.id, self.said, self.replies, self.numbers, self.complaints = None, [], [], [], []

    def run(self):
        """Say every turn and compare; after an answer that is no answer nothing more is said."""
        for step, turn in enumerate(self.script["turns"], 1):
            message = self._message(turn)
            response = self.stack.ask(message, self.id)
            self.said.append(message)
            if response.status_code != 200:
                self.complaints.append(f"turn {step}: status {response.status_code}: {response.text[:300]}")
                return self
            reply = response.json()
            self.id = reply["conversation_id"]
            self.replies.append(reply)
            self.numbers += numbers(reply)
            wrong = [*anyhow(reply), *self._compare(turn, reply)]
            self.complaints += [f"turn {step} “{message}”: {one}" for one in wrong]
        self._compare_whole()
        return self

    def _message(self, turn):
        if "pick" in turn:
            return str(turn["pick"])
        if "click" in turn:
            offered = choices(self.replies[-1])
            return offered[turn["click"] - 1] if len(offered) >= turn["click"] else "（没有可点的按钮）"
        return filled(turn["say"], self._last())

    def _compare(self, turn, reply):
        yield from promised(turn, reply, self._last())
        if "choice_of" in turn:
            before, place = turn["choice_of"]
            offered = choices(self.replies[before - 1])
            titles = [source["title"] for source in reply["sources"]]
            if len(offered) < place or not any(offered[place - 1].startswith(title) for title in titles):
                yield f"expected the answer to choice {place} of {offered}, saw {titles}"
        if "same_text_as" in turn:
            before = self.replies[turn["same_text_as"] - 1]["messages"][0]["text"]
            if reply["messages"][0]["text"] != before:
                yield f"expected the same text again: {before}"

    def _last(self):
        return self.numbers[-1] if self.numbers else "（没有编号）"

    def _compare_whole(self):
        if "sent" in self.script and len(set(self.numbers)) != self.script["sent"]:
            self.complaints.append(f"expected {self.script['sent']} numbers in the whole conversation: {self.numbers}")
        stored = self.stored() if {"stored_has", "stored_lacks"} & set(self.script) else ""
        self.complaints += [
            f"stored text lacks {one}" for one in self.script.get("stored_has", ()) if one not in stored
        ]
        self.complaints += [f"stored text has {one}" for one in self.script.get("stored_lacks", ()) if one in stored]

    def stored(self):
        """The conversation as it was kept, as text."""
        return json.dumps(history(self.stack, self.id), ensure_ascii=False)

    def transcript(self):
        """The whole conversation, for a person who has to find out what went wrong."""
        rows = [f"{self.script['file']}: {self.script['name']}"]
        for message, reply in zip(self.said, self.replies, strict=False):
            about = [source["entry_id"] for source in reply["sources"]]
            rows.append(
                f"  > {message}\n    [{reply['outcome']} {reply['intent']['name']} {reply['confidence']:.2f} {about}]"
            )
            rows += [f"    {line}" for line in text_of(reply).splitlines()]
        return "\n".join([*rows, *(f"  !! {one}" for one in self.complaints)])


def promised(turn, reply, number):
    """Say what the turn promises and the reply does not keep."""
    sources = [source["entry_id"] for source in reply["sources"]]
    if "outcome" in turn and reply["outcome"] not in many(turn["outcome"]):
        yield f"expected outcome {turn['outcome']}, saw {reply['outcome']}"
    if "entry" in turn and (not sources or sources[0] not in many(turn["entry"])):
        yield f"expected entry {turn['entry']}, saw {sources}"
    if missing := set(turn.get("entries", ())) - set(sources):
        yield f"expected entries {sorted(missing)} among {sources}"
    facets = [item["facet"] for item in reply["messages"] if item["type"] == "guide"]
    if "facet" in turn and not set(many(turn["facet"])) & set(facets):
        yield f"expected part {turn['facet']}, saw {facets}"
    if turn.get("no_sources") and sources:
        yield f"expected no source, saw {sources}"
    if len(choices(reply)) < turn.get("choices_at_least", 0):
        yield f"expected {turn['choices_at_least']} choices, saw {choices(reply)}"
    if "command" in turn and not any(
        item["type"] == "ticket" and TITLES[turn["command"]] in item["title"] for item in reply["messages"]
    ):
        yield f"expected {turn['command']} with a number, saw {numbers(reply)}"
    yield from words(turn, reply, number)


def words(turn, reply, number):
    """Say which promised words are missing and which forbidden ones are there."""
    said, shown = text_of(reply), all_of(reply)
    for name, where in (("contains", said), ("shows", shown)):
        for one in turn.get(name, ()):
            if not any(filled(word, number) in where for word in many(one)):
                yield f"expected to read {one}"
    yield from (f"expected not to read {one}" for one in turn.get("lacks", ()) if filled(one, number) in shown)
    if "matches" in turn and not re.search(turn["matches"], said):
        yield f"expected to find {turn['matches']}"


def anyhow(reply):
    """Say what is wrong with a reply whatever was asked."""
    first = reply["messages"][0]
    if reply["outcome"] not in OUTCOMES - {"error"}:
        yield f"outcome {reply['outcome']}"
    if first["type"] != "text" or not 0 < len(first["text"]) <= 300:
        yield "the first item is no text of at most 300 characters"
    if reply["outcome"] == "answered" and not reply["sources"] and not numbers(reply):
        yield "answered without a source"
    yield from (f"reads {one}" for one in NEVER if one in text_of(reply))


def history(stack, conversation):
    """The turns of a conversation as they were kept, oldest first."""
    address = f"{stack.url}/api/v1/conversations/{conversation}"
    return httpx.get(address, timeout=30, **HERE).json()["turns"]
