"""Where an enterprise's own business comes into a turn: before the ordinary reply, or in place of it."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from kb.matching.fields import Field, declared
from retriever.dialogue.commands import SAVE_PROFILE, SHOW_PROFILE
from retriever.dialogue.forms import profile_answers
from retriever.dialogue.forms.form_words import ASKS, QUESTION_ACTS, QUIT
from retriever.dialogue.forms.form_words import SKIP as SKIPS
from retriever.dialogue.forms.model import Asked, BadValue
from retriever.dialogue.forms.profile_fields import profile_of
from retriever.dialogue.message import Message
from retriever.dialogue.profile import list_requests
from retriever.dialogue.profile.policy_matches import SKIP, matched
from retriever.dialogue.profile.profile_state import Enterprise
from retriever.dialogue.scope import Desk
from retriever.dialogue.sentences import sentence
from retriever.dialogue.values import Context, Reply

AFRESH = re.compile(r"重新|重填|更新|修改|改一?下|录入|填写?|换一?家|另一?家")
UNREAD = {"inform", "affirm", "deny", "choose", "correct"}
Served = tuple[Reply, Enterprise]


def taken(message: Message, act: str, enterprise: Enterprise, context: Context, desk: Desk) -> Served | None:
    """Return the reply to an answer that was asked for, or a list that was asked for; None leaves the message."""
    text = message.clean
    if enterprise.asking and not context.candidates and (served := _answered(text, act, enterprise, context, desk)):
        return served
    listed = list_requests.listed(text, context)
    return (listed, replace(enterprise, asking="")) if listed else None


def _answered(text: str, act: str, enterprise: Enterprise, context: Context, desk: Desk) -> Served | None:
    field, serial = declared().by_name[enterprise.asking], enterprise.serial + 1
    if QUIT.search(text) or (act in QUESTION_ACTS and ASKS.search(text)):
        return None
    denied = field.type in ("flag", "set", "number") and text.startswith(("没", "无"))  # an answer, not a way past it
    if (text == SKIP or SKIPS.search(text)) and not denied:
        skipped = replace(enterprise, asking="", skipped=(*enterprise.skipped, field.name), serial=serial)
        return _shown(skipped, desk, context, sentence("profile_skipped"))
    try:
        value = profile_answers.told(field, text, Asked(desk.today, enterprise.values))
    except BadValue:
        return _again(enterprise, field, context) if act in UNREAD else None
    told = {field.name: value}
    known = Enterprise({**enterprise.values, **told}, "", enterprise.skipped, serial)
    return _shown(known, desk, context, sentence("profile_field_kept", field=field.label), told)


def _again(enterprise: Enterprise, field: Field, context: Context) -> Served:
    """Ask once more, with what can be said."""
    text = sentence("profile_unread", field=field.label, question=field.question, skip=SKIP)
    return Reply("form", text, suggestions=(SKIP,), context=replace(context, text=text)), enterprise


def brought(
    reply: Reply, opened: bool, enterprise: Enterprise, context: Context, message: Message, desk: Desk
) -> Served | None:
    """Return the matches in place of a finished profile, or of a form that would ask what is known already.

    `opened` says that this turn has opened the form of the profile. None leaves the reply as it is.
    """
    if reply.command is not None and reply.command.name == SAVE_PROFILE:
        args = reply.command.args
        told = profile_of(args["values"])
        known = Enterprise(told, "", (), enterprise.serial + 1)
        said = "" if told else sentence("profile_sparse")
        return _shown(known, desk, context, sentence("profile_kept", sparse=said), told, args)
    if opened and enterprise.known and not AFRESH.search(message.raw):
        return _shown(enterprise, desk, context, sentence("profile_known"))
    return None


def _shown(
    enterprise: Enterprise,
    desk: Desk,
    context: Context,
    lead: str,
    told: Mapping[str, Any] | None = None,
    args: Mapping[str, Any] | None = None,
) -> Served:
    """Return the matches; `told` is what is new and has to be kept by the website."""
    name = SHOW_PROFILE if told is None else SAVE_PROFILE
    more = {**(args or {}), **({"profile": dict(told), "key": f"profile-{enterprise.serial}"} if told else {})}
    said, asking = matched(enterprise, desk, context, lead, name, **more)
    return said, replace(enterprise, asking=asking)
