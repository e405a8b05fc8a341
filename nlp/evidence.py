"""Why a label was given: the words of the text that moved it, by the model's own weights."""

from collections.abc import Iterable, Sequence

import numpy as np
import numpy.typing as npt

from nlp.annotations import Evidence
from nlp.axes import Axes
from nlp.view import CUE_SCALE, GROUP_SCALE, Ints, Read

Floats = npt.NDArray[np.float32]
MOST = 4  # spans a label keeps: what a reader takes in at a glance
SHARE = 0.25  # of the strongest word's weight, below which a word does not count as having moved the label


def explain(read: Read, axes: Axes, labels: Iterable[tuple[str, str]]) -> list[Evidence]:
    """Evidence of labels (axis, class) in a text read; every label gets at least one span where the text has a word."""
    chosen = list(labels)
    if not read.units or not chosen:
        return []
    columns = [axes.column(axis, name) for axis, name in chosen]
    weights = _unit_weights(read, axes, columns)
    singular = {"mechanisms": "mechanism", "narratives": "narrative", "signals": "signal"}
    found: list[Evidence] = []
    for at, (axis, name) in enumerate(chosen):
        label = f"{singular.get(axis, axis)}:{name}"
        found.extend(_spans(read, weights[:, at], label))
    return found


def _unit_weights(read: Read, axes: Axes, columns: Sequence[int]) -> Floats:
    """What each unit added to each label's margin (units x labels); letters count for the word they stand in."""
    view = axes.view
    total = np.zeros((len(read.units), len(columns)), np.float32)
    letters = len(view.word_names)
    _spread(total, read.word_ids, read.word_at, axes, columns)
    _spread(total, read.letter_ids + letters, read.letter_at, axes, columns)
    first = letters + len(view.letter_names)
    for cue in read.cues:
        units = sum(after - start for start, after in cue.spots)
        weights = axes.weights[first + view.cue_id(cue), columns] if units else 0
        for start, after in cue.spots:
            total[start:after] += weights * cue.value * CUE_SCALE / units
    for at, unit in enumerate(read.units):
        for column in view.group_ids(unit):
            total[at] += axes.weights[view.blind + column, columns] * GROUP_SCALE
    return total


def _spread(total: Floats, ids: Ints, owners: Ints, axes: Axes, columns: Sequence[int]) -> None:
    """Add a block's contributions: each occurrence takes its share of (1 + log count) x idf, scaled as the row is."""
    if not len(ids):
        return
    features, inverse, counts = np.unique(ids, return_inverse=True, return_counts=True)
    values = (1 + np.log(counts)) * axes.view.idf[features]
    values = values / np.sqrt((values**2).sum()) / counts
    parts = (values[:, None] * axes.weights[np.ix_(features, np.array(columns))])[inverse]
    for label in range(len(columns)):
        total[:, label] += np.bincount(owners, parts[:, label], minlength=len(total))


def _spans(read: Read, weights: Floats, label: str) -> list[Evidence]:
    """The strongest words, neighbours joined; the best single word where none speaks for the label."""
    top = float(weights.max())
    if top <= 0:
        at = int(weights.argmax())
        return [_span(read, at, at + 1, weights, label)]
    strong = np.flatnonzero(weights >= top * SHARE)
    runs = _runs(strong.tolist())
    ranked = sorted(runs, key=lambda run: -float(weights[run[0] : run[1]].sum()))[:MOST]
    return [_span(read, first, after, weights, label) for first, after in ranked]


def _runs(at: Sequence[int]) -> list[tuple[int, int]]:
    runs: list[tuple[int, int]] = []
    for one in at:
        if runs and runs[-1][1] == one:
            runs[-1] = (runs[-1][0], one + 1)
        else:
            runs.append((one, one + 1))
    return runs


def _span(read: Read, first: int, after: int, weights: Floats, label: str) -> Evidence:
    weight = round(float(weights[first:after].sum()), 4)
    return Evidence(label=label, start=read.units[first].start, end=read.units[after - 1].end, weight=weight)
