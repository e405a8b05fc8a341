"""Scores the shipped models on the gold test part and writes one report: JSON, HTML, and Markdown for the cards."""

import json
import logging
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import Any

import numpy as np

from nlp import labelled, measures, public, report, shipped, swap, taxonomy
from nlp.annotate import Reader, Text
from nlp.annotations import Annotation, Refused
from nlp.evaluation import (
    against,
    agreement,
    calibration,
    curve,
    figures,
    functions,
    labels,
    parts,
    places,
    removal,
    speed,
)
from nlp.evaluation.dialects import Dialects
from nlp.evaluation.parts import FEWEST
from nlp.groups import Groups
from nlp.labelled import GoldText

log = logging.getLogger(__name__)
Progress = Callable[[str], None]
COUNTER = "times_scored.json"  # beside the gold: how often the test part was looked at
FLOORS = Path(__file__).parent / "floors.json"
IN_USE = shipped.FOLDER / "report.json"
CURVE = shipped.FOLDER / "curve.json"
FLOORED = (
    "flag_f1", "flag_precision", "flag_recall", "stance_accuracy", "narrative_accuracy", "mechanisms_f1", "targets_f1",
    "signals_f1", "hate_f1", "checkworthy_f1",
)  # fmt: skip
CEILED = ("lookalikes_flagged",)
SWAPPED: dict[str, Callable[[Annotation], object]] = {  # decisions that are compared when another group is named
    "flag": lambda a: a.flag,
    "stance": lambda a: a.stance.name,
    "hate": lambda a: a.hate >= 0.5,
    "mechanisms": lambda a: {label.name for label in a.mechanisms},
    "signals": lambda a: {label.code for label in a.signals},
    "checkworthy": lambda a: a.checkworthy >= 0.5,
    "narrative": figures.main,
}
EVEN = ("flag", "stance", "hate")  # decisions that must not follow the group: their swap gaps have ceilings
SURE = 20  # cases of a target group from which its errors get a ceiling
WORST = 20


def evaluate(
    gold: Path,
    out: Path,
    reader: Reader,
    shared: Path | None,
    progress: Progress = log.info,
    in_use: Path = IN_USE,
    learnt: Path = CURVE,
) -> dict[str, Any]:
    """Score `reader` on gold/test*.jsonl, write report.json, report.html and report.md to `out`, and return the report.

    Counts how often the test part was scored. With `shared` also the real British documents that never train.
    `in_use` is the report of the models in use, with which this one is compared where it is there;
    `learnt` holds the learning curve of `vane train`.
    """
    texts = labelled.held_out(gold)
    if not texts:
        raise Refused(f"{gold} holds no test*.jsonl; give the folder of gold texts")
    second = agreement.read(gold)  # a line that cannot be read is refused before the look is counted
    progress(f"scoring {len(texts)} test texts")
    found, pace = speed.read(list(map(_as_read, texts)), reader)
    kindless = [reading.annotation for reading in reader.annotate(Text(t.text) for t in texts)]
    result: dict[str, Any] = {
        "models": dict(reader.models),
        "test_texts": len(texts),
        "times_scored": labelled.looked(gold / COUNTER),
        "names": dict(_names()),
        "axes": axis_scores(texts, found),
        "axes_without_kind": axis_scores(texts, kindless),
        **details(texts, found),
        **even(texts, found, reader),
        **functions.evaluate(gold, reader),
        "places": places.evaluate(gold, reader),
        "speed": pace,
        "curve": curve.read(learnt),
    }
    if second is not None:
        result["agreement"] = second
    result |= _tried(texts, found, reader, shared, progress)
    result["against"] = against.compare(result, in_use)
    report.write(out, result)
    return result


def _tried(
    texts: Sequence[GoldText], found: Sequence[Annotation], reader: Reader, shared: Path | None, progress: Progress
) -> dict[str, Any]:
    """What needs more reading: the texts without their evidence, and real documents."""
    progress("removing evidence")
    result = {"evidence": removal.measure(list(map(_as_read, texts)), found, reader)}
    if shared is not None:
        progress("reading ordinary British documents")
        result["ordinary_per_1000"] = ordinary(shared, reader)
    return result


def _as_read(text: GoldText) -> Text:
    """A gold text as production reads it: it knows its kind."""
    return Text(text.text, text.kind)


def axis_scores(texts: Sequence[GoldText], found: Sequence[Annotation]) -> dict[str, Any]:
    """Per axis its measures with intervals."""
    return {
        **_flag_scores(texts, found),
        "stance_accuracy": figures.accuracy([t.stance for t in texts], [a.stance.name for a in found]),
        "narrative_accuracy": figures.accuracy([t.narrative or "" for t in texts], [figures.main(a) for a in found]),
        "mechanisms_f1": figures.micro([t.mechanisms for t in texts], figures.names(found, "mechanisms")),
        "targets_f1": figures.micro([t.targets for t in texts], figures.names(found, "targets")),
        "signals_f1": figures.micro([t.signals for t in texts], figures.names(found, "signals")),
        "hate_f1": figures.yes([t.hate for t in texts], [a.hate for a in found], measures.f1),
        "hate_balanced_accuracy": figures.yes([t.hate for t in texts], [a.hate for a in found], measures.balanced),
        "checkworthy_f1": figures.yes([t.checkworthy for t in texts], [a.checkworthy for a in found], measures.f1),
        **calibration.errors(texts, found),
    }


def details(texts: Sequence[GoldText], found: Sequence[Annotation]) -> dict[str, Any]:
    """What stands below the axes: reliability curves, confusion, single labels, kinds, lengths, worst cases."""
    return {
        "calibration": calibration.curves(texts, found),
        "confusion": labels.confusion(texts, found, taxonomy.load()),
        "labels": labels.each(texts, found),
        "by_kind": parts.by(texts, found, lambda t: [t.kind or "unknown"]),
        "by_length": parts.by_length(texts, found),
        "worst": _worst(texts, found),
    }


def even(texts: Sequence[GoldText], found: Sequence[Annotation], reader: Reader) -> dict[str, Any]:
    """Even-handedness: errors by target group, group swap, written dialect."""
    return {
        "by_target": parts.by_target(texts, found),
        "group_swap": group_swap(texts, found, reader),
        "dialect": parts.dialect(texts, found, Dialects.load()),
    }


def group_swap(texts: Sequence[GoldText], found: Sequence[Annotation], reader: Reader) -> dict[str, Any]:
    """Share of swapped texts whose labels changed on each axis, and how often the narrative follows the group."""
    groups = Groups.load()
    versions = [[Text(text, t.kind) for _, text in swap.swaps(t.text, groups)] for t in texts]
    read = reader.annotate(text for each in versions for text in each)
    counts = np.array([len(each) for each in versions])
    flips = {name: np.zeros(len(texts), int) for name in SWAPPED}
    for at, (before, each) in enumerate(zip(found, versions, strict=True)):
        for after in (next(read).annotation for _ in each):
            for name, decision in SWAPPED.items():
                flips[name][at] += decision(before) != decision(after)
    return {name: measures.ratio(changed, counts) for name, changed in flips.items()}


def ordinary(shared: Path, reader: Reader) -> dict[str, Any]:
    """Real British documents flagged per 1,000, by kind, on the half that never trains; all of them also without."""
    rows = list(public.ordinary(shared, training=False))
    flags: dict[str, list[bool]] = {}
    known = reader.annotate(Text(text, public.KINDS.get(kind, "")) for kind, text in rows)
    for (kind, _), reading in zip(rows, known, strict=True):
        flags.setdefault(kind, []).append(reading.annotation.flag)
    flags["all"] = [flag for each in list(flags.values()) for flag in each]
    flags["all_without_kind"] = [r.annotation.flag for r in reader.annotate(Text(text) for _, text in rows)]
    return {kind: measures.per_1000(each) for kind, each in sorted(flags.items()) if len(each) >= FEWEST}


def below_floors(result: dict[str, Any], floors: Path = FLOORS) -> list[str]:
    """Figures of a report that fall below their floor or above their ceiling, in words; empty when all hold.

    A limit is named by its path in the report (`group_swap.flag`), one of an axis by its name alone. A figure that the
    report does not hold ("nan") keeps no limit.
    """
    limits: dict[str, dict[str, float]] = json.loads(floors.read_text(encoding="utf-8"))
    low = [(name, limit) for name, limit in limits["floors"].items() if not _figure(result, name) >= limit]
    high = [(name, limit) for name, limit in limits["ceilings"].items() if not _figure(result, name) <= limit]
    return [f"{name} is {_figure(result, name):.3f}, limit {limit:.3f}" for name, limit in (*low, *high)]


def write_floors(result: dict[str, Any], floors: Path = FLOORS) -> None:
    """Set the floors to the lower ends of a report's intervals, the ceilings to the upper ends."""
    axes = result["axes"]
    limits = {
        "floors": {name: axes[name].low for name in FLOORED},
        "ceilings": {**{name: axes[name].high for name in CEILED}, **dict(_even_ceilings(result))},
    }
    floors.write_text(json.dumps(limits, indent=2) + "\n", encoding="utf-8")


def _even_ceilings(result: dict[str, Any]) -> Iterator[tuple[str, float]]:
    """Upper ends of the swap gaps, of the dialect gaps in flags, and of the errors of every well-covered target."""
    yield from ((f"group_swap.{name}", result["group_swap"][name].high) for name in EVEN)
    for name in ("missed", "wrongly_flagged"):
        yield f"dialect.gaps.{name}", result["dialect"]["gaps"][name].high
        for target, row in result["by_target"].items():
            if row[name].cases >= SURE:
                yield f"by_target.{target}.{name}", row[name].high


def _figure(result: dict[str, Any], name: str) -> float:
    part: Any = result if "." in name else result["axes"]
    for step in name.split("."):
        part = part.get(step, {})
    return float(part.value) if isinstance(part, measures.Score) else float("nan")


def _flag_scores(texts: Sequence[GoldText], found: Sequence[Annotation]) -> dict[str, measures.Score]:
    said, true = np.array([a.flag for a in found]), np.array([t.flag for t in texts])
    alike = said[np.array([labelled.lookalike(t) for t in texts])]
    return {
        "flag_f1": measures.score(measures.f1, said, true),
        "flag_precision": measures.score(measures.share, true[said]),
        "flag_recall": measures.score(measures.share, said[true]),
        "lookalikes_flagged": measures.score(measures.share, alike),
    }


def _worst(texts: Sequence[GoldText], found: Sequence[Annotation]) -> list[dict[str, Any]]:
    """The texts whose flag was most surely wrong."""
    wrong = [(abs(a.flag_score - t.flag), t, a) for t, a in zip(texts, found, strict=True) if a.flag != t.flag]
    ranked = sorted(wrong, key=lambda case: (-case[0], case[1].id))[:WORST]
    return [
        {
            "id": t.id,
            "flag": t.flag,
            "score": a.flag_score,
            "stance": t.stance,
            "read_as": a.stance.name,
            "narrative": t.narrative or "",
            "narrative_read_as": figures.main(a),
            "text": t.text,
        }
        for _, t, a in ranked
    ]


def _names() -> Iterator[tuple[str, str]]:
    """Codes with their names, for people who read the report."""
    shipped_taxonomy = taxonomy.load()
    for coded in (shipped_taxonomy.narratives, shipped_taxonomy.signals):
        yield from ((code, entry.name) for code, entry in coded.items())
