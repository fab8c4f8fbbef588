"""The operators' pages: conversations, their review, taking over."""

from web.pages.operator import conversations, review, takeover

BLUEPRINTS = (conversations.bp, review.bp, takeover.bp)
