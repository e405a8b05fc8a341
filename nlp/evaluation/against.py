"""Compares a report with the one of the models in use, figure by figure."""

import json
import math
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from nlp.annotations import Refused
from nlp.measures import Score


def compare(result: dict[str, Any], previous: Path) -> dict[str, Any] | None:
    """Per figure (its path in the report, joined by dots) before, now and the difference; None without that report.

    `same_models` and `same_texts` say what the difference is a difference of. Raises Refused for a file that is
    no report.
    """
    if not previous.is_file():
        return None
    try:
        before: dict[str, Any] = json.loads(previous.read_text(encoding="utf-8"))
        old = dict(_figures({"axes": before["axes"], **before}))
    except (json.JSONDecodeError, KeyError, TypeError) as error:
        raise Refused(f"{previous} is no report: give a report.json that `vane evaluate` wrote") from error
    now = dict(_figures(result))
    return {
        "models": before.get("models", {}),
        "test_texts": before.get("test_texts", 0),
        "same_models": before.get("models") == dict(result["models"]),
        "same_texts": before.get("test_texts") == result["test_texts"],
        "figures": {
            path: {"before": old[path], "now": now[path], "difference": round(now[path] - old[path], 4)}
            for path in now
            if path in old
        },
    }


def _figures(part: Any, path: str = "") -> Iterator[tuple[str, float]]:
    """(path, value) of every figure with an interval; figures without cases are none."""
    if isinstance(part, Score):
        part = part._asdict()
    if not isinstance(part, dict):
        return
    if {"value", "low", "high", "cases"} <= part.keys():
        if part["value"] is not None and not math.isnan(part["value"]):
            yield path, float(part["value"])
        return
    for name, inner in part.items():
        if name != "against":
            yield from _figures(inner, f"{path}.{name}" if path else str(name))
