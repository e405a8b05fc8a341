"""Turns margins into probabilities and chooses thresholds, on texts whose authors a model has not seen."""

from typing import Any

import numpy as np
import numpy.typing as npt
from sklearn.linear_model import LogisticRegression

from nlp.axes import Model

Array = npt.NDArray[Any]
ORDINARY_COST = (
    5.0  # points of F1 that a point of ordinary documents flagged is worth: they are nearly all that comes in
)
MOST_LOOKALIKES = (
    0.06  # share of look-alikes that may be flagged in development: 5 % is the figure to reach on other authors
)


def fit(model: Model, margins: Array, answers: Array) -> None:
    """Set slope, shift and threshold of a model: Platt's sigmoid over all labels of the axis, or one temperature."""
    if model.axis.shape == "one":
        model.slope = _temperature(margins, answers)
        return
    second = LogisticRegression(C=1e6).fit(margins.reshape(-1, 1), answers.ravel())
    model.slope, model.shift = float(second.coef_[0, 0]), float(second.intercept_[0])
    model.threshold = 0.5 if model.axis.shape == "yes" else _best_f1(model.probabilities(margins), answers)


def flag_threshold(probabilities: Array, answers: Array, alike: Array, ordinary: Array) -> float:
    """The threshold with the best F1 less the cost of ordinary documents flagged, where few look-alikes are.

    `alike` marks the look-alikes among the gold texts; `ordinary` holds the probabilities of ordinary documents.
    """
    best, chosen = -1.0, 0.5
    for threshold in np.arange(0.30, 0.90, 0.01):
        said = probabilities >= threshold
        noise = float((ordinary >= threshold).mean()) if len(ordinary) else 0.0
        if said[alike].mean() <= MOST_LOOKALIKES and (score := f1(said, answers) - ORDINARY_COST * noise) > best:
            best, chosen = score, float(threshold)
    return round(chosen, 2)


def summary(model: Model, margins: Array, answers: Array) -> str:
    """How well a model does on these margins, in words."""
    if model.axis.shape == "one":
        return f"accuracy {float((margins.argmax(axis=1) == answers).mean()):.3f}"
    return f"F1 {f1(model.probabilities(margins) >= model.threshold, answers.astype(bool)):.3f}"


def f1(said: Array, true: Array) -> float:
    """F1 of booleans of any shape, counted over all cells."""
    hits = float((said & true).sum())
    return 2 * hits / max(1.0, float(said.sum() + true.sum()))


def _best_f1(probabilities: Array, answers: Array) -> float:
    thresholds = np.arange(0.15, 0.75, 0.01)
    return round(float(max(thresholds, key=lambda t: f1(probabilities >= t, answers))), 2)


def _temperature(margins: Array, answers: Array) -> float:
    """The factor on margins with the highest likelihood, from a fixed ladder."""

    def likelihood(factor: float) -> float:
        scaled = margins * factor
        scaled = scaled - scaled.max(axis=1, keepdims=True)
        logs = scaled - np.log(np.exp(scaled).sum(axis=1, keepdims=True))
        return float(logs[np.arange(len(answers)), answers].mean())

    return round(float(max(np.arange(0.2, 4.0, 0.05), key=likelihood)), 2)
