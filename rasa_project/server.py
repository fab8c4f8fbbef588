"""Starts Rasa's own command line, with the habits put right that cost most of a turn."""

from __future__ import annotations

from functools import cache
from typing import Any

KEPT_OPEN = 2.0  # seconds; the action server waits five
LONGEST_CALL_SECONDS = 300.0  # seconds, Rasa's own limit of a call


def main() -> None:
    """Run Rasa with the arguments of this process."""
    from rasa.__main__ import main as rasa_main
    from rasa.core.actions.action import RemoteAction
    from rasa.shared.core.events import Event
    from rasa.utils.endpoints import EndpointConfig

    RemoteAction._validate_action_result = _checked
    # Rasa looks through all classes of events, anew for every stored event; they are the same for good.
    Event.resolve_by_type = staticmethod(cache(Event.resolve_by_type))  # type: ignore[method-assign]
    # … and opens a connection to the action server for every call.
    EndpointConfig.session = _connections
    rasa_main()


class Connections:
    """The connections to one endpoint, kept open between calls; Rasa enters and leaves it as it does a session.

    They are given up before the other side does, so that no call meets a connection that is just being closed.
    """

    def __init__(self, headers: dict[str, str]) -> None:
        """Open nothing yet: a session belongs to the loop that is running when it is made."""
        self._headers = headers
        self._session: Any = None

    async def __aenter__(self) -> Any:
        """Return the session."""
        from aiohttp import ClientSession, ClientTimeout, TCPConnector

        if self._session is None:
            connector = TCPConnector(keepalive_timeout=KEPT_OPEN)
            self._session = ClientSession(
                headers=self._headers, connector=connector, timeout=ClientTimeout(total=LONGEST_CALL_SECONDS)
            )
        return self._session

    async def __aexit__(self, *trouble: object) -> None:
        """Leave the session open for the next call."""


def _connections(endpoint: Any) -> Connections:
    """Return the connections of an endpoint, the same ones at every call."""
    if not hasattr(endpoint, "connections"):
        endpoint.connections = Connections(endpoint.headers)
    return endpoint.connections  # type: ignore[no-any-return]


def _checked(action: Any, result: dict[str, Any]) -> bool:
    """Check the action server's reply as Rasa does; raises jsonschema's ValidationError.

    Rasa checks the schema itself anew at every turn, which takes four times as long as the rest of the turn. What
    our own action sends, one message and slots, is seen to be right at a glance.
    """
    if not _plain(result):
        _validator().validate(result)
    return True


def _plain(result: dict[str, Any]) -> bool:
    """Say whether the reply is messages and slots alone, each in its usual form."""
    events, responses = result.get("events"), result.get("responses")
    if not isinstance(events, list) or not isinstance(responses, list):
        return False
    slots = all(
        isinstance(event, dict) and event.get("event") == "slot" and isinstance(event.get("name"), str)
        for event in events
    )
    return slots and all(isinstance(response, dict) for response in responses)


@cache
def _validator() -> Any:
    from jsonschema.validators import validator_for  # type: ignore[import-untyped]
    from rasa.core.actions.action import RemoteAction

    schema = RemoteAction.action_response_format_spec()
    kind = validator_for(schema)
    kind.check_schema(schema)
    return kind(schema)


if __name__ == "__main__":
    main()
