"""Entries as people see them: cards, sheets, search, lists, places."""
