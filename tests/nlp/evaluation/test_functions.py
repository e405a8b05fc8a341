"""The functional test of hate: figures by function and group, and what it does with bad or missing cases."""

import json
from pathlib import Path

import pytest

from nlp import labelled
from nlp.annotate import Reader
from nlp.annotations import Refused
from nlp.evaluation import functions

HATEFUL = "All {} are vermin, get them out of our town before they ruin it"
KIND = "{} brought cakes to the church fete and everyone had a lovely afternoon together, thank you"


def _write(folder: Path, rows: list[dict[str, object]]) -> Path:
    (folder / "hate_functions.jsonl").write_text("".join(json.dumps(row) + "\n" for row in rows), encoding="utf-8")
    return folder


def _cases(group: str, word: str, count: int) -> list[dict[str, object]]:
    both = ((True, HATEFUL, "dehumanisation"), (False, KIND, "praise"))
    return [
        {
            "id": f"{group}{at}{hate}",
            "text": f"{text.format(word)} {at}",
            "hate": hate,
            "group": group,
            "function": name,
        }
        for at in range(count)
        for hate, text, name in both
    ]


def test_figures_by_function_and_group(tmp_path: Path, reader: Reader) -> None:
    """Each function gets its share right; a group with too few cases gets no figure; the spread is best less worst."""
    rows = _cases("polish", "Polish people", functions.FEWEST) + _cases("old", "old people", 1)
    found = functions.evaluate(_write(tmp_path, rows), reader)
    assert set(found["hate_by_group"]) == {"polish"}
    table = found["hate_functions"]
    assert table["dehumanisation"].cases == table["praise"].cases == functions.FEWEST + 1
    assert table["dehumanisation"].value == table["praise"].value == 1.0
    assert "spread_between_groups" not in table  # one group is no spread


def test_spread_is_best_group_less_worst(tmp_path: Path, reader: Reader) -> None:
    """A group whose kind words are labelled hateful is read worse, and the spread says by how much."""
    wrong = [dict(row, hate=not row["hate"], group="roma") for row in _cases("x", "Roma people", functions.FEWEST)]
    found = functions.evaluate(_write(tmp_path, [*_cases("polish", "Polish people", functions.FEWEST), *wrong]), reader)
    assert found["hate_by_group"]["roma"]["hate_balanced_accuracy"].value == 0.0
    assert found["hate_functions"]["spread_between_groups"] == 1.0
    assert 0 < found["hate_functions"]["spread_by_chance"] < 1


def test_no_cases_no_figures(tmp_path: Path, reader: Reader) -> None:
    """Without the file there is no section."""
    assert functions.evaluate(tmp_path, reader) == {}


def test_a_bad_case_is_named(tmp_path: Path, reader: Reader) -> None:
    """A case without its function is refused with file and line."""
    rows = [*_cases("polish", "Polish people", 1), {"id": "b", "text": "x", "hate": True, "group": ""}]
    with pytest.raises(Refused, match=r"hate_functions.jsonl:3"):
        functions.evaluate(_write(tmp_path, rows), reader)


def test_shipped_cases_are_whole() -> None:
    """Ids are unique, there are enough cases, and no text of theirs stands in the training part."""
    cases = [c for path in labelled.GOLD.glob(functions.FILES) for c in labelled.cases(path)]
    assert len({case.id for case in cases}) == len(cases) >= 300
    taught = {text.text for text in labelled.training()}
    assert not [case.id for case in cases if case.text in taught]
