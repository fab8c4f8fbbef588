"""Everything that can go wrong in retrieval, by name; each message names the command that cures it."""

from __future__ import annotations

CURE = "请运行 `python -m retriever index` 重建索引"


class RetrieverError(Exception):
    """Retrieval cannot go on, and an operator can put it right."""


class IndexMissing(RetrieverError):
    """There is no index yet."""


class IndexBroken(RetrieverError):
    """A file of the index is missing, truncated or unreadable."""


class EncoderMismatch(RetrieverError):
    """The index was made with another encoder than the one that is open."""


class IndexNotWritten(RetrieverError):
    """A new index version could not be written; the old one is untouched and goes on serving."""


class BadEvaluation(RetrieverError):
    """An evaluation folder or a question file lacks something; the message names it."""


class EncoderMissing(RetrieverError):
    """The encoder's folder is not there, or the model cannot be loaded."""


class EncoderBroken(RetrieverError):
    """The encoder's files are damaged or of an unknown layout."""
