"""Trains every axis from the gold texts: shared view, logistic regressions, calibration on folds by author."""

import json
import logging
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
from sklearn.linear_model import LogisticRegression
from threadpoolctl import threadpool_limits  # type: ignore[import-untyped]

from nlp import axes, calibrate, cards, growth, labelled, layers, linear, material
from nlp.axes import AXES, Model
from nlp.labelled import GoldText

log = logging.getLogger(__name__)
Progress = Callable[[str], None]
Array = npt.NDArray[Any]

CURVE = "curve.json"
QUIET_WEIGHT = 0.15  # of an ordinary document in the flag's second stage: they are twice as many as the gold texts


def train(gold: Path, out: Path, shared: Path | None, progress: Progress = log.info, curve: bool = False) -> None:
    """Train on gold/train_*.jsonl (and tier A sets below `shared`) and write view, axes, sums and cards to `out`.

    The same files on the same machine and lock. With `curve` also curve.json: the figures at an eighth, a quarter, half
    and all of the authors. Raises ValueError where there is too little to learn from.
    """
    with threadpool_limits(1):  # the same sums in the same order on any number of cores; more threads gain nothing here
        texts, more = labelled.training(gold), material.added(shared)
        taught, view = material.build(texts, more, progress)
        models, both = _models(texts, taught, progress)
        axes.save(out, view, models, both)
        cards.write(out, texts, sorted(more))
        if curve:
            points = growth.curve(taught, progress)
            (out / CURVE).write_text(json.dumps(points, indent=1) + "\n", encoding="utf-8")
    progress(f"written to {out}")


def _models(
    texts: list[GoldText], taught: material.Material, progress: Progress
) -> tuple[dict[str, tuple[Model, Any]], axes.Layers]:
    """Every axis's model with its estimator, calibrated on unseen authors, and the hidden layers they share."""
    models: dict[str, tuple[Model, Any]] = {}
    progress("training the hidden layers")
    course = material.course(taught)
    margins, quiet = layers.out_of_fold(course, material.folds(taught))
    answers = {axis.name: material.answers(axis, texts) for axis in AXES}
    progress("training the linear models")
    for axis, fitted in linear.train(taught, answers):
        classes, right = answers[axis.name]
        margins[axis.name] = margins[axis.name] + fitted.margins
        quiet[axis.name] = quiet[axis.name] + fitted.quiet
        model = axes.of_estimator(axis, classes, _slim(fitted.estimator))
        calibrate.fit(model, margins[axis.name], right)
        models[axis.name] = (model, fitted.estimator)
        progress(f"  {axis.name} on unseen authors: {calibrate.summary(model, margins[axis.name], right)}")
    progress(f"  flag, second stage: {_stack_flag(models, margins, quiet, taught)}")
    return models, layers.train(course)


def _slim(estimator: Any) -> Any:
    """Weights as float32 with 10 bits of mantissa: a third of the size, no decision changed in the tests."""
    for part in getattr(estimator, "estimators_", [estimator]):
        bits = part.coef_.astype(np.float32).view(np.uint32)
        rounded = ((bits + np.uint32(1 << 12)) & ~np.uint32((1 << 13) - 1)).view(np.float32)
        part.coef_ = np.where(np.abs(rounded) < 1e-3, np.float32(0), rounded)
        part.intercept_ = part.intercept_.astype(np.float32)
    return estimator


def _stack_flag(
    models: dict[str, tuple[Model, Any]],
    margins: Mapping[str, Array],
    quiet: Mapping[str, Array],
    taught: material.Material,
) -> str:
    """Second stage of the flag: its own margin, the stance's and the mechanisms', on margins of unseen texts."""
    flag, stance = models["flag"][0], models["stance"][0]
    features, still = (axes.stack_features(each, stance.classes) for each in (margins, quiet))
    harmful = np.array([t.flag for t in taught.gold])
    weights = np.concatenate([np.ones(len(harmful)), np.full(len(still), QUIET_WEIGHT)])
    both = np.concatenate([harmful, np.zeros(len(still), bool)])
    second = LogisticRegression(C=1.0).fit(np.concatenate([features, still]), both, sample_weight=weights)
    flag.stack = (*map(float, second.coef_[0]), float(second.intercept_[0]))
    gold, calm = (axes.stacked(flag.stack, rows)[:, 0] for rows in (features, still))
    alike = np.array([labelled.lookalike(t) for t in taught.gold])
    judged = calibrate.Judged(gold, taught.lengths < axes.SHORT, harmful, alike)
    return _set_thresholds(flag, judged, calm, taught.quiet_lengths < axes.SHORT)


def _set_thresholds(flag: Model, judged: calibrate.Judged, calm: Array, calm_short: Array) -> str:
    """Choose the flag's two thresholds; how well they do, in words."""
    flag.threshold, flag.short_threshold = calibrate.flag_thresholds(judged, calm, calm_short)
    said = judged.probabilities >= np.where(judged.short, flag.short_threshold, flag.threshold)
    f1, wrong = calibrate.f1(said, judged.harmful), float(said[judged.alike].mean())
    loud = calm >= np.where(calm_short, flag.short_threshold, flag.threshold)
    real = 1000 * float(loud.mean()) if len(calm) else 0.0
    found = f"F1 {f1:.3f}, look-alikes flagged {wrong:.3f}, ordinary {real:.1f} in 1,000"
    return f"{found}, at {flag.threshold} and, where short, {flag.short_threshold}"
