"""Whether somebody is at the desk now, by the hours in the settings and the holidays of the year."""

from __future__ import annotations

import datetime as dt
from functools import lru_cache

from kb.settings import Settings
from kb.terms.opening_hours import read_hours
from kb.workdays import Calendar
from web.clock import CHINA
from web.knowledge.opening_hours import open_at


def staffed(settings: Settings, moment: dt.datetime | None = None) -> bool | None:
    """Say whether the desk is staffed at a moment with a zone (None: now); None where the hours do not decide it."""
    local = (moment or dt.datetime.now(CHINA)).astimezone(CHINA).replace(tzinfo=None)
    return open_at(read_hours(settings.desk_hours), local, _calendar())


def closed_text(settings: Settings) -> str:
    """Return what somebody reads who asks for a person while nobody is there."""
    return (
        f"现在不在人工服务时间（{settings.desk_hours}），暂时没有人接听。"
        f"您可以说“我要留言”，工作人员上班后答复；急事请拨打 {settings.hotline}。"
    )


@lru_cache(maxsize=1)
def _calendar() -> Calendar:
    return Calendar()
