"""Calibration, confusion, single labels, parts, comparison and curve: on cases worked out by hand."""

import json
import math
from pathlib import Path

import numpy as np
import pytest

from nlp import measures, taxonomy
from nlp.annotations import Refused
from nlp.evaluation import against, calibration, curve, labels, parts
from nlp.evaluation.dialects import Dialects
from nlp.measures import Score
from tests.nlp.evaluation.making import gold, read


def test_kappa_of_known_answers() -> None:
    """Kappa is 1 for equal labels, 0 where chance explains all, and unknown where only one label is used."""
    first, second = np.array(list("aabb")), np.array(list("abab"))
    assert measures.kappa(first, first) == pytest.approx(1)
    assert measures.kappa(first, second) == pytest.approx(0)
    assert math.isnan(measures.kappa(np.array(["a"]), np.array(["a"])))


def test_nothing_to_measure_is_no_number() -> None:
    """A figure that no draw can give is no number and keeps its cases; numpy is not asked for its percentile."""
    found = measures.score(measures.f1, np.zeros(3, bool), np.zeros(3, bool))
    assert math.isnan(found.value)
    assert found.cases == 3


def test_reliability_bins() -> None:
    """Texts fall into tenths; a bin tells what was said and what was true."""
    texts = [gold(1, flag=True), gold(2), gold(3)]
    found = [read(flag_score=0.92), read(flag_score=0.98), read(flag_score=0.11)]
    low, high = calibration.curves(texts, found)["flag"]
    assert (low["said"], low["true"], low["cases"]) == (0.11, 0.0, 1)
    assert (high["said"], high["true"], high["cases"]) == (0.95, 0.5, 2)


def test_narrative_confidence_stands_on_named_narratives() -> None:
    """Texts without a narrative carry no score, so they are not counted in its calibration."""
    texts = [gold(1, narrative="N01"), gold(2)]
    said, true = calibration.confidences(texts, [read(narratives=["N02"]), read()])["narrative"]
    assert (said.tolist(), true.tolist()) == ([0.9], [False])


def test_confusion_counts_by_label_and_reading() -> None:
    """A row is the label, a column the reading; a text without narrative is "none"."""
    texts = [gold(1, stance="asks", narrative="N01"), gold(2, stance="asks"), gold(3, stance="asserts")]
    found = [read("asks", narratives=["N02"]), read("asserts"), read("asserts")]
    made = labels.confusion(texts, found, taxonomy.load())
    assert made["stance"] == {"labels": ["asserts", "asks"], "rows": [[1, 0], [1, 1]]}
    assert made["narrative"] == {"labels": ["N01", "N02", "none"], "rows": [[0, 1, 0], [0, 0, 0], [0, 0, 2]]}


def test_single_labels() -> None:
    """A label's F1 stands on the texts that carry it or were given it."""
    texts = [gold(1, signals=("T01", "T05")), gold(2, signals=("T01",))]
    found = [read(signals=["T01"]), read(signals=["T05"])]
    row = labels.each(texts, found)["signals"]["T01"]
    assert (row["labelled"], row["read"], row["both"]) == (2, 1, 1)
    assert row["f1"].value == pytest.approx(2 / 3, abs=1e-4)


def test_target_scores_stand_beside_the_errors() -> None:
    """Where no target is read, the group's F1 is nought however even its flags are."""
    texts = [gold(number, stance="asserts", flag=True, targets=("jews",)) for number in range(parts.FEWEST)]
    table = parts.by_target(texts, [read("asserts", flag=True)] * len(texts))
    assert table["jews"]["missed"].value == 0
    assert table["jews"]["target_f1"].value == 0
    assert table["jews"]["stance_accuracy"].value == 1


def test_small_parts_get_no_figure() -> None:
    """A part with few texts says nothing."""
    texts = [gold(number, kind="news") for number in range(parts.FEWEST - 1)]
    assert parts.by(texts, [read()] * len(texts), lambda t: [t.kind]) == {}


@pytest.mark.parametrize(("count", "name"), [(15, "up to 15 words"), (16, "16 to 40 words"), (101, "over 100 words")])
def test_lengths(count: int, name: str) -> None:
    """A text's length is its words."""
    assert parts.length(gold(1, text="word " * count)) == name


def test_dialect_gap() -> None:
    """The gap is the error of dialect texts less that of the rest."""
    speech = ["Howay man, wor lass is gannin hyem", "The bus was late again"]
    texts = [gold(at, text=speech[at % 2], flag=True, stance="asserts") for at in range(40)]
    found = [read("asserts", flag=bool(at % 2)) for at in range(40)]
    made = parts.dialect(texts, found, Dialects.load())
    assert made["gaps"]["missed"] == Score(1.0, 1.0, 1.0, 20)
    assert math.isnan(made["gaps"]["wrongly_flagged"].value)
    assert made["parts"]["Geordie"]["missed"].value == 1


def report(value: float, texts: int = 10) -> dict[str, object]:
    """A report of one figure."""
    return {"models": {"flag": "lr-1"}, "test_texts": texts, "axes": {"flag_f1": Score(value, 0, 1, 10)}}


def test_comparison_with_the_models_in_use(tmp_path: Path) -> None:
    """Every figure that both reports hold gets its difference; the reports' texts are compared too."""
    previous = tmp_path / "report.json"
    previous.write_text(
        json.dumps(report(0.7) | {"axes": {"flag_f1": Score(0.7, 0, 1, 10)._asdict()}}), encoding="utf-8"
    )
    made = against.compare(report(0.8, texts=20), previous)
    assert made is not None
    assert made["figures"] == {"axes.flag_f1": {"before": 0.7, "now": 0.8, "difference": 0.1}}
    assert (made["same_models"], made["same_texts"]) == (True, False)
    assert against.compare(report(0.8), tmp_path / "absent.json") is None


def test_what_is_no_report_is_refused(tmp_path: Path) -> None:
    """A file that is no report is named with the remedy."""
    path = tmp_path / "report.json"
    path.write_text("[]", encoding="utf-8")
    with pytest.raises(Refused, match="is no report: give"):
        against.compare(report(0.8), path)


def test_learning_curve_in_order(tmp_path: Path) -> None:
    """The points of the curve come in order of texts; a file that is no curve is refused."""
    path = tmp_path / "curve.json"
    point = {"flag_f1": 0.7, "stance_accuracy": 0.6, "narrative_accuracy": 0.5, "signals_f1": 0.4}
    path.write_text(json.dumps([point | {"texts": 200}, point | {"texts": 100}]), encoding="utf-8")
    assert [p["texts"] for p in curve.read(path)] == [100, 200]
    assert curve.read(tmp_path / "absent.json") == []
    path.write_text('[{"texts": "many"}]', encoding="utf-8")
    with pytest.raises(Refused, match=r"curve\.json"):
        curve.read(path)


def test_a_ratio_draws_texts_and_not_their_versions() -> None:
    """Ten changed versions of one text in fifty are one text's doing: the interval is wider than that of 500 cases."""
    changed, versions = np.zeros(50, int), np.full(50, 10)
    changed[0] = 10
    found = measures.ratio(changed, versions)
    assert (found.value, found.cases) == (0.02, 50)
    assert found.high >= 0.06  # as 500 cases: 0.032
    none = measures.ratio(np.zeros(50, int), versions)
    assert none.value == 0
    assert none.high == pytest.approx(1 - 0.025 ** (1 / 50), abs=1e-4)
    assert math.isnan(measures.ratio(np.zeros(2, int), np.zeros(2, int)).value)


def test_sets_of_labels_are_calibrated_label_by_label() -> None:
    """A signal given at 0.9 that the text does not carry counts against the signals' calibration."""
    texts = [gold(1, signals=("T01",)), gold(2)]
    found = [read(signals=("T01",)), read(signals=("T02",))]
    assert calibration.errors(texts, found)["signals_calibration_error"].value == pytest.approx(0.4)
