"""What every search index does, shown on each store."""

import hashlib
from datetime import timedelta

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from pipeline.errors import VaneError
from pipeline.index import SearchIndex
from pipeline.index.protocol import FACETS
from pipeline.records import Entity, IndexRecord, PutResult, Query
from tests.pipeline.index.conftest import stored_bytes
from tests.pipeline.index.corpus import AREAS, START, WORDS, corpus, expected, record


def ids(index: SearchIndex, query: Query) -> list[str]:
    """Ids of one page, after a refresh."""
    index.refresh()
    return [hit.record.id for hit in index.search(query).hits]


def counted(result: PutResult) -> tuple[int, int, int, int]:
    """Created, updated, unchanged and rejected."""
    return result.created, result.updated, result.unchanged, len(result.rejected)


class TestWriting:
    def test_a_record_comes_back_whole_at_once(self, index: SearchIndex) -> None:
        """`get` gives the record exactly as it was put, before any refresh, for every entity."""
        for entity in Entity:
            given_record = record(1, entity=entity, title="Title", areas=AREAS, flag=True, narratives=("n1",), url="u")
            index.put([given_record])
            assert index.get(entity, "d0001") == given_record
            assert index.get(entity, "d0002") is None

    def test_preparing_again_changes_nothing(self, index: SearchIndex) -> None:
        """`prepare` may run before every batch."""
        index.put([record(1)])
        index.prepare()
        index.refresh()
        assert index.count(Entity.DOCUMENT) == 1

    def test_a_replay_changes_nothing(self, index: SearchIndex) -> None:
        """The same batch a second time is all unchanged, and the store holds the same."""
        records = corpus(700)
        first = index.put(records)
        before = [list(index.dump(entity)) for entity in Entity]
        second = index.put(records)
        assert counted(first) == (700, 0, 0, 0)
        assert counted(second) == (0, 0, 700, 0)
        assert [list(index.dump(entity)) for entity in Entity] == before

    def test_only_a_newer_version_replaces(self, index: SearchIndex) -> None:
        """An older or equal version leaves the record as it is; a newer one replaces all of it."""
        index.put([record(1, version=5, lemmas="old word", signals=("S01",))])
        assert counted(index.put([record(1, version=4, text="older")])) == (0, 0, 1, 0)
        assert counted(index.put([record(1, version=5, text="equal")])) == (0, 0, 1, 0)
        assert index.get(Entity.DOCUMENT, "d0001") == record(1, version=5, lemmas="old word", signals=("S01",))
        assert counted(index.put([record(1, version=6, lemmas="new word")])) == (0, 1, 0, 0)
        assert ids(index, Query(words=("old",))) == []
        assert ids(index, Query(words=("new",))) == ["d0001"]
        assert index.search(Query()).facets["signals"] == {}

    def test_versions_of_one_record_in_one_batch_are_taken_in_turn(self, index: SearchIndex) -> None:
        """Three versions in a batch count as created, updated and unchanged, and the newest stays."""
        result = index.put([record(1), record(1, version=3, text="newest"), record(1, version=2)])
        assert counted(result) == (1, 1, 1, 0)
        kept = index.get(Entity.DOCUMENT, "d0001")
        assert kept is not None
        assert kept.version == 3

    def test_a_record_whose_month_changes_exists_once(self, index: SearchIndex) -> None:
        """A new version with another date is found under the new date only."""
        index.put([record(1)])
        index.put([record(1, version=2, at=START + timedelta(days=70))])
        assert ids(index, Query()) == ["d0001"]
        assert ids(index, Query(until=START + timedelta(days=1))) == []
        assert index.count(Entity.DOCUMENT) == 1
        assert counted(index.put([record(1)])) == (0, 0, 1, 0)
        assert index.delete(Entity.DOCUMENT, ["d0001"]) == 1
        assert index.get(Entity.DOCUMENT, "d0001") is None

    def test_the_same_id_may_stand_for_two_entities(self, index: SearchIndex) -> None:
        """A document and an alert of one id do not touch each other."""
        index.put([record(1), record(1, entity=Entity.ALERT, text="alert")])
        index.delete(Entity.DOCUMENT, ["d0001"])
        assert index.get(Entity.DOCUMENT, "d0001") is None
        assert index.get(Entity.ALERT, "d0001") == record(1, entity=Entity.ALERT, text="alert")


REFUSED: dict[str, dict[str, object]] = {
    "id is empty or longer than 512 bytes": {"id": "é" * 300},
    "date is before 1995 or after 2100": {"at": START.replace(year=2203)},
    "text is longer than 1,000,000 bytes": {"text": "a" * 1_000_001},
    "a value of source is longer than 1,000 bytes": {"source": "s" * 1_001},
    "narratives has more than 1,000 values": {"narratives": tuple(str(n) for n in range(1_001))},
    "version is negative or too large": {"version": -1},
}


class TestRejecting:
    @pytest.mark.parametrize("reason", REFUSED)
    def test_one_bad_record_is_named_and_the_rest_goes_on(self, index: SearchIndex, reason: str) -> None:
        """A record beyond a limit, in the middle of a batch, is rejected with its reason; all others arrive."""
        bad = record(2, **REFUSED[reason])
        result = index.put([record(1), bad, record(3)])
        assert counted(result) == (2, 0, 0, 1)
        assert (result.rejected[0].id, result.rejected[0].reason) == (bad.id, reason)
        assert sorted(ids(index, Query())) == ["d0001", "d0003"]

    def test_what_is_just_within_the_limits_is_taken(self, index: SearchIndex) -> None:
        """The largest text, id, value and the first and last date arrive whole."""
        large = record(1, id="i" * 512, text="a " * 500_000, lemmas="l " * 500_000, source="s" * 1_000)
        early = record(2, at=START.replace(year=1995, month=1, day=1, hour=0))
        late = record(3, at=START.replace(year=2100, month=12, day=31, hour=23, microsecond=999_999))
        assert counted(index.put([large, early, late])) == (3, 0, 0, 0)
        assert ids(index, Query()) == ["d0003", "i" * 512, "d0002"]
        assert index.get(Entity.DOCUMENT, "i" * 512) == large


class TestDeleting:
    def test_deleting_counts_what_was_there(self, index: SearchIndex) -> None:
        """Unknown ids and a second deletion count nothing; other records stay."""
        index.put([record(n) for n in range(1, 6)])
        assert index.delete(Entity.DOCUMENT, ["d0001", "d0002", "nobody", "d0001"]) == 2
        assert index.delete(Entity.DOCUMENT, ["d0001"]) == 0
        assert index.get(Entity.DOCUMENT, "d0001") is None
        assert ids(index, Query(words=("library",))) == ["d0005", "d0004", "d0003"]
        assert index.search(Query()).facets["kind"] == {"social": 3}

    def test_a_deleted_record_may_come_back_in_any_version(self, index: SearchIndex) -> None:
        """Deletion leaves no memory of the version."""
        index.put([record(1, version=9)])
        index.delete(Entity.DOCUMENT, ["d0001"])
        assert counted(index.put([record(1, version=1)])) == (1, 0, 0, 0)

    def test_clear_removes_everything(self, index: SearchIndex) -> None:
        """After `clear` the store is empty and takes records again."""
        index.put(corpus(100))
        index.clear()
        index.refresh()
        assert [index.count(entity) for entity in Entity] == [0, 0, 0]
        assert counted(index.put([record(1)])) == (1, 0, 0, 0)

    def test_emptied_months_are_dropped_and_others_stay(self, index: SearchIndex) -> None:
        """After the last record of a month went, its part goes; a record may come into that month again."""
        late = record(2, at=START + timedelta(days=70))
        index.put([record(1), late])
        index.delete(Entity.DOCUMENT, ["d0001"])
        assert index.drop_empty_months() in ([], ["2026-08"])
        assert index.drop_empty_months() == []
        assert counted(index.put([record(1)])) == (1, 0, 0, 0)
        assert ids(index, Query()) == ["d0002", "d0001"]

    def test_purging_leaves_no_bytes_of_what_was_deleted(self, index: SearchIndex) -> None:
        """After deletions, an edit and `purge` their words are in no file; the others are found as before."""
        marks = [hashlib.sha256(str(number).encode()).hexdigest() for number in range(40)]  # nothing to compress
        records = [record(n, text=mark, lemmas=f"mill {mark}", source=f"s{mark}") for n, mark in enumerate(marks)]
        index.put(records)
        index.refresh()
        index.delete(Entity.DOCUMENT, [r.id for r in records[:20]])
        index.put([record(20, version=2, text="edited", lemmas="mill")])
        index.purge()
        held = {mark for mark in marks for content in stored_bytes(index) if mark.encode() in content}
        assert held == set(marks[21:])
        assert ids(index, Query(words=("mill",), limit=200)) == [f"d{n:04}" for n in (20, *range(39, 20, -1))]


class TestSearching:
    def test_the_more_telling_record_comes_first(self, index: SearchIndex) -> None:
        """With words, a short text that repeats the word comes before a newer, longer one that names it once."""
        index.put([record(1, lemmas="hotel hotel"), record(2, lemmas="the hotel of a long text about other things")])
        index.put([record(n, lemmas="nothing of that") for n in range(3, 9)])
        index.refresh()
        found = index.search(Query(words=("hotel",))).hits
        assert [hit.record.id for hit in found] == ["d0001", "d0002"]
        assert found[0].score > found[1].score > 0

    def test_equal_scores_come_newest_first_then_by_id(self, index: SearchIndex) -> None:
        """Records that score the same are in order of date, then id, whatever their month."""
        index.put([record(1), record(2), record(3, at=START + timedelta(days=70)), record(0, at=record(1).at)])
        assert ids(index, Query(words=("library",))) == ["d0003", "d0002", "d0000", "d0001"]

    def test_pages_join_without_gap_or_overlap(self, index: SearchIndex) -> None:
        """Pages of 7 give every id once, in the order of one long page, each with the full total."""
        records = corpus(150)
        index.put(records)
        index.refresh()
        for query in (Query(limit=7), Query(words=("mill",), limit=7)):
            pages = [index.search(query.model_copy(update={"offset": offset})) for offset in range(0, 150, 7)]
            found = [hit.record.id for page in pages for hit in page.hits]
            assert found == ids(index, query.model_copy(update={"limit": 200}))
            assert {page.total for page in pages} == {len(found)}

    def test_an_empty_index_answers_with_nothing(self, index: SearchIndex) -> None:
        """No records: total 0, no hits and every facet there, empty."""
        for entity in Entity:
            results = index.search(Query(entity=entity, words=("mill",)))
            assert (results.total, results.hits) == (0, ())
            assert results.facets == {field: {} for field in FACETS}

    def test_an_unknown_filter_is_refused(self, index: SearchIndex) -> None:
        """A filter by a field that is none names it in one line."""
        with pytest.raises(VaneError, match="cannot filter by colour"):
            index.search(Query(filters={"colour": ("red",)}))

    def test_a_hundred_words_are_searched_and_more_refused(self, index: SearchIndex) -> None:
        """The longest query works in every store."""
        words = tuple(f"w{n}" for n in range(100))
        index.put([record(1, lemmas=" ".join(words))])
        assert ids(index, Query(words=words)) == ["d0001"]
        assert ids(index, Query(phrases=(words,))) == ["d0001"]
        with pytest.raises(VaneError, match="more than 100 words"):
            index.search(Query(words=(*words, "one more")))


WANTED = st.fixed_dictionaries(
    {},
    optional={
        "kind": st.lists(st.sampled_from(("social", "news", "nothing")), min_size=1, max_size=2).map(tuple),
        "areas": st.lists(st.sampled_from(AREAS), min_size=0, max_size=2).map(tuple),
        "source": st.sampled_from((("gazette",), ("",), ("gazette", "mill_vale_tag"))),
        "flag": st.sampled_from((("true",), ("false",), ("true", "false"))),
        "mechanisms": st.just(("M01",)),
        "stance": st.just(("denies",)),
        "narratives": st.just(("n1", "n3")),
        "signals": st.just(("S02",)),
        "state": st.just(("open",)),
        "priority": st.just(("high",)),
    },
)
DATES = st.none() | st.builds(lambda days: START + timedelta(days=days), st.integers(-1, 101))
QUERIES = st.builds(
    Query,
    words=st.lists(st.sampled_from(WORDS), max_size=2).map(tuple),
    phrases=st.lists(st.lists(st.sampled_from(WORDS), min_size=1, max_size=3).map(tuple), max_size=1).map(tuple),
    entity=st.sampled_from(Entity),
    filters=WANTED,
    since=DATES,
    until=DATES,
    limit=st.just(200),
)
RECORDS = corpus(180)


@pytest.fixture(scope="module")
def filled(shared_index: SearchIndex) -> SearchIndex:
    """A store that holds the generated corpus."""
    shared_index.clear()
    shared_index.put(RECORDS)
    shared_index.refresh()
    return shared_index


# the fixture only reads; a busy machine may take its time
@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(query=QUERIES)
def test_any_query_finds_what_the_protocol_says(filled: SearchIndex, query: Query) -> None:
    """Ids, their order, total and facets equal those of a plain loop over the records."""
    found = filled.search(query)
    wanted, facets = expected(RECORDS, query)
    got = [hit.record.id for hit in found.hits]
    assert found.total == len(wanted)
    assert found.facets == facets
    assert sorted(got) == sorted(wanted)
    if not query.words and not query.phrases:
        assert got == wanted


AWKWARD = st.text(
    alphabet=st.sampled_from("aAbBéÉß'’#@-_.\"*^():+\\/ \t\n\x00\x1c\x85\xa0\u200b\u2028\ue000\ue141\u0301👍🏽ſK"),
    max_size=12,
)
ANYTHING = AWKWARD | st.text(alphabet=st.characters(exclude_categories=["Cs"]), max_size=12)


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(texts=st.lists(ANYTHING, min_size=1, max_size=6), probe=AWKWARD)
def test_tokens_match_exactly_as_written(shared_index: SearchIndex, texts: list[str], probe: str) -> None:
    """A token finds the records that hold it between white space, and no spelling that only looks alike."""
    records = [record(number, lemmas=text) for number, text in enumerate(texts)]
    shared_index.delete(Entity.DOCUMENT, [r.id for r in records] + [f"d{n:04}" for n in range(6)])
    shared_index.put(records)
    held = {token for text in [*texts, probe] for token in text.split()}
    for token in held | {t.upper() for t in held} | {t.lower() for t in held} | {t[:-1] for t in held}:
        if len(token.split()) == 1:
            query = Query(words=(token,))
            assert sorted(ids(shared_index, query)) == sorted(expected(records, query)[0])
    for text in filter(str.strip, texts):
        query = Query(phrases=(tuple(text.split()),))
        assert sorted(ids(shared_index, query)) == sorted(expected(records, query)[0])


def test_a_long_token_is_cut_the_same_in_record_and_query(index: SearchIndex) -> None:
    """Tokens longer than 100 characters match by their first 100, also beyond Lucene's 255."""
    index.put([record(1, lemmas="👍" * 300 + " end"), record(2, lemmas="a" * 99)])
    assert ids(index, Query(words=("👍" * 300,))) == ["d0001"]
    assert ids(index, Query(phrases=(("👍" * 100, "end"),))) == ["d0001"]
    assert ids(index, Query(words=("👍" * 45,))) == []
    assert ids(index, Query(words=("a" * 100,))) == []


def test_the_record_type_has_no_field_the_stores_forget() -> None:
    """A new field of IndexRecord must be thought of here: it is filtered, searched or only stored."""
    assert len(IndexRecord.model_fields) == 18
