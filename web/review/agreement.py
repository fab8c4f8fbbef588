"""How far two people judge alike: counted on what each said first, before they could see the other's word."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from web.review.labels import VERDICTS
from web.review.reviews import LOOKS, Judged


@dataclass(frozen=True)
class Agreement:
    """`pairs` turns judged by two people; `same` of them alike at first. `kappa` is None where it says nothing."""

    pairs: int
    same: int
    kappa: float | None
    table: tuple[tuple[int, ...], ...]  # rows: first person, columns: second, both in the order of VERDICTS

    @property
    def share(self) -> float | None:
        """The share judged alike, 0-1."""
        return self.same / self.pairs if self.pairs else None

    @property
    def words(self) -> str:
        """What a kappa of this size is usually called (Landis and Koch 1977)."""
        if self.kappa is None:
            return "还算不出"
        steps = ((0.81, "几乎一致"), (0.61, "高度一致"), (0.41, "中等一致"), (0.21, "一般"), (0.0, "轻微"))
        return next((name for low, name in steps if self.kappa >= low), "不如随机")


def agreement(judged: Sequence[Judged]) -> Agreement:
    """Return how the first two looks compare over all turns that have both."""
    pairs = [tuple(look.first_verdict for look in one.looks[:LOOKS]) for one in judged if len(one.looks) >= LOOKS]
    table = tuple(tuple(pairs.count((first, second)) for second in VERDICTS) for first in VERDICTS)
    same = sum(first == second for first, second in pairs)
    return Agreement(len(pairs), same, _kappa(pairs), table)


def _kappa(pairs: Sequence[tuple[str, ...]]) -> float | None:
    if len({verdict for pair in pairs for verdict in pair}) < 2:
        return None  # everybody said one thing: chance alone would agree as well
    from sklearn.metrics import cohen_kappa_score  # a second of loading that only this page needs

    first, second = zip(*pairs, strict=True)
    return float(cohen_kappa_score(first, second, labels=list(VERDICTS)))
