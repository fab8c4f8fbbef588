"""Appeals (诉求) from the first word to a satisfied enterprise, on time and counted honestly; free of Flask."""

from __future__ import annotations

from web.tickets.lifecycle.codes import Colour, Role
from web.tickets.lifecycle.ticket import Actor, Draft, Ticket
from web.tickets.ticket_desk import TicketDesk

__all__ = ["Actor", "Colour", "Draft", "Role", "Ticket", "TicketDesk"]
