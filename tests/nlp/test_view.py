"""The view: pieces of a text read are what reading each by itself gives; within a text the model is a sum."""

import numpy as np

from nlp import axes, labelled, sentences
from nlp.evidence import explain


def test_parts_are_what_reading_them_gives() -> None:
    """Rows of a text's sentences are the same, whether cut from the text's reading or read anew."""
    view = axes.load().view
    for text in labelled.training()[::25]:
        spans = sentences.spans(text.text)
        if spans:
            cut = view.matrix(view.parts(view.read(text.text), spans))
            anew = view.matrix([view.read(text.text[start:end]) for start, end in spans])
            assert np.abs((cut - anew).toarray()).max() < 1e-5


def test_local_weights_add_up_to_the_margin() -> None:
    """A label's margin is the sum of a text's features times their weights in that text, and what is always added."""
    models = axes.load()
    texts = [t.text for t in labelled.training()[:40]]
    rows = models.view.matrix([models.view.read(text) for text in texts])
    scores = models.score(rows)
    column = models.column("hate", "hate")
    hate = models.models["hate"]
    for at, opened in enumerate(scores.open):
        local = models.local(opened, [column])
        fixed = models.fixed(opened, [column])
        margin = float((rows[at] @ (models.weights @ local)).item() + fixed.item())
        expected = float(hate.probabilities(np.array([[margin]], np.float32)).item())
        assert abs(expected - float(scores.of["hate"][at, 0])) < 1e-3


def test_evidence_points_at_words_of_the_text() -> None:
    """Spans stand on whole words and carry the weight of what they cover."""
    models = axes.load()
    text = "get them out of our town tonight, burn the place down"
    read = models.view.read(text)
    opened = models.score(models.view.matrix([read])).open[0]
    found = explain(read, models, [("stance", "incites")], opened)
    assert found
    assert all(text[each.start : each.end].strip() == text[each.start : each.end] for each in found)
