"""Measures of labels: F1, accuracy, calibration error, each with bootstrap intervals over texts."""

from collections.abc import Callable, Sequence
from typing import Any, NamedTuple

import numpy as np
import numpy.typing as npt

Array = npt.NDArray[Any]
DRAWS = 1000
BINS = 10


class Score(NamedTuple):
    """A figure, the 95 % interval of its bootstrap, and how many cases it stands on."""

    value: float
    low: float
    high: float
    cases: int


def score(measure: Callable[..., float], *columns: Array, draws: int = DRAWS) -> Score:
    """A measure of columns of equal length, with a percentile bootstrap over rows (seed fixed)."""
    count = len(columns[0])
    if not count:
        return Score(float("nan"), float("nan"), float("nan"), 0)
    if measure in (share, same):
        return _proportion(measure(*columns), count, draws)
    chance = np.random.default_rng(0)
    drawn = (chance.integers(0, count, count) for _ in range(draws))
    values = [measure(*(column[rows] for column in columns)) for rows in drawn]
    if np.isnan(values).all():  # nothing to measure, such as the F1 of a part without one flag
        return Score(float("nan"), float("nan"), float("nan"), count)
    low, high = np.nanpercentile(values, [2.5, 97.5])
    return Score(round(float(measure(*columns)), 4), round(float(low), 4), round(float(high), 4), count)


def ratio(part: Array, whole: Array) -> Score:
    """The share of cases that are so, drawn by units (texts, say): cases of one unit are not independent.

    `part` and `whole` count cases a unit; the score's cases are the units that have any.
    """
    units = whole > 0
    part, whole = part[units], whole[units]
    count = len(whole)
    if not count:
        return Score(float("nan"), float("nan"), float("nan"), 0)
    chance = np.random.default_rng(0)
    drawn = (chance.integers(0, count, count) for _ in range(DRAWS))
    low, high = np.percentile([part[rows].sum() / whole[rows].sum() for rows in drawn], [2.5, 97.5])
    high = high if part.any() else 1 - 0.025 ** (1 / count)
    value, low, high = (round(float(v), 4) for v in (part.sum() / whole.sum(), low, high))
    return Score(value, low, high, count)


def _proportion(value: float, count: int, draws: int) -> Score:
    """A share of rows: drawing its rows again is drawing a binomial number.

    Where it is 0 or 1 no draw differs, which would pass for certainty: the open end is the exact bound of Clopper and
    Pearson (1934).
    """
    low, high = np.percentile(np.random.default_rng(0).binomial(count, value, draws) / count, [2.5, 97.5])
    open_end = 0.025 ** (1 / count)
    low, high = (open_end if value == 1 else low), (1 - open_end if value == 0 else high)
    return Score(round(value, 4), round(float(low), 4), round(float(high), 4), count)


def f1(said: Array, true: Array) -> float:
    """F1 over all cells of two tables of booleans."""
    total = said.sum() + true.sum()
    return float(2 * (said & true).sum() / total) if total else float("nan")


def share(said: Array) -> float:
    """Share of yes."""
    return float(said.mean()) if len(said) else float("nan")


def same(said: Array, true: Array) -> float:
    """Share of equal entries."""
    return float((said == true).mean())


def balanced(said: Array, true: Array) -> float:
    """Mean of the recalls of yes and no."""
    parts = [said[true == answer] == answer for answer in (True, False)]
    return float(np.mean([part.mean() for part in parts])) if all(len(part) for part in parts) else float("nan")


def calibration_error(probability: Array, true: Array) -> float:
    """Expected calibration error over ten bins of equal width (Naeini et al. 2015)."""
    bins = np.minimum((probability * BINS).astype(int), BINS - 1)
    gaps = [
        (bins == at).sum() * abs(probability[bins == at].mean() - true[bins == at].mean())
        for at in range(BINS)
        if (bins == at).any()
    ]
    return float(sum(gaps) / len(probability)) if len(probability) else float("nan")


def table(labels: Sequence[Sequence[str]], classes: Sequence[str]) -> Array:
    """Rows of labels as booleans (texts x classes)."""
    return np.array([[name in row for name in classes] for row in labels])


def kappa(first: Array, second: Array) -> float:
    """Cohen's kappa: agreement beyond what chance gives (Cohen 1960); undefined where both use one label only."""
    labels = np.unique(np.concatenate([first, second]))
    chance = float(sum((first == label).mean() * (second == label).mean() for label in labels))
    return (same(first, second) - chance) / (1 - chance) if chance < 1 else float("nan")


def per_1000(said: Sequence[bool]) -> Score:
    """Yes per 1,000, with its interval."""
    found = score(share, np.array(said))
    value, low, high = (round(v * 1000, 2) for v in (found.value, found.low, found.high))
    return Score(value, low, high, found.cases)
