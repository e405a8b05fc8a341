"""Disguised spelling reads as what it stands for, and its words keep their places in the text."""

import pytest

from nlp.folding import fold
from nlp.groups import Groups
from nlp.phrases import words


@pytest.mark.parametrize(
    ("written", "read"),
    [
        ("they are v3rmin", "they are vermin"),
        ("\U0001d59b\U0001d58a\U0001d597\U0001d592\U0001d58e\U0001d593 out", "vermin out"),
        ("ver\u200bmin", "vermin"),
        ("cafe\u0301 and café", "cafe and cafe"),
        ("b@stards, $cum and sh!t", "bastards, scum and shit"),
        ("v e r m i n", "vermin"),
        ("f.i.l.t.h", "filth"),
        ("v\u0435rmin", "vermin"),  # a Cyrillic letter
    ],
)
def test_disguises_are_read_through(written: str, read: str) -> None:
    """Each disguise reads as the plain word."""
    folded = fold(written)
    assert folded is not None
    assert folded.text == read


@pytest.mark.parametrize(
    "text",
    [
        "G4S, 4x4, mp3, OL9 6AB, M62, B12, co2, covid19, 20mph, 3rd, h8",
        "the N H S and the U.S.A.",
        "Wow!!! Great",
        "£5–£6…",
    ],
)
def test_ordinary_writing_stays(text: str) -> None:
    """Codes, numbers, short initials and plain punctuation are no disguise."""
    folded = fold(text)
    assert folded is None or folded.text == text


def test_words_keep_their_places() -> None:
    """A word's offsets are those of the text as written, signs between its letters included."""
    text = "these p\u200bests are v e r m i n, \U0001d59b\U0001d58a\U0001d597\U0001d592\U0001d58e\U0001d593!"
    found = words(text)
    assert [word.form for word in found] == ["these", "pests", "are", "vermin", "vermin", "!"]
    assert text[found[1].start : found[1].end] == "p\u200bests"
    assert text[found[3].start : found[3].end] == "v e r m i n"
    assert all(0 <= word.start < word.end <= len(text) for word in found)


def test_other_alphabets_stay() -> None:
    """Words that hold no Latin letter are no disguise: Russian, Greek, Urdu."""
    for text in ("слово о полку", "λόγος", "یہ اردو ہے"):
        folded = fold(text)
        assert folded is None or not any(sign.isascii() and sign.isalpha() for sign in folded.text)


def test_a_starred_slur_is_that_slur() -> None:
    """A slur with stars is read like the slur; a starred word that fits none stays as it is."""
    groups = Groups.load()
    slur, other = groups.hide(words("p*kis")), groups.hide(words("d*ng"))
    assert [unit.target for unit in slur] == ["pakistani_heritage"]
    assert [unit.form for unit in other] == ["d*ng"]
