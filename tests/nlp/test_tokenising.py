"""Tokens of ordinary text are spaCy's own; long runs are cut and nothing moves."""

import pytest

from nlp import tokenising
from nlp.annotate import Reader, Text


@pytest.mark.parametrize(
    "text",
    ["!" * 49 + " no", "😂" * 300 + "a b", "x" * 249 + "!" * 60 + "\n\n  (so) ", "_" * 500],
)
def test_no_character_is_lost(reader: Reader, text: str) -> None:
    """The tokens of any text joined are the text, so offsets are those of the text as given."""
    assert tokenising.doc(reader._nlp, text).text == text


@pytest.mark.parametrize("text", ["Don't! (No...) said “he” 😂😂😂", "see https://example.org/" + "a/" * 100 + " ok"])
def test_ordinary_text_is_as_spacy_has_it(reader: Reader, text: str) -> None:
    """Without long runs the tokens are those of the language."""
    assert [t.text for t in tokenising.doc(reader._nlp, text)] == [t.text for t in reader._nlp.make_doc(text)]


def test_places_and_lemmas_after_a_long_run(reader: Reader) -> None:
    """A place after ten thousand faces stands where it stands in the text; the lemmas are those of the words."""
    text = "Fires" + "😂" * 10_000 + " in Glodwick"
    (reading,) = reader.annotate([Text(text)])
    (mention,) = reading.annotation.mentions
    assert text[mention.start : mention.end] == "Glodwick"
    assert reading.lemmas == "fire in glodwick"
