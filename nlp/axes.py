"""The axes and their linear models: one matrix of weights over the shared view, scored in one product, calibrated."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Literal

import numpy as np
import numpy.typing as npt
from scipy import sparse

from nlp import shipped
from nlp.cues import Cues
from nlp.groups import Groups
from nlp.view import View, fingerprint

Floats = npt.NDArray[np.float32]
Shape = Literal["yes", "one", "many"]
ACTIVE = ("asserts", "amplifies", "incites")
NONE = ""  # the class of a text without narrative


@dataclass(frozen=True, slots=True)
class Axis:
    """What an axis answers: yes or no, one of several, or any number; `sighted` axes see which group is meant."""

    name: str
    shape: Shape
    sighted: bool = False


AXES = (
    Axis("stance", "one"),
    Axis("mechanisms", "many"),
    Axis("flag", "yes"),
    Axis("signals", "many"),
    Axis("hate", "yes"),
    Axis("checkworthy", "yes"),
    Axis("targets", "many", sighted=True),
    Axis("narratives", "one", sighted=True),
)


@dataclass(slots=True)
class Model:
    """One axis as trained: weights (features x classes), intercepts, and what turns margins into probabilities."""

    axis: Axis
    classes: tuple[str, ...]
    weights: Floats
    intercepts: Floats
    slope: float = 1.0
    shift: float = 0.0
    threshold: float = 0.5
    stack: tuple[
        float, ...
    ] = ()  # flag only: weights of its own margin, the active stances' and the best mechanism's, and an intercept
    version: str = ""

    def probabilities(self, margins: Floats) -> Floats:
        """Calibrated probabilities of margins (texts x classes)."""
        scaled = margins * self.slope + self.shift
        if self.axis.shape != "one":
            return sigmoid(scaled)
        scaled = np.exp(scaled - scaled.max(axis=1, keepdims=True))
        shares: Floats = scaled / scaled.sum(axis=1, keepdims=True)
        return shares


@dataclass(slots=True)
class Scores:
    """Probabilities of a batch: per axis an array (texts x classes); `flag` is the stacked one."""

    of: dict[str, Floats] = field(default_factory=dict)


class Axes:
    """All models over one view."""

    def __init__(self, view: View, models: Mapping[str, Model]) -> None:
        self.view, self.models = view, dict(models)
        self._columns: dict[str, slice] = {}
        blocks, at = [], 0
        for name, model in self.models.items():
            self._columns[name] = slice(at, at + len(model.classes))
            at += len(model.classes)
            blocks.append(np.pad(model.weights, ((0, view.width - len(model.weights)), (0, 0))))
        self.weights: Floats = np.ascontiguousarray(np.hstack(blocks), dtype=np.float32)
        self.intercepts: Floats = np.concatenate([model.intercepts for model in self.models.values()])

    def score(self, rows: sparse.csr_matrix) -> Scores:
        """Calibrated probabilities of every axis for rows of the view's matrix."""
        margins = rows @ self.weights + self.intercepts
        parts = {name: margins[:, columns] for name, columns in self._columns.items()}
        scores = Scores({name: model.probabilities(parts[name]) for name, model in self.models.items()})
        flag = self.models["flag"]
        if flag.stack:
            scores.of["flag"] = stacked(flag.stack, stack_features(parts, self.models["stance"].classes))
        return scores

    def column(self, axis: str, name: str) -> int:
        """Where a class stands among the columns of `weights`."""
        first: int = self._columns[axis].start
        return first + self.models[axis].classes.index(name)


def stack_features(margins: Mapping[str, Floats], stances: Sequence[str]) -> Floats:
    """What the flag's second stage sees (texts x 3): its own margin, the active stances', the best mechanism's."""
    active = [stances.index(name) for name in ACTIVE if name in stances]
    others = [at for at in range(len(stances)) if at not in active]
    stance = _logsum(margins["stance"][:, active]) - _logsum(margins["stance"][:, others])
    return np.column_stack([margins["flag"][:, 0], stance, margins["mechanisms"].max(axis=1)])


def stacked(stack: Sequence[float], features: Floats) -> Floats:
    """The flag's probability from its second stage (texts x 1)."""
    return sigmoid((features @ np.array(stack[:-1], np.float32) + stack[-1])[:, None])


def sigmoid(margins: Floats) -> Floats:
    """Margins as probabilities."""
    result: Floats = (1 / (1 + np.exp(-margins))).astype(np.float32)
    return result


def _logsum(values: Floats) -> Floats:
    top = values.max(axis=1, keepdims=True)
    total: Floats = (top + np.log(np.exp(values - top).sum(axis=1, keepdims=True)))[:, 0]
    return total


def save(folder: Path, view: View, estimators: Mapping[str, tuple[Model, Any]]) -> None:
    """Write the view and one skops file per axis: the scikit-learn estimator and the numbers beside it."""
    words, letters = "\n".join(view.word_names), "\n".join(view.letter_names)
    shipped.write(folder, "view", {"words": words, "letters": letters, "idf": view.idf, "sum": _sum(view)})
    for name, (model, estimator) in estimators.items():
        numbers = {"slope": model.slope, "shift": model.shift, "threshold": model.threshold, "stack": list(model.stack)}
        payload = {"estimator": estimator, "classes": list(model.classes), "numbers": numbers, "view": _sum(view)}
        shipped.write(folder, name, payload)


def load(folder: Path = shipped.FOLDER) -> Axes:
    """The shipped axes; raises ModelRefused for a file that was altered or belongs to another view or lexicon."""
    payload, _ = shipped.read(folder, "view")
    view = View(payload["words"].split("\n"), payload["letters"].split("\n"), payload["idf"], Groups.load(), Cues())
    if payload["sum"] != _sum(view):
        raise shipped.ModelRefused("nlp/lexicons were edited after training; run `vane train`")
    return Axes(view, {axis.name: _read(folder, axis, payload["sum"]) for axis in AXES})


def of_estimator(axis: Axis, classes: Sequence[str], estimator: Any) -> Model:
    """A Model from a fitted LogisticRegression or OneVsRestClassifier."""
    parts = getattr(estimator, "estimators_", [estimator])
    weights = np.vstack([part.coef_ for part in parts]).T.astype(np.float32)
    intercepts = np.concatenate([part.intercept_ for part in parts]).astype(np.float32)
    return Model(axis, tuple(classes), weights, intercepts)


def _read(folder: Path, axis: Axis, expected: str) -> Model:
    payload, version = shipped.read(folder, axis.name)
    if payload["view"] != expected:
        raise shipped.ModelRefused(f"{axis.name}.skops was trained on another view; run `vane train`")
    model = of_estimator(axis, payload["classes"], payload["estimator"])
    numbers = payload["numbers"]
    model.slope, model.shift, model.threshold = numbers["slope"], numbers["shift"], numbers["threshold"]
    model.stack, model.version = tuple(numbers["stack"]), version
    return model


def _sum(view: View) -> str:
    return fingerprint([*view.word_names, *view.letter_names, *view.cues.names, *view.group_names])
