"""A life cycle as a table: states, and rules that say who may move from where to where, and with what. Pure."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass
from typing import Any

from web.tickets.lifecycle.codes import Role
from web.tickets.lifecycle.errors import IllegalMove, MissingInput, NotAllowed, UnknownMove

STAY = ""  # a rule with this target leaves the state as it is
Given = Mapping[str, Any]
Guard = Callable[..., None]  # called with (ticket, actor, given, now, policy); raises a TicketError to forbid


@dataclass(frozen=True)
class State:
    """One state: its code, its name, and whose turn it is in it (empty: nobody's, the state is final)."""

    code: str
    label: str
    waits_for: str = ""

    @property
    def is_open(self) -> bool:
        """Whether somebody still has something to do."""
        return bool(self.waits_for)


@dataclass(frozen=True)
class Rule:
    """One row of the table. `needs` must be given, `takes` may be; guards forbid what the row alone would allow."""

    move: str
    label: str
    sources: tuple[str, ...]
    target: str
    roles: tuple[Role, ...]
    needs: tuple[str, ...] = ()
    takes: tuple[str, ...] = ()
    guards: tuple[Guard, ...] = ()
    public: bool = True  # whether the requester sees it in the progress

    def lands(self, source: str) -> str:
        """Return the state after the move from `source`."""
        return self.target or source


class Machine:
    """A table of rules, at most one for a state and a move."""

    def __init__(self, name: str, states: Collection[State], rules: Collection[Rule]) -> None:
        """Index the rules (ValueError when two would apply to one state and move, or a state is not declared)."""
        self.name, self.rules = name, tuple(rules)
        self.states = {state.code: state for state in states}
        self.moves = {rule.move: rule.label for rule in self.rules}  # what each move is called, in the table's order
        self._table: dict[tuple[str, str], Rule] = {}
        for rule in self.rules:
            for source in rule.sources:
                if (source, rule.move) in self._table or not {source, rule.lands(source)} <= self.states.keys():
                    raise ValueError(f"{name}: {source} --{rule.move}--> {rule.target}")
                self._table[source, rule.move] = rule

    @property
    def transitions(self) -> list[tuple[str, str, str]]:
        """Return every (from, move, to), sorted: what the database is told to allow."""
        return sorted((source, move, rule.lands(source)) for (source, move), rule in self._table.items())

    def rule(self, state: str, move: str) -> Rule:
        """Return the rule for a move from a state (UnknownMove, IllegalMove)."""
        if move not in self.moves:
            raise UnknownMove(f"没有“{move}”这个操作", move=move)
        found = self._table.get((state, move))
        if found is None:
            text = f"现在是“{self.states[state].label}”，不能{self.moves[move]}"
            raise IllegalMove(text, state=state, move=move)
        return found

    def check(self, state: str, move: str, role: Role, given: Given) -> Rule:
        """Return the rule when state, role and inputs fit (UnknownMove, IllegalMove, NotAllowed, MissingInput)."""
        rule = self.rule(state, move)
        if role not in rule.roles:
            who = "、".join(one.label for one in rule.roles)
            raise NotAllowed(f"{role.label}不能{rule.label}；可以的是：{who}", move=move)
        missing = [name for name in rule.needs if given.get(name) in (None, "", (), [])]
        if missing:
            raise MissingInput(f"{rule.label}还缺：{'、'.join(INPUTS[name] for name in missing)}", fields=missing)
        unknown = sorted(set(given) - {*rule.needs, *rule.takes})
        if unknown:
            raise MissingInput(f"{rule.label}用不到这些内容：{'、'.join(unknown)}", fields=unknown)
        return rule

    def open_to(self, state: str, role: Role) -> list[Rule]:
        """Return the rules a role could use from a state, in the order of the table; guards are not asked."""
        return [rule for (source, _), rule in self._table.items() if source == state and role in rule.roles]


# What people call the inputs of moves.
INPUTS = {
    "reason": "理由",
    "text": "内容",
    "department": "主办部门",
    "co_departments": "协办部门",
    "days": "延长天数",
    "reply": "答复",
    "outcome": "办理结果",
    "grade": "评价等级",
    "reasons": "评价原因",
    "comment": "评价说明",
    "real_name": "是否实名",
    "resolved": "是否实际解决",
    "colour": "督办颜色",
    "into": "并入的编号",
    "channel": "转往的渠道",
    "verdict": "核实结论",
    "kind": "类型",
    "category": "类别",
    "urgency": "紧急程度",
    "district": "区域",
    "contact": "联系情况",
    "agent": "帮代办员",
    "step": "步骤",
    "absorbed": "被并入的编号",
}
