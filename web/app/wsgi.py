"""What a WSGI server imports: the one module that opens things when it loads, because that is what it is for."""

from __future__ import annotations

from kb.settings import Settings
from web.app.application import create_app

app = create_app(Settings.from_env())
