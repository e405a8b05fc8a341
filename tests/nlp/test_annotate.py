"""Reading texts: the shape of what comes out, whatever goes in."""

from collections.abc import Iterator

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from nlp import labelled
from nlp.annotate import Reader, Text
from nlp.annotations import Annotation, Reading
from nlp.labelled import ACTIVE

ODD = (
    "",
    " ",
    "\x00",
    "😂",
    "?!",
    "[name]",
    "İstanbul ſ ﬁ",
    "a" * 5000,
    "\ud7ff\n\n\u202e",
    "👩‍❤️‍💋‍👨 get them out tonight 👊🏿",
)


def holds_together(text: str, reading: Reading) -> None:
    """The promises every annotation keeps."""
    found = reading.annotation
    active = found.stance.name in ACTIVE
    assert found.flag == (active and bool(found.narratives or found.mechanisms))
    assert not found.mechanisms or active
    places = [(mark.start, mark.end) for mark in found.evidence] + [(mark.start, mark.end) for mark in found.mentions]
    assert all(0 <= start < end <= len(text) for start, end in places)
    for mention in found.mentions:
        assert text[mention.start : mention.end] == mention.text
    scores = [found.stance.score, found.flag_score, found.hate, found.checkworthy]
    scores += [label.score for label in (*found.mechanisms, *found.targets)]
    scores += [code.score for code in (*found.narratives, *found.signals)]
    assert all(0 <= score <= 1 for score in scores)
    if found.flag:
        assert expected_evidence(found) <= {evidence.label for evidence in found.evidence}
    assert found.claim in text


def expected_evidence(found: Annotation) -> set[str]:
    """Labels of a flagged text that must say why."""
    return {
        f"stance:{found.stance.name}",
        *(f"mechanism:{label.name}" for label in found.mechanisms),
        *(f"narrative:{code.code}" for code in found.narratives),
        *(f"signal:{code.code}" for code in found.signals),
    }


@settings(max_examples=60, deadline=None)
@given(st.text(max_size=300))
@example("\x00")
@example("Muslims" * 20)
def test_arbitrary_text_obeys_the_rule(reader: Reader, text: str) -> None:
    """Any text at all gives an annotation whose flag obeys the rule and whose offsets lie inside it."""
    (reading,) = reader.annotate([Text(text)])
    holds_together(text, reading)


@pytest.mark.parametrize("text", ODD)
def test_odd_text(reader: Reader, text: str) -> None:
    """Empty text, nulls, emoji and letters that change length in lower case are read like any other."""
    (reading,) = reader.annotate([Text(text)])
    holds_together(text, reading)


def test_very_long_text(reader: Reader) -> None:
    """A text of 100,000 characters is read, and its offsets are code points of that text."""
    text = ("😂 They are all rats, burn the hostel down tonight lads. " * 2000)[:100_000]
    (reading,) = reader.annotate([Text(text)])
    holds_together(text, reading)


def test_gold_texts_hold_together(reader: Reader) -> None:
    """On 200 gold texts every flagged one has evidence for each of its labels, inside the text."""
    texts = labelled.training()[::5][:200]
    readings = list(reader.annotate(Text(t.text, t.kind) for t in texts))
    assert sum(r.annotation.flag for r in readings) > 40
    for text, reading in zip(texts, readings, strict=True):
        holds_together(text.text, reading)


def test_empty_text_is_unrelated(reader: Reader) -> None:
    """Empty text is a valid record: stance unrelated, nothing else."""
    (reading,) = reader.annotate([Text("")])
    assert reading.annotation.stance.name == "unrelated"
    assert not reading.annotation.flag
    assert reading.lemmas == ""


def test_streams_in_order(reader: Reader) -> None:
    """Texts are taken a batch at a time, never all at once, and come back in order."""
    taken = 0

    def endless() -> Iterator[Text]:
        nonlocal taken
        while True:
            taken += 1
            yield Text(f"number{taken}")

    stream = reader.annotate(endless())
    first = [next(stream).lemmas for _ in range(300)]
    assert first == [f"number{n}" for n in range(1, 301)]
    assert taken <= 1024


def test_same_alone_as_in_a_batch(reader: Reader) -> None:
    """A text reads the same whatever stands beside it."""
    texts = [Text(t.text) for t in labelled.training()[:40]]
    together = [r.annotation.model_dump(exclude={"evidence"}) for r in reader.annotate(texts)]
    alone = [next(iter(reader.annotate([t]))).annotation.model_dump(exclude={"evidence"}) for t in texts]
    for one, other in zip(together, alone, strict=True):
        assert one["flag"] == other["flag"]
        assert one["flag_score"] == pytest.approx(other["flag_score"], abs=2e-4)


def test_lemmas_of_texts_and_queries_agree(reader: Reader) -> None:
    """A query's lemmas are those that the index holds for the same words."""
    text = "Rumours about the hotels were spreading, they don't tell us! Half-truths at St Aldate's"
    (reading,) = reader.annotate([Text(text)])
    assert reading.lemmas.split() == reader.lemmas(text)
    assert "rumour" in reading.lemmas.split()
    assert "hotel" in reading.lemmas.split()


def test_claim_is_the_sentence_that_claims(reader: Reader) -> None:
    """The claim is one sentence of the text, the one that states a checkable fact."""
    text = "Morning all! The council spent 4.2 million pounds on hotel rooms last year. Have a nice day x"
    (reading,) = reader.annotate([Text(text)])
    assert reading.annotation.claim == "The council spent 4.2 million pounds on hotel rooms last year."


def test_claim_is_found_after_the_hundredth_sentence(reader: Reader) -> None:
    """The sentence that claims is found wherever it stands, and it decides the score."""
    claim = "The council spent 4.2 million pounds on hotels in 2024."
    text = "What a day. " * 130 + claim + " What a day." * 20
    (reading,) = reader.annotate([Text(text)])
    (alone,) = reader.annotate([Text(f"What a day. {claim}")])
    assert reading.annotation.claim == claim
    assert reading.annotation.checkworthy == alone.annotation.checkworthy


@pytest.mark.parametrize("text", ["they brought in hundreds of people and spent millions " * 20, "a" * 5000])
def test_claim_is_short(reader: Reader, text: str) -> None:
    """A claim has 300 characters at most and ends with a whole word where there is one."""
    (reading,) = reader.annotate([Text(text)])
    claim = reading.annotation.claim
    assert 200 < len(claim) <= 300
    assert claim in text
    assert " " not in text or claim.split()[-1] in text.split()
