"""Quality rules over all entries."""

from kb.checks.finding import SEVERITIES, Finding
from kb.checks.run import check

__all__ = ["SEVERITIES", "Finding", "check"]
