"""What programs call: chat, search and entries, channels' callbacks, profiles."""

from web.pages.api import channel_callbacks, chat_api, profile_import

BLUEPRINTS = (chat_api.bp, channel_callbacks.bp, profile_import.bp)
