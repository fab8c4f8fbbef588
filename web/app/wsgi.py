"""What a WSGI server imports: the one module that opens things when it loads, because that is what it is for."""

from __future__ import annotations

from kb.settings import Settings
from web import services
from web.app.application import create_app
from web.app.server import work_beside

app = create_app(Settings.from_env())
work_beside(services.of(app))
