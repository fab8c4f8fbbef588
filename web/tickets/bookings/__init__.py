"""Agents who go in an enterprise's place: bookings and their steps."""
