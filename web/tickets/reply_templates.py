"""Reply templates an officer starts from, filled with what the ticket knows."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import yaml

from kb.yaml_reader import read_yaml
from web.clock import local
from web.tickets.lifecycle.codes import KINDS, OUTCOMES
from web.tickets.lifecycle.errors import BadRules
from web.tickets.lifecycle.ticket import Ticket

FILE = Path(__file__).parent / "replies.yaml"


@dataclass(frozen=True)
class Template:
    """One template: for which outcome, for which kinds (none: all), and its text with places to fill."""

    id: str
    name: str
    outcome: str
    text: str
    kinds: tuple[str, ...] = ()

    def filled(self, ticket: Ticket) -> str:
        """Return the text with the ticket's own facts; what the officer has to add stays as ……."""
        due = local(ticket.due_at) if ticket.due_at else "待定"
        known = {
            "number": ticket.number,
            "title": ticket.title,
            "department": ticket.department or "承办部门",
            "due": due,
        }
        return self.text.strip().format(**known)


def load(path: Path = FILE) -> list[Template]:
    """Read the templates (BadRules)."""
    try:
        items = read_yaml(path.read_text(encoding="utf-8"))["templates"]
        templates = [Template(**{**item, "kinds": tuple(item.get("kinds", ()))}) for item in items]
        for template in templates:
            template.text.format(number="", title="", department="", due="")
            if template.outcome not in OUTCOMES or set(template.kinds) - KINDS.keys():
                raise ValueError(f"{template.id} 的 outcome 或 kinds 不认识")
    except (OSError, yaml.YAMLError, KeyError, TypeError, ValueError, IndexError) as error:
        raise BadRules(f"{path.name}：答复模板不能用：{error}") from error
    return templates


def fitting(templates: list[Template], ticket: Ticket) -> list[Template]:
    """Return the templates for a ticket's kind, those made for it alone first."""
    fit = [template for template in templates if not template.kinds or ticket.kind in template.kinds]
    return sorted(fit, key=lambda template: not template.kinds)
