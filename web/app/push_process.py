"""Opens the channels of a process from its settings; each channel adds its own line here."""

from __future__ import annotations

from sqlalchemy.engine import Engine

from kb.settings import Settings
from web.channels import outboxes as vendors
from web.push.channels import WIDGET, Outboxes
from web.push.widget import WidgetOutbox


def open_outboxes(settings: Settings, engine: Engine) -> Outboxes:
    """Return the channels that `settings` has switched on; the widget always is one."""
    outboxes = Outboxes()
    outboxes.register(WIDGET, WidgetOutbox(engine))
    vendors.register(outboxes, settings)
    return outboxes
