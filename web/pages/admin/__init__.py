"""The administrators' pages: accounts and sign-in, the sites that show the widget, the signals' settings."""

from web.pages.admin import accounts, sign_in, signals, sites

BLUEPRINTS = (sign_in.bp, accounts.bp, sites.bp, signals.bp)
