"""Tables of the report: each with a caption, heads for its rows and columns, and a frame that scrolls by keyboard."""

import html
import math
from collections.abc import Mapping, Sequence
from typing import Any

from nlp.evaluation.plots import bar
from nlp.evaluation.wording import figure, plain, short
from nlp.measures import Score

NOTHING = "–"  # where there is no case to measure
DEEPEST = 0.62  # of the shade of a cell: dark letters keep a contrast of 7 to 1 on it
SHADE = (37, 99, 235)

Before = Mapping[str, Mapping[str, float]]  # path of a figure: before, now, difference


def table(
    caption: str, heads: Sequence[str], rows: Sequence[Sequence[str]], shades: Sequence[Sequence[float]] = ()
) -> str:
    """A table whose first column heads its rows; cells are HTML already; `shades` (0 to 1) colours the other cells."""
    head = "".join(f'<th scope="col">{html.escape(name)}</th>' for name in heads)
    body = "".join(
        f'<tr><th scope="row">{row[0]}</th>{_cells(row[1:], shades[at] if shades else ())}</tr>'
        for at, row in enumerate(rows)
    )
    label = html.escape(caption, quote=True)
    return (
        f'<div class="scroll" role="region" tabindex="0" aria-label="{label}"><table>'
        f"<caption>{html.escape(caption)}</caption>"
        f"<thead><tr>{head}</tr></thead><tbody>{body}</tbody></table></div>"
    )


def scores(caption: str, part: Mapping[str, Score], path: str, before: Before) -> str:
    """A row per figure: value, interval, cases, bar, and where known the value in use and the difference."""
    compared = any(f"{path}.{name}" in before for name in part)
    heads = ["Figure", "Value", "95 % interval", "Cases", "0 to 1", *(["In use", "Difference"] if compared else [])]
    rows = []
    for name, score in part.items():
        row = [html.escape(figure(name)), number(score.value), interval(score), f"{score.cases:,}", bar(score)]
        rows.append(row + (_compared(before.get(f"{path}.{name}")) if compared else []))
    return table(caption, heads, rows)


def parts(
    caption: str,
    head: str,
    rows: Mapping[str, Mapping[str, Score]],
    path: str,
    before: Before,
    names: Mapping[str, str],
) -> str:
    """A row per part of the texts, a column per figure: value, interval, cases, and the value in use where known."""
    columns = list(dict.fromkeys(name for row in rows.values() for name in row))
    cells = [
        [
            html.escape(names.get(part) or plain(part)),
            *(_cell(row.get(name), before.get(f"{path}.{part}.{name}")) for name in columns),
        ]
        for part, row in rows.items()
    ]
    return table(caption, [head, *map(short, columns)], cells)


def labels(
    caption: str, rows: Mapping[str, Mapping[str, Any]], path: str, before: Before, names: Mapping[str, str]
) -> str:
    """A row per label: F1 with interval, and how many texts carry it, were given it, and both."""
    cells = [
        [
            html.escape(named(label, names)),
            number(row["f1"].value),
            interval(row["f1"]),
            *(f"{row[count]:,}" for count in ("labelled", "read", "both")),
            _was(before.get(f"{path}.{label}.f1")) or NOTHING,
        ]
        for label, row in rows.items()
    ]
    return table(caption, ["Label", "F1", "95 % interval", "Labelled", "Read", "Both", "In use"], cells)


def confusion(caption: str, matrix: Mapping[str, Sequence[Any]], names: Mapping[str, str]) -> str:
    """Rows as labelled, columns as read; a cell's shade is its share of the row, its number says the same."""
    rows, shades = [], []
    for label, counts in zip(matrix["labels"], matrix["rows"], strict=True):
        total = max(1, sum(counts))
        rows.append([html.escape(named(label, names)), *(str(count) if count else "·" for count in counts)])
        shades.append([count / total for count in counts])
    heads = ["Labelled \\ read", *(label if label in names else plain(label) for label in matrix["labels"])]
    return table(caption, heads, rows, shades)


def named(label: str, names: Mapping[str, str]) -> str:
    """A code with its name, or a code word as words."""
    return f"{label} {names[label]}" if label in names else plain(label)


def number(value: float | None) -> str:
    """Three digits after the point; a dash where there is none."""
    return NOTHING if value is None or math.isnan(value) else f"{value:.3f}"


def interval(score: Score) -> str:
    """The interval in words."""
    return NOTHING if math.isnan(score.low) else f"{score.low:.3f} to {score.high:.3f}"


def _cells(cells: Sequence[str], shades: Sequence[float]) -> str:
    if not shades:
        return "".join(f"<td>{cell}</td>" for cell in cells)
    return "".join(f'<td style="background:{_shade(s)}">{cell}</td>' for cell, s in zip(cells, shades, strict=True))


def _shade(share: float) -> str:
    mixed = (round(255 + (part - 255) * share * DEEPEST) for part in SHADE)
    return f"rgb({','.join(map(str, mixed))})"


def _cell(score: Score | None, before: Mapping[str, float] | None) -> str:
    if score is None or math.isnan(score.value):
        return NOTHING
    used = f"<small>{_was(before, 'in use ')}</small>" if before else ""
    return f"{number(score.value)}<small>{interval(score)}; {score.cases:,} cases</small>{used}"


def _was(before: Mapping[str, float] | None, words: str = "") -> str:
    return f"{words}{number(before['before'])} ({before['difference']:+.3f})" if before else ""


def _compared(before: Mapping[str, float] | None) -> list[str]:
    return [number(before["before"]), f"{before['difference']:+.3f}"] if before else [NOTHING, NOTHING]
