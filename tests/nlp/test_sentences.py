"""Splitting into sentences."""

from nlp.sentences import split


def test_splits_where_a_reader_would() -> None:
    """End marks and line breaks end a sentence; abbreviations, initials and numbers do not."""
    text = "Cllr. Jones spent 4.2 million. Really? Yes!!\nNo more. we said"
    assert split(text) == ["Cllr. Jones spent 4.2 million.", "Really?", "Yes!!", "No more. we said"]


def test_nothing_in_nothing_out() -> None:
    """Empty text has no sentence; a text without end mark is one."""
    assert split("  \n ") == []
    assert split("just this") == ["just this"]
