"""The same figures for parts of the test texts: by target group, by kind, by length and by written dialect."""

from collections.abc import Callable, Mapping, Sequence
from typing import Any

import numpy as np
import numpy.typing as npt

from nlp import measures
from nlp.annotations import Annotation
from nlp.evaluation import figures
from nlp.evaluation.dialects import Dialects
from nlp.labelled import GoldText
from nlp.measures import Score
from nlp.phrases import words

Array = npt.NDArray[Any]
FEWEST = 8  # cases below which a part gets no figure
LENGTHS = ((15, "up to 15 words"), (40, "16 to 40 words"), (100, "41 to 100 words"))
LONG = "over 100 words"


def by(
    texts: Sequence[GoldText], found: Sequence[Annotation], keys: Callable[[GoldText], Sequence[str]]
) -> dict[str, dict[str, Score]]:
    """Flag F1, misses, false flags, stance and narrative accuracy by a key of the texts."""
    return {
        key: _figures([texts[at] for at in rows], [found[at] for at in rows])
        for key, rows in _rows(texts, keys).items()
        if len(rows) >= FEWEST
    }


def by_target(texts: Sequence[GoldText], found: Sequence[Annotation]) -> dict[str, dict[str, Score]]:
    """The same per target group, with the F1 of that target over all texts: a model blind to groups shows here."""
    table = by(texts, found, lambda text: text.targets)
    for name, row in table.items():
        said = np.array([any(label.name == name for label in a.targets) for a in found])
        row["target_f1"] = measures.score(measures.f1, said, np.array([name in t.targets for t in texts]))
    return table


def length(text: GoldText) -> str:
    """The group of lengths a text falls in."""
    count = len(words(text.text))
    return next((name for most, name in LENGTHS if count <= most), LONG)


def by_length(texts: Sequence[GoldText], found: Sequence[Annotation]) -> dict[str, dict[str, Score]]:
    """The same per group of lengths, shortest first."""
    table = by(texts, found, lambda text: [length(text)])
    return {name: table[name] for name in (*(name for _, name in LENGTHS), LONG) if name in table}


def dialect(texts: Sequence[GoldText], found: Sequence[Annotation], dialects: Dialects) -> dict[str, Any]:
    """Figures of texts with written dialect and of the rest, the gaps between them, and each dialect's own."""
    marks = [dialects.find(text.text) for text in texts]
    marked = dict(zip((t.id for t in texts), marks, strict=True))
    parts = by(texts, found, lambda text: ["any dialect" if marked[text.id] else "the rest"])
    each = by(texts, found, lambda text: [dialects.names[code] for code in marked[text.id]])
    said, true = np.array([a.flag for a in found]), np.array([t.flag for t in texts])
    written = np.array([bool(mark) for mark in marks])
    gaps = {
        "missed": _gap(~said[true], written[true]),
        "wrongly_flagged": _gap(said[~true], written[~true]),
        "stance_accuracy": _gap(_right(texts, found), written),
    }
    return {"parts": {**parts, **each}, "gaps": gaps}


def _right(texts: Sequence[GoldText], found: Sequence[Annotation]) -> Array:
    return np.array([t.stance == a.stance.name for t, a in zip(texts, found, strict=True)])


def _gap(answers: Array, part: Array) -> Score:
    """The share of yes in a part less the share in the rest, with its interval; its cases are those of the part."""
    if not part.any() or part.all():
        return Score(float("nan"), float("nan"), float("nan"), int(part.sum()))
    return measures.score(_difference, answers, part)._replace(cases=int(part.sum()))


def _difference(answers: Array, part: Array) -> float:
    return measures.share(answers[part]) - measures.share(answers[~part])


def _rows(texts: Sequence[GoldText], keys: Callable[[GoldText], Sequence[str]]) -> Mapping[str, list[int]]:
    rows: dict[str, list[int]] = {}
    for at, text in enumerate(texts):
        for key in keys(text):
            rows.setdefault(key, []).append(at)
    return dict(sorted(rows.items()))


def _figures(texts: Sequence[GoldText], found: Sequence[Annotation]) -> dict[str, Score]:
    said, true = np.array([a.flag for a in found]), np.array([t.flag for t in texts])
    return {
        "flag_f1": measures.score(measures.f1, said, true),
        "missed": measures.score(measures.share, ~said[true]),
        "wrongly_flagged": measures.score(measures.share, said[~true]),
        "stance_accuracy": figures.accuracy([t.stance for t in texts], [a.stance.name for a in found]),
        "narrative_accuracy": figures.accuracy([t.narrative or "" for t in texts], [figures.main(a) for a in found]),
    }
