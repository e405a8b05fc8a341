"""Plots as inline SVG with a title and a description; the same figures stand in a table beside each."""

import html
from collections.abc import Sequence
from typing import Any

from nlp.evaluation.wording import figure
from nlp.measures import Score

SIZE, EDGE = 240, 36  # of the square a plot is drawn in, and of the margin for its axes (SVG units)
WIDE = 520
TICKS = (0.0, 0.25, 0.5, 0.75, 1.0)
# each line has a colour, a dash and a mark of its own, so that none has to be told by its colour
LINES = (
    ("#1d4ed8", "", "circle"),
    ("#9a3412", "6 3", "square"),
    ("#166534", "2 3", "diamond"),
    ("#6b21a8", "9 3 2 3", "cross"),
)
ROOM = 1.08  # of the largest number of texts, so that the last mark is not cut


def reliability(axis: str, bins: Sequence[dict[str, Any]]) -> str:
    """A reliability curve: what was said across, what was true upwards; the diagonal is perfect."""
    points = [(_x(b["said"], SIZE), _y(b["true"])) for b in bins]
    marks = "".join(
        f'<circle cx="{x:.1f}" cy="{y:.1f}" r="{_radius(b["cases"], bins):.1f}" fill="#1d4ed8" fill-opacity=".75"/>'
        for (x, y), b in zip(points, bins, strict=True)
    )
    line = " ".join(f"{x:.1f},{y:.1f}" for x, y in points)
    diagonal = f'<line x1="{EDGE}" y1="{SIZE}" x2="{SIZE + EDGE}" y2="0" stroke="#595959" stroke-dasharray="4 4"/>'
    body = f'{diagonal}<polyline points="{line}" fill="none" stroke="#1d4ed8" stroke-width="2"/>{marks}'
    said = "; ".join(f"said {b['said']:.2f}, true {b['true']:.2f} ({b['cases']} texts)" for b in bins)
    frame = _frame(SIZE, [(f"{tick:g}", _x(tick, SIZE)) for tick in TICKS], "said", "true")
    return _svg(f"reliability-{axis}", f"Reliability of {figure(axis).lower()}", said, frame + body, SIZE)


def learning(points: Sequence[dict[str, Any]]) -> str:
    """The learning curve: gold texts across, each figure as a line of its own."""
    names = [name for name in points[0] if name != "texts"]
    top = ROOM * max(point["texts"] for point in points)
    lines = []
    for name, (colour, dash, mark) in zip(names, LINES, strict=False):
        spots = [(_x(point["texts"] / top, WIDE), _y(point[name])) for point in points]
        path = " ".join(f"{x:.1f},{y:.1f}" for x, y in spots)
        lines.append(
            f'<polyline points="{path}" fill="none" stroke="{colour}" stroke-width="2" stroke-dasharray="{dash}"/>'
            + "".join(_mark(mark, x, y, colour) for x, y in spots)
        )
    first, last = points[0], points[-1]
    said = "; ".join(f"{figure(name)} from {first[name]:.2f} to {last[name]:.2f}" for name in names)
    frame = _frame(WIDE, [(str(p["texts"]), _x(p["texts"] / top, WIDE)) for p in points], "gold texts", "figure")
    title = f"Learning curve from {first['texts']} to {last['texts']} gold texts"
    return _svg("learning", title, said, frame + "".join(lines) + _legend(names), WIDE, 20 * len(names))


def bar(score: Score) -> str:
    """A figure from 0 to 1 with its interval; decoration, for the numbers stand beside it."""
    if not 0 <= score.low <= score.high <= 1:  # also where any of them is not a number
        return ""
    low, high, value = (round(100 * v) for v in (score.low, score.high, score.value))
    return (
        '<svg class="bar" width="102" height="12" aria-hidden="true" focusable="false">'
        '<rect width="102" height="12" fill="#e5e7eb"/>'
        f'<rect x="{low}" width="{max(1, high - low)}" height="12" fill="#6b93d6"/>'
        f'<rect x="{value}" width="2" height="12" fill="#0b0c0c"/></svg>'
    )


def _svg(name: str, title: str, description: str, body: str, width: int, more: int = 0) -> str:
    across, down = width + 2 * EDGE, SIZE + 2 * EDGE + more
    return (
        f'<svg role="img" aria-labelledby="{name}-title {name}-desc" viewBox="0 -12 {across} {down}" '
        f'width="{across}" height="{down}"><title id="{name}-title">{html.escape(title)}</title>'
        f'<desc id="{name}-desc">{html.escape(description)}</desc>{body}</svg>'
    )


def _frame(width: int, ticks: Sequence[tuple[str, float]], across: str, upwards: str) -> str:
    """Axes, their ticks and their names."""
    parts = [
        f'<rect x="{EDGE}" y="0" width="{width}" height="{SIZE}" fill="none" stroke="#595959"/>',
        f'<text x="{EDGE + width / 2:g}" y="{SIZE + 32}" text-anchor="middle">{across}</text>',
        f'<text x="10" y="{SIZE / 2:g}" text-anchor="middle" transform="rotate(-90 10 {SIZE / 2:g})">{upwards}</text>',
    ]
    parts += [f'<text x="{x:.1f}" y="{SIZE + 16}" text-anchor="middle">{label}</text>' for label, x in ticks]
    parts += [f'<text x="{EDGE - 4}" y="{_y(tick) + 4:.1f}" text-anchor="end">{tick:g}</text>' for tick in TICKS]
    return "".join(parts)


def _legend(names: Sequence[str]) -> str:
    rows = []
    for at, (name, (colour, dash, mark)) in enumerate(zip(names, LINES, strict=False)):
        y = SIZE + 52 + 20 * at
        rows.append(
            f'<line x1="{EDGE}" y1="{y}" x2="{EDGE + 40}" y2="{y}" stroke="{colour}" stroke-width="2" '
            f'stroke-dasharray="{dash}"/>{_mark(mark, EDGE + 20, y, colour)}'
            f'<text x="{EDGE + 50}" y="{y + 4}">{html.escape(figure(name))}</text>'
        )
    return "".join(rows)


def _mark(shape: str, x: float, y: float, colour: str) -> str:
    if shape == "circle":
        return f'<circle cx="{x:.1f}" cy="{y:.1f}" r="4" fill="{colour}"/>'
    if shape == "square":
        return f'<rect x="{x - 4:.1f}" y="{y - 4:.1f}" width="8" height="8" fill="{colour}"/>'
    if shape == "diamond":
        return f'<path d="M{x:.1f} {y - 5:.1f}l5 5l-5 5l-5 -5z" fill="{colour}"/>'
    return f'<path d="M{x - 4:.1f} {y - 4:.1f}l8 8m0 -8l-8 8" stroke="{colour}" stroke-width="2"/>'


def _radius(cases: int, bins: Sequence[dict[str, Any]]) -> float:
    """3 to 9: the area follows the number of texts in a bin."""
    return float(3 + 6 * (cases / max(b["cases"] for b in bins)) ** 0.5)


def _x(share: float, width: int) -> float:
    return EDGE + share * width


def _y(share: float) -> float:
    return (1 - share) * SIZE
