"""The flag's two thresholds: few words need a surer reading, and ordinary documents cost more than they are many."""

import numpy as np
import pytest

from nlp import axes, calibrate
from nlp.annotate import Reader, Text
from nlp.axes import Axis, Model
from nlp.calibrate import Judged

NONE = np.empty(0)


def _judged(*rows: tuple[float, bool, bool]) -> Judged:
    """Texts of (probability, short, harmful); what is not harmful is a look-alike."""
    said, short, harmful = (np.array(column) for column in zip(*rows, strict=True))
    return Judged(said, short, harmful, ~harmful)


def test_short_texts_get_a_threshold_of_their_own() -> None:
    """Where short ordinary documents score high, only short texts must be surer."""
    gold = _judged(*[(0.95, True, True)] * 20, *[(0.5, False, True)] * 20, *[(0.1, False, False)] * 60)
    other, short = calibrate.flag_thresholds(gold, np.array([0.8] * 10), np.array([True] * 10))
    assert other <= 0.5
    assert short > 0.8


def test_too_many_look_alikes_are_refused() -> None:
    """Texts whose look-alikes score as high as the harmful ones give no threshold."""
    gold = _judged(*[(0.99, False, True)] * 10, *[(0.99, False, False)] * 10)
    with pytest.raises(ValueError, match="look-alikes"):
        calibrate.flag_thresholds(gold, NONE, NONE)


def test_few_words_need_a_surer_reading() -> None:
    """The same probability flags a long text and not a short one."""
    model = Model(Axis("flag", "yes"), ("flag",), NONE, NONE, threshold=0.6, short_threshold=0.85)
    assert model.flags(0.7, axes.SHORT)
    assert not model.flags(0.7, axes.SHORT - 1)
    assert model.flags(0.9, 3)


def test_shipped_models_ask_more_of_short_texts(reader: Reader) -> None:
    """Every shipped reading keeps to the threshold of its length, and that of short texts is the higher one."""
    flag = axes.load().models["flag"]
    assert flag.short_threshold > flag.threshold
    said = (
        "They are all rats and vermin, every one of those foreigners, and we should burn them out of the hotel tonight"
    )
    for words in range(2, 21):
        text = " ".join(said.split()[:words])
        (reading,) = reader.annotate([Text(text)])
        found = reading.annotation
        assert found.flag == flag.flags(found.flag_score, words)


def test_length_does_not_follow_the_group() -> None:
    """A group named in three words counts as one, so that no group's texts are shorter than another's."""
    view = axes.load().view
    said = "I heard {} moved into the flats on Mill Road last week and nobody told us"
    assert len({view.length(said.format(who)) for who in ("Muslims", "Polish people", "Jews", "Black people")}) == 1
