"""Evaluation: measures, the report's files, the counter, and the floors that the shipped models hold."""

import json
from pathlib import Path

import numpy as np
import pytest

from nlp import evaluate, labelled, measures, shipped, swap
from nlp.annotate import Reader, Text
from nlp.groups import Groups


def test_floors_hold(reader: Reader) -> None:
    """On the gold test part the shipped models reach every floor."""
    texts = labelled.held_out()
    found = [reading.annotation for reading in reader.annotate(Text(t.text, t.kind) for t in texts)]
    result = {"axes": evaluate.axis_scores(texts, found), **evaluate.even(texts, found, reader)}
    assert evaluate.below_floors(result) == []


def test_report_is_of_the_shipped_models(reader: Reader) -> None:
    """The report beside the models was made with these very models."""
    report = json.loads((shipped.FOLDER / "report.json").read_text(encoding="utf-8"))
    assert report["models"] == dict(reader.models)


def test_a_floor_can_be_missed() -> None:
    """A figure below its floor, above its ceiling or not in the report is named."""
    limits = json.loads(evaluate.FLOORS.read_text(encoding="utf-8"))
    poor = {name: measures.Score(low - 0.01, 0, 1, 9) for name, low in limits["floors"].items()}
    poor |= {name: measures.Score(limits["ceilings"][name] + 0.01, 0, 1, 9) for name in evaluate.CEILED}
    assert len(evaluate.below_floors({"axes": poor})) == len(limits["floors"]) + len(limits["ceilings"])
    missing = dict(poor, flag_f1=measures.Score(1.0, 1, 1, 9))
    assert not any(line.startswith("flag_f1") for line in evaluate.below_floors({"axes": missing}))
    assert "flag_f1 is nan" in evaluate.below_floors({"axes": {}})[0]


def test_even_handedness_has_ceilings(tmp_path: Path, reader: Reader) -> None:
    """Written floors hold for their own report; a swap gap above its ceiling is named, as are other uneven errors."""
    texts = labelled.training()[:250]
    found = [reading.annotation for reading in reader.annotate(Text(t.text, t.kind) for t in texts)]
    result = {"axes": evaluate.axis_scores(texts, found), **evaluate.even(texts, found, reader)}
    path = tmp_path / "floors.json"
    evaluate.write_floors(result, path)
    assert evaluate.below_floors(result, path) == []
    ceilings = json.loads(path.read_text(encoding="utf-8"))["ceilings"]
    assert {"group_swap.flag", "dialect.gaps.missed", "by_target.officials.missed"} <= set(ceilings)
    result["group_swap"]["flag"] = measures.Score(0.9, 0.8, 1.0, 100)
    assert [line.split(" is ")[0] for line in evaluate.below_floors(result, path)] == ["group_swap.flag"]


def test_report_and_counter(tmp_path: Path, reader: Reader) -> None:
    """An evaluation writes three files and counts the look at the test part."""
    texts = labelled.training()[:60]
    (tmp_path / "test.jsonl").write_text("".join(t.model_dump_json() + "\n" for t in texts), encoding="utf-8")
    for times in (1, 2):
        result = evaluate.evaluate(tmp_path, tmp_path / "out", reader, None)
        assert result["times_scored"] == times
    report = json.loads((tmp_path / "out" / "report.json").read_text(encoding="utf-8"))
    flag = report["axes"]["flag_f1"]
    assert flag["low"] <= flag["value"] <= flag["high"]
    assert '<h2 id="axes">Axes</h2>' in (tmp_path / "out" / "report.html").read_text(encoding="utf-8")
    assert "| Flag: F1 |" in (tmp_path / "out" / "report.md").read_text(encoding="utf-8")


def test_measures_on_known_answers() -> None:
    """F1, balanced accuracy and calibration error of cases worked out by hand."""
    said, true = np.array([1, 1, 0, 0], bool), np.array([1, 0, 1, 0], bool)
    assert measures.f1(said, true) == pytest.approx(0.5)
    assert measures.balanced(said, true) == pytest.approx(0.5)
    assert measures.calibration_error(np.array([0.95, 0.95]), np.array([True, False])) == pytest.approx(0.45)


def test_nought_of_few_is_no_certainty() -> None:
    """The interval of no case in ten reaches to the exact bound; that of half lies around it."""
    assert measures.score(measures.share, np.zeros(10, bool)) == (0.0, 0.0, 0.3085, 10)
    assert measures.score(measures.share, np.ones(10, bool)) == (1.0, 0.6915, 1.0, 10)
    half = measures.score(measures.share, np.arange(100) < 50)
    assert half.low == pytest.approx(0.4, abs=0.03)
    assert half.high == pytest.approx(0.6, abs=0.03)


def test_swap_changes_only_the_group() -> None:
    """A swap replaces each group of a kind by another of that kind and leaves the rest."""
    made = dict(swap.swaps("Muslims at the mosque again", Groups.load()))
    assert made["jews"] == "Jews at the synagogue again"
    assert "muslims" not in made
    assert list(swap.swaps("Gulls at the chippy", Groups.load())) == []
