"""Trains every axis from the gold texts: shared view, logistic regressions, calibration on folds by author."""

import logging
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
from scipy import sparse
from sklearn import clone, config_context
from sklearn.linear_model import LogisticRegression
from sklearn.model_selection import GroupKFold
from sklearn.multiclass import OneVsRestClassifier
from threadpoolctl import threadpool_limits  # type: ignore[import-untyped]

from nlp import axes, calibrate, cards, labelled, public, sentences, view
from nlp.axes import ACTIVE, AXES, NONE, Axis, Model
from nlp.cues import Cues
from nlp.groups import Groups
from nlp.labelled import GoldText

log = logging.getLogger(__name__)
Progress = Callable[[str], None]
Array = npt.NDArray[Any]

FOLDS = 5
WORDS, LETTERS = 16_000, 18_000  # features kept at most: 34,000 x 86 classes is what 10 MB on disk hold
COMMON = 40  # texts of a public set that must hold a feature before it joins the view
FEWEST = 6  # positives below which a label of an axis is not trained
STRENGTH = {
    "stance": 6.0,
    "mechanisms": 6.0,
    "flag": 6.0,
    "signals": 6.0,
    "hate": 2.0,
    "checkworthy": 2.0,
    "targets": 10.0,
    "narratives": 15.0,
}
PUBLIC_WEIGHT = 0.25  # of a public example beside a gold text: theirs are American and many
ORDINARY_WEIGHT = 0.3
ORDINARY_HELPS = ("flag", "mechanisms")  # a text that must not be flagged shows no mechanism either
QUIET_WEIGHT = 0.15  # of an ordinary document in the flag's second stage: they are twice as many as the gold texts
HATE_PART = 2  # one in two of the public hate texts: all of them double the time
KINDS = {"petition_title": "petition", "hansard": "", "hansard_motion": ""}


@dataclass(slots=True)
class Material:
    """Rows to learn from: the gold texts first, then what an axis adds from public sets."""

    gold: list[GoldText]
    sides: list[int]
    rows: sparse.csr_matrix
    extra: dict[str, tuple[sparse.csr_matrix, Array]]
    blind: int  # columns that cannot tell one group from another
    sentences: sparse.csr_matrix  # rows of the gold texts' sentences: check-worthiness is read by sentence
    owners: Array  # the gold text of each sentence


def train(gold: Path, out: Path, shared: Path | None, progress: Progress = log.info) -> None:
    """Train on gold/train_*.jsonl (and tier A sets below `shared`) and write view, axes, sums and cards to `out`.

    The same files on the same machine and lock. Raises ValueError where there is too little to learn from.
    """
    with threadpool_limits(1):  # the same sums in the same order on any number of cores; more threads gain nothing here
        _train(labelled.training(gold), out, shared, progress)


def _train(texts: list[GoldText], out: Path, shared: Path | None, progress: Progress) -> None:
    added = _added(shared)
    shared_view = _view(texts, added)
    progress(f"{len(texts)} gold texts, {shared_view.width} features")
    material = _material(texts, added, shared_view, progress)
    models: dict[str, tuple[Model, Any]] = {}
    margins: dict[str, Array] = {}
    quiet: dict[str, Array] = {}
    for axis in AXES:
        progress(f"training {axis.name}")
        classes, answers = _answers(axis, texts)
        margins[axis.name], quiet[axis.name] = _out_of_fold(axis, classes, answers, material)
        estimator = _fit(axis, answers, range(len(texts)), material)
        model = axes.of_estimator(axis, classes, _slim(estimator))
        calibrate.fit(model, margins[axis.name], answers)
        models[axis.name] = (model, estimator)
        progress(f"  {axis.name} on unseen authors: {calibrate.summary(model, margins[axis.name], answers)}")
    progress(f"  flag, second stage: {_stack_flag(models, margins, quiet, texts)}")
    axes.save(out, shared_view, models)
    cards.write(out, texts, sorted(added))
    progress(f"written to {out}")


def _added(shared: Path | None) -> dict[str, list[public.Example]]:
    """Public examples by axis."""
    if shared is None:
        return {}
    ordinary = [public.Example(text, False) for _, text in public.ordinary(shared, training=True)]
    return {
        "hate": [e for e in public.examples(shared, public.HATE) if public.chosen(e.text, HATE_PART)],
        "checkworthy": list(public.examples(shared, public.CHECKWORTHY)),
        **dict.fromkeys(ORDINARY_HELPS, ordinary),
    }


def _view(texts: Sequence[GoldText], added: dict[str, list[public.Example]]) -> view.View:
    """Features of two gold texts or more, and those common in the public sets."""
    groups, cues = Groups.load(), Cues()
    own = view.fit((t.text for t in texts), (WORDS, LETTERS), 2, groups, cues)
    sets = {id(examples): examples for examples in added.values()}  # one set may help several axes
    others = [example.text for examples in sets.values() for example in examples]
    wide = view.fit(others, (WORDS // 3, LETTERS // 3), COMMON, groups, cues)
    words = sorted({*own.word_names, *wide.word_names})
    letters = sorted({*own.letter_names, *wide.letter_names})
    idf = {**_idf(wide), **_idf(own)}
    weights = [idf["w" + name] for name in words] + [idf["l" + name] for name in letters]
    return view.View(words, letters, np.array(weights, np.float32), groups, cues)


def _idf(fitted: view.View) -> dict[str, float]:
    names = [*("w" + name for name in fitted.word_names), *("l" + name for name in fitted.letter_names)]
    return dict(zip(names, map(float, fitted.idf), strict=True))


def _material(
    texts: list[GoldText], added: dict[str, list[public.Example]], shared_view: view.View, progress: Progress
) -> Material:
    def rows(pairs: Iterable[tuple[str, str]]) -> sparse.csr_matrix:
        return shared_view.matrix([shared_view.read(text, kind) for text, kind in pairs])

    extra: dict[str, tuple[sparse.csr_matrix, Array]] = {}
    done: dict[int, tuple[sparse.csr_matrix, Array]] = {}
    for axis, examples in added.items():
        progress(f"reading {len(examples)} public texts for {axis}")
        if id(examples) not in done:
            done[id(examples)] = (rows((e.text, "") for e in examples), np.array([e.yes for e in examples]))
        extra[axis] = done[id(examples)]
    pieces = [(at, sentence) for at, text in enumerate(texts) for sentence in sentences.split(text.text)]
    own, parts = rows((t.text, "") for t in texts), rows((sentence, "") for _, sentence in pieces)
    owners = np.array([at for at, _ in pieces])
    return Material(texts, labelled.sides(texts), own, extra, shared_view.blind, parts, owners)


def _answers(axis: Axis, texts: Sequence[GoldText]) -> tuple[tuple[str, ...], Array]:
    """Classes of an axis and the answers: booleans (texts x classes), or the class's index for one of several."""
    if axis.shape == "yes":
        return (axis.name,), np.array([[getattr(t, axis.name)] for t in texts])
    if axis.name == "narratives":
        labels = [[t.narrative or NONE] for t in texts]
    else:
        labels = [[t.stance] if axis.name == "stance" else list(getattr(t, axis.name)) for t in texts]
    counts = {name: sum(name in row for row in labels) for name in sorted({n for row in labels for n in row})}
    classes = tuple(name for name, count in counts.items() if count >= (FEWEST if axis.shape == "many" else 2))
    table = np.array([[name in row for name in classes] for row in labels])
    if axis.shape == "many":
        return classes, table
    return classes, table.argmax(axis=1)


def _out_of_fold(axis: Axis, classes: tuple[str, ...], answers: Array, material: Material) -> tuple[Array, Array]:
    """Margins (texts x classes) of gold texts and of ordinary documents from models that did not see them.

    A gold text's model saw neither its author nor its pair.
    """
    margins = np.zeros((len(material.gold), len(classes)), np.float32)
    ordinary = _ordinary(material)
    quiet = np.zeros((ordinary.shape[0], len(classes)), np.float32)
    for part, (learn, judge) in enumerate(GroupKFold(FOLDS).split(answers, groups=material.sides)):
        fold = axes.of_estimator(axis, classes, _fit(axis, answers, learn, material, leave_out=part))
        margins[judge] = _judge(fold, judge, material)
        quiet[part::FOLDS] = ordinary[part::FOLDS, : len(fold.weights)] @ fold.weights + fold.intercepts
    return margins, quiet


def _ordinary(material: Material) -> sparse.csr_matrix:
    """Rows of the ordinary documents; none where there are no public sets."""
    return material.extra["flag"][0] if "flag" in material.extra else material.rows[:0]


def _judge(fold: Model, judge: Array, material: Material) -> Array:
    """Margins of the chosen texts; of their best sentences where the axis is read by sentence."""
    if fold.axis.name != "checkworthy":
        margins: Array = material.rows[judge][:, : len(fold.weights)] @ fold.weights + fold.intercepts
        return margins
    best = np.full((len(material.gold), 1), -np.inf, np.float32)
    np.maximum.at(best, material.owners, material.sentences[:, : len(fold.weights)] @ fold.weights + fold.intercepts)
    return best[judge]


def _fit(axis: Axis, answers: Array, chosen: Iterable[int], material: Material, leave_out: int | None = None) -> Any:
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
    if axis.shape == "many":
        one = LogisticRegression(C=STRENGTH[axis.name], class_weight="balanced", solver="liblinear", random_state=0)
        return _one_per_label(one, rows, labels, weights)
    solver = "lbfgs" if axis.shape == "one" else "liblinear"
    model = LogisticRegression(
        C=STRENGTH[axis.name], class_weight="balanced", solver=solver, max_iter=400, random_state=0
    )
    return model.fit(rows, labels, sample_weight=weights)


def _extra(
    axis: Axis, material: Material, shape: tuple[int, ...], leave_out: int | None
) -> tuple[sparse.csr_matrix, Array, float]:
    """Public rows of an axis, their answers (no label at all where several may hold) and their weight."""
    more, yes = material.extra[axis.name]
    if axis.name not in ORDINARY_HELPS:
        return more, yes, PUBLIC_WEIGHT
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


def _slim(estimator: Any) -> Any:
    """Weights as float32 with 10 bits of mantissa: a third of the size, no decision changed in the tests."""
    for part in getattr(estimator, "estimators_", [estimator]):
        bits = part.coef_.astype(np.float32).view(np.uint32)
        rounded = ((bits + np.uint32(1 << 12)) & ~np.uint32((1 << 13) - 1)).view(np.float32)
        part.coef_ = np.where(np.abs(rounded) < 1e-3, np.float32(0), rounded)
        part.intercept_ = part.intercept_.astype(np.float32)
    return estimator


def _stack_flag(
    models: dict[str, tuple[Model, Any]], margins: dict[str, Array], quiet: dict[str, Array], texts: Sequence[GoldText]
) -> str:
    """Second stage of the flag: its own margin, the stance's and the mechanisms', on margins of unseen texts."""
    flag, stance = models["flag"][0], models["stance"][0]
    features, still = (axes.stack_features(each, stance.classes) for each in (margins, quiet))
    answers = np.array([t.flag for t in texts])
    weights = np.concatenate([np.ones(len(answers)), np.full(len(still), QUIET_WEIGHT)])
    both = np.concatenate([answers, np.zeros(len(still), bool)])
    second = LogisticRegression(C=1.0).fit(np.concatenate([features, still]), both, sample_weight=weights)
    flag.stack = (*map(float, second.coef_[0]), float(second.intercept_[0]))
    alike = np.array(
        [not t.flag and (t.narrative is not None or t.stance not in (*ACTIVE, "unrelated")) for t in texts]
    )
    said = axes.stacked(flag.stack, features)[:, 0]
    calm = axes.stacked(flag.stack, still)[:, 0]
    flag.threshold = calibrate.flag_threshold(said, answers, alike, calm)
    f1, wrong = calibrate.f1(said >= flag.threshold, answers), float((said >= flag.threshold)[alike].mean())
    real = 1000 * float((calm >= flag.threshold).mean()) if len(calm) else 0.0
    return f"F1 {f1:.3f}, look-alikes flagged {wrong:.3f}, ordinary {real:.1f} in 1,000, at {flag.threshold}"
