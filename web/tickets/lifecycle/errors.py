"""What can go wrong with an appeal, by name; web/app/error_pages.py turns each into the one error shape."""

from __future__ import annotations

from web.errors import WebError


class TicketError(WebError):
    """Something asked of a ticket cannot be done."""

    name, status = "ticket_error", 409


class UnknownTicket(TicketError):
    """No ticket has this number."""

    name, status = "unknown_ticket", 404


class UnknownMove(TicketError):
    """The life cycle has no move of this name."""

    name, status = "unknown_move", 422


class IllegalMove(TicketError):
    """The move exists, but not from the state the ticket is in."""

    name = "illegal_move"


class NotAllowed(TicketError):
    """This role, or this department, may not make the move."""

    name, status = "not_allowed", 403


class MissingInput(TicketError):
    """The move needs something that was not given."""

    name, status = "missing_input", 422


class BadInput(TicketError):
    """Something given with a move, or in a new appeal, cannot be used."""

    name, status = "bad_input", 422


class UsedUp(TicketError):
    """What may be done once (return, extension, reopening, appeal, grade) was done already."""

    name = "used_up"


class TooLate(TicketError):
    """The time for this move is over."""

    name = "too_late"


class StaleTicket(TicketError):
    """Somebody else moved the ticket since it was read; nothing was changed."""

    name = "stale_ticket"


class NotProven(TicketError):
    """Number and phone do not belong together; the same answer whether the number exists or not."""

    name, status = "not_proven", 403


class TooManyAttempts(TicketError):
    """Too many failed checks from one place or on one number; try again later."""

    name, status = "too_many_attempts", 429


class NumberTaken(TicketError):
    """The number that was given for a new ticket is in use, or no free one could be drawn."""

    name = "number_taken"


class BadRules(TicketError):
    """A configuration file (limits, categories, holidays, replies) cannot be used; names the place."""

    name, status = "bad_rules", 500


class UnknownAttachment(TicketError):
    """No attachment has this id."""

    name, status = "unknown_attachment", 404


class UnknownBooking(TicketError):
    """No agent booking has this number."""

    name, status = "unknown_booking", 404
