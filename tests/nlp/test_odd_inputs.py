"""Odd inputs: no text, however strange, takes time by its length squared."""

import time
from collections.abc import Callable

import pytest

from nlp import redact, sentences
from nlp.annotate import Reader, Text

SECONDS = 2.0  # of processor time; every case took longer before its cause was mended, or would at four times the size
ODD = {
    "faces": "😂" * 10_000,
    "marks": "!" * 20_000,
    "quotes": "'" * 20_000,
    "a word and marks": "a" + "!" * 20_000,
    "low lines": "_" * 20_000,
    "owners": "a" + "'s" * 10_000,
    "brackets": "(" * 10_000 + "a" + ")" * 10_000,
    "dots between": "a." * 10_000,
    "blanks": "a" + " " * 20_000 + "b",
    "a full stop and blanks": "a." + " " * 20_000 + "b",
    "lines": "a" + "\n" * 20_000 + "b",
    "at signs": "a@a." * 2_500,
    "handles of three parts": "a_b." * 2_500,
    "hyphens": "a-" * 10_000,
    "apostrophes": "a'" * 10_000,
    "links and handles": "https://x.org/a @joe " * 1_000,
    "persons and offices": "Mr John Smith met the Mayor of London. " * 250,
    "short sentences": "We say so. " * 2_000,
}


def seconds(act: Callable[[], object]) -> float:
    """Processor time of this process for an act."""
    start = time.process_time()
    act()
    return time.process_time() - start


@pytest.mark.parametrize("text", ODD.values(), ids=ODD.keys())
def test_annotate_takes_its_time_only(reader: Reader, text: str) -> None:
    """Reading a text of 10 to 40 kB ends in time."""
    assert seconds(lambda: list(reader.annotate([Text(text)]))) < SECONDS


@pytest.mark.parametrize("text", ODD.values(), ids=ODD.keys())
def test_redact_takes_its_time_only(text: str) -> None:
    """Taking persons out of it ends in time."""
    redactor = redact.load()
    assert seconds(lambda: redactor.redact(text)) < SECONDS


@pytest.mark.parametrize("text", ODD.values(), ids=ODD.keys())
def test_sentences_take_their_time_only(text: str) -> None:
    """Splitting it ends in time."""
    assert seconds(lambda: sentences.split(text)) < SECONDS


@pytest.mark.parametrize("text", ODD.values(), ids=ODD.keys())
def test_lemmas_take_their_time_only(reader: Reader, text: str) -> None:
    """A search for it ends in time."""
    assert seconds(lambda: reader.lemmas(text)) < SECONDS
