"""What the models learn from: the gold texts and, for some axes, openly licensed sets, as rows of one shared view."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
from scipy import sparse
from sklearn.model_selection import GroupKFold

from nlp import labelled, public, sentences, view
from nlp.axes import AXES, NONE, Axis
from nlp.cues import Cues
from nlp.groups import Groups
from nlp.labelled import GoldText
from nlp.layers import Course

Progress = Callable[[str], None]
Array = npt.NDArray[Any]
Added = dict[str, list[public.Example]]

FOLDS = 5
WORDS, LETTERS = (
    16_000,
    18_000,
)  # features of the gold texts kept at most: every one weighs on disk for 86 classes and 256 units
COMMON = 40  # texts of a public set that must hold a feature before it joins the view
FEWEST = 6  # positives below which a label of an axis is not trained
ORDINARY_HELPS = ("flag", "mechanisms")  # a text that must not be flagged shows no mechanism either
KINDLESS = 3  # one text in so many is learnt from as if its kind were not known: some come without
HATE_PART = 2  # one in two of the public hate texts: all of them double the time


@dataclass(slots=True)
class Material:
    """Rows to learn from: the gold texts first, then what an axis adds from public sets."""

    gold: list[GoldText]
    sides: list[int]
    rows: sparse.csr_matrix
    extra: dict[str, tuple[sparse.csr_matrix, Array]]
    blind: int  # columns that cannot tell one group from another
    words: int  # columns of words, of letters and of cues: the view's order
    letters: int
    cues: int
    sentences: sparse.csr_matrix  # rows of the gold texts' sentences: check-worthiness is read by sentence
    owners: Array  # the gold text of each sentence
    lengths: Array  # words of the gold texts, and of the ordinary documents
    quiet_lengths: Array


def added(shared: Path | None) -> Added:
    """Public examples by axis."""
    if shared is None:
        return {}
    # their kinds are not shown: "a petition is not flagged" would be learnt in place of what their words say
    ordinary = [public.Example(text, False) for _, text in public.ordinary(shared, training=True)]
    return {
        "hate": [e for e in public.examples(shared, public.HATE) if public.chosen(e.text, HATE_PART)],
        "checkworthy": list(public.examples(shared, public.CHECKWORTHY)),
        **dict.fromkeys(ORDINARY_HELPS, ordinary),
    }


def build(texts: list[GoldText], more: Added, progress: Progress) -> tuple[Material, view.View]:
    """The view fitted to the texts, and everything read with it."""
    shared_view = _view(texts, more)
    progress(f"{len(texts)} gold texts, {shared_view.width} features")
    return _material(texts, more, shared_view, progress), shared_view


def answers(axis: Axis, texts: Sequence[GoldText]) -> tuple[tuple[str, ...], Array]:
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


def ordinary(material: Material) -> sparse.csr_matrix:
    """Rows of the ordinary documents; none where there are no public sets."""
    return material.extra["flag"][0] if "flag" in material.extra else material.rows[:0]


def course(material: Material) -> Course:
    """The answers of every axis as tables (texts x classes), for the hidden layers."""
    tables: dict[str, Array] = {}
    for axis in AXES:
        classes, found = answers(axis, material.gold)
        tables[axis.name] = np.eye(len(classes), dtype=bool)[found] if axis.shape == "one" else found
    return Course(material.rows, tables, ordinary(material), material.blind)


def folds(material: Material) -> list[tuple[Array, Array]]:
    """(learn, judge) parts of the gold texts; no author and no pair stands on both sides."""
    return list(GroupKFold(FOLDS).split(material.sides, groups=material.sides))


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


def _shown(text: str, kind: str) -> str:
    return "" if public.chosen(text, KINDLESS) else kind


def _idf(fitted: view.View) -> dict[str, float]:
    names = [*("w" + name for name in fitted.word_names), *("l" + name for name in fitted.letter_names)]
    return dict(zip(names, map(float, fitted.idf), strict=True))


def _material(
    texts: list[GoldText], added: dict[str, list[public.Example]], shared_view: view.View, progress: Progress
) -> Material:
    extra: dict[str, tuple[sparse.csr_matrix, Array]] = {}
    done: dict[int, tuple[sparse.csr_matrix, Array]] = {}
    for axis, examples in added.items():
        progress(f"reading {len(examples)} public texts for {axis}")
        if id(examples) not in done:
            rows = shared_view.matrix([shared_view.read(e.text) for e in examples])
            done[id(examples)] = (rows, np.array([e.yes for e in examples]))
        extra[axis] = done[id(examples)]
    quiet = np.array([shared_view.length(example.text) for example in added.get("flag", ())], int)
    reads = [shared_view.read(text.text, _shown(text.text, text.kind)) for text in texts]
    lengths = np.array([len(read.units) for read in reads])
    cut = [shared_view.parts(read, sentences.spans(read.text)) for read in reads]
    own, parts = shared_view.matrix(reads), shared_view.matrix([part for each in cut for part in each])
    owners = np.repeat(np.arange(len(texts)), [len(each) for each in cut])
    blocks = (len(shared_view.word_names), len(shared_view.letter_names), len(shared_view.cues.names))
    sides = labelled.sides(texts)
    return Material(texts, sides, own, extra, shared_view.blind, *blocks, parts, owners, lengths, quiet)
