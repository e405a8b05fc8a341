"""Removing the evidence of a flag lowers its score more than removing random words."""

from nlp.annotate import Reader, Text
from nlp.annotations import Evidence
from nlp.evaluation import removal
from tests.nlp.evaluation.making import read

HARMFUL = [
    Text(text)
    for text in (
        "The Grand Hotel is being filled with illegals in secret and the council hides it, share before they delete",
        "They are all animals and vermin, every one of them, send them back where they came from before it is late",
        "Muslims are taking over this town, it is an invasion and they want us gone, wake up before it is too late",
    )
]


def test_words_that_the_evidence_touches() -> None:
    """The strongest spans count, each once, and whole words at that."""
    text = "one two three four five"
    spans = [(0, 3, 5.0), (4, 7, 0.1), (8, 13, 4.0), (8, 13, 1.0), (15, 18, 3.0)]
    evidence = tuple(Evidence(label="stance:asserts", start=a, end=b, weight=w) for a, b, w in spans)
    assert removal.evidence_words(text, read(evidence=evidence)) == [0, 2, 3]


def test_flagged_texts_lose_by_it(reader: Reader) -> None:
    """On plainly harmful texts every removal is counted, the fall is real, and the evidence passes."""
    found = [reading.annotation for reading in reader.annotate(HARMFUL)]
    made = removal.measure(HARMFUL, found, reader)
    flagged = sum(annotation.flag for annotation in found)
    assert flagged >= 2
    assert made["against_mean"].cases + made["not_testable"] == flagged
    assert made["fall_without_evidence"].value > made["fall_without_random_words"].value
    assert made["against_mean"].value > 0.5


def test_the_same_draws_every_time(reader: Reader) -> None:
    """Two runs remove the same random words."""
    found = [reading.annotation for reading in reader.annotate(HARMFUL)]
    assert list(removal.removals(HARMFUL, found, reader)) == list(removal.removals(HARMFUL, found, reader))


def test_evidence_that_is_random_does_not_pass(reader: Reader) -> None:
    """Spans that name nothing of weight fail the test: it can tell."""
    found = [reading.annotation for reading in reader.annotate(HARMFUL)]
    idle = tuple(Evidence(label="stance:asserts", start=0, end=3, weight=1.0) for _ in range(1))
    made = removal.measure(HARMFUL, [a.model_copy(update={"evidence": idle}) for a in found], reader)
    assert made["against_mean"].value < 1
