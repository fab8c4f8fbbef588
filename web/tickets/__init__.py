"""Appeals (诉求) from the first word to a satisfied enterprise, on time and counted honestly; free of Flask."""

from __future__ import annotations

from web.tickets.codes import Colour, Role
from web.tickets.desk import TicketDesk
from web.tickets.ticket import Actor, Draft, Ticket

__all__ = ["Actor", "Colour", "Draft", "Role", "Ticket", "TicketDesk"]
