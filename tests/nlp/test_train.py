"""Training: the same files from the same texts; the sides of a pair and an author stay together; honest refusals."""

import json
from pathlib import Path

import pytest

from nlp import axes, cues, labelled, linear, material, shipped, train


@pytest.fixture(scope="module")
def small_gold(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Every fortieth gold text: enough to train something."""
    folder = tmp_path_factory.mktemp("gold")
    texts = labelled.training()[::40]
    (folder / "train_a.jsonl").write_text("".join(t.model_dump_json() + "\n" for t in texts), encoding="utf-8")
    return folder


def test_same_texts_same_files(small_gold: Path, tmp_path: Path) -> None:
    """Two trainings on one machine write the same bytes, and what they write can be loaded."""
    said: list[str] = []
    for name in ("one", "two"):
        train.train(small_gold, tmp_path / name, None, said.append)
    sums = [json.loads((tmp_path / name / shipped.SUMS).read_text(encoding="utf-8")) for name in ("one", "two")]
    assert sums[0] == sums[1]
    assert set(axes.load(tmp_path / "one").models) == {axis.name for axis in axes.AXES}
    assert any("flag" in line and "look-alikes" in line for line in said)


def test_kinds_are_learnt_from_two_thirds() -> None:
    """Most texts show their kind and some do not, as texts come; hate and sentences are read without it."""
    texts = [text for text in labelled.training()[::100] if text.kind]
    taught, view = material.build(texts, {}, lambda _: None)
    last = taught.words + taught.letters + taught.cues
    kinds = taught.rows[:, last - len(cues.KINDS) : last].toarray() > 0
    assert 0.5 < kinds.any(axis=1).mean() < 0.8
    assert kinds.sum(axis=1).max() == 1
    assert not taught.sentences[:, last - len(cues.KINDS) : last].nnz
    for axis in (axis for axis in axes.AXES if axis.name in ("hate", "checkworthy")):
        _, answers = material.answers(axis, texts)
        fitted = linear.fit(axis, answers, range(len(texts)), taught)
        assert not fitted.coef_[0, last - len(cues.KINDS) : last].any()
    assert view.width == taught.rows.shape[1]


def test_pairs_and_authors_stay_together() -> None:
    """Texts of one author, and both sides of a pair, share a side, also through a chain."""
    texts = labelled.training()
    sides = labelled.sides(texts)
    for key in ("author", "pair"):
        seen: dict[str, int] = {}
        for text, side in zip(texts, sides, strict=True):
            value = getattr(text, key)
            if value:
                assert seen.setdefault(value, side) == side
    assert len(set(sides)) > 20


def test_no_author_writes_on_both_parts() -> None:
    """No author of the test part wrote a training text, and no text stands in both."""
    training, held_out = labelled.training(), labelled.held_out()
    assert not {t.author for t in training} & {t.author for t in held_out}
    assert not {t.text for t in training} & {t.text for t in held_out}


def test_gold_obeys_the_flag_rule() -> None:
    """Every gold text's flag follows from its labels."""
    for text in [*labelled.training(), *labelled.held_out()]:
        active = text.stance in labelled.ACTIVE
        assert text.flag == (active and (text.narrative is not None or bool(text.mechanisms))), text.id


def test_bad_gold_line_is_named(tmp_path: Path) -> None:
    """A line that cannot be read is refused with file and line."""
    (tmp_path / "train_a.jsonl").write_text('{"id": "x"}\n', encoding="utf-8")
    with pytest.raises(ValueError, match=r"train_a\.jsonl:1"):
        labelled.training(tmp_path)


def test_empty_folder_is_refused(tmp_path: Path) -> None:
    """A folder without gold says what is missing."""
    with pytest.raises(ValueError, match="no train_"):
        train.train(tmp_path, tmp_path / "out", None)
