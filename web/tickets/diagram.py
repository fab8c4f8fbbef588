"""The life cycle as a picture and as a table, drawn from the rules themselves."""

from __future__ import annotations

import re

from web.tickets.bookings.steps import BOOKING
from web.tickets.lifecycle.guards import LABELS
from web.tickets.lifecycle.machine import LIFE
from web.tickets.lifecycle.rules import INPUTS, Machine, Rule
from web.tickets.statistics.data_pool import FIELDS

MANY = 4  # a move from more states than this is drawn from one box that names them all


def mermaid(machine: Machine) -> str:
    """Return the states and the moves between them as a Mermaid state diagram; moves that stay are left out."""
    lines = ["stateDiagram-v2"]
    lines += [f"    {code}: {state.label}" for code, state in machine.states.items()]
    first = next(iter(machine.states))
    lines.append(f"    [*] --> {first}")
    arrows: dict[tuple[str, str], list[str]] = {}
    for rule in machine.rules:
        moved = [source for source in rule.sources if rule.lands(source) != source]
        for source in ["_".join(moved)] if len(moved) > MANY else moved:
            arrows.setdefault((source, rule.lands(moved[0])), []).append(rule.label)
    for several in dict.fromkeys(source for source, _ in arrows if source not in machine.states):
        names = "、".join(state.label for code, state in machine.states.items() if f"_{code}_" in f"_{several}_")
        lines.append(f"    {several}: {names}")
    lines += [f"    {source} --> {target}: {'／'.join(labels)}" for (source, target), labels in arrows.items()]
    lines += [f"    {code} --> [*]" for code, state in machine.states.items() if not state.is_open]
    return "\n".join(lines) + "\n"


def moves(machine: Machine) -> str:
    """Return every rule as a row of a Markdown table."""
    head = "| 操作 | 从 | 到 | 谁 | 必填 | 可填 | 条件 |\n|---|---|---|---|---|---|---|\n"
    return head + "".join(_row(machine, rule) for rule in machine.rules)


def _row(machine: Machine, rule: Rule) -> str:
    every = len(rule.sources) > 7
    open_only = all(machine.states[source].is_open for source in rule.sources)
    names = "、".join(machine.states[source].label for source in rule.sources)
    sources = ("各未办结状态" if open_only else "各状态") + f"（{len(rule.sources)} 个）" if every else names
    cells = (
        f"{rule.label} `{rule.move}`",
        sources,
        machine.states[rule.target].label if rule.target else "不变",
        "、".join(role.label for role in rule.roles),
        "、".join(INPUTS[name] for name in rule.needs),
        "、".join(INPUTS[name] for name in rule.takes),
        "；".join(LABELS.get(guard.__name__, guard.__name__) for guard in rule.guards),
    )
    return f"| {' | '.join(cells)} |\n"


def record() -> str:
    """Return the fields of the appeal pool as a Markdown table."""
    rows = (f"| `{field.name}` | {field.meaning} | {'是' if field.personal else ''} |\n" for field in FIELDS)
    return "| 字段 | 含义 | 个人信息 |\n|---|---|---|\n" + "".join(rows)


def renewed(text: str) -> str:
    """Return a document with everything between `<!-- name -->` and `<!-- /name -->` drawn anew from the code."""
    parts = {
        "picture": f"```mermaid\n{mermaid(LIFE)}```\n",
        "moves": moves(LIFE),
        "agent-picture": f"```mermaid\n{mermaid(BOOKING)}```\n",
        "agent-moves": moves(BOOKING),
        "record": record(),
    }
    for name, part in parts.items():
        pattern = rf"(<!-- {name} -->\n).*?(<!-- /{name} -->)"
        text = re.sub(pattern, lambda found, part=part: found[1] + part + found[2], text, flags=re.DOTALL)  # type: ignore[misc]
    return text
