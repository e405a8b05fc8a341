"""Written dialect is told from ordinary English."""

from pathlib import Path

import pytest

from nlp import public
from nlp.evaluation.dialects import Dialects

MOST = 2.0  # of 1,000 ordinary documents, which are nearly all in standard spelling


@pytest.mark.parametrize(
    ("code", "text"),
    [
        ("scouse", "Bizzies was all down our road last night la"),
        ("geordie", "Divvent gan doon there the neet man"),
        ("black_country", "Yow cor park theer, our wench got a ticket"),
        ("glaswegian", "They didnae tell us anythin aboot the weans"),
        ("london", "Mandem on road saying feds shut the ends down"),
        ("south_asian", "Arrey yaar, they have moved the bus stop again"),
        ("shared", "Nowt on the noticeboard about it"),
    ],
)
def test_each_dialect_is_found(code: str, text: str) -> None:
    """A text with words of a dialect is told by it."""
    assert code in Dialects.load().find(text)


@pytest.mark.parametrize(
    "text",
    [
        "The council has not published the report.",
        "A wee walk by the canal on Sunday, all welcome",  # one likely word alone
        "The gurdwara and the mosque are both open until nine, inshallah",  # words of a faith are no dialect
        "",
    ],
)
def test_other_texts_are_left(text: str) -> None:
    """Standard spelling, a single likely word and words of a faith are no dialect."""
    assert Dialects.load().find(text) == []


@pytest.mark.shared
def test_ordinary_documents_hold_little_dialect(shared: Path) -> None:
    """Parliament, councils, news and petitions are hardly ever taken for dialect."""
    dialects = Dialects.load()
    marks = [bool(dialects.find(text)) for _, text in public.ordinary(shared, training=False)]
    assert 1000 * sum(marks) / len(marks) < MOST
