"""What somebody typed becomes a query of lemmas; a search for a person becomes nothing."""

import pytest

from pipeline.index import queries
from pipeline.index.queries import Refused, Words
from pipeline.records import Entity
from pipeline.settings import ROOT


@pytest.fixture(scope="module")
def words() -> Words:
    """The shipped reader and redactor."""
    return queries.load(ROOT / "areas" / "demo")


def test_words_and_phrases(words: Words) -> None:
    """What stands in quotation marks of any kind is a phrase, all else are words, both as lemmas; empty ones go."""
    query = queries.parse('hotels “closed schools” "" mill', words, entity=Entity.ALERT, filters={"kind": ()})
    assert query.words == ("hotel", "mill")
    assert query.phrases == (tuple(words.lemmas("closed schools")),)
    assert (query.entity, query.filters) == (Entity.ALERT, {})


@pytest.mark.parametrize("typed", ["ahmed hussain", '"Sarah Whitfield" hotel', "mill @somebody", "call 07700 900123"])
def test_a_search_for_a_person_is_refused(words: Words, typed: str) -> None:
    """Names, handles and contacts are refused, in quotation marks and in small letters too; the error holds a count."""
    with pytest.raises(Refused) as refused:
        queries.parse(typed, words)
    assert refused.value.count == 1
    for word in ("hussain", "whitfield", "somebody", "900123"):
        assert word not in str(refused.value).lower()
