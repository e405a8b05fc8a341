"""Turns margins into probabilities and chooses thresholds, on texts whose authors a model has not seen."""

from itertools import product
from typing import Any, NamedTuple

import numpy as np
import numpy.typing as npt
from sklearn.linear_model import LogisticRegression

from nlp.axes import Model

Array = npt.NDArray[Any]
# Points of F1 that a point of ordinary documents flagged is worth: they are nearly all that comes in. 8 to 12 flag a
# quarter more of them for one point more of F1, 5 three quarters more for two points; 30 costs two points more.
ORDINARY_COST = 20.0
MOST_LOOKALIKES = 0.05  # share of look-alikes that may be flagged in development: the figure to reach on other authors

# A hateful text missed weighs as much as one and a half called hateful that are not: 0.5 lies where both kinds are read
# about as well, and the probability leans up by a few points (`vane evaluate` reports by how many).
COST = {"hate": 1.5}

# The least probability with which a label is named: below it rare labels would win a thousandth of F1 by guessing
LEAST = 0.25


def fit(model: Model, margins: Array, answers: Array) -> None:
    """Set slope, shift and threshold of a model: Platt's sigmoid over all labels of the axis, or one temperature."""
    if model.axis.shape == "one":
        model.slope = _temperature(margins, answers)
        return
    weights = np.where(answers.ravel(), COST.get(model.axis.name, 1.0), 1.0)
    second = LogisticRegression(C=1e6).fit(margins.reshape(-1, 1), answers.ravel(), sample_weight=weights)
    model.slope, model.shift = float(second.coef_[0, 0]), float(second.intercept_[0])
    if model.axis.shape == "many":
        model.thresholds = best_f1(model.probabilities(margins), answers)


class Judged(NamedTuple):
    """Texts: the flag's probability; whether they are short, harmful, look-alikes."""

    probabilities: Array
    short: Array
    harmful: Array
    alike: Array


def flag_thresholds(gold: Judged, ordinary: Array, ordinary_short: Array) -> tuple[float, float]:
    """The thresholds of other and of short texts with the best F1 less the cost of ordinary documents flagged.

    `ordinary` holds the probabilities of ordinary documents. Raises ValueError where every pair flags too many
    look-alikes.
    """
    rungs = np.round(np.arange(0.30, 0.96, 0.01), 2)
    best, chosen = -np.inf, None
    for other, short in product(rungs, rungs):
        said = gold.probabilities >= np.where(gold.short, short, other)
        if said[gold.alike].mean() > MOST_LOOKALIKES:
            continue
        noise = float((ordinary >= np.where(ordinary_short, short, other)).mean()) if len(ordinary) else 0.0
        worth = f1(said, gold.harmful) - ORDINARY_COST * noise
        if worth > best + 1e-9:
            best, chosen = worth, (round(float(other), 2), round(float(short), 2))
    if chosen is None:
        raise ValueError("every threshold flags too many look-alikes: too few gold texts, or labels that contradict")
    return chosen


def summary(model: Model, margins: Array, answers: Array) -> str:
    """How well a model does on these margins, in words."""
    if model.axis.shape == "one":
        return f"accuracy {float((margins.argmax(axis=1) == answers).mean()):.3f}"
    limits = np.array(model.thresholds or (model.threshold,))
    return f"F1 {f1(model.probabilities(margins) >= limits, answers.astype(bool)):.3f}"


def f1(said: Array, true: Array) -> float:
    """F1 of booleans of any shape, counted over all cells."""
    hits = float((said & true).sum())
    return 2 * hits / max(1.0, float(said.sum() + true.sum()))


def best_f1(probabilities: Array, answers: Array) -> tuple[float, ...]:
    """A threshold per class that together give the best F1 over all cells: one for all, then each in turn."""
    ladder = np.arange(LEAST, 0.75, 0.02)
    chosen = np.full(answers.shape[1], max(ladder, key=lambda t: f1(probabilities >= t, answers)))
    for at in range(answers.shape[1]):
        others = probabilities >= chosen

        def together(threshold: float, at: int = at, others: Array = others) -> float:
            others[:, at] = probabilities[:, at] >= threshold
            return f1(others, answers)

        chosen[at] = max(ladder, key=together)
    return tuple(round(float(threshold), 2) for threshold in chosen)


def _temperature(margins: Array, answers: Array) -> float:
    """The factor on margins with the highest likelihood, from a fixed ladder."""

    def likelihood(factor: float) -> float:
        scaled = margins * factor
        scaled = scaled - scaled.max(axis=1, keepdims=True)
        logs = scaled - np.log(np.exp(scaled).sum(axis=1, keepdims=True))
        return float(logs[np.arange(len(answers)), answers].mean())

    return round(float(max(np.arange(0.2, 4.0, 0.05), key=likelihood)), 2)
