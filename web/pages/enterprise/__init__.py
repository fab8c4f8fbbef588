"""An enterprise's own pages: appeals, bookings, its profile, policies and messages."""

from web.pages.enterprise import appeals, bookings, policies_and_messages, profile

BLUEPRINTS = (appeals.bp, bookings.bp, profile.bp, policies_and_messages.bp)
