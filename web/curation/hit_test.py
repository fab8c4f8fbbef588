"""The hit test: what a visitor would see for a question, and why; it goes the way of the chat."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass, fields, replace
from typing import Any

from sqlalchemy.engine import Engine

from kb.database import writing
from kb.settings import Settings
from retriever.dialogue.message import Message
from retriever.dialogue.payload import Payload
from retriever.search import tuning
from retriever.search.fusion import Weights
from retriever.search.results import Found
from retriever.search.searcher import Searcher
from retriever.search.tuning import Tuning
from web import clock
from web.accounts import audit
from web.accounts.people import Person
from web.chat.rehearsal import Rehearsal
from web.curation.errors import BadTuning

ACTS = {
    "": "由对话判断",
    "ask_guide": "问办事",
    "ask_facet": "问某一部分",
    "ask_policy": "问政策",
    "ask_package": "问一件事",
    "ask_place": "问地点",
    "ask_notice": "问活动通知",
    "out_of_scope": "被判为业务之外",
    "small_talk": "被判为闲聊",
}
KNOBS = {
    "answer": "回答阈值",
    "clarify": "反问阈值",
    "words": "词的权重",
    "pairs": "字对的权重",
    "names": "标题与问法占比",
    "several": "最近几条问法的比重",
    "spelling": "标题与问法按字面的比重",
    "akin": "同义词的分量",
    "value": "答案类型加分",
    "fitting": "部分对得上的加分",
    "called": "点名加分",
    "stale": "失效扣分",
}
BANDS = {"answer": "直接回答", "clarify": "反问", "refuse": "如实说不知道"}
OUTCOMES = {
    "answered": "回答",
    "clarify": "反问",
    "no_answer": "如实说不知道",
    "form": "登记表",
    "handoff": "转人工",
    "smalltalk": "寒暄",
    "refused": "拒绝",
    "error": "出错",
}
FOUND_BY = {"words": "词", "meaning": "语义", "code": "编码", "alias": "别名", "title": "标题", "question": "问法"}
TOP = 8


@dataclass(frozen=True)
class HitTest:
    """One try: what a visitor would read and be shown, and what was found before that.

    `classified` says that the dialogue's classifier was asked; without it the message counts as a question.
    """

    said: Payload
    link: dict[str, Any] | None
    found: Found
    classified: bool


def hit_test(
    question: str, act: str, entry_id: str, searcher: Searcher, rehearsal: Rehearsal, trial: Tuning
) -> HitTest:
    """Try a question (BadTuning). `entry_id` is what the talk was about before, empty for a fresh one.

    `act` is one of ACTS; the empty one leaves it to the classifier, as in the chat.
    """
    tried = searcher.tried(_fit(trial))
    done = rehearsal.say(question, tried, entry_id=entry_id, acts={act: 0.0} if act else None)
    found = tried.search(Message(question).searched, top_k=TOP, on=clock.today())
    return HitTest(done.payload, done.link, found, bool(done.acts) and not act)


def tuning_of(form: Mapping[str, str], settings: Settings) -> Tuning:
    """Return the tuning in force with the knobs that the form turns (BadTuning)."""
    values = knobs(tuning.in_force(settings))
    for name, title in KNOBS.items():
        text = form.get(name, "").strip()
        if text:
            try:
                values[name] = float(text)
            except ValueError as error:
                raise BadTuning(f"{title}要写成 0 到 1 的数字") from error
    weights = {item.name: values[item.name] for item in fields(Weights)}
    return Tuning(values["answer"], values["clarify"], replace(Weights(), **weights))


def knobs(tuned: Tuning) -> dict[str, float]:
    """Return the value of every knob."""
    return {"answer": tuned.answer, "clarify": tuned.clarify, **asdict(tuned.weights)}


def apply(engine: Engine, actor: Person, settings: Settings, trial: Tuning | None) -> None:
    """Put a tuning in force for the chat at once; None goes back to the settings (BadTuning)."""
    before = tuning.in_force(settings)
    after = _fit(trial) if trial else tuning.usual(settings)
    old, new = ({KNOBS.get(name, name): value for name, value in knobs(one).items()} for one in (before, after))
    changed = [name for name in new if old[name] != new[name]]
    with writing(engine) as connection:
        said = ({name: old[name] for name in changed}, {name: new[name] for name in changed})
        audit.record(connection, actor.name, "search.tune", "search", *said)
        if trial:
            tuning.put_in_force(after, settings)
        else:
            tuning.forget(settings)


def _fit(trial: Tuning) -> Tuning:
    try:
        return trial.checked()
    except tuning.BadTuning as error:
        raise BadTuning(str(error)) from error
