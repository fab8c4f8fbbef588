"""Reminders of notices that are near, to those who signed up and have a profile here."""

from __future__ import annotations

import logging

from web.clock import local_now
from web.notices import Notices
from web.outbox import WIDGET, Message, Outboxes, SendRefused, Target

log = logging.getLogger(__name__)


def remind(notices: Notices, outboxes: Outboxes) -> int:
    """Send the reminders that are due and return how many; each is noted before it goes out, so none goes twice."""
    sent = 0
    for one in notices.due_reminders(local_now()):
        if one.profile_id is None or not notices.mark_reminded(one.receipt):
            continue
        text = f"{one.starts_at:%m月%d日 %H:%M}，{one.place}。回执号 {one.receipt}；来不了请取消，把名额让给别人。"
        message = Message(f"remind-{one.receipt}", f"提醒：{one.title}", text, f"/notices/{one.notice_id}")
        try:
            outboxes.of(WIDGET).send(Target(one.profile_id), message)
            sent += 1
        except SendRefused as error:
            log.info("reminder %s not sent: %s", one.receipt, error)
    return sent
