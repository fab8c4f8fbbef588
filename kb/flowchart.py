"""The flow of a guide or a package as boxes and arrows, laid out by grandalf; drawing is up to the caller.

Only this file knows `grandalf`.
"""

from __future__ import annotations

import textwrap
import unicodedata
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

from grandalf.graphs import Edge as LayoutEdge
from grandalf.graphs import Graph, Vertex
from grandalf.layouts import SugiyamaLayout, VertexViewer

from kb.bodies import GuideBody, PackageBody, PolicyBody
from kb.models import Entry
from kb.packages import levels, schedule, steps_graph, waits

BOX_WIDTH = 240.0
LINE_HEIGHT = 20.0
PADDING = 12.0
TITLE_COLUMNS = 26
DETAIL_COLUMNS = 32
MAX_DETAIL_LINES = 4
MAX_SIDE_BY_SIDE = 3
NO_LINE_START = "，。；：、！？）】》”’"
GAP_X, GAP_Y, MARGIN = 28.0, 36.0, 16.0


@dataclass(frozen=True)
class Box:
    """One box: its kind (start, step, critical, end), lines of text, and its place (centre) and size in pixels."""

    kind: str
    title: tuple[str, ...]
    detail: tuple[str, ...]
    x: float
    y: float
    width: float
    height: float


@dataclass(frozen=True)
class Flow:
    """Boxes, arrows as pairs of box numbers (from 0), and the size of the whole in pixels.

    `across` says that it runs from left to right, as flows with many items side by side do, to stay readable on paper.
    """

    boxes: tuple[Box, ...]
    arrows: tuple[tuple[int, int], ...]
    width: float
    height: float
    across: bool = False


Item = tuple[str, str, str]


def flow_of(entry: Entry) -> Flow | None:
    """Return the flow of an entry that has steps or items, else None."""
    body = entry.body
    if isinstance(body, PackageBody):
        plan = schedule(body.components)
        items = [
            (
                "critical" if number in plan.critical else "step",
                item.name,
                "；".join(part for part in (item.condition, item.department, _days(item.days, item.days_note)) if part),
            )
            for number, item in enumerate(body.components, start=1)
        ]
        graph: Sequence[Sequence[int]] = waits([item.after for item in body.components])
        return _lay_out(items, graph, "一次告知、一表申请", "统一出件")
    if isinstance(body, (GuideBody, PolicyBody)) and body.steps:
        items = [
            ("step", step.name, "；".join(part for part in (step.detail, step.actor, step.time) if part))
            for step in body.steps
        ]
        result = body.result.name if isinstance(body, GuideBody) and body.result.name else "办结"
        return _lay_out(items, steps_graph(body.steps), "提出申请", result)
    return None


def _days(days: float | None, note: str) -> str:
    unit = next((unit for unit in ("工作日", "自然日", "日") if note.startswith(unit)), "日")
    rest = note.removeprefix(unit).lstrip("，,；")
    number = f"{days:g}{'' if unit == '日' else '个'}{unit}" if days else ""
    return "，".join(part for part in (number, rest if number else note) if part)


def _lay_out(items: Sequence[Item], graph: Sequence[Sequence[int]], start: str, end: str) -> Flow:
    rows: list[Item] = [("start", start, ""), *items, ("end", end, "")]
    arrows = [(other, number) for number, own in enumerate(graph, start=1) for other in (own or (0,))]
    last = set(range(1, len(items) + 1)) - {source for source, _ in arrows}
    arrows += [(number, len(rows) - 1) for number in sorted(last)]
    texts = [
        (_wrap(title, TITLE_COLUMNS), _wrap(detail, DETAIL_COLUMNS)[:MAX_DETAIL_LINES]) for _, title, detail in rows
    ]
    heights = [2 * PADDING + LINE_HEIGHT * (len(title) + len(detail)) for title, detail in texts]
    across = max(Counter(graph_levels(graph)).values(), default=1) > MAX_SIDE_BY_SIDE
    places = _places(heights, arrows, across)
    left = min(x for x, _ in places) - BOX_WIDTH / 2 - MARGIN
    top = min(y - height / 2 for (_, y), height in zip(places, heights, strict=True)) - MARGIN
    boxes = tuple(
        Box(row[0], title, detail, x - left, y - top, BOX_WIDTH, height)
        for row, (title, detail), (x, y), height in zip(rows, texts, places, heights, strict=True)
    )
    width = max(box.x + box.width / 2 for box in boxes) + MARGIN
    height = max(box.y + box.height / 2 for box in boxes) + MARGIN
    return Flow(boxes, tuple(arrows), width, height, across)


def graph_levels(graph: Sequence[Sequence[int]]) -> list[int]:
    """Return the level (from 0) of each item, in the items' order."""
    level_of = {number: level for level, group in enumerate(levels(graph)) for number in group}
    return [level_of[number] for number in range(1, len(graph) + 1)]


def _places(heights: Sequence[float], arrows: Sequence[tuple[int, int]], across: bool) -> list[tuple[float, float]]:
    """Return the centre of each box by Sugiyama's layered layout, turned by a right angle when it runs across."""
    vertices = [Vertex(number) for number in range(len(heights))]
    for vertex, height in zip(vertices, heights, strict=True):
        vertex.view = VertexViewer(height, BOX_WIDTH) if across else VertexViewer(BOX_WIDTH, height)
    graph = Graph(vertices, [LayoutEdge(vertices[source], vertices[target]) for source, target in arrows])
    layout = SugiyamaLayout(graph.C[0])
    layout.xspace, layout.yspace = GAP_X, GAP_Y
    layout.init_all(roots=[vertices[0]])
    layout.draw(3)
    points = [(float(vertex.view.xy[0]), float(vertex.view.xy[1])) for vertex in vertices]
    return [(y, x) for x, y in points] if across else points


def _wrap(text: str, columns: int) -> tuple[str, ...]:
    """Break text into lines of at most `columns` half-width columns; Chinese characters count two."""
    lines, line, used = [], "", 0
    for character in textwrap.dedent(text).strip():
        size = 2 if unicodedata.east_asian_width(character) in "WFA" else 1
        if used + size > columns and character not in NO_LINE_START:
            lines.append(line)
            line, used = "", 0
        line, used = line + character, used + size
    return tuple([*lines, line] if line else lines)
