"""Made-up appeals with whole lives, for load tests: every step goes through the same `decide` as a real one."""

from __future__ import annotations

import datetime as dt
import random
from collections.abc import Iterator, Sequence
from typing import Any

from web.numbers import ALPHABET
from web.tickets.lifecycle.codes import CHANNELS, KINDS, Role
from web.tickets.lifecycle.decide import decide, opened
from web.tickets.lifecycle.policy import Policy
from web.tickets.lifecycle.ticket import Actor, Draft, Step

TEXTS = (
    "厂房所在路段晚上经常停电，影响生产线",
    "申请的技改补贴公示已经结束，款项一直没有到账",
    "物业收的公摊电费看不懂，请帮助核对",
    "员工反映社保转移一直没有办好",
    "隔壁工地夜间施工，噪声很大",
    "企业门口道路积水，货车进出困难",
)
DISTRICTS = ("东区", "西区", "南区", "北区", "综保区")
PAIR = len(ALPHABET)


class Maker:
    """Makes lives one after another, the same for the same seed."""

    def __init__(self, policy: Policy, seed: int = 7) -> None:
        """Follow the rules of `policy`."""
        self._policy, self._random = policy, random.Random(seed)  # noqa: S311 - made-up data
        self._leaves = [node for node in policy.categories.nodes.values() if node.parent or node.id == "other"]
        self._made = 0

    def lives(self, count: int, start: dt.date, end: dt.date, until: dt.datetime) -> Iterator[list[Step]]:
        """Yield `count` lives registered from `start` up to and without `end`; nothing happens after `until` (UTC)."""
        first = dt.datetime.combine(start, dt.time.min) - dt.timedelta(hours=8)
        seconds = (end - start).total_seconds()
        for _ in range(count):
            yield self._life(first + dt.timedelta(seconds=int(self._random.random() * seconds)), until)

    def _life(self, at: dt.datetime, until: dt.datetime) -> list[Step]:
        draft = self._draft()
        steps = [opened(draft, self._number(at), Actor("made", Role.OPERATOR), at, self._policy)]
        department = self._policy.categories.get(draft.category).department
        for move, actor, hours, given in self._plan(department):
            at += dt.timedelta(hours=hours * (0.2 + 1.6 * self._random.random()))
            if at > until:
                break
            steps.append(decide(steps[-1].ticket, move, actor, given, at, self._policy))
        return steps

    def _draft(self) -> Draft:
        category = self._random.choice(self._leaves)
        return Draft(
            text=self._random.choice(TEXTS),
            kind=self._random.choice(list(KINDS)),
            category=category.id,
            urgency=self._random.choices(("normal", "urgent", "hard"), (90, 4, 6))[0],
            channel=self._random.choice(list(CHANNELS)),
            title="示例诉求",
            district=self._random.choice(DISTRICTS),
            phone=f"139{self._random.randrange(10**8):08}",
        )

    def _number(self, at: dt.datetime) -> str:
        self._made += 1
        digits, left = "", self._made
        for _ in range(6):
            left, place = divmod(left, PAIR)
            digits = ALPHABET[place] + digits
        return f"SQ{at + dt.timedelta(hours=8):%Y%m%d}-{digits}"

    def _plan(self, department: str) -> Sequence[tuple[str, Actor, float, dict[str, Any]]]:
        handler = Actor("made", Role.HANDLER, department)
        desk = Actor("made", Role.DISPATCHER)
        answer = {
            "reply": "已现场核实并处理，请查收。",
            "outcome": self._random.choice(("resolved", "resolved", "explained")),
        }
        plan: list[tuple[str, Actor, float, dict[str, Any]]] = [
            ("dispatch", desk, 1, {"department": department}),
            ("sign", handler, 6, {}),
            ("handle", handler, 2, {}),
            ("reply", handler, 60 if self._random.random() < 0.95 else 300, answer),
        ]
        chance = self._random.random()
        if chance < 0.03:
            plan += [self._grade(bad=True), ("reopen", desk, 8, {"reason": "情况属实，退回重办"})]
            plan += [("reply", handler, 20, answer), self._grade(bad=chance < 0.005)]
            plan += [("uphold", desk, 10, {"reason": "复核维持"})] if chance < 0.005 else []
        elif chance < 0.6:
            plan.append(self._grade(bad=False))
        else:
            plan.append(("revisit_unreached", Actor("made", Role.OPERATOR), 24, {"text": "三次未接通"}))
        if chance >= 0.005:
            plan.append(("close", Actor("made", Role.OPERATOR), 4, {}))
        return plan

    def _grade(self, *, bad: bool) -> tuple[str, Actor, float, dict[str, Any]]:
        grade = self._random.choice((1, 2) if bad else (3, 4, 5, 5))
        given = {"grade": grade, "resolved": "no" if bad else self._random.choice(("yes", "yes", "no", ""))}
        return ("grade_bad" if bad else "grade_good", Actor("made", Role.REQUESTER), 12, given)
