"""Moves a form along by one message: takes a value, a correction, a way out, or leaves the message to others."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import Any

from kb.terms import yes_no
from kb.text_fit import ANSWER_LIMIT, fit
from retriever.dialogue.commands import Command
from retriever.dialogue.forms import form_words
from retriever.dialogue.forms.catalogue import forms
from retriever.dialogue.forms.model import CHANGE, CONFIRM, Asked, BadValue, Field, Form, Reader, State, Step
from retriever.dialogue.message import Message
from retriever.dialogue.quick_replies import is_button
from retriever.text.normalize import normalise


def start(name: str, message: Message, asked: Asked, serial: int) -> Step:
    """Open a form, taking from the opening message what it tells for sure."""
    form = forms()[name]
    values: dict[str, Any] = {}
    for item in form.fields:
        if (value := _read(item.sure, message.raw, replace(asked, values=values))) is not None:
            values[item.name] = value
    state = State(name, values, "", serial + 1)
    noted = "".join(_noted(form.field(key), value) for key, value in values.items())
    total = len(form.asked_for(values))
    lead = (
        f"好的，{form.title}共{total}步，随时可以提问、改正，或说“取消”。{fit(noted, 120) if noted else ''}"
        if total > 1
        else ""
    )
    return _onward(state, lead, asked)


def prompt(state: State) -> tuple[str, tuple[str, ...]]:
    """Return the question the form is waiting for, with its step, and the buttons for it."""
    form = forms()[state.form]
    if state.asking == CONFIRM:
        return _summary(form, state)
    if state.asking == CHANGE:
        titles = tuple(item.title for item in form.asked_for(state.values))
        return "哪一项要改？说名称就行。", titles
    item = form.field(state.asking)
    fields = form.asked_for(state.values)
    step = f"第{fields.index(item) + 1}/{len(fields)}步：" if len(fields) > 1 else ""
    return step + item.question, (*item.options, *(("跳过",) if item.optional else ()))


def resume(state: State) -> str:
    """Return the reminder that follows the answer to a question asked in between."""
    return f"接着填{forms()[state.form].title}，{prompt(state)[0]}"


def handle(state: State, message: Message, act: str, asked: Asked) -> Step:
    """Return what the message does to an open form; a step that is not taken leaves the message to others."""
    text, form = message.clean, forms()[state.form]
    item = form.field(state.asking) if state.asking not in (CONFIRM, CHANGE) else None
    if item is not None and text in item.options:
        return _take(state, item, text, asked)
    if item is not None and item.free and (claimed := _claimed(form, item, text, replace(asked, values=state.values))):
        owner, value = claimed
        return _ask(replace(state, values={**state.values, owner.name: value}), _noted(owner, value))
    moved = _left(state, form, text, act, asked) or _correction(state, form, item, text, act, asked)
    if moved is not None:
        return moved
    if item is None:
        return _decide(state, form, text, act, asked)
    return _answer(state, item, message, act, asked)


def _left(state: State, form: Form, text: str, act: str, asked: Asked) -> Step | None:
    """Return the step of a message that gives up, begins anew, goes one step back or wants the question again."""
    if len(text) <= 15 and (form_words.QUIT.search(text) or (act == "cancel" and form_words.GIVES_UP.search(text))):
        return Step(State(serial=state.serial), f"好的，{form.title}已取消，没有提交任何内容。还有要问的随时说。")
    if len(text) <= 12 and (form_words.AGAIN.search(text) or (act == "start_over" and form_words.AWAY.search(text))):
        return (
            Step(State(serial=state.serial))
            if form_words.AWAY.search(text)
            else start(form.name, Message(""), asked, state.serial - 1)
        )
    if form_words.BACK.search(text) and len(text) <= 10:
        return _previous(state, form, asked)
    said_again = act == "repeat" and len(text) <= 12 and form_words.REPEAT.search(text)  # 说得明白 is a remark, no wish
    return _ask(state) if said_again else None


def _answer(state: State, item: Field, message: Message, act: str, asked: Asked) -> Step:
    """Take the message as it was written as the value asked for, unless it is a question or talk in between."""
    text = message.clean
    if (act in form_words.QUESTION_ACTS and form_words.ASKS.search(text)) or is_button(message):
        return Step(state)
    if item.optional and (form_words.SKIP.search(text) or (act == "deny" and len(text) <= 8)):
        return _onward(replace(state, values={**state.values, item.name: None}), "", asked)
    if item.free and _interrupts(item, text, act):
        return Step(state)
    try:
        return _take(state, item, message.raw.strip(), asked)
    except BadValue as error:
        if (
            act in form_words.OTHER_ACTS | form_words.FORM_ACTS
            or (act in form_words.QUESTION_ACTS and len(text) > 8)
            or form_words.ASKS.search(text)
        ):
            return Step(state)
        return Step(state, fit(str(error), ANSWER_LIMIT), prompt(state)[1])


def _read(reader: Reader | None, text: str, asked: Asked) -> Any:
    """Return the value that a message tells of a field that was not asked for, None when it tells none."""
    try:
        return reader(text, asked) if reader else None
    except BadValue:
        return None


def _claimed(form: Form, item: Field, text: str, asked: Asked) -> tuple[Field, Any] | None:
    """Return the later field to which the whole message belongs, with its value, though a free one was asked for."""
    for other in form.fields[form.fields.index(item) + 1 :]:
        if text in other.options:
            return other, other.read(text, asked)
        value = _read(other.read if other.telling else other.sure, text, asked)
        short = len(text) <= max(map(len, other.options), default=0)
        if value is not None and (short or (other.telling and _bare(value) == _bare(text))):
            return other, value
    return None


def _bare(text: str) -> str:
    return "".join(text.split()).lower()


def _noted(item: Field, value: Any) -> str:
    return f"已记下{item.title}：{item.show(value)}。"


def _interrupts(item: Field, text: str, act: str) -> bool:
    """Say whether a message to a field that takes any sentence is surely meant for something else."""
    if (form_words.PERSON.search(text) and act == "contact_person") or form_words.PLEASANTRY.search(text):
        return True
    if act in form_words.FORM_ACTS and form_words.OTHER_FORM.search(text):
        return True
    return item.name != "what" and text.endswith(("?", "？"))


def _take(state: State, item: Field, text: str, asked: Asked) -> Step:
    value = item.read(text, replace(asked, values=state.values))
    return _onward(replace(state, values={**state.values, item.name: value}), "", asked)


def _onward(state: State, lead: str, asked: Asked) -> Step:
    """Ask for the next missing field, or for the confirmation, or finish a form that needs none."""
    form = forms()[state.form]
    missing = next((item for item in form.asked_for(state.values) if item.name not in state.values), None)
    if missing is not None:
        return _ask(replace(state, asking=missing.name), lead)
    return _ask(replace(state, asking=CONFIRM), lead) if form.confirmed else _finish(state, form)


def _ask(state: State, lead: str = "") -> Step:
    question, suggestions = prompt(state)
    return Step(state, fit(lead, ANSWER_LIMIT - len(question)) + question if lead else question, suggestions)


def _summary(form: Form, state: State) -> tuple[str, tuple[str, ...]]:
    rows = shown(form, state.values)
    room = (ANSWER_LIMIT - 20 - sum(len(title) + 2 for title, _ in rows)) // len(rows)
    told = "；".join(f"{title}：{text if len(text) <= room else text[: room - 1] + '…'}" for title, text in rows)
    return f"请核对：{told}。确认提交吗？", ("确认提交", "修改", "取消")


def shown(form: Form, values: dict[str, Any]) -> list[tuple[str, str]]:
    """Return (title, words) of every field that was asked; a skipped one says 未填."""
    return [
        (item.title, "未填" if values[item.name] is None else item.show(values[item.name]))
        for item in form.asked_for(values)
        if item.name in values
    ]


def _finish(state: State, form: Form) -> Step:
    asked = {item.name for item in form.asked_for(state.values)}
    values = {name: value for name, value in state.values.items() if name in asked}
    args = {
        "form": form.name,
        "title": form.title,
        "values": values,
        "summary": [list(row) for row in shown(form, values)],
        "key": f"{form.name}-{state.serial}",
    }
    return Step(State(serial=state.serial), form.done.format(**values), (), Command(name=form.command, args=args))


def _decide(state: State, form: Form, text: str, act: str, asked: Asked) -> Step:
    """Read the answer to 确认提交吗 or 哪一项要改."""
    if state.asking == CHANGE:
        return _change(state, form, text, act, asked)
    if (act in form_words.QUESTION_ACTS and form_words.ASKS.search(text)) or act in form_words.OTHER_ACTS:
        return Step(state)
    if act == "affirm" or (_says_yes(text) and not form_words.WRONG.search(text) and act != "deny"):
        return _finish(state, form)
    if act in ("deny", "correct") or form_words.WRONG.search(text):
        return _ask(replace(state, asking=CHANGE))
    return Step(state) if act in form_words.FORM_ACTS else _ask(state, "请回答“确认提交”“修改”或“取消”。")


def _says_yes(text: str) -> bool:
    return yes_no.answer(text, "request") is True or bool(form_words.SENDS.search(text))


def _change(state: State, form: Form, text: str, act: str, asked: Asked) -> Step:
    """Read which field is to be changed; a new phone or code says so by itself, and 不用改 goes back."""
    if named := _named(form, state, text):
        return _ask(replace(state, asking=named.name))
    for item in form.asked_for(state.values):
        if item.telling:
            try:
                return _take(state, item, text, asked)
            except BadValue:
                continue
    if act in ("affirm", "deny") or _says_yes(text):
        return _ask(replace(state, asking=CONFIRM))
    return (
        Step(state)
        if act in form_words.QUESTION_ACTS | form_words.OTHER_ACTS | form_words.FORM_ACTS
        else _ask(state, "没看出是哪一项。")
    )


def _correction(state: State, form: Form, item: Field | None, text: str, act: str, asked: Asked) -> Step | None:
    """Return the step of a message that says an answer was wrong; None when it says no such thing."""
    if (
        len(text) > 40
        or not form_words.WRONG.search(text)
        or (item is not None and item.free and (act != "correct" or len(text) > 20))
    ):
        return None
    named = _named(form, state, text)
    if named is None or (act in form_words.QUESTION_ACTS and form_words.ASKS.search(text)):
        return None
    if named.name not in state.values and (item is None or named.name != item.name):
        return None
    told = form_words.NEW_VALUE.sub("", text) if form_words.NEW_VALUE.search(text) else text
    if told != text or re.search(r"\d{3}", text):
        try:
            return _take(state, named, told, asked)
        except BadValue as error:
            return Step(replace(state, asking=named.name), str(error))
    return _ask(replace(state, asking=named.name), f"好的，重新填{named.title}。")


def _named(form: Form, state: State, text: str) -> Field | None:
    """Return the field that the words name, by its place (第二项) or by name; of several the one named first."""
    text = normalise(text)
    fields = form.asked_for(state.values)
    if (place := form_words.PLACE.search(text)) and int(place.group(1)) <= len(fields):
        return fields[int(place.group(1)) - 1]
    found = [
        (min(text.index(word) for word in (item.title, *item.words) if word in text), place, item)
        for place, item in enumerate(fields)
        if any(word in text for word in (item.title, *item.words))
    ]
    return min(found)[2] if found else None


def _previous(state: State, form: Form, asked: Asked) -> Step:
    fields = [item.name for item in form.asked_for(state.values)]
    at = fields.index(state.asking) if state.asking in fields else len(fields)
    if at == 0:
        return _ask(state, "已经是第一步了。")
    return _ask(replace(state, asking=fields[at - 1]))
