"""The parts of an entry that can be asked for: what they are, and each as plain text. `declarations` says them all."""

from kb.facets.declarations import HEADINGS
from kb.facets.facet import Facet, facets
from kb.facets.layouts import notice_time

__all__ = ["HEADINGS", "Facet", "facets", "notice_time"]
