"""The learning curve: how well the models would read with fewer gold texts."""

from collections.abc import Callable
from typing import Any

import numpy as np
import numpy.typing as npt

from nlp import axes, calibrate, labelled, layers, linear, material
from nlp.axes import AXES
from nlp.material import Material

Array = npt.NDArray[Any]
PARTS = (0.125, 0.25, 0.5, 1.0)
SHOWN = ("stance", "flag", "signals", "narratives")


def curve(taught: Material, progress: Callable[[str], None]) -> list[dict[str, float]]:
    """Per part of the authors: texts learnt from, and figures on one fold of other authors, which is the same for all.

    Thresholds are chosen on that fold too: the shape is what counts, not the height.
    """
    learn, judge = material.folds(taught)[0]
    order = np.random.default_rng(0).permutation(np.unique(np.array(taught.sides)[learn]))
    points = []
    for part in PARTS:
        sides = set(order[: max(1, round(part * len(order)))].tolist())
        chosen = np.array([at for at in learn if taught.sides[at] in sides])
        points.append({"texts": len(chosen), **_figures(taught, chosen, judge)})
        progress(f"  learning curve: {points[-1]}")
    return points


def _figures(taught: Material, chosen: Array, judge: Array) -> dict[str, float]:
    course = material.course(taught)
    hidden, _ = layers.out_of_fold(course, [(chosen, judge)])
    margins = {a.name: hidden[a.name][judge] + _linear(a, taught, chosen, judge) for a in AXES if a.name in SHOWN}
    texts = [taught.gold[at] for at in judge]
    probability = axes.sigmoid(margins["flag"])[:, 0]
    flags, alike = (np.array(row) for row in ([t.flag for t in texts], [labelled.lookalike(t) for t in texts]))
    short = taught.lengths[judge] < axes.SHORT
    none = np.empty(0)
    other, few = calibrate.flag_thresholds(calibrate.Judged(probability, short, flags, alike), none, none)
    signals, held = axes.sigmoid(margins["signals"]), course.answers["signals"][judge]
    return {
        "flag_f1": round(calibrate.f1(probability >= np.where(short, few, other), flags), 4),
        "stance_accuracy": _same(margins["stance"], course.answers["stance"][judge]),
        "narrative_accuracy": _same(margins["narratives"], course.answers["narratives"][judge]),
        "signals_f1": round(calibrate.f1(signals >= np.array(calibrate.best_f1(signals, held)), held), 4),
    }


def _linear(axis: axes.Axis, taught: Material, chosen: Array, judge: Array) -> Array:
    classes, answers = material.answers(axis, taught.gold)
    model = axes.of_estimator(axis, classes, linear.fit(axis, answers, chosen, taught))
    return linear.judge(model, judge, taught)


def _same(margins: Array, table: Array) -> float:
    return round(float((margins.argmax(axis=1) == table.argmax(axis=1)).mean()), 4)
