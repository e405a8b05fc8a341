"""Scores the shipped models on the gold test part and writes one report: JSON, HTML, and Markdown for the cards."""

import json
import logging
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from nlp import labelled, measures, public, report, swap
from nlp.annotate import Reader, Text
from nlp.annotations import Annotation
from nlp.axes import ACTIVE
from nlp.groups import Groups
from nlp.labelled import GoldText

log = logging.getLogger(__name__)
Array = npt.NDArray[Any]
Progress = Callable[[str], None]
COUNTER = "times_scored.json"  # beside the gold: how often the test part was looked at
FLOORS = Path(__file__).parent / "floors.json"
FLOORED = (
    "flag_f1", "flag_precision", "flag_recall", "stance_accuracy", "narrative_accuracy", "mechanisms_f1", "targets_f1",
    "signals_f1", "hate_f1", "checkworthy_f1",
)  # fmt: skip
CEILED = ("lookalikes_flagged",)
WORST = 12
FEWEST = 8  # cases below which a group or kind gets no figure


def evaluate(
    gold: Path, out: Path, reader: Reader, shared: Path | None, progress: Progress = log.info
) -> dict[str, Any]:
    """Score `reader` on gold/test*.jsonl, write report.json, report.html and report.md to `out`, and return the report.

    Counts how often the test part was scored. With `shared` also the real British documents that never train.
    """
    texts = labelled.held_out(gold)
    progress(f"scoring {len(texts)} test texts")
    found = [r.annotation for r in reader.annotate(Text(t.text) for t in texts)]
    result: dict[str, Any] = {
        "models": dict(reader.models),
        "test_texts": len(texts),
        "times_scored": _count(gold),
        "axes": axis_scores(texts, found),
        "by_target": _by(texts, found, lambda t: t.targets),
        "by_kind": _by(texts, found, lambda t: [t.kind]),
        "group_swap": group_swap(texts, found, reader),
        "worst": _worst(texts, found),
    }
    if shared is not None:
        progress("reading ordinary British documents")
        result["ordinary_per_1000"] = ordinary(shared, reader)
    report.write(out, result)
    return result


def axis_scores(texts: Sequence[GoldText], found: Sequence[Annotation]) -> dict[str, Any]:
    """Per axis its measures with intervals."""
    return {
        **_flag_scores(texts, found),
        "stance_accuracy": _same([t.stance for t in texts], [a.stance.name for a in found]),
        "narrative_accuracy": _same([t.narrative or "" for t in texts], [_main(a) for a in found]),
        "mechanisms_f1": _micro([t.mechanisms for t in texts], [[m.name for m in a.mechanisms] for a in found]),
        "targets_f1": _micro([t.targets for t in texts], [[m.name for m in a.targets] for a in found]),
        "signals_f1": _micro([t.signals for t in texts], [[c.code for c in a.signals] for a in found]),
        "hate_f1": _yes([t.hate for t in texts], [a.hate for a in found], measures.f1),
        "hate_balanced_accuracy": _yes([t.hate for t in texts], [a.hate for a in found], measures.balanced),
        "hate_calibration_error": _calibration([a.hate for a in found], [t.hate for t in texts]),
        "checkworthy_f1": _yes([t.checkworthy for t in texts], [a.checkworthy for a in found], measures.f1),
        "checkworthy_calibration_error": _calibration([a.checkworthy for a in found], [t.checkworthy for t in texts]),
    }


def lookalike(text: GoldText) -> bool:
    """A text on a watched subject, or in a stance that harm does not take, that must not be flagged."""
    return not text.flag and (text.narrative is not None or text.stance not in (*ACTIVE, "unrelated"))


def group_swap(texts: Sequence[GoldText], found: Sequence[Annotation], reader: Reader) -> dict[str, Any]:
    """Share of swapped texts whose flag, stance or hate changed, and how often the narrative follows the group."""
    groups = Groups.load()
    pairs = [(a, text) for t, a in zip(texts, found, strict=True) for _, text in swap.swaps(t.text, groups)]
    other = [r.annotation for r in reader.annotate(Text(text) for _, text in pairs)]
    changed: dict[str, list[bool]] = {"flag": [], "stance": [], "hate": [], "narrative": []}
    for (before, _), after in zip(pairs, other, strict=True):
        changed["flag"].append(before.flag != after.flag)
        changed["stance"].append(before.stance.name != after.stance.name)
        changed["hate"].append((before.hate >= 0.5) != (after.hate >= 0.5))
        changed["narrative"].append(_main(before) != _main(after))
    return {name: measures.score(measures.share, np.array(flips)) for name, flips in changed.items()}


def ordinary(shared: Path, reader: Reader) -> dict[str, Any]:
    """Real British documents flagged per 1,000, by kind, on the half that never trains."""
    rows = list(public.ordinary(shared, training=False))
    flags: dict[str, list[bool]] = {}
    for (kind, _), reading in zip(rows, reader.annotate(Text(text) for _, text in rows), strict=True):
        flags.setdefault(kind, []).append(reading.annotation.flag)
    flags["all"] = [flag for each in list(flags.values()) for flag in each]
    return {kind: _per_1000(each) for kind, each in sorted(flags.items()) if len(each) >= FEWEST}


def below_floors(result: dict[str, Any], floors: Path = FLOORS) -> list[str]:
    """Figures of a report that fall below their floor or above their ceiling, in words; empty when all hold."""
    limits: dict[str, dict[str, float]] = json.loads(floors.read_text(encoding="utf-8"))
    axes = result["axes"]
    low = [(name, limit) for name, limit in limits["floors"].items() if axes[name].value < limit]
    high = [(name, limit) for name, limit in limits["ceilings"].items() if axes[name].value > limit]
    return [f"{name} is {axes[name].value:.3f}, limit {limit:.3f}" for name, limit in (*low, *high)]


def write_floors(result: dict[str, Any], floors: Path = FLOORS) -> None:
    """Set the floors to the lower ends of a report's intervals, the ceilings to the upper ends."""
    axes = result["axes"]
    limits = {
        "floors": {name: axes[name].low for name in FLOORED},
        "ceilings": {name: axes[name].high for name in CEILED},
    }
    floors.write_text(json.dumps(limits, indent=2) + "\n", encoding="utf-8")


def _per_1000(flags: list[bool]) -> measures.Score:
    found = measures.score(measures.share, np.array(flags))
    value, low, high = (round(v * 1000, 2) for v in (found.value, found.low, found.high))
    return measures.Score(value, low, high, found.cases)


def _flag_scores(texts: Sequence[GoldText], found: Sequence[Annotation]) -> dict[str, measures.Score]:
    said, true = np.array([a.flag for a in found]), np.array([t.flag for t in texts])
    alike = said[np.array([lookalike(t) for t in texts])]
    return {
        "flag_f1": measures.score(measures.f1, said, true),
        "flag_precision": measures.score(measures.share, true[said]),
        "flag_recall": measures.score(measures.share, said[true]),
        "lookalikes_flagged": measures.score(measures.share, alike),
        "flag_calibration_error": _calibration([a.flag_score for a in found], [t.flag for t in texts]),
    }


def _by(
    texts: Sequence[GoldText], found: Sequence[Annotation], keys: Callable[[GoldText], Sequence[str]]
) -> dict[str, Any]:
    """Flag F1, misses and false flags by a key of the texts."""
    rows: dict[str, list[tuple[bool, bool]]] = {}
    for text, annotation in zip(texts, found, strict=True):
        for key in keys(text):
            rows.setdefault(key, []).append((annotation.flag, text.flag))
    table = {}
    for key, pairs in sorted(rows.items()):
        said, true = (np.array(column) for column in zip(*pairs, strict=True))
        if len(pairs) >= FEWEST:
            missed, wrong = ~said[true], said[~true]
            table[key] = {
                "flag_f1": measures.score(measures.f1, said, true),
                "missed": measures.score(measures.share, missed),
                "wrongly_flagged": measures.score(measures.share, wrong),
            }
    return table


def _worst(texts: Sequence[GoldText], found: Sequence[Annotation]) -> list[dict[str, Any]]:
    """The texts whose flag was most surely wrong."""
    wrong = [(abs(a.flag_score - t.flag), t, a) for t, a in zip(texts, found, strict=True) if a.flag != t.flag]
    ranked = sorted(wrong, key=lambda case: (-case[0], case[1].id))[:WORST]
    return [
        {"id": t.id, "flag": t.flag, "score": a.flag_score, "stance": t.stance, "read_as": a.stance.name}
        for _, t, a in ranked
    ]


def _main(annotation: Annotation) -> str:
    return annotation.narratives[0].code if annotation.narratives else ""


def _same(true: Sequence[str], said: Sequence[str]) -> measures.Score:
    return measures.score(measures.same, np.array(said), np.array(true))


def _micro(true: Sequence[Sequence[str]], said: Sequence[Sequence[str]]) -> measures.Score:
    classes = sorted({name for row in (*true, *said) for name in row})
    return measures.score(measures.f1, measures.table(said, classes), measures.table(true, classes))


def _yes(true: Sequence[bool], said: Sequence[float], measure: Callable[..., float]) -> measures.Score:
    return measures.score(measure, np.array(said) >= 0.5, np.array(true))


def _calibration(said: Sequence[float], true: Sequence[bool]) -> measures.Score:
    return measures.score(measures.calibration_error, np.array(said), np.array(true))


def _count(gold: Path) -> int:
    """Count one more look at the test part."""
    path = gold / COUNTER
    times = int(json.loads(path.read_text(encoding="utf-8"))["times"]) + 1 if path.is_file() else 1
    path.write_text(json.dumps({"times": times}) + "\n", encoding="utf-8")
    return times
