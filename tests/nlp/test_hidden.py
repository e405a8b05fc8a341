"""The hidden layer: learns what no sum of words can, the same each time, and survives its packing."""

import numpy as np
from scipy import sparse

from nlp import hidden


def either_or() -> hidden.Lesson:
    """Texts whose answer is yes when just one of two words stands in them; a third axis is one of two."""
    chance = np.random.default_rng(1)
    words = chance.integers(0, 2, (600, 2))
    rows = sparse.csr_matrix(np.column_stack([words, np.ones(600), np.zeros(600)]).astype(np.float32))
    yes = (words[:, 0] != words[:, 1]).astype(np.float32)
    answers = np.column_stack([yes, yes, 1 - yes])
    return hidden.Lesson(rows, answers, np.ones_like(answers), [slice(1, 3)])


def test_learns_what_no_sum_can() -> None:
    """One word or the other but not both: right for all texts, for a yes-or-no axis and for one of several."""
    lesson = either_or()
    margins = hidden.fit(lesson).margins(lesson.rows)
    assert ((margins[:, 0] > 0) == lesson.answers[:, 0]).mean() > 0.98
    assert (margins[:, 1:].argmax(axis=1) == lesson.answers[:, 1:].argmax(axis=1)).mean() > 0.98


def test_the_same_lesson_gives_the_same_layer() -> None:
    """Two fits are equal to the last bit, and a feature that no text holds weighs nothing."""
    one, two = hidden.fit(either_or()), hidden.fit(either_or())
    assert np.array_equal(one.first, two.first)
    assert np.array_equal(one.second, two.second)
    assert not one.first[3].any()


def test_what_is_not_known_teaches_nothing() -> None:
    """Answers that count 0 leave no trace, whatever they say."""
    lesson, other = either_or(), either_or()
    for each in (lesson, other):
        each.counts[:, 0] = 0
    other.answers[:, 0] = 1 - other.answers[:, 0]
    assert np.array_equal(hidden.fit(lesson).first, hidden.fit(other).first)


def test_packing_keeps_the_decisions() -> None:
    """A byte a weight: margins move by less than a hundredth of their spread."""
    lesson = either_or()
    layer = hidden.fit(lesson)
    again = hidden.Hidden.unpacked(layer.packed())
    before, after = layer.margins(lesson.rows), again.margins(lesson.rows)
    assert layer.packed()["first"].dtype == np.int8
    assert np.abs(before - after).max() < 0.01 * (before.max() - before.min()) + 1e-6
