"""Splitting into sentences."""

from nlp.sentences import spans, split


def test_splits_where_a_reader_would() -> None:
    """End marks and line breaks end a sentence; abbreviations, initials and numbers do not."""
    text = "Cllr. Jones spent 4.2 million. Really? Yes!!\nNo more. we said"
    assert split(text) == ["Cllr. Jones spent 4.2 million.", "Really?", "Yes!!", "No more. we said"]


def test_nothing_in_nothing_out() -> None:
    """Empty text has no sentence; a text without end mark is one."""
    assert split("  \n ") == []
    assert split("just this") == ["just this"]


def test_every_sentence_of_a_long_text_is_found() -> None:
    """There is no hundredth sentence after which the rest is passed over."""
    assert len(split("We say so. " * 250)) == 250


def test_line_breaks_end_a_sentence_with_the_blanks_around_them() -> None:
    """Blanks before and after a line break belong to no sentence, whichever come."""
    text = " one \t\n\r\n two!! \nand three.  \n"
    assert split(text) == ["one", "two!!", "and three."]
    assert [text[start:end] for start, end in spans(text)] == split(text)
