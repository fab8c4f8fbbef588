"""Every number that decides what the dialogue does, with its unit, its range and what it was set on.

"Scripted talks" are tests/conversations and what was tried beside them; "not recorded" means that neither the history
nor the documents tell. Numbers of the search stand in `retriever/search/thresholds.py`, those that staff may change in
`kb/settings.py` (`answer_threshold`, `clarify_threshold`).
"""

from __future__ import annotations

# --- how certain the search is (probability, 0-1)
SEARCH_CERTAIN = 0.85  # above it, with the words there, no doubt is left. Set on: not recorded
WORDS_SPOKEN = 0.3  # least share (0-1) of the question's word weight that the entry has. Set on: not recorded
ANOTHER_ENTRY_CERTAIN = 0.95  # to leave the entry in hand for one that was not named. Set on: not recorded
FOLLOWED_CONFIDENCE = 0.8  # what a follow-up counts as, no search decided it. Set on: not recorded
RESCUE_CERTAIN = 0.65  # an act that is no question is answered from the guides all the same. Set on: not recorded

# --- how certain the classifier is of the act (probability, 0-1); docs/dialogue.md, 意图和检索谁说了算
ACT_CERTAIN = 0.7  # such an act is not overruled by what a search finds. Set on: scripted talks
ACT_UNSURE = 0.4  # below it 重新开始 may be a question. Set on: scripted talks

# --- scores of entries (fused score, 0-1)
SCORES_ALIKE = 0.08  # so near to the best an entry counts as good as it. Set on: not recorded
RIVALS_WITHIN = 0.25  # so near to the best an entry is offered when the one shown was wrong. Set on: not recorded

# --- likeness of names (percent, rapidfuzz, 0-100)
NAME_LIKENESS = 75.0  # least, to be the name of an entry, a slip of the pen allowed. Set on: not recorded
CHOICE_LIKENESS = 60.0  # least, to be the label that is chosen. Set on: not recorded
CHOICE_LEAD = 15.0  # least lead over the next label. Set on: not recorded

# --- lengths of what is left of a message without filler words (characters, from 1); none of them is recorded to have
# been fitted
NAME_LEAST = 2  # to name an item
CHOICE_NAME_LEAST = 2  # to choose by name, beside the letters that all labels share
ELSEWHERE_LEAST = 3  # to lead away from the entry in hand
RESCUE_LEAST = 4  # to be searched for when the act is no question and no part is asked for
RESCUE_PART_LEAST = 2  # the same when a part is asked for
LITERAL_LEAST = 4  # to single out a part by its words; shorter ones stand in too many answers
VAGUE_MOST = 3  # a bare word (注销, 备案) that may mean several entries
STAYS_MOST = 4  # with a part asked for, it stays on the entry in hand
VARIANT_MOST = 6  # a change of what is in hand (外资的呢)
PLAIN_PART_MOST = 12  # a plain question for fee or materials

# --- lengths of messages and labels (characters, from 1); not recorded
NAMED_LEAST = 4  # a message that may be the name of an entry whatever act it was taken for
CHOICE_MOST = 6  # a message that chooses and nothing else
CHOICE_LONGER = 6  # so much longer than a label may words be that choose it

# --- counts (from 1), set by design: docs/dialogue.md
QUESTIONS_AT_ONCE = 3
PARTS_AT_ONCE = 3
ENTRIES_OFFERED = 3
ENTRIES_TO_GO_BACK_TO = 5
FAILURES_BEFORE_A_PERSON = 2  # in a row
