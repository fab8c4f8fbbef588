"""Every number that decides what a search does, with its unit, its range and what it was set on.

The weights of the searches are `retriever/search/fusion.Weights`, the two bands of confidence settings
(`answer_threshold`, `clarify_threshold`), when two parts are told `LEADING` and `WORTH_SAYING` of
`retriever/index/part_ranking.py`. "Not recorded" means that neither the history nor docs/retrieval.md tells.
"""

from __future__ import annotations

# --- scores of entries (fused score, 0-1)
NAMED_EXACTLY = 0.99  # what an entry gets whose name, number or question the words are. Set by design: above all others
UNNAMED_MOST = 0.98  # what any other entry may get. Set by design: below NAMED_EXACTLY

# --- how much is looked into (counts, from 1)
LOOKED_INTO = 3  # first entries whose parts are weighed. Set on: not recorded; measured in docs/retrieval.md
CALLED_LEAST = (
    5  # characters of a name that counts where it stands in the question. Set on: not recorded; measured there (点名)
)
NEAREST_NAMES = 3  # nearest names of an entry whose mean counts. Set on: not recorded; measured there (最近三条)
LONG_LIST = (
    10  # entries from which on a list keeps its end for the nearest by letters. Set on: not recorded; measured there
)
KEPT_FOR_LETTERS = 2  # places at its end. Set on: not recorded; measured there (末两条)
CANDIDATES_LEAST = 5  # entries found, however few hits are wanted. Set by design
NEAREST_PASSAGES = 2000  # passages that an approximate search of the vectors returns. Set on: not recorded
COMPARED_AT_MOST = (
    20_000  # passages that are compared one by one when only some entries are allowed. Set on: not recorded
)
NEIGHBOURS = 5  # nearest entries that the check for near duplicates looks at. Set by design
HEAD_MOST = 400  # characters of an entry that this check compares. Set on: not recorded

# --- what is shown and remembered (counts, from 1), set by design
MATCHED_WORDS = 8  # words of the question that a hit lists
WARMED = 300  # entries whose parts are put together before the first question; the others when first asked for
QUESTIONS_REMEMBERED = 2048  # questions whose vectors are kept
