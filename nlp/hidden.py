"""A hidden layer that the axes share: words that mean the same to one axis teach the others (multi-task learning)."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt
from scipy import sparse

Floats = npt.NDArray[np.float32]
LEVELS = 127  # steps of a weight on disk, either side of 0
UNITS, ROUNDS, BATCH = 128, 14, 64
RATE, FIRST_MOMENT, SECOND_MOMENT, TINY = 3e-3, 0.9, 0.999, 1e-8  # Adam (Kingma and Ba 2015)
DROP_INPUTS, DROP_UNITS = 0.2, 0.4  # dropout (Srivastava et al. 2014): the gold texts are few
SMOOTH = 0.05  # of the right class's probability spread over the others where one of several holds


@dataclass(slots=True)
class Hidden:
    """Weights into the hidden units (features x units) and from them to the classes of every axis."""

    first: Floats
    bias: Floats
    second: Floats
    shift: Floats

    def units(self, rows: sparse.csr_matrix) -> Floats:
        """What the hidden units say of rows of the view's matrix (texts x units), never below 0."""
        said: Floats = np.maximum(rows[:, : len(self.first)] @ self.first + self.bias, 0)
        return said

    def packed(self) -> dict[str, Any]:
        """Arrays to write to disk: the weights into the units in one byte each, with a scale a unit."""
        scale = np.maximum(np.abs(self.first).max(axis=0), TINY) / LEVELS
        first = np.round(self.first / scale).astype(np.int8)
        return {"first": first, "scale": scale, "bias": self.bias, "second": self.second, "shift": self.shift}

    @classmethod
    def unpacked(cls, packed: dict[str, Any]) -> "Hidden":
        """The layer of `packed`."""
        first = packed["first"].astype(np.float32) * packed["scale"]
        return cls(first, packed["bias"], packed["second"], packed["shift"])

    def margins(self, rows: sparse.csr_matrix) -> Floats:
        """Margins of every class (texts x classes)."""
        said: Floats = self.units(rows) @ self.second + self.shift
        return said


@dataclass(slots=True)
class Lesson:
    """Rows to learn from: answers and how much each counts (both texts x classes; 0 where it is not known).

    `choices`: the columns of axes of which one class holds; the other columns are yes or no by themselves.
    """

    rows: sparse.csr_matrix
    answers: Floats
    counts: Floats
    choices: Sequence[slice]


def fit(lesson: Lesson) -> Hidden:
    """Train by Adam on the rows' features only, with dropout and a falling rate; the same for the same lesson."""
    chance = np.random.default_rng(0)
    features, classes = lesson.rows.shape[1], lesson.answers.shape[1]
    start = [(features, UNITS, 0.05), (UNITS, classes, UNITS**-0.5)]
    first, second = (chance.normal(0, scale, (a, b)).astype(np.float32) for a, b, scale in start)
    model = Hidden(first, np.zeros(UNITS, np.float32), second, np.zeros(classes, np.float32))
    memory = {name: np.zeros((2, *getattr(model, name).shape), np.float32) for name in Hidden.__slots__}
    steps = ROUNDS * -(-lesson.rows.shape[0] // BATCH)
    for step, at in enumerate(_batches(lesson.rows.shape[0], chance)):
        touched, slopes = _slopes(model, lesson, at, chance)
        rate = RATE * (1 - step / steps) * np.sqrt(1 - SECOND_MOMENT ** (step + 1)) / (1 - FIRST_MOMENT ** (step + 1))
        for name, slope in slopes.items():
            _step(getattr(model, name), memory[name], slope, rate, touched if name == "first" else slice(None))
    model.first[np.bincount(lesson.rows.indices, minlength=features) == 0] = 0  # what was never seen says nothing
    return model


def _batches(count: int, chance: np.random.Generator) -> Iterator[npt.NDArray[np.int64]]:
    for _ in range(ROUNDS):
        order = chance.permutation(count)
        yield from (order[at : at + BATCH] for at in range(0, count, BATCH))


def _slopes(
    model: Hidden, lesson: Lesson, at: npt.NDArray[np.int64], chance: np.random.Generator
) -> tuple[npt.NDArray[np.int64], dict[str, Floats]]:
    """The features a batch touches, and the slope of its loss by every weight (of these features only)."""
    batch = lesson.rows[at]
    kept = (chance.random(len(batch.data)) >= DROP_INPUTS) / np.float32(1 - DROP_INPUTS)
    touched, inverse = np.unique(batch.indices, return_inverse=True)
    shape = (len(at), len(touched))
    inputs = sparse.csr_matrix(((batch.data * kept).astype(np.float32), inverse, batch.indptr), shape=shape)
    before = inputs @ model.first[touched] + model.bias
    open_units = (before > 0) * ((chance.random(before.shape) >= DROP_UNITS) / np.float32(1 - DROP_UNITS))
    units = (before * open_units).astype(np.float32)
    error = _error(units @ model.second + model.shift, lesson, at) / len(at)
    back = (error @ model.second.T * open_units).astype(np.float32)
    slopes = {"first": inputs.T @ back, "bias": back.sum(0), "second": units.T @ error, "shift": error.sum(0)}
    return touched, slopes


def _error(margins: Floats, lesson: Lesson, at: npt.NDArray[np.int64]) -> Floats:
    """The slope of the cross-entropy by every margin."""
    truth, counts = lesson.answers[at], lesson.counts[at]
    said = 1 / (1 + np.exp(-margins))
    for columns in lesson.choices:
        part = np.exp(margins[:, columns] - margins[:, columns].max(axis=1, keepdims=True))
        said[:, columns] = part / part.sum(axis=1, keepdims=True)
        truth[:, columns] = truth[:, columns] * (1 - SMOOTH) + SMOOTH / part.shape[1]
    error: Floats = ((said - truth) * counts).astype(np.float32)
    return error


def _step(weights: Floats, memory: Floats, slope: Floats, rate: float, rows: npt.NDArray[np.int64] | slice) -> None:
    """One step of Adam on some rows, in place; rows that a batch does not touch keep their memory as it is."""
    mean = memory[0][rows] * FIRST_MOMENT + slope * (1 - FIRST_MOMENT)
    square = memory[1][rows] * SECOND_MOMENT + slope**2 * (1 - SECOND_MOMENT)
    memory[0][rows], memory[1][rows] = mean, square
    weights[rows] -= rate * mean / (np.sqrt(square) + TINY)
