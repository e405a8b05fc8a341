"""Reliability: how often what is said with a given confidence is true, per axis."""

from collections.abc import Sequence
from typing import Any

import numpy as np
import numpy.typing as npt

from nlp import measures
from nlp.annotations import Annotation, Code, Label
from nlp.evaluation.figures import main, names
from nlp.labelled import GoldText
from nlp.measures import BINS, Score

Array = npt.NDArray[Any]


def confidences(texts: Sequence[GoldText], found: Sequence[Annotation]) -> dict[str, tuple[Array, Array]]:
    """Per axis what was said (0 to 1) and whether it was so.

    Flag, hate and checkworthy: the probability of yes. Stance and narrative: the score of the label given and whether
    it was right; for narratives only texts where one is named, because "none" carries no score.
    """
    both = list(zip(texts, found, strict=True))
    named = [(t, a) for t, a in both if a.narratives]
    pairs = {
        "flag": [(a.flag_score, t.flag) for t, a in both],
        "hate": [(a.hate, t.hate) for t, a in both],
        "checkworthy": [(a.checkworthy, t.checkworthy) for t, a in both],
        "stance": [(a.stance.score, a.stance.name == t.stance) for t, a in both],
        "narrative": [(a.narratives[0].score, main(a) == t.narrative) for t, a in named],
    }
    sets = {
        axis: [(label.score, name in getattr(t, axis)) for t, a in both for label, name in _given(a, axis)]
        for axis in ("mechanisms", "targets", "signals")
    }
    return {axis: _columns(rows) for axis, rows in {**pairs, **sets}.items()}


def _given(annotation: Annotation, axis: str) -> list[tuple[Label | Code, str]]:
    """The labels of a set with their names."""
    return list(zip(getattr(annotation, axis), names([annotation], axis)[0], strict=True))


def errors(texts: Sequence[GoldText], found: Sequence[Annotation]) -> dict[str, Score]:
    """Expected calibration error per axis, as `<axis>_calibration_error`."""
    said = confidences(texts, found)
    return {
        f"{axis}_calibration_error": measures.score(measures.calibration_error, *cols) for axis, cols in said.items()
    }


def curves(texts: Sequence[GoldText], found: Sequence[Annotation]) -> dict[str, list[dict[str, Any]]]:
    """Per axis the ten bins of equal width that hold cases: mean said, share true, cases."""
    return {axis: _bins(*columns) for axis, columns in confidences(texts, found).items()}


def _bins(said: Array, true: Array) -> list[dict[str, Any]]:
    at = np.minimum((said * BINS).astype(int), BINS - 1)
    return [
        {
            "from": number / BINS,
            "to": (number + 1) / BINS,
            "said": round(float(said[at == number].mean()), 4),
            "true": round(float(true[at == number].mean()), 4),
            "cases": int((at == number).sum()),
        }
        for number in sorted(set(at.tolist()))
    ]


def _columns(rows: Sequence[tuple[float, bool]]) -> tuple[Array, Array]:
    return np.array([said for said, _ in rows], float), np.array([true for _, true in rows], bool)
