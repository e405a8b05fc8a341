"""Dictionary forms."""

import gzip
from pathlib import Path

import pytest

from nlp.lemma import lemma

PAIRS = (
    "houses house|making make|planned plan|families family|were be|children child|stopped stop|hoping hope|boxes box|"
    "bus bus|buses bus|lies lie|telling tell|voted vote|his he|council council|news news"
)


@pytest.mark.parametrize("pair", PAIRS.split("|"))
def test_forms(pair: str) -> None:
    """Regular and irregular forms have their dictionary form."""
    form, expected = pair.split()
    assert lemma(form) == expected


@pytest.mark.shared
def test_on_the_treebank(shared: Path) -> None:
    """At least 93 % of the words of UD English EWT's development part get the lemma its annotators chose."""
    right = total = 0
    with gzip.open(shared / "datasets" / "ud_english_ewt" / "en_ewt-ud-dev.conllu.gz", "rt", encoding="utf-8") as file:
        for line in file:
            cells = line.rstrip("\n").split("\t")
            if len(cells) == 10 and cells[0].isdigit() and cells[1].isalpha() and cells[3] not in ("PROPN", "PRON"):
                total += 1
                right += lemma(cells[1].lower()) == cells[2].lower()
    assert right / total >= 0.93
