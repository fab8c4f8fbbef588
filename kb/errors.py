"""Everything that can be wrong with the knowledge base, by name."""

from __future__ import annotations


class KnowledgeBaseError(Exception):
    """Something is wrong with the knowledge base, and a curator can put it right."""


class BadEntry(KnowledgeBaseError):
    """An entry cannot be read; the message names the file, the line and the field."""

    def __init__(self, source: str, line: int | None, field: str, problem: str) -> None:
        """Keep the four parts apart, so that a table can be printed from many of these."""
        where = source if line is None else f"{source}:{line}"
        super().__init__(f"{where}: {field or '文件'}: {problem}")
        self.source, self.line, self.field, self.problem = source, line, field, problem


class BadEntries(KnowledgeBaseError):
    """Several entries cannot be read; `problems` holds each of them."""

    def __init__(self, problems: list[BadEntry]) -> None:
        """Join the messages, one a line."""
        super().__init__("\n".join(str(problem) for problem in problems))
        self.problems = problems


class UnknownEntry(KnowledgeBaseError):
    """No entry has this id."""


class BadFile(KnowledgeBaseError):
    """A file to import cannot be read: its type, size, encoding or protection is named."""


class BadMapping(KnowledgeBaseError):
    """A mapping file names a column or a field that does not exist."""


class BadLexicon(KnowledgeBaseError):
    """A word or a group of words cannot be used; the message names it."""


class BadSetting(KnowledgeBaseError):
    """An environment variable has a value that cannot be used; the message names it."""


class StoreUnavailable(KnowledgeBaseError):
    """The database cannot be opened, or its tables are newer than this copy of the program."""


class AuthorMissing(KnowledgeBaseError):
    """A change was to be stored without saying who made it."""


class BadCategories(KnowledgeBaseError):
    """A file of categories of tickets cannot be used; the message names the place."""


class BadHolidays(KnowledgeBaseError):
    """A file of public holidays cannot be used; the message names the place."""


class UnknownYear(KnowledgeBaseError):
    """The public holidays of this year are not known; a working day in it cannot be counted."""

    def __init__(self, detail: str, year: int) -> None:
        """Keep the year beside the sentence for the person."""
        super().__init__(detail)
        self.year = year
