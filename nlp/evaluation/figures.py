"""Single figures of a set of readings beside its gold texts, each with its bootstrap interval."""

from collections.abc import Callable, Sequence

import numpy as np

from nlp import measures
from nlp.annotations import Annotation
from nlp.measures import Score


def main(annotation: Annotation) -> str:
    """The code of the main narrative; "" for none."""
    return annotation.narratives[0].code if annotation.narratives else ""


def accuracy(true: Sequence[str], said: Sequence[str]) -> Score:
    """Share of texts with the right one of several labels."""
    return measures.score(measures.same, np.array(said), np.array(true))


def micro(true: Sequence[Sequence[str]], said: Sequence[Sequence[str]]) -> Score:
    """F1 over all cells of texts x labels."""
    classes = sorted({name for row in (*true, *said) for name in row})
    return measures.score(measures.f1, measures.table(said, classes), measures.table(true, classes))


def yes(true: Sequence[bool], said: Sequence[float], measure: Callable[..., float]) -> Score:
    """A measure of probabilities taken as yes from 0.5."""
    return measures.score(measure, np.array(said) >= 0.5, np.array(true))


def names(found: Sequence[Annotation], axis: str) -> list[list[str]]:
    """The accepted labels of an axis (mechanisms, targets, signals, narratives) per text."""
    return [[getattr(label, "name", "") or label.code for label in getattr(a, axis)] for a in found]
