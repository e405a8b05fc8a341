"""The axes and their models: linear weights and a shared hidden layer, scored in one product, calibrated."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal

import numpy as np
import numpy.typing as npt
from scipy import sparse

from nlp import shipped
from nlp.cues import Cues
from nlp.groups import Groups
from nlp.hidden import Hidden
from nlp.labelled import ACTIVE
from nlp.view import View, fingerprint

Floats = npt.NDArray[np.float32]
Shape = Literal["yes", "one", "many"]
BY_SENTENCE = "checkworthy"  # scored by sentence, by its linear weights alone
NONE = ""  # the class of a text without narrative
SHORT = 14  # words below which a text gives the flag little to go by: titles, one-liners, fragments


@dataclass(frozen=True, slots=True)
class Axis:
    """What an axis answers: yes or no, one of several, or any number; `sighted` axes see which group is meant."""

    name: str
    shape: Shape
    sighted: bool = False


AXES = (
    Axis("checkworthy", "yes"),
    Axis("stance", "one"),
    Axis("mechanisms", "many"),
    Axis("flag", "yes"),
    Axis("signals", "many"),
    Axis("hate", "yes"),
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
    short_threshold: float = 0.5  # flag only: of texts shorter than SHORT
    thresholds: tuple[float, ...] = ()  # one a class, where any number of them may hold
    stack: tuple[
        float, ...
    ] = ()  # flag only: weights of its own margin, the active stances' and the best mechanism's, and an intercept
    version: str = ""

    def flags(self, probability: float, length: int) -> bool:
        """Whether a text of so many words is flagged."""
        return bool(probability >= (self.short_threshold if length < SHORT else self.threshold))

    def probabilities(self, margins: Floats) -> Floats:
        """Calibrated probabilities of margins (texts x classes)."""
        scaled = margins * self.slope + self.shift
        if self.axis.shape != "one":
            return sigmoid(scaled)
        scaled = np.exp(scaled - scaled.max(axis=1, keepdims=True))
        shares: Floats = scaled / scaled.sum(axis=1, keepdims=True)
        return shares


@dataclass(frozen=True, slots=True)
class Layers:
    """The two hidden layers; the blind one cannot tell one group from another and serves the axes that must not."""

    blind: Hidden
    sighted: Hidden


@dataclass(slots=True)
class Scores:
    """Probabilities of a batch: per axis an array (texts x classes); `flag` is the stacked one.

    `open`: which hidden units spoke (texts x units of both layers); by them a text's label is a sum over its features.
    """

    of: dict[str, Floats]
    open: Floats


class Axes:
    """All models over one view, the linear ones and the two hidden layers: a blind one and a sighted one."""

    def __init__(
        self, view: View, models: Mapping[str, Model], layers: Layers, versions: Mapping[str, str] | None = None
    ) -> None:
        self.view, self.models = view, dict(models)
        self.versions = {**{name: model.version for name, model in self.models.items()}, **(versions or {})}
        self._columns: dict[str, slice] = {}
        at = 0
        for name, model in self.models.items():
            self._columns[name] = slice(at, at + len(model.classes))
            at += len(model.classes)
        parts = [*(model.weights for model in self.models.values()), layers.blind.first, layers.sighted.first]
        padded = [np.pad(part, ((0, view.width - len(part)), (0, 0))) for part in parts]
        self.weights: Floats = np.ascontiguousarray(np.hstack(padded), dtype=np.float32)  # features x (classes + units)
        self.intercepts: Floats = np.concatenate([model.intercepts for model in self.models.values()])
        self._bias: Floats = np.concatenate([layers.blind.bias, layers.sighted.bias])
        self._second, shift = self._outputs(layers)
        self.intercepts = self.intercepts + shift

    def score(self, rows: sparse.csr_matrix) -> Scores:
        """Calibrated probabilities of every axis for rows of the view's matrix."""
        products = rows @ self.weights
        units = np.maximum(products[:, len(self.intercepts) :] + self._bias, 0)
        margins = products[:, : len(self.intercepts)] + self.intercepts + units @ self._second
        parts = {name: margins[:, columns] for name, columns in self._columns.items()}
        scores = Scores({name: model.probabilities(parts[name]) for name, model in self.models.items()}, units > 0)
        flag = self.models["flag"]
        if flag.stack:
            scores.of["flag"] = stacked(flag.stack, stack_features(parts, self.models["stance"].classes))
        return scores

    def local(self, open_units: Floats, columns: Sequence[int]) -> Floats:
        """What turns the rows of `weights` into each feature's weight for these columns in one text.

        The hidden units that are open add up their features, the others are silent: within one text the whole model
        is a sum over features (Shrikumar et al. 2017: gradient times input is exact where ReLUs keep their state).
        """
        linear = np.eye(len(self.intercepts), dtype=np.float32)[:, columns]
        hidden = self._second[:, columns] * open_units[:, None]
        return np.vstack([linear, hidden]).astype(np.float32)

    def fixed(self, open_units: Floats, columns: Sequence[int]) -> Floats:
        """What is added to the margins of these columns whatever the features: intercepts and open units' biases."""
        added: Floats = (self._bias * open_units).astype(np.float32) @ self._second[:, columns]
        return self.intercepts[columns] + added

    def _outputs(self, layers: Layers) -> tuple[Floats, Floats]:
        """Weights from the units of both layers to all columns, and what they add to the intercepts."""
        second = np.zeros((len(self._bias), len(self.intercepts)), np.float32)
        shift = np.zeros(len(self.intercepts), np.float32)
        at = 0
        for layer, sighted in ((layers.blind, False), (layers.sighted, True)):
            columns = self._hidden_columns(sighted)
            second[at : at + len(layer.bias), columns] = layer.second
            shift[columns] = layer.shift
            at += len(layer.bias)
        return second, shift

    def _hidden_columns(self, sighted: bool) -> list[int]:
        names = [axis.name for axis in hidden_axes(sighted)]
        return [at for name in names for at in range(self._columns[name].start, self._columns[name].stop)]

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


def hidden_axes(sighted: bool) -> list[Axis]:
    """The axes that a hidden layer serves, in its columns' order."""
    return [axis for axis in AXES if axis.sighted == sighted and axis.name != BY_SENTENCE]


def save(folder: Path, view: View, estimators: Mapping[str, tuple[Model, Any]], layers: Layers) -> None:
    """Write the view, the layers, and one skops file per axis: the scikit-learn estimator and the numbers beside it."""
    both = {"blind": layers.blind.packed(), "sighted": layers.sighted.packed(), "view": _sum(view)}
    shipped.write(folder, "hidden", both)
    words, letters = "\n".join(view.word_names), "\n".join(view.letter_names)
    shipped.write(folder, "view", {"words": words, "letters": letters, "idf": view.idf, "sum": _sum(view)})
    for name, (model, estimator) in estimators.items():
        numbers = {"slope": model.slope, "shift": model.shift, "threshold": model.threshold, "stack": list(model.stack)}
        numbers |= {"thresholds": list(model.thresholds), "short_threshold": model.short_threshold}
        payload = {"estimator": estimator, "classes": list(model.classes), "numbers": numbers, "view": _sum(view)}
        shipped.write(folder, name, payload)


def load(folder: Path = shipped.FOLDER) -> Axes:
    """The shipped axes; raises ModelRefused for a file that was altered or belongs to another view or lexicon."""
    payload, view_version = shipped.read(folder, "view")
    view = View(payload["words"].split("\n"), payload["letters"].split("\n"), payload["idf"], Groups.load(), Cues())
    if payload["sum"] != _sum(view):
        raise shipped.ModelRefused("nlp/lexicons were edited after training; run `vane train`")
    models = {axis.name: _read(folder, axis, payload["sum"]) for axis in AXES}
    both, hidden_version = shipped.read(folder, "hidden")
    if both["view"] != payload["sum"]:
        raise shipped.ModelRefused("hidden.skops was trained on another view; run `vane train`")
    layers = Layers(Hidden.unpacked(both["blind"]), Hidden.unpacked(both["sighted"]))
    return Axes(view, models, layers, {"view": view_version, "hidden": hidden_version})


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
    model.short_threshold = numbers["short_threshold"]
    model.stack, model.thresholds, model.version = tuple(numbers["stack"]), tuple(numbers["thresholds"]), version
    return model


def _sum(view: View) -> str:
    return fingerprint([*view.word_names, *view.letter_names, *view.cues.names, *view.group_names])
