"""The flow picture of an entry as SVG: plain shapes and text, themed by CSS variables, readable when printed."""

from __future__ import annotations

from xml.sax.saxutils import escape

from kb.flowchart import LINE_HEIGHT, PADDING, Box, Flow, flow_of
from kb.models import Entry

FONT = "PingFang SC, Microsoft YaHei, Noto Sans CJK SC, sans-serif"
COLOURS = {
    "start": ("#e8f0fb", "#1f4e8c"),
    "step": ("#ffffff", "#1f4e8c"),
    "critical": ("#fff4e0", "#b45f06"),
    "end": ("#1f4e8c", "#1f4e8c"),
}
INK, PALE = "#1c2733", "#4a5a6a"


def picture(entry: Entry) -> str:
    """Return the SVG of an entry's flow, empty when it has none. All text is escaped."""
    flow = flow_of(entry)
    return draw(flow, f"{entry.title}流程图") if flow else ""


def draw(flow: Flow, title: str) -> str:
    """Return one SVG element with a title for screen readers; width and height in pixels stand in its view box."""
    arrows = "".join(_arrow(flow.boxes[source], flow.boxes[target], flow.across) for source, target in flow.arrows)
    boxes = "".join(_box(box) for box in flow.boxes)
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {flow.width:.0f} {flow.height:.0f}" '
        f'width="{flow.width:.0f}" height="{flow.height:.0f}" role="img" font-family="{FONT}">'
        f"<title>{escape(title)}</title>"
        '<defs><marker id="tip" viewBox="0 0 10 10" refX="9" refY="5" markerWidth="7" markerHeight="7" orient="auto">'
        f'<path d="M0 0 10 5 0 10z" fill="{PALE}"/></marker></defs>{arrows}{boxes}</svg>'
    )


def _box(box: Box) -> str:
    fill, edge = COLOURS[box.kind]
    ink = "#ffffff" if box.kind == "end" else INK
    radius = 18 if box.kind in ("start", "end") else 6
    left, top = box.x - box.width / 2, box.y - box.height / 2
    shape = (
        f'<rect x="{left:.1f}" y="{top:.1f}" width="{box.width:.1f}" height="{box.height:.1f}" rx="{radius}" '
        f'fill="{fill}" stroke="{edge}" stroke-width="1.5"/>'
    )
    lines = [(line, ink, 15, "600") for line in box.title] + [(line, PALE, 13, "400") for line in box.detail]
    texts = "".join(
        f'<text x="{box.x:.1f}" y="{top + PADDING + LINE_HEIGHT * (row + 0.75):.1f}" text-anchor="middle" '
        f'font-size="{size}" font-weight="{weight}" fill="{colour}">{escape(line)}</text>'
        for row, (line, colour, size, weight) in enumerate(lines)
    )
    return shape + texts


def _arrow(source: Box, target: Box, across: bool) -> str:
    if across:
        x1, y1 = source.x + source.width / 2, source.y
        x2, y2 = target.x - target.width / 2 - 1, target.y
        middle = (x1 + x2) / 2
        return _curve(f"M{x1:.1f} {y1:.1f}C{middle:.1f} {y1:.1f} {middle:.1f} {y2:.1f} {x2:.1f} {y2:.1f}")
    x1, y1 = source.x, source.y + source.height / 2
    x2, y2 = target.x, target.y - target.height / 2 - 1
    middle = (y1 + y2) / 2
    return _curve(f"M{x1:.1f} {y1:.1f}C{x1:.1f} {middle:.1f} {x2:.1f} {middle:.1f} {x2:.1f} {y2:.1f}")


def _curve(path: str) -> str:
    return f'<path d="{path}" fill="none" stroke="{PALE}" stroke-width="1.5" marker-end="url(#tip)"/>'
