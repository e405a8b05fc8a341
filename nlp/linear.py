"""Fits the linear weights of one axis, and their margins on texts of authors they have not seen."""

import multiprocessing
from collections.abc import Iterable, Iterator, Mapping, Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt
from scipy import sparse
from sklearn import clone, config_context
from sklearn.linear_model import LogisticRegression
from sklearn.multiclass import OneVsRestClassifier
from threadpoolctl import threadpool_limits  # type: ignore[import-untyped]

from nlp import axes
from nlp.axes import AXES, Axis, Model
from nlp.cues import KINDS
from nlp.layers import JOBS
from nlp.material import FOLDS, ORDINARY_HELPS, Material, folds, ordinary

Array = npt.NDArray[Any]

STRENGTH = {
    "stance": 15.0,
    "mechanisms": 6.0,
    "flag": 6.0,
    "signals": 6.0,
    "hate": 2.0,
    "checkworthy": 2.0,
    "targets": 10.0,
    "narratives": 15.0,
}
# Of the view's words, letters, cues, kinds and groups where another than 1 helps: who is blamed is mostly who is named;
# hate is hate in whatever kind of text, and sentences have no kind.
SCALE = {
    "narratives": (1.4, 1.2, 0.6, 0.6, 1.0),
    "targets": (1.0, 1.0, 1.0, 1.0, 2.0),
    "hate": (1.0, 1.0, 1.0, 0.0, 1.0),
    "checkworthy": (1.0, 1.0, 1.0, 0.0, 1.0),
}
EXACT = {"one": 1e-3, "many": 1e-4}  # how near the solver comes; nearer changes nothing and takes twice as long
PUBLIC_WEIGHT = {"hate": 0.1, "checkworthy": 0.25}  # of a public example beside a gold text: American and many
ORDINARY_WEIGHT = 1.0


def fit(axis: Axis, answers: Array, chosen: Iterable[int], material: Material, leave_out: int | None = None) -> Any:
    """A fitted LogisticRegression (or one per label) on the chosen gold texts and the axis's public examples.

    `leave_out` is the part of the ordinary documents that is kept for judging.
    """
    at = np.array(list(chosen))
    rows, labels = material.rows[at], answers[at]
    if axis.shape == "yes":
        labels = labels[:, 0]
    weights = np.ones(len(at))
    if axis.name in material.extra:
        more, yes, weight = _extra(axis, material, labels.shape[1:], leave_out)
        rows, labels = sparse.vstack([rows, more], format="csr"), np.concatenate([labels, yes])
        weights = np.concatenate([weights, np.full(len(yes), weight)])
    if not axis.sighted:
        rows = rows[:, : material.blind]
    scale = _scale(axis, material)[: rows.shape[1]]
    fitted = _solve(axis, (rows @ sparse.diags(scale)).tocsr().astype(np.float32), labels, weights)
    for part in getattr(fitted, "estimators_", [fitted]):
        part.coef_ = part.coef_ * scale  # weights for the view's own rows
    return fitted


@dataclass(frozen=True, slots=True)
class Fitted:
    """An axis fitted: its estimator, and margins (texts x classes) on texts that a fold's model did not see.

    `margins`: of the gold texts, by models that saw neither their authors nor their pairs; `quiet`: of the ordinary
    documents.
    """

    estimator: Any
    margins: Array
    quiet: Array


def train(material: Material, answers: Mapping[str, tuple[tuple[str, ...], Array]]) -> Iterator[tuple[Axis, Fitted]]:
    """Fit every axis on everything and on all folds but one at a time, in processes; `answers` are by axis's name.

    A fit runs in one thread, so the same texts give the same weights on any number of cores.
    """
    parts = (None, *range(FOLDS))
    jobs = [(axis, *answers[axis.name], part) for axis in AXES for part in parts]
    with ProcessPoolExecutor(JOBS, multiprocessing.get_context("spawn"), _remember, (material,)) as pool:
        fits = pool.map(_job, *zip(*jobs, strict=True))
        for axis in AXES:
            estimator = next(fits)
            yield axis, _gathered(answers[axis.name][0], estimator, [next(fits) for _ in range(FOLDS)], material)


_taught: list[Material] = []  # of a process that fits: handed over once, not with every job


def _remember(material: Material) -> None:
    _taught[:] = [material]


def _job(axis: Axis, classes: tuple[str, ...], answers: Array, part: int | None) -> Any:
    """The axis's estimator on everything, or the model without one fold."""
    (material,) = _taught
    with threadpool_limits(1):
        if part is None:
            return fit(axis, answers, range(len(material.gold)), material)
        learn, _ = folds(material)[part]
        return axes.of_estimator(axis, classes, fit(axis, answers, learn, material, leave_out=part))


def _gathered(classes: tuple[str, ...], estimator: Any, models: Sequence[Model], material: Material) -> Fitted:
    margins = np.zeros((len(material.gold), len(classes)), np.float32)
    still = ordinary(material)
    quiet = np.zeros((still.shape[0], len(classes)), np.float32)
    for part, (model, (_, other)) in enumerate(zip(models, folds(material), strict=True)):
        margins[other] = judge(model, other, material)
        quiet[part::FOLDS] = still[part::FOLDS, : len(model.weights)] @ model.weights + model.intercepts
    return Fitted(estimator, margins, quiet)


def judge(fold: Model, chosen: Array, material: Material) -> Array:
    """Margins of the chosen texts; of their best sentences where the axis is read by sentence."""
    if fold.axis.name != axes.BY_SENTENCE:
        margins: Array = material.rows[chosen][:, : len(fold.weights)] @ fold.weights + fold.intercepts
        return margins
    best = np.full((len(material.gold), 1), -np.inf, np.float32)
    np.maximum.at(best, material.owners, material.sentences[:, : len(fold.weights)] @ fold.weights + fold.intercepts)
    return best[chosen]


def _solve(axis: Axis, rows: sparse.csr_matrix, labels: Array, weights: Array) -> Any:
    solver: dict[str, Any]
    if axis.shape == "yes":
        solver = {"solver": "liblinear"}  # its penalty on the intercept is what `STRENGTH` was chosen with
    else:
        solver = {"solver": "lbfgs", "tol": EXACT[axis.shape], "max_iter": 300}
    one = LogisticRegression(C=STRENGTH[axis.name], class_weight="balanced", random_state=0, **solver)
    if axis.shape == "many":
        return _one_per_label(one, rows, labels, weights)
    return one.fit(rows, labels, sample_weight=weights)


def _scale(axis: Axis, material: Material) -> Array:
    """What each column of the view is multiplied by for an axis."""
    cues, kinds = material.cues - len(KINDS), len(KINDS)  # kinds are the last of the cues
    counts = (material.words, material.letters, cues, kinds, material.rows.shape[1] - material.blind)
    factors = SCALE.get(axis.name, (1.0,) * len(counts))
    return np.concatenate([np.full(count, factor) for count, factor in zip(counts, factors, strict=True)])


def _extra(
    axis: Axis, material: Material, shape: tuple[int, ...], leave_out: int | None
) -> tuple[sparse.csr_matrix, Array, float]:
    """Public rows of an axis, their answers (no label at all where several may hold) and their weight."""
    more, yes = material.extra[axis.name]
    if axis.name not in ORDINARY_HELPS:
        return more, yes, PUBLIC_WEIGHT[axis.name]
    kept = np.arange(len(yes)) % FOLDS != (-1 if leave_out is None else leave_out)
    return more[kept], np.zeros((int(kept.sum()), *shape), bool), ORDINARY_WEIGHT


def _one_per_label(one: LogisticRegression, rows: sparse.csr_matrix, labels: Array, weights: Array) -> Any:
    """A OneVsRestClassifier with weights, which its own fit does not take without routing."""
    with config_context(enable_metadata_routing=True):
        asking = clone(one).set_fit_request(sample_weight=True)
        fitted = OneVsRestClassifier(asking).fit(rows, labels, sample_weight=weights)
    fitted.estimator = one
    for part in fitted.estimators_:
        vars(part).pop("_metadata_request", None)  # the request has done its work, and skops cannot write it
    return fitted
