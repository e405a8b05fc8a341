"""Label by label: F1 of each mechanism, target and signal, and which stance or narrative is taken for which."""

from collections.abc import Sequence
from typing import Any

import numpy as np

from nlp import measures
from nlp.annotations import Annotation
from nlp.evaluation.figures import main, names
from nlp.labelled import GoldText
from nlp.measures import Score
from nlp.taxonomy import Taxonomy

NONE = "none"  # how a table calls a text without a narrative


def each(texts: Sequence[GoldText], found: Sequence[Annotation]) -> dict[str, dict[str, dict[str, Any]]]:
    """Per axis and label: F1, and how many texts carry it, were given it, and both."""
    true: dict[str, list[tuple[str, ...]]] = {
        "mechanisms": [t.mechanisms for t in texts],
        "targets": [t.targets for t in texts],
        "signals": [t.signals for t in texts],
        "narratives": [(t.narrative,) if t.narrative else () for t in texts],
        "stances": [(t.stance,) for t in texts],
    }
    said = {axis: names(found, axis) for axis in ("mechanisms", "targets", "signals")}
    said["narratives"] = [[main(a)] if a.narratives else [] for a in found]
    said["stances"] = [[a.stance.name] for a in found]
    return {axis: _axis(true[axis], said[axis]) for axis in true}


def confusion(
    texts: Sequence[GoldText], found: Sequence[Annotation], taxonomy: Taxonomy
) -> dict[str, dict[str, list[Any]]]:
    """For stance and main narrative: the labels, and rows of counts (row: as labelled, column: as read)."""
    stances = _matrix([t.stance for t in texts], [a.stance.name for a in found], list(taxonomy.stances))
    true, said = [t.narrative or NONE for t in texts], [main(a) or NONE for a in found]
    return {"stance": stances, "narrative": _matrix(true, said, [*sorted(taxonomy.narratives), NONE])}


def _axis(true: Sequence[Sequence[str]], said: Sequence[Sequence[str]]) -> dict[str, dict[str, Any]]:
    table: dict[str, dict[str, Any]] = {}
    for name in sorted({label for row in (*true, *said) for label in row}):
        carried, given = (np.array([name in row for row in rows], bool) for rows in (true, said))
        f1: Score = measures.score(measures.f1, given, carried)
        counts = {"labelled": int(carried.sum()), "read": int(given.sum()), "both": int((carried & given).sum())}
        table[name] = {"f1": f1, **counts}
    return table


def _matrix(true: Sequence[str], said: Sequence[str], order: Sequence[str]) -> dict[str, list[Any]]:
    seen = {*true, *said}
    labels = [label for label in order if label in seen] + sorted(seen - set(order))
    at = {label: number for number, label in enumerate(labels)}
    rows = np.zeros((len(labels), len(labels)), int)
    np.add.at(rows, ([at[label] for label in true], [at[label] for label in said]), 1)
    return {"labels": labels, "rows": rows.tolist()}
