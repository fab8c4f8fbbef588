"""The officers' pages: appeals, bookings, figures, signals."""

from web.pages.officer import bookings, home, report, signals, tickets

BLUEPRINTS = (home.bp, tickets.bp, bookings.bp, report.bp, signals.bp)
