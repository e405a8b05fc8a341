"""Writes an evaluation as report.json, report.html (one page that stands by itself) and the short report.md."""

import json
import math
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

from nlp.evaluation import page
from nlp.evaluation.wording import figure, plain, short
from nlp.measures import Score

# of the report, what the model cards show: tables of figures, and tables with a row per part
FIGURES = {
    "axes": "Axes",
    "axes_without_kind": "Axes, the kind of text unknown",
    "hate_functions": "Functional test of hate: share of cases read right",
    "group_swap": "Group swap: share of decisions that change",
    "ordinary_per_1000": "Real British documents flagged per 1,000 (the half that never trains)",
    "evidence": "Removing the evidence",
    "places": "Places, by span and authority",
}
PARTS = {
    "hate_by_group": "Functional test of hate, by group",
    "by_target": "By target group",
    "by_kind": "By kind",
    "dialect.parts": "Written dialect and the rest",
}
COLUMNS = (
    "missed",
    "wrongly_flagged",
    "narrative_accuracy",
    "target_f1",
    "hate_balanced_accuracy",
    "hate_found",
    "left_alone",
)  # of those tables


def write(out: Path, result: dict[str, Any]) -> None:
    """Write the three files of a report to a folder."""
    out.mkdir(parents=True, exist_ok=True)
    (out / "report.json").write_text(json.dumps(_plain(result), indent=1, sort_keys=True) + "\n", encoding="utf-8")
    (out / "report.html").write_text(page.render(result), encoding="utf-8")
    (out / "report.md").write_text(as_markdown(result), encoding="utf-8")


def as_markdown(result: dict[str, Any]) -> str:
    """The report's main figures as tables, for the model cards; the rest stands in report.json and report.html."""
    times = f"{result['times_scored']} {'time' if result['times_scored'] == 1 else 'times'}"
    head = f"{result['test_texts']:,} test texts by authors of no training text; scored {times} so far."
    return "\n".join(["# Last evaluation", "", head, *_figures(result), *_parts(result), *_speed(result), ""])


def _figures(result: Mapping[str, Any]) -> Iterator[str]:
    for key, title in FIGURES.items():
        rows = {name: score for name, score in (result.get(key) or {}).items() if isinstance(score, Score)}
        if rows:
            yield from ("", f"## {title}", "")
            yield from _table(["figure", "value", "95 % interval", "cases"], [_row(n, s) for n, s in rows.items()])
            yield from _plain_numbers(result[key])


def _plain_numbers(part: Mapping[str, Any]) -> Iterator[str]:
    """Figures without an interval, one a line."""
    numbers = {name: value for name, value in part.items() if isinstance(value, float)}
    if numbers:
        yield ""
        yield "; ".join(f"{figure(name)}: {value:.3f}" for name, value in numbers.items()) + "."


def _parts(result: Mapping[str, Any]) -> Iterator[str]:
    """A row per part, its figures with intervals in one table."""
    for key, title in PARTS.items():
        part: Any = result
        for step in key.split("."):
            part = part.get(step) or {}
        columns = [name for name in COLUMNS if any(name in row for row in part.values())]
        if columns:
            yield from ("", f"## {title}", "")
            rows = [[plain(name), *(_cell(row.get(column)) for column in columns)] for name, row in part.items()]
            yield from _table(["part", *map(short, columns)], rows)


def _speed(result: Mapping[str, Any]) -> Iterator[str]:
    pace = result.get("speed")
    if pace:
        yield ""
        yield (
            f"{pace['texts_per_cpu_second']:,} texts of {pace['words_a_text']} words on average per CPU-second, with "
            f"evidence (places looked for: {pace['with_places']}); models {pace['models_megabytes']} MB."
        )


def _row(name: str, score: Score) -> list[str]:
    if math.isnan(score.value):
        return [figure(name), "–", "–", str(score.cases)]
    return [figure(name), f"{score.value:.3f}", f"{score.low:.3f} to {score.high:.3f}", str(score.cases)]


def _cell(score: Score | None) -> str:
    if score is None or math.isnan(score.value):
        return "–"
    return f"{score.value:.3f} ({score.low:.3f} to {score.high:.3f}; {score.cases})"


def _table(heads: Sequence[str], rows: Sequence[Sequence[str]]) -> Iterator[str]:
    yield f"| {' | '.join(heads)} |"
    yield f"|{'---|' * len(heads)}"
    yield from (f"| {' | '.join(row)} |" for row in rows)


def _plain(value: Any) -> Any:
    """Scores as mappings and NaN as null, so that the JSON is JSON."""
    if isinstance(value, Score):
        return {name: _plain(part) for name, part in value._asdict().items()}
    if isinstance(value, dict):
        return {key: _plain(part) for key, part in value.items()}
    if isinstance(value, list):
        return [_plain(part) for part in value]
    return None if isinstance(value, float) and math.isnan(value) else value
