"""What only the Elasticsearch index promises: months, refusals of the server, back-pressure, its users."""

import os
import threading
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest
from elasticsearch import AuthorizationException, BadRequestError

from pipeline.errors import VaneError
from pipeline.index import mapping
from pipeline.index.compare import compare
from pipeline.index.elastic import ElasticIndex
from pipeline.index.embedded import EmbeddedIndex
from pipeline.records import Entity, IndexRecord, Query
from pipeline.settings import Settings
from tests.pipeline.index.conftest import opened, settings
from tests.pipeline.index.corpus import START, corpus, record
from tests.pipeline.index.front import front

pytestmark = pytest.mark.elasticsearch
LATER = START + timedelta(days=70)


@pytest.fixture
def elastic(tmp_path: Path) -> Iterator[ElasticIndex]:
    """A prepared Elasticsearch index, removed afterwards."""
    for index in opened("elastic", tmp_path):
        assert isinstance(index, ElasticIndex)
        yield index


def _stray(index: ElasticIndex, stored: IndexRecord) -> None:
    """A copy as a killed run leaves it: written in one month, not yet deleted in the other."""
    part = mapping.part(index.prefix, stored)
    index.writer.create(part)
    index.client.index(index=part, id=stored.id, document=mapping.source(stored))


class TestMonths:
    def test_documents_lie_in_months_behind_one_alias(self, elastic: ElasticIndex) -> None:
        """A month's index is made when its first document comes, in UTC; narratives and alerts have one each."""
        elastic.put([record(1), record(2, at=LATER), record(3, entity=Entity.ALERT)])
        base = mapping.base(elastic.prefix, Entity.DOCUMENT)
        assert elastic.writer.parts(Entity.DOCUMENT) == [f"{base}-2026-08", f"{base}-2026-10"]
        assert elastic.writer.parts(Entity.ALERT) == [mapping.base(elastic.prefix, Entity.ALERT)]

    @pytest.mark.parametrize("newest_in", [START, LATER])
    def test_what_a_killed_run_left_twice_is_healed_by_a_replay(self, elastic: ElasticIndex, newest_in: object) -> None:
        """Two copies in two months become the newest one when the record is put again."""
        newest = record(1, version=2, at=newest_in)
        other = record(1, version=1, at=START if newest_in is LATER else LATER)
        _stray(elastic, other)
        _stray(elastic, newest)
        result = elastic.put([newest])
        elastic.refresh()
        assert (result.unchanged, elastic.count(Entity.DOCUMENT)) == (1, 1)
        assert elastic.get(Entity.DOCUMENT, "d0001") == newest

    def test_only_emptied_months_are_dropped(self, elastic: ElasticIndex) -> None:
        """The emptied month is named and gone; the other still takes records."""
        elastic.put([record(1), record(2, at=LATER)])
        elastic.delete(Entity.DOCUMENT, ["d0001"])
        assert elastic.drop_empty_months() == ["2026-08"]
        assert len(elastic.writer.parts(Entity.DOCUMENT)) == 1
        assert elastic.put([record(3, at=LATER)]).created == 1

    def test_no_record_is_lost_while_months_are_dropped(self, elastic: ElasticIndex) -> None:
        """A writer that fills and empties months beside a dropper finds every record it wrote last."""
        stop = threading.Event()
        failures: list[Exception] = []

        def drop() -> None:
            while not stop.is_set():
                try:
                    elastic.drop_empty_months()
                except VaneError as error:
                    failures.append(error)

        dropper = threading.Thread(target=drop)
        dropper.start()
        try:
            for turn in range(10):
                assert elastic.put([record(turn)]).created == 1
                assert elastic.get(Entity.DOCUMENT, f"d{turn:04}") is not None
                assert turn == 9 or elastic.delete(Entity.DOCUMENT, [f"d{turn:04}"]) == 1
        finally:
            stop.set()
            dropper.join()
        elastic.refresh()
        assert (elastic.count(Entity.DOCUMENT), failures) == (1, [])

    def test_a_block_that_a_killed_run_left_is_lifted(self, elastic: ElasticIndex) -> None:
        """A month left blocked fails the step once, after its tries; the step's next run goes through."""
        elastic.put([record(1)])
        elastic.writer.pause = 0.01
        for step in (lambda: elastic.put([record(2)]), lambda: elastic.delete(Entity.DOCUMENT, ["d0001"])):
            elastic.client.indices.add_block(index=elastic.writer.parts(Entity.DOCUMENT)[0], block="write")
            with pytest.raises(VaneError, match="run the step again"):
                step()
            step()
        assert [r.id for r in elastic.dump(Entity.DOCUMENT)] == ["d0002"]


class TestWriters:
    def test_many_writers_leave_the_newest_version(self, elastic: ElasticIndex) -> None:
        """Four threads put 40 versions each of the same records at once: the newest stays, nothing fails."""
        failures: list[Exception] = []

        def write(first: int) -> None:
            try:
                for version in range(first, 41, 4):
                    elastic.put(record(n, version=version) for n in range(5))
            except VaneError as error:
                failures.append(error)

        writers = [threading.Thread(target=write, args=(first,)) for first in (1, 2, 3, 4)]
        for writer in writers:
            writer.start()
        for writer in writers:
            writer.join()
        assert failures == []
        assert [r.version for r in elastic.dump(Entity.DOCUMENT)] == [40] * 5

    def test_an_alert_is_searchable_at_once(self, elastic: ElasticIndex) -> None:
        """After `put` returns, the queue shows the alert; no refresh is asked for."""
        elastic.put([record(1, entity=Entity.ALERT)])
        assert elastic.search(Query(entity=Entity.ALERT)).total == 1

    def test_what_the_server_refuses_is_named_and_the_rest_goes_on(self, elastic: ElasticIndex) -> None:
        """A month whose mapping lacks a field: its record is rejected with the kind of error, the others arrive."""
        odd = mapping.part(elastic.prefix, record(1, at=LATER))
        elastic.client.indices.create(
            index=odd, mappings={"dynamic": "strict", "properties": {"url": {"type": "long"}}}
        )
        result = elastic.put([record(1), record(2, at=LATER, url="SECRET"), record(3)])
        assert (result.created, [rejection.id for rejection in result.rejected]) == (2, ["d0002"])
        assert result.rejected[0].reason == "400 document_parsing_exception"

    def test_an_unknown_field_is_refused_by_the_server(self, elastic: ElasticIndex) -> None:
        """The mapping is strict."""
        document = {**mapping.source(record(1)), "surprise": 1}
        with pytest.raises(BadRequestError, match="strict_dynamic_mapping_exception"):
            elastic.client.index(index=mapping.base(elastic.prefix, Entity.ALERT), document=document)


class TestTrouble:
    def test_a_busy_server_is_asked_again_until_it_takes_all(self, elastic: ElasticIndex) -> None:
        """429 to the first bulk requests costs time, not records."""
        with front(os.environ["ES_URL"], refusals=7) as busy:
            behind = ElasticIndex.connect(Settings(es_url=busy.url, es_prefix=elastic.prefix), pause=0.01)
            assert behind.put(corpus(20)).created == 20
            assert busy.bulks > 7
            behind.close()

    def test_a_server_that_stays_busy_fails_the_step(self, elastic: ElasticIndex) -> None:
        """After eight pauses the step ends with one line, and nothing is reported as rejected."""
        with front(os.environ["ES_URL"], refusals=1_000) as busy:
            behind = ElasticIndex.connect(Settings(es_url=busy.url, es_prefix=elastic.prefix), pause=0.001)
            with pytest.raises(VaneError, match="run the step again"):
                behind.put(corpus(20))
            behind.close()

    def test_no_server_gives_one_line(self) -> None:
        """Nobody listens: the address, without credentials, and the remedy."""
        index = ElasticIndex.connect(Settings(es_url="http://elastic:secret@127.0.0.1:9"))
        with pytest.raises(VaneError) as caught:
            index.prepare()
        assert str(caught.value) == "http://127.0.0.1:9 does not answer: start Elasticsearch, or correct ES_URL"

    def test_an_index_never_prepared_says_what_to_do(self, tmp_path: Path) -> None:
        """Searching under a prefix that holds nothing is an error, not an empty answer."""
        index = ElasticIndex.connect(settings("elastic", tmp_path))
        for read in (lambda: index.search(Query()), lambda: index.count(Entity.DOCUMENT)):
            with pytest.raises(VaneError, match="run vane reindex"):
                read()

    def test_an_index_of_another_version_is_refused_until_cleared(self, elastic: ElasticIndex) -> None:
        """Old indices are not mixed with new ones; `clear` removes them."""
        elastic.client.indices.create(index=f"{elastic.prefix}-document-v0-2026-08")
        with pytest.raises(VaneError, match="run vane reindex"):
            elastic.prepare()
        elastic.clear()
        elastic.prepare()


class TestBothStores:
    def test_both_hold_and_answer_the_same(self, elastic: ElasticIndex, tmp_path: Path) -> None:
        """A generated corpus, edited and thinned: same records, ids, totals and facets for 60 queries."""
        embedded = EmbeddedIndex(tmp_path / "index.sqlite")
        embedded.prepare()
        records = corpus(600, seed=5)
        for index in (elastic, embedded):
            index.put(records)
            index.put(r.model_copy(update={"version": 9, "at": r.at + timedelta(days=31)}) for r in records[:50])
            index.delete(Entity.DOCUMENT, [r.id for r in records[550:]])
            index.refresh()
        plain = [Query(entity=entity, filters=filters) for entity in Entity for filters in ({}, {"flag": ("true",)})]
        words = [
            Query(words=tuple(r.lemmas.split()[:1]), since=START + timedelta(days=day))
            for day, r in enumerate(records[:54])
        ]
        assert compare(elastic, embedded, plain + words) == []

    def test_a_difference_is_named(self, elastic: ElasticIndex, tmp_path: Path) -> None:
        """One record more, one changed: the comparison names record and query, and no text."""
        embedded = EmbeddedIndex(tmp_path / "index.sqlite")
        embedded.prepare()
        elastic.put([record(1, text="SECRET")])
        embedded.put([record(1, text="other", kind="news"), record(2)])
        elastic.refresh()
        assert compare(elastic, embedded, [Query()]) == [
            "document: 1 and 2 records",
            "document: d0001 differs in text, kind",
            "query 0: totals 1 and 2",
            "query 0: facet kind differs",
            "query 0: facet source differs",
            "query 0: facet flag differs",
            "query 0: ids differ, the first at place 0",
        ]


def _as(user: str, prefix: str, password: str = "") -> ElasticIndex:
    if not os.environ.get("ES_SECURED_URL"):
        pytest.fail("ES_SECURED_URL names no server with users: start one with .ci/elasticsearch secure")
    file = password or str(Path(os.environ["ES_SECURED_PASSWORDS"]) / user)
    url = os.environ["ES_SECURED_URL"]
    return ElasticIndex.connect(Settings(es_url=url, es_user=user, es_password_file=file, es_prefix=prefix))


class TestUsers:
    def test_stages_and_console_can_do_their_work_and_no_more(self) -> None:
        """With the roles shipped, stages do everything; the console searches all and writes alerts only."""
        stages, console = _as("vane_stages", "vane"), _as("vane_console", "vane")
        try:
            stages.clear()
            assert stages.put([record(1), record(2, entity=Entity.ALERT), record(3)]).created == 3
            stages.refresh()
            stages.delete(Entity.DOCUMENT, ["d0003"])
            stages.purge()
            assert console.search(Query(words=("library",))).total == 1
            assert console.get(Entity.DOCUMENT, "d0001") == record(1)
            assert console.put([record(2, entity=Entity.ALERT, version=2)]).updated == 1
            with pytest.raises(VaneError, match="refuses this user"):
                console.delete(Entity.DOCUMENT, ["d0001"])
            with pytest.raises(VaneError, match="refuses this user"):
                console.put([record(1, version=2)])
            with pytest.raises(VaneError, match="refuses this user"):
                console.clear()
        finally:
            stages.remove()

    def test_nobody_gets_outside_the_prefix(self) -> None:
        """Neither user can make or read an index of another application."""
        for user in ("vane_stages", "vane_console"):
            with pytest.raises(VaneError, match="refuses this user"):
                _as(user, "payroll").prepare()
            with pytest.raises(AuthorizationException):
                _as(user, "payroll").client.indices.get(index="payroll")

    def test_a_wrong_password_gives_one_line(self, tmp_path: Path) -> None:
        """401 names the settings to check; a file that is not there is named too."""
        wrong = tmp_path / "password"
        wrong.write_text("wrong")
        with pytest.raises(VaneError, match="refuses the login: check VANE_ES_USER"):
            _as("vane_console", "vane", str(wrong)).count(Entity.ALERT)
        with pytest.raises(VaneError, match="cannot read VANE_ES_PASSWORD_FILE"):
            _as("vane_console", "vane", str(tmp_path / "absent"))
