"""One turn of a conversation as a plain function: an open form first, then the question; nothing here knows Rasa."""

from __future__ import annotations

import re
from dataclasses import dataclass, field, replace

from kb.text_fit import ANSWER_LIMIT, fit
from kb.workdays import calendar_of
from retriever.dialogue.acts import Acts
from retriever.dialogue.commands import OPEN_FORM
from retriever.dialogue.forms import engine, form_words
from retriever.dialogue.forms.catalogue import forms
from retriever.dialogue.forms.model import Asked, State, Step
from retriever.dialogue.message import Message
from retriever.dialogue.profile import profile_turn
from retriever.dialogue.profile.profile_state import Enterprise
from retriever.dialogue.quick_replies import act_of
from retriever.dialogue.reply import guarded, reply
from retriever.dialogue.scope import Desk
from retriever.dialogue.sentences import sentence
from retriever.dialogue.values import Context, Reply

RESUME = re.compile(r"^(请|我要|我想)?(继续|接着)(填写?|登记|来|办|上次的?)?")


@dataclass(frozen=True)
class Memory:
    """What one turn leaves for the next: what the talk is about, the form in hand, what is known of the enterprise."""

    context: Context = field(default_factory=Context)
    form: State = field(default_factory=State)
    enterprise: Enterprise = field(default_factory=Enterprise)


@dataclass(frozen=True)
class Turn:
    """What is said, and the memory after it. `sure` is how certain the act is, 0-1; 1 when a button named it."""

    reply: Reply
    memory: Memory
    sure: float = 0.0


def turn(message: Message, memory: Memory, acts: Acts, desk: Desk) -> Turn:
    """Answer one message. Every door comes through here: the chat, the hit test, the curators' lists.

    `acts` are the classifier's; empty when there is none, then a message counts as a question. An act that is certain
    is not overruled by what a search finds. After the session's lifetime the context is forgotten, but a half-filled
    form is kept and offered again.
    """
    told, sure = next(iter(acts.items()), ("", 0.0))
    act, late = act_of(message, told), message.silent > desk.settings.session_minutes
    desk = replace(desk, sure=sure)
    if late:
        memory = Memory(Context(), replace(memory.form, resting=memory.form.open), memory.enterprise)
    done = _answered(message, act, memory, desk, late)
    return replace(done, sure=sure if done.reply.act in ("", told) else 1.0)


def _answered(message: Message, act: str, memory: Memory, desk: Desk, late: bool) -> Turn:
    warning = guarded(message, memory.context, desk.settings)
    free = not warning and not memory.form.open
    if free and (served := profile_turn.taken(message, act, memory.enterprise, memory.context, desk)):
        return Turn(replace(served[0], act=act), Memory(served[0].context, memory.form, served[1]))
    return _of_the_enterprise(_spoken(message, act, memory, desk, warning, late), message, memory, desk)


def _of_the_enterprise(done: Turn, message: Message, memory: Memory, desk: Desk) -> Turn:
    """Put the matches in place of a finished profile; what is known of the enterprise goes on to the next turn."""
    opened = done.memory.form.form == "profile" != memory.form.form
    served = profile_turn.brought(done.reply, opened, memory.enterprise, done.memory.context, message, desk)
    if served is None:
        kept = replace(memory.enterprise, asking="")
        return replace(done, memory=replace(done.memory, enterprise=kept))
    form = memory.form if opened else done.memory.form
    return Turn(replace(served[0], act=done.reply.act), Memory(served[0].context, form, served[1]))


def _spoken(message: Message, act: str, memory: Memory, desk: Desk, warning: Reply | None, late: bool) -> Turn:
    if memory.form.resting:
        return _resting(message, act, memory, desk, warning, remind=late)
    if memory.form.open:
        return _filling(message, act, memory, desk, warning)
    return _free(message, act, memory, desk, warning)


def _free(message: Message, act: str, memory: Memory, desk: Desk, warning: Reply | None) -> Turn:
    """Answer without a form in hand; an act that wants a form opens it."""
    said = replace(warning, act=act) if warning else reply(message, act, memory.context, desk)
    wanted = _wanted(said)
    if wanted is None:
        return Turn(said, Memory(said.context, memory.form))
    return _formed(engine.start(wanted, message, _asked(desk), memory.form.serial), act, said.context)


def _filling(message: Message, act: str, memory: Memory, desk: Desk, warning: Reply | None) -> Turn:
    """Hand the message to the open form; what the form leaves is answered, with a reminder of the form."""
    form = memory.form
    step = Step(form) if warning else engine.handle(form, message, act, _asked(desk))
    if step.taken:
        return _formed(step, act, memory.context)
    said = warning or reply(message, act, memory.context, desk)
    if not step.state.open:
        return Turn(said, Memory(said.context, step.state))
    wanted = _wanted(said)
    if wanted == form.form:
        words, buttons = engine.prompt(form)
        said = replace(said, text=words, suggestions=buttons, command=None)
        return Turn(replace(said, context=replace(said.context, text=words)), Memory(said.context, form))
    if wanted is not None:
        other = engine.start(wanted, message, _asked(desk), form.serial)
        if other.command is None:
            said = replace(
                said,
                text=sentence("form_stays", form=forms()[form.form].title, other=forms()[wanted].title),
                command=None,
            )
        else:
            said = replace(said, text=other.text, command=other.command)
            form = replace(form, serial=other.state.serial)
    return Turn(_reminded(said, form), Memory(said.context, form))


def _resting(message: Message, act: str, memory: Memory, desk: Desk, warning: Reply | None, *, remind: bool) -> Turn:
    """Go on with a form left half-filled when asked to, give it up when asked to, else answer and leave it."""
    form = replace(memory.form, resting=False)
    text, title = message.clean, forms()[form.form].title
    if RESUME.search(text) or (act == "affirm" and len(text) <= 8):
        words, buttons = engine.prompt(form)
        return _formed(Step(form, words, buttons), act, memory.context)
    if act == "cancel" or (form_words.QUIT.search(text) and len(text) <= 12):
        return _formed(engine.handle(form, Message("取消"), "cancel", _asked(desk)), act, memory.context)
    done = _free(message, act, Memory(memory.context, State(serial=form.serial)), desk, warning)
    if done.memory.form.open and done.memory.form.form == form.form:
        words, buttons = engine.prompt(form)
        return _formed(Step(form, sentence("form_goes_on", form=title, question=words), buttons), act, memory.context)
    if done.memory.form.open or not remind:
        kept = done.memory.form if done.memory.form.open else replace(memory.form, serial=done.memory.form.serial)
        return Turn(done.reply, Memory(done.memory.context, kept))
    note = sentence("form_unfinished", form=title)
    said = replace(
        done.reply,
        text=f"{fit(done.reply.text, ANSWER_LIMIT - len(note) - 1)}\n{note}",
        suggestions=("继续填写", "取消"),
    )
    return Turn(said, Memory(done.memory.context, memory.form))


def _asked(desk: Desk) -> Asked:
    return Asked(desk.today, {}, calendar_of(desk.settings.data_dir))


def _formed(step: Step, act: str, context: Context) -> Turn:
    said = Reply(
        "form",
        step.text,
        suggestions=step.suggestions,
        command=step.command,
        act=act,
        context=replace(context, text=step.text),
    )
    return Turn(said, Memory(said.context, step.state))


def _reminded(said: Reply, form: State) -> Reply:
    """Return the reply with the form's question after it, so that it goes on where it stopped."""
    note = engine.resume(form)
    return replace(
        said, text=f"{fit(said.text, ANSWER_LIMIT - len(note) - 1)}\n{note}", suggestions=engine.prompt(form)[1]
    )


def _wanted(said: Reply) -> str | None:
    """Return the form that a reply asks to be opened."""
    opens = said.command is not None and said.command.name == OPEN_FORM
    return str(said.command.args["form"]) if said.command and opens else None
