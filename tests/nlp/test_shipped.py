"""Models on disk: sums, refusals, the same bytes."""

import json
import shutil
from pathlib import Path

import numpy as np
import pytest
from sklearn.linear_model import LogisticRegression

from nlp import axes, shipped
from nlp.annotate import Reader


@pytest.fixture
def models(tmp_path: Path) -> Path:
    """A copy of the shipped models."""
    return Path(shutil.copytree(shipped.FOLDER, tmp_path / "models"))


def test_tampered_model_is_refused(models: Path) -> None:
    """One changed byte of a model file and nothing of it is opened."""
    path = models / "flag.skops"
    content = bytearray(path.read_bytes())
    content[len(content) // 2] ^= 1
    path.write_bytes(content)
    with pytest.raises(shipped.ModelRefused, match="does not match its sum"):
        axes.load(models)


def test_absent_model_is_refused(models: Path) -> None:
    """A missing file is named, with the remedy."""
    (models / "hate.skops").unlink()
    with pytest.raises(shipped.ModelRefused, match=r"hate\.skops is not there; run `vane train`"):
        axes.load(models)


def test_model_of_another_view_is_refused(models: Path) -> None:
    """A model trained on other features is refused even when its sum is right."""
    payload, _ = shipped.read(models, "flag")
    shipped.write(models, "flag", {**payload, "view": "00000000"})
    with pytest.raises(shipped.ModelRefused, match="another view"):
        axes.load(models)


def test_same_model_same_bytes(tmp_path: Path) -> None:
    """Two writes of equal models differ in no byte, though skops stamps time and addresses into its files."""
    rows, answers = np.random.default_rng(0).random((40, 5)), np.arange(40) % 2
    sums = [shipped.write(tmp_path / name, "m", {"e": LogisticRegression().fit(rows, answers)}) for name in "ab"]
    assert sums[0] == sums[1]
    assert (tmp_path / "a" / "m.skops").read_bytes() == (tmp_path / "b" / "m.skops").read_bytes()


def test_models_are_small_and_have_cards() -> None:
    """The shipped models stay below 20 MB together, and each has its card."""
    assert sum(path.stat().st_size for path in shipped.FOLDER.iterdir()) < 20_000_000
    for axis in axes.AXES:
        card = (shipped.FOLDER / f"{axis.name}.md").read_text(encoding="utf-8")
        assert "## Data" in card
        assert "## Limits" in card


def test_every_file_has_a_version(reader: Reader) -> None:
    """An annotation names every file that made it, the layers that all axes share included."""
    files = set(json.loads((shipped.FOLDER / shipped.SUMS).read_text(encoding="utf-8")))
    assert files <= set(reader.models)
