"""Why a label was given: the words of the text that moved it, by the model's own weights."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from nlp.annotations import Evidence
from nlp.axes import Axes
from nlp.view import CUE_SCALE, GROUP_SCALE, Ints, Read, View

Floats = npt.NDArray[np.float32]
MOST = 4  # spans a label keeps: what a reader takes in at a glance
SHARE = 0.25  # of the strongest word's weight, below which a word does not count as having moved the label


def explain(read: Read, axes: Axes, labels: Iterable[tuple[str, str]], open_units: Floats) -> list[Evidence]:
    """Evidence of labels (axis, class) in a text read; every label gets at least one span where the text has a word.

    `open_units`: the text's row of `Scores.open`.
    """
    chosen = list(labels)
    if not read.units or not chosen:
        return []
    columns = [axes.column(axis, name) for axis, name in chosen]
    weights = _unit_weights(read, axes.view, _Local(axes, axes.local(open_units, columns)))
    singular = {"mechanisms": "mechanism", "narratives": "narrative", "signals": "signal"}
    found: list[Evidence] = []
    for at, (axis, name) in enumerate(chosen):
        label = f"{singular.get(axis, axis)}:{name}"
        found.extend(_spans(read, weights[:, at], label))
    return found


@dataclass(frozen=True, slots=True)
class _Local:
    """The model within one text: each feature's weight for each label."""

    axes: Axes
    mix: Floats  # (classes + units) x labels

    def of(self, features: Sequence[int] | Ints) -> Floats:
        weights: Floats = self.axes.weights[np.asarray(features, dtype=np.int64)] @ self.mix
        return weights


def _unit_weights(read: Read, view: View, local: _Local) -> Floats:
    """What each unit added to each label's margin (units x labels); letters count for the word they stand in."""
    total = np.zeros((len(read.units), local.mix.shape[1]), np.float32)
    letters = len(view.word_names)
    _spread(total, read.word_ids, read.word_at, view, local)
    _spread(total, read.letter_ids + letters, read.letter_at, view, local)
    first = letters + len(view.letter_names)
    cues = [cue for cue in read.cues if cue.spots]
    for cue, weights in zip(cues, local.of([first + view.cue_id(cue) for cue in cues]), strict=True):
        units = sum(after - start for start, after in cue.spots)
        for start, after in cue.spots:
            total[start:after] += weights * cue.value * CUE_SCALE / units
    marked = [(at, view.blind + column) for at, unit in enumerate(read.units) for column in view.group_ids(unit)]
    for (at, _), weights in zip(marked, local.of([column for _, column in marked]), strict=True):
        total[at] += weights * GROUP_SCALE
    return total


def _spread(total: Floats, ids: Ints, owners: Ints, view: View, local: _Local) -> None:
    """Add a block's contributions: each occurrence takes its share of (1 + log count) x idf, scaled as the row is."""
    if not len(ids):
        return
    features, inverse, counts = np.unique(ids, return_inverse=True, return_counts=True)
    values = (1 + np.log(counts)) * view.idf[features]
    values = values / np.sqrt((values**2).sum()) / counts
    parts = (values[:, None] * local.of(features))[inverse]
    for label in range(total.shape[1]):
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
