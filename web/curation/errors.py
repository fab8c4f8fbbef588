"""What can go wrong at the curators' desk, by name, with its HTTP status."""

from __future__ import annotations

from web.errors import WebError


class CurationError(WebError):
    """A step that cannot be taken as asked."""

    name, status = "curation", 422


class InvalidEntry(CurationError):
    """Fields of an entry cannot be used; `problems` maps a field's name in the form to what is wrong with it."""

    name = "invalid_entry"

    def __init__(self, problems: dict[str, str]) -> None:
        """Keep the complaints for the form."""
        super().__init__(f"有 {len(problems)} 处填写不对，请看标红的字段", problems=problems)
        self.problems = problems


class EditConflict(CurationError):
    """Somebody else has stored a newer version since this one was opened."""

    name, status = "edit_conflict", 409

    def __init__(self, detail: str, version: int) -> None:
        """Keep the version that is there now."""
        super().__init__(detail, version=version)
        self.version = version


class WrongStep(CurationError):
    """The entry is not where this step begins: not a draft, not waiting for review."""

    name, status = "wrong_step", 409


class OwnWork(CurationError):
    """Nobody passes what they wrote themselves."""

    name, status = "own_work", 403


class UnknownQuestion(CurationError):
    """No row of the queue has this id."""

    name, status = "unknown_question", 404


class BadUpload(CurationError):
    """A file cannot be taken; the message says why."""

    name = "bad_upload"


class UnknownFile(CurationError):
    """No file has this id."""

    name, status = "unknown_file", 404


class UnknownImport(CurationError):
    """No import has this id, or it is somebody else's."""

    name, status = "unknown_import", 404


class UnknownEffect(CurationError):
    """No comparison of answers has this id."""

    name, status = "unknown_effect", 404


class StaleEffect(CurationError):
    """The effect is not computed yet, or the word lists have changed since."""

    name, status = "stale_effect", 409


class BadTuning(CurationError):
    """Weights or thresholds that search cannot work with."""

    name = "bad_tuning"
