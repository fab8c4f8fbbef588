"""Starts Rasa's own command line, with one costly habit put right."""

from __future__ import annotations

from functools import cache
from typing import Any


def main() -> None:
    """Run Rasa with the arguments of this process."""
    from rasa.__main__ import main as rasa_main
    from rasa.core.actions.action import RemoteAction

    RemoteAction._validate_action_result = _checked
    rasa_main()


def _checked(action: Any, result: dict[str, Any]) -> bool:
    """Check the action server's reply as Rasa does; raises jsonschema's ValidationError.

    Rasa checks the schema itself anew at every turn, which takes four times as long as the rest of the turn.
    """
    _validator().validate(result)
    return True


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
