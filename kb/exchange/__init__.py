"""Entries in and out of files: what staff and other systems have, and what they can open."""

from kb.exchange.export import write_entries
from kb.exchange.import_report import Problem, Reading
from kb.exchange.importer import read_entries

__all__ = ["Problem", "Reading", "read_entries", "write_entries"]
