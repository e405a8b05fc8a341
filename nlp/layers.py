"""Trains the two hidden layers from the gold texts, and gives their margins on texts of authors they have not seen."""

import multiprocessing
from collections.abc import Mapping, Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from itertools import pairwise
from typing import Any

import numpy as np
import numpy.typing as npt
from scipy import sparse
from threadpoolctl import threadpool_limits  # type: ignore[import-untyped]

from nlp import hidden
from nlp.axes import AXES, Layers, hidden_axes
from nlp.hidden import Hidden, Lesson

Array = npt.NDArray[Any]
COUNTS = {"checkworthy": 0.5, "signals": 0.5, "mechanisms": 0.5, "targets": 0.5}  # of one answer; 1 for other axes
QUIET_COUNT = 2.0  # of an ordinary document's answers: it is not flagged and shows no mechanism
QUIET_AXES = ("flag", "mechanisms")
JOBS = 2


@dataclass(frozen=True, slots=True)
class Course:
    """What the layers learn from: gold rows with every axis's answers (texts x classes), and ordinary documents."""

    rows: sparse.csr_matrix
    answers: Mapping[str, Array]
    quiet: sparse.csr_matrix
    blind: int  # columns that cannot tell one group from another


def train(course: Course) -> Layers:
    """The two layers, taught by everything."""
    everything = np.arange(course.rows.shape[0])
    blind, sighted = _fit_all([_lesson(course, everything, None, 1, sighted) for sighted in (False, True)])
    return Layers(_served(blind, course, False), _served(sighted, course, True))


def out_of_fold(course: Course, folds: Sequence[tuple[Array, Array]]) -> tuple[dict[str, Array], dict[str, Array]]:
    """Margins by axis of the gold texts and of the ordinary documents, from layers that saw neither."""
    parts = [(learn, at, sighted) for at, (learn, _) in enumerate(folds) for sighted in (False, True)]
    fitted = _fit_all([_lesson(course, learn, part, len(folds), sighted) for learn, part, sighted in parts])
    margins: dict[str, Array] = {n: np.zeros(table.shape, np.float32) for n, table in course.answers.items()}
    still = course.quiet.shape[0]
    quiet: dict[str, Array] = {n: np.zeros((still, table.shape[1]), np.float32) for n, table in margins.items()}
    for layer, (_, part, sighted) in zip(fitted, parts, strict=True):
        judge, kept = folds[part][1], slice(part, None, len(folds))
        gold, ordinary = layer.margins(course.rows[judge]), layer.margins(course.quiet[kept])
        for name, columns in _columns(course, sighted).items():
            margins[name][judge], quiet[name][kept] = gold[:, columns], ordinary[:, columns]
    return margins, quiet


def _fit_all(lessons: Sequence[Lesson]) -> list[Hidden]:
    with ProcessPoolExecutor(JOBS, multiprocessing.get_context("spawn")) as pool:
        return list(pool.map(_fit, lessons))


def _fit(lesson: Lesson) -> Hidden:
    """In a process of its own: one thread, so that the sums come in the same order on every machine."""
    with threadpool_limits(1):
        return hidden.fit(lesson)


def _lesson(course: Course, learn: Array, part: int | None, parts: int, sighted: bool) -> Lesson:
    """Chosen gold rows; beside them, for the blind layer, the ordinary documents but those kept for judging."""
    width = course.rows.shape[1] if sighted else course.blind
    answers = np.hstack([course.answers[axis.name][learn] for axis in AXES]).astype(np.float32)
    counts = np.hstack([_counts(course, axis.name, len(learn), 1.0) for axis in AXES])
    rows = course.rows[learn]
    kept = np.arange(course.quiet.shape[0]) % parts != (-1 if part is None else part)
    if not sighted and kept.any():
        rows = sparse.vstack([rows, course.quiet[kept]], format="csr")
        answers = np.vstack([answers, np.zeros((int(kept.sum()), answers.shape[1]), np.float32)])
        silent = {axis.name: QUIET_COUNT if axis.name in QUIET_AXES else 0.0 for axis in AXES}
        more = [_counts(course, axis.name, int(kept.sum()), silent[axis.name]) for axis in AXES]
        counts = np.vstack([counts, np.hstack(more)])
    choices = [columns for axis, columns in zip(AXES, _all_columns(course), strict=True) if axis.shape == "one"]
    return Lesson(rows[:, :width].tocsr(), answers, counts, choices)


def _counts(course: Course, name: str, texts: int, factor: float) -> Array:
    return np.full((texts, course.answers[name].shape[1]), factor * COUNTS.get(name, 1.0), np.float32)


def _all_columns(course: Course) -> list[slice]:
    ends = np.cumsum([0, *(course.answers[axis.name].shape[1] for axis in AXES)])
    return [slice(int(start), int(after)) for start, after in pairwise(ends)]


def _columns(course: Course, sighted: bool) -> dict[str, slice]:
    """Columns of the axes a layer serves; the others only teach it."""
    places = dict(zip((axis.name for axis in AXES), _all_columns(course), strict=True))
    return {axis.name: places[axis.name] for axis in hidden_axes(sighted)}


def _served(layer: Hidden, course: Course, sighted: bool) -> Hidden:
    kept = np.concatenate([np.arange(part.start, part.stop) for part in _columns(course, sighted).values()])
    return Hidden(layer.first, layer.bias, layer.second[:, kept], layer.shift[kept])
