"""Documents in the ledger: written once, new versions kept, counted once, gone for good."""

from datetime import timedelta

import pytest
from sqlalchemy import select

from pipeline.ledger import Ledger, documents, outbox, retention
from pipeline.ledger.tables import dispositions, versions
from pipeline.records import Disposition, Entity, Stage
from tests.pipeline.making import NOON, annotated, document

AREA = "demo"


def test_writing_twice_changes_nothing(ledger: Ledger) -> None:
    """The second writing of the same documents counts them unchanged."""
    with ledger.begin() as tx:
        first = documents.write(tx, AREA, [document(1), document(2)])
        again = documents.write(tx, AREA, [document(1), document(2)])

    assert (first, again) == (["new", "new"], ["unchanged", "unchanged"])


def test_same_document_twice_in_one_batch(ledger: Ledger) -> None:
    """A page listed twice in one crawl is new once and unchanged once."""
    with ledger.begin() as tx:
        assert documents.write(tx, AREA, [document(1), document(1)]) == ["new", "unchanged"]


def test_an_edit_is_a_new_version_that_keeps_voice_and_first_fetch(ledger: Ledger) -> None:
    """An edited page keeps its id, its first fetch and its first voice; what it said before is kept too."""
    later = NOON + timedelta(days=1)
    edited = document(1, text="corrected", content_hash="other", voice="w", first_fetched_at=later, fetched_at=later)
    with ledger.begin() as tx:
        documents.write(tx, AREA, [document(1)])
        outcome = documents.write(tx, AREA, [edited])
        documents.annotate(tx, AREA, [annotated(1)])
        now = documents.get(tx, ["d0001"])["d0001"].document
        before = tx.execute(select(versions.c.text)).scalar_one()

    assert outcome == ["changed"]
    assert (now.version, now.text, now.voice) == (2, "corrected", "v1")
    assert now.first_fetched_at == NOON + timedelta(hours=1)
    assert before == document(1).text


def test_a_reading_of_an_old_version_does_not_count(ledger: Ledger) -> None:
    """After an edit the document waits to be read again."""
    with ledger.begin() as tx:
        documents.write(tx, AREA, [document(1)])
        documents.annotate(tx, AREA, [annotated(1)])
        none = documents.unannotated(tx, AREA, since=None, until=None, limit=9)
        documents.write(tx, AREA, [document(1, text="edited", content_hash="x")])
        [waiting] = documents.unannotated(tx, AREA, since=None, until=None, limit=9)

    assert none == []
    assert waiting.version == 2


def test_one_disposition_per_stage_document_and_version(ledger: Ledger) -> None:
    """A second count of the same stage and version changes nothing."""
    one = Disposition(stage=Stage.ANNOTATE, ref="d1", version=1, outcome="flagged", source="s", at=NOON)
    with ledger.begin() as tx:
        documents.dispose(tx, AREA, [one])
        documents.dispose(tx, AREA, [one.model_copy(update={"outcome": "ordinary"})])
        found = documents.counts(tx, AREA)

    assert found == {"annotate": {"flagged": 1}}


def test_a_deleted_document_does_not_come_back(ledger: Ledger) -> None:
    """A later crawl that still lists the page finds its tombstone."""
    with ledger.begin() as tx:
        documents.write(tx, AREA, [document(1)])
        retention.remove(tx, AREA, ["d0001"], NOON)
        outcome = documents.write(tx, AREA, [document(1)])

    assert outcome == ["deleted before"]


@pytest.mark.parametrize(
    ("days", "left"), [(0.9, {"d0001", "d0002"}), (1.1, {"d0001"}), (29.9, {"d0001"}), (30.1, set())]
)
def test_retention_by_age_and_scope(ledger: Ledger, days: float, left: set[str]) -> None:
    """An out-of-scope post goes after a day, one in scope after thirty, both counted from the first fetch."""
    ordinary = annotated(2, narrative="")
    with ledger.begin() as tx:
        documents.write(tx, AREA, [document(1), document(2)])
        documents.annotate(tx, AREA, [annotated(1), ordinary])
        now = NOON + timedelta(hours=1, days=days)
        retention.remove(tx, AREA, retention.due(tx, AREA, now), now)

        assert set(documents.get(tx, ["d0001", "d0002"])) == left


def test_a_legal_hold_keeps_a_document(ledger: Ledger) -> None:
    """A held document is not due, whatever its age; released, it is."""
    late = NOON + timedelta(days=400)
    with ledger.begin() as tx:
        documents.write(tx, AREA, [document(1)])
        retention.hold(tx, AREA, "d0001", reason="court order", actor="iga", at=NOON)
        held = retention.due(tx, AREA, late)
        retention.release(tx, "d0001")
        released = retention.due(tx, AREA, late)

    assert (held, released) == ([], ["d0001"])


def test_a_tombstone_goes_when_its_source_stops_listing_the_page(ledger: Ledger) -> None:
    """Sixty days after the source last listed it, the id and its counts are forgotten."""
    gone = Disposition(stage=Stage.ANNOTATE, ref="d0001", version=1, outcome="flagged", source="s", at=NOON)
    with ledger.begin() as tx:
        documents.write(tx, AREA, [document(1)])
        documents.dispose(tx, AREA, [gone])
        retention.remove(tx, AREA, ["d0001"], NOON)
        retention.relist(tx, ["d0001"], NOON + timedelta(days=20))
        early = retention.bury(tx, NOON + timedelta(days=79))
        late = retention.bury(tx, NOON + timedelta(days=81))
        left = tx.execute(select(dispositions)).all()

    assert (early, late, left) == (0, 1, [])


def test_outbox_keeps_a_change_made_while_indexing(ledger: Ledger) -> None:
    """A record that changed again after it was read for the index stays pending."""
    with ledger.begin() as tx:
        outbox.add(tx, AREA, Entity.DOCUMENT, ["a", "b"])
        taken = outbox.pending(tx, AREA, 10)
        outbox.add(tx, AREA, Entity.DOCUMENT, ["b"])
        outbox.done(tx, taken)
        [(_, ref, token)] = outbox.pending(tx, AREA, 10)

    assert ref == "b"
    assert token > max(number for _, _, number in taken)
