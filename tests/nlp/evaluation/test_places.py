"""Scoring of places: what counts as found, and what the report gets."""

import json
from pathlib import Path

import pytest

from nlp import labelled, measures
from nlp.annotate import Reader, load
from nlp.annotations import Mention
from nlp.evaluation import places
from nlp.evaluation.places import GoldPlace, Tally

GOLD = labelled.GOLD


def place(start: int, end: int, lad: str, level: str = "place") -> GoldPlace:
    """A gold place of an invented text."""
    return GoldPlace.model_validate({"start": start, "end": end, "phrase": "x", "level": level, "lad_code": lad})


def found(start: int, end: int, lad: str) -> Mention:
    """A mention as the resolver gives it."""
    return Mention(text="x", start=start, end=end, lad=lad)


def test_what_counts() -> None:
    """Right authority, wrong authority, a missed place, an invented one; regions and abstentions cost nothing."""
    gold = [place(0, 5, "E1"), place(10, 15, "E2"), place(20, 25, "E3"), place(30, 35, "", "region")]
    mentions = [found(0, 5, "E1"), found(9, 13, "E9"), found(20, 25, ""), found(30, 35, "E4"), found(40, 45, "E5")]
    assert places.compare(gold, mentions) == Tally(right=1, matched=2, wrong=1, missed=1)


def test_figures_by_hand() -> None:
    """End to end F1 counts a place in the wrong authority as both missed and wrong."""
    scores = places.figures("", [Tally(1, 2, 1, 1), Tally(0, 0, 0, 0)])
    assert scores["precision"].value == pytest.approx(1 / 3, abs=1e-4)
    assert scores["recall"].value == pytest.approx(1 / 3, abs=1e-4)
    assert scores["f1"].value == pytest.approx(1 / 3, abs=1e-4)
    assert scores["spans_f1"].value == pytest.approx(2 / 3, abs=1e-4)


@pytest.mark.parametrize(("name", "texts"), [("places_test.jsonl", 200), ("places_dev.jsonl", 100)])
def test_gold_stands(name: str, texts: int) -> None:
    """Every label is the words at its span; half the texts tell a home; ids are their own."""
    rows = places.read(GOLD / name)
    assert len(rows) == len({row.id for row in rows}) == texts
    assert all(row.text[p.start : p.end] == p.phrase for row in rows for p in row.gold)
    assert all(bool(p.lad_code) == (p.level == "place") for row in rows for p in row.gold)
    assert abs(sum(bool(row.home_lad) for row in rows) - texts / 2) <= 2
    assert len({p.lad_code for row in rows for p in row.gold}) > 40


def test_test_and_dev_share_no_text() -> None:
    """No text stands in both parts."""
    parts = [{row.text for row in places.read(GOLD / f"places_{part}.jsonl")} for part in ("test", "dev")]
    assert not parts[0] & parts[1]


def test_counts_its_looks(tmp_path: Path, reader: Reader) -> None:
    """Each evaluation is counted; without a gazetteer nothing is scored or counted."""
    row = {
        "id": "1", "home_lad": "E08000004", "text": "Police in Glodwick",
        "gold": [{"start": 10, "end": 18, "phrase": "Glodwick", "level": "place", "lad_code": "E08000004"}],
    }  # fmt: skip
    (tmp_path / places.TEXTS).write_text(json.dumps(row) + "\n", encoding="utf-8")
    assert places.evaluate(tmp_path, load(national=tmp_path / "none.csv")) == {}
    for times in (1, 2):
        scores = places.evaluate(tmp_path, reader)
        assert json.loads((tmp_path / places.COUNTER).read_text(encoding="utf-8")) == {"times": times}
    assert scores["f1"] == measures.Score(1.0, 1.0, 1.0, 1)
