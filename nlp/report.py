"""Writes an evaluation as report.json, a plain report.html and the short report.md that stands beside the models."""

import html
import json
import math
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from nlp.measures import Score

STYLE = (
    "body{font-family:Arial,sans-serif;max-width:60em;margin:2em auto}"
    "td,th{text-align:left;padding:.2em 1em .2em 0}svg{vertical-align:middle}"
)
HEAD = "<!doctype html><html lang=en><meta charset=utf-8><title>Evaluation</title>"


def write(out: Path, result: dict[str, Any]) -> None:
    """Write the three files of a report to a folder."""
    out.mkdir(parents=True, exist_ok=True)
    (out / "report.json").write_text(json.dumps(_plain(result), indent=1, sort_keys=True) + "\n", encoding="utf-8")
    (out / "report.html").write_text(as_html(result), encoding="utf-8")
    (out / "report.md").write_text(as_markdown(result), encoding="utf-8")


def as_html(result: dict[str, Any]) -> str:
    """The report as one page without scripts; a bar shows each interval."""
    parts = [f"{HEAD}<style>{STYLE}</style><h1>Evaluation</h1>"]
    parts.append(f"<p>{result['test_texts']} test texts; scored {result['times_scored']} times so far.</p>")
    for title, scores in _sections(result):
        parts.append(f"<h2>{html.escape(title)}</h2><table><tr><th>figure<th>value<th>95 % interval<th>cases<th></tr>")
        parts += [
            f"<tr><td>{html.escape(name)}<td>{s.value:.3f}<td>{s.low:.3f} to {s.high:.3f}<td>{s.cases}<td>{_bar(s)}"
            for name, s in scores
        ]
        parts.append("</table>")
    rows = "".join(
        f"<tr>{''.join(f'<td>{html.escape(str(v))}' for v in case.values())}</tr>" for case in result["worst"]
    )
    parts.append(f"<h2>Worst cases</h2><table><tr><th>id<th>flag<th>score<th>stance<th>read as</tr>{rows}</table>")
    versions = ", ".join(f"{name} {version}" for name, version in result["models"].items())
    return "\n".join([*parts, f"<p>Models: {html.escape(versions)}</p></html>", ""])


def as_markdown(result: dict[str, Any]) -> str:
    """The report's figures as tables, for the model cards."""
    times = result["times_scored"]
    head = f"{result['test_texts']} test texts by authors of no training text; scored {times} times so far."
    lines = ["# Last evaluation", "", head]
    for title, scores in _sections(result):
        lines += ["", f"## {title}", "", "| figure | value | 95 % interval | cases |", "|---|---|---|---|"]
        lines += [f"| {name} | {s.value:.3f} | {s.low:.3f} to {s.high:.3f} | {s.cases} |" for name, s in scores]
    return "\n".join([*lines, ""])


def _sections(result: dict[str, Any]) -> Iterator[tuple[str, list[tuple[str, Score]]]]:
    titles = {
        "axes": "Axes",
        "group_swap": "Group swap: share of decisions that change",
        "ordinary_per_1000": "Real British documents flagged per 1,000 (the half that never trains)",
    }
    for key, title in titles.items():
        if key in result:
            yield title, list(result[key].items())
    for key, title in (("by_target", "By target"), ("by_kind", "By kind")):
        yield (
            title,
            [(f"{name}: {figure}", s) for name, figures in result[key].items() for figure, s in figures.items()],
        )


def _bar(score: Score) -> str:
    if math.isnan(score.value) or score.high > 1:
        return ""
    low, high, value = (round(100 * v) for v in (score.low, score.high, score.value))
    return (
        f'<svg width=102 height=12 role=img aria-label="{low} to {high} of 100">'
        f"<rect width=100 height=12 fill=#eee /><rect x={low} width={max(1, high - low)} height=12 fill=#9bc />"
        f"<rect x={value} width=2 height=12 fill=#036 /></svg>"
    )


def _plain(value: Any) -> Any:
    """Scores as mappings and NaN as null, so that the JSON is JSON."""
    if isinstance(value, Score):
        return {name: _plain(part) for name, part in value._asdict().items()}
    if isinstance(value, dict):
        return {key: _plain(part) for key, part in value.items()}
    if isinstance(value, list):
        return [_plain(part) for part in value]
    return None if isinstance(value, float) and math.isnan(value) else value
