"""Meetings and activities: who may come, who signed up, who waits, whom to remind, and the calendar file."""

from web.notices.service import Notices

__all__ = ["Notices"]
