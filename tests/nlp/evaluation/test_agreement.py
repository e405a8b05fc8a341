"""Agreement of two labellings of the same texts."""

import json
from pathlib import Path
from typing import Any

import pytest

from nlp.annotations import Refused
from nlp.evaluation import agreement
from tests.nlp.evaluation.making import gold


def written(folder: Path, *second: dict[str, Any]) -> Path:
    """A gold folder of four texts with second labels."""
    texts = [
        gold(1, stance="asserts", narrative="N01", targets=("jews", "women"), flag=True),
        gold(2, stance="asks", narrative="N01"),
        gold(3, stance="reports", signals=("T05",)),
        gold(4),
    ]
    (folder / "train_a.jsonl").write_text("".join(t.model_dump_json() + "\n" for t in texts[:2]), encoding="utf-8")
    (folder / "test.jsonl").write_text("".join(t.model_dump_json() + "\n" for t in texts[2:]), encoding="utf-8")
    lines = "".join(json.dumps(each) + "\n" for each in second)
    (folder / agreement.SECOND).write_text(lines, encoding="utf-8")
    return folder


def again(number: int, **fields: Any) -> dict[str, Any]:
    """Second labels of a text."""
    return {"id": f"G{number}", "stance": "unrelated", "narrative": None, "flag": False} | fields


def test_known_agreement(tmp_path: Path) -> None:
    """Kappa per single label, overlap and F1 per set; texts of both parts count."""
    folder = written(
        tmp_path,
        again(1, stance="asserts", narrative="N01", targets=["jews"], flag=True),
        again(2, stance="asserts", narrative="N01", flag=True),
        again(3, stance="reports", signals=["T05"]),
        again(4),
    )
    made = agreement.read(folder)
    assert made is not None
    assert made["texts"] == 4
    assert made["same"]["stance"].value == 0.75
    assert made["kappa"]["narrative"].value == 1
    assert made["kappa"]["flag"].value == 0.5
    assert made["jaccard"]["targets"].value == (0.5 + 1 + 1 + 1) / 4
    assert made["f1"]["targets"].value == pytest.approx(2 / 3, abs=1e-4)


def test_without_second_labels(tmp_path: Path) -> None:
    """A gold folder without second labels has no agreement."""
    assert agreement.read(tmp_path) is None


def test_unknown_text_is_refused(tmp_path: Path) -> None:
    """A second label of a text that is not there is named."""
    with pytest.raises(Refused, match="no gold text has the id G9"):
        agreement.read(written(tmp_path, again(9)))


def test_broken_line_is_refused(tmp_path: Path) -> None:
    """A line without a flag is named with its number."""
    with pytest.raises(Refused, match=r"second\.jsonl:2"):
        agreement.read(written(tmp_path, again(1), {"id": "G2", "stance": "asks"}))
