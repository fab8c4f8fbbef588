"""The site: chat, API and public pages of 企小办. `web.app` puts it together and starts it."""
