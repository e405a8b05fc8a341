"""The shipped reader of names: its file is checked, and it finds names of every heritage."""

from pathlib import Path

import pytest

from nlp import redact, shipped
from nlp.redact import Redactor
from nlp.redaction import corpora, rules
from nlp.redaction.augment import persons
from nlp.redaction.measuring import GOLD, by_heritage, measure

FLOOR, SPREAD = 0.80, 0.20  # of name words, on sentences whose names are in no list
MOST_WRONG = 0.02
MODEL = shipped.FOLDER / "redact"


def test_names_of_every_heritage_are_found_alike() -> None:
    """On 200 sentences whose names are in no list, no heritage falls below the floor or far behind the best."""
    scores = {heritage: score[0] for heritage, score in by_heritage(redact.load()).items()}
    assert len(scores) == 10
    assert min(scores.values()) >= FLOOR, scores
    assert max(scores.values()) - min(scores.values()) <= SPREAD, scores


def test_few_other_words_are_taken() -> None:
    """On the same sentences hardly a word that is no name goes, and fewer names stay than with lists alone."""
    texts = corpora.project(GOLD)
    found, _, wrong, _ = measure(redact.load(), texts)
    assert wrong <= MOST_WRONG
    assert found > measure(Redactor(rules.find, rules.find_in_query), texts)[0]


@pytest.mark.shared
def test_the_figures_of_the_card_hold_on_the_open_test_sets(shared: Path) -> None:
    """Recall and wrongly redacted words on both open test sets are not below what the model card says."""
    redactor = redact.load()
    found, _, wrong, _ = measure(redactor, [corpora.masked(x) for x in corpora.uner(shared, "test", whole=False)])
    assert found >= 0.80
    assert wrong <= 0.015
    found, _, wrong, _ = measure(redactor, [corpora.masked(x) for x in corpora.broad_twitter(shared, "test")])
    assert found >= 0.55
    assert wrong <= 0.015


def test_an_altered_model_is_refused(tmp_path: Path) -> None:
    """A model file that is not the one its sum was noted for is not opened."""
    for file in MODEL.iterdir():
        (tmp_path / file.name).write_bytes(file.read_bytes())
    altered = (tmp_path / "names.skops").read_bytes() + b"x"
    (tmp_path / "names.skops").write_bytes(altered)
    with pytest.raises(shipped.ModelRefused, match="does not match"):
        shipped.read(tmp_path, "names")


def test_model_and_lists_are_small() -> None:
    """Everything that ships for redaction stays under 6 MB."""
    lists = [*shipped.FOLDER.parent.glob("lexicons/*names*"), *shipped.FOLDER.parent.glob("lexicons/public_roles*")]
    assert sum(path.stat().st_size for path in [*MODEL.iterdir(), *lists]) < 6_000_000


def test_nothing_is_learnt_from_the_test_sentences() -> None:
    """No name of the test sentences stands in the sentences learnt from."""
    learnt = " ".join(one.text for one in corpora.project(GOLD.parent / "names_train.jsonl")).casefold()
    names = [one.text[a:b].casefold() for one in corpora.project(GOLD) for a, b in persons(one)]
    assert [name for name in names if f" {name} " in learnt] == []
