"""Runs the action server on the loopback address, with everything opened before the first message."""

from __future__ import annotations

import os

from rasa_sdk.endpoint import run

from kb.settings import Settings
from rasa_project.actions.runtime import opened

PACKAGE = "rasa_project.actions"


def serve(settings: Settings) -> int:
    """Open the index and the encoder, then listen until stopped; raises what opening raises."""
    opened().searcher.search("开始", top_k=1)
    os.environ["SANIC_HOST"] = "127.0.0.1"
    run(PACKAGE, port=settings.actions_port)
    return 0
