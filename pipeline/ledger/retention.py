"""What has to go and when; deletes by id, leaves a tombstone, and gives the nightly proof."""

from collections.abc import Iterator, Sequence
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import and_, delete, exists, func, not_, or_, select, update

from crawlers.items import Kind, Source
from pipeline.errors import VaneError
from pipeline.ledger import documents as document_rows
from pipeline.ledger import outbox
from pipeline.ledger.store import Tx, upsert
from pipeline.ledger.tables import (
    alerts,
    annotations,
    dispositions,
    documents,
    holds,
    narratives,
    proofs,
    reviews,
    series,
    tombstones,
    totals,
    versions,
    whynot,
)
from pipeline.records import AnnotatedDocument, Entity

# Days from the first fetch, by retention class (product.md, safeguard 5).
DAYS = {
    "social": 30,
    "comment": 30,
    "message": 30,
    "news": 90,
    "official": 365,
    "committee": 365,
    "police": 365,
    "petition": 365,
    "frontline": 365,
    "factcheck": 365,
}
SHORTEST = min(DAYS.values())  # for a class that is none of these: an older ledger may name one
OUT_OF_SCOPE = timedelta(hours=24)
EXCERPT_AFTER = timedelta(hours=24)
ALERT_AFTER_CLOSING = timedelta(days=90)
SERIES = timedelta(days=730)
# A tombstone stays this long after its source last listed the page: longer than a crawl remembers a page it does not
# fetch again, since a page that names another address as its own is recognised only when it is fetched.
LISTED = timedelta(days=60)


def class_of(source: Source, kind: Kind) -> str:
    """The retention class of a text: its source's, or its own kind where that one's time is shorter."""
    return min((source.retention or source.class_).value, kind.value, key=DAYS.__getitem__)


def due(tx: Tx, area: str, now: datetime) -> list[str]:
    """Ids of documents whose time is over and that nobody holds, oldest first."""
    classes = (_class_over(documents.c.retention == name, days, now) for name, days in DAYS.items())
    unknown = _class_over(documents.c.retention.not_in(DAYS), SHORTEST, now)
    overdue = or_(*classes, unknown, _out_of_scope(now))
    held = exists().where(holds.c.document == documents.c.id)
    query = select(documents.c.id).where(documents.c.area == area, overdue, not_(held))
    return list(tx.execute(query.order_by(documents.c.first_fetched_at, documents.c.id)).scalars())


def _class_over(which: Any, days: int, now: datetime) -> Any:
    return and_(which, documents.c.first_fetched_at <= now - timedelta(days=days))


def _out_of_scope(now: datetime) -> Any:
    """Not local, or without narrative, signal and mechanism; an unread document is not kept longer for that."""
    scoped = exists().where(annotations.c.document == documents.c.id, annotations.c.in_scope)
    return and_(documents.c.first_fetched_at <= now - OUT_OF_SCOPE, not_(scoped))


def remove(tx: Tx, area: str, ids: Sequence[str], at: datetime) -> None:
    """Delete documents, leave tombstones that count from now, `at`, and tell the index."""
    for start in range(0, len(ids), 500):
        chunk = ids[start : start + 500]
        columns = (documents.c.id, documents.c.source, documents.c.first_fetched_at)
        rows = tx.execute(select(*columns).where(documents.c.id.in_(chunk)))
        upsert(tx, tombstones, [{**row._mapping, "last_listed_at": at} for row in rows])
    outbox.add(tx, area, Entity.DOCUMENT, ids)
    document_rows.forget(tx, ids)


def to_trim(tx: Tx, area: str, now: datetime) -> list[str]:
    """Ids of texts kept as excerpts that were first fetched a day ago and are still whole."""
    old = documents.c.first_fetched_at <= now - EXCERPT_AFTER
    whole = and_(documents.c.area == area, documents.c.keep == "excerpt", not_(documents.c.trimmed), old)
    held = exists().where(holds.c.document == documents.c.id)
    read = exists().where(annotations.c.document == documents.c.id, annotations.c.version == documents.c.version)
    return list(tx.execute(select(documents.c.id).where(whole, read, not_(held)).order_by(documents.c.id)).scalars())


def trim(tx: Tx, area: str, cut: Sequence[AnnotatedDocument]) -> None:
    """Replace texts by their excerpts, and forget what earlier versions said."""
    for item in cut:
        tx.execute(delete(versions).where(versions.c.document == item.document.id))
        here = documents.c.id == item.document.id
        tx.execute(update(documents).where(here).values(text=item.document.text, trimmed=True))
        said = annotations.c.document == item.document.id
        body = item.annotation.model_dump(mode="json")
        tx.execute(update(annotations).where(said).values(body=body, lemmas=item.lemmas))
    outbox.add(tx, area, Entity.DOCUMENT, [item.document.id for item in cut])


def relist(tx: Tx, ids: Sequence[str], at: datetime) -> None:
    """Note that a source still lists pages whose documents were deleted."""
    for start in range(0, len(ids), 500):
        chunk = and_(tombstones.c.id.in_(ids[start : start + 500]), tombstones.c.last_listed_at < at)
        tx.execute(update(tombstones).where(chunk).values(last_listed_at=at))


def bury(tx: Tx, now: datetime) -> int:
    """Drop tombstones that no source has listed for 60 days, and the dispositions of what they stood for."""
    old = tombstones.c.last_listed_at <= now - LISTED
    gone = select(tombstones.c.id).where(old)
    tx.execute(delete(dispositions).where(dispositions.c.ref.in_(gone)))
    return tx.execute(delete(tombstones).where(old)).rowcount


def close_out(tx: Tx, council: str, now: datetime) -> list[str]:
    """Delete alerts 90 days after closing with their reviews' excerpts; decisions stay in the audit chain."""
    old = and_(alerts.c.council == council, alerts.c.closed_at <= now - ALERT_AFTER_CLOSING)
    ids = list(tx.execute(select(alerts.c.id).where(old)).scalars())
    tx.execute(delete(reviews).where(reviews.c.alert.in_(ids)))
    tx.execute(delete(alerts).where(alerts.c.id.in_(ids)))
    outbox.add(tx, council, Entity.ALERT, ids)
    return ids


def age_out(tx: Tx, area: str, now: datetime) -> dict[str, int]:
    """Delete narratives, series and kept-back rows past their time; numbers by table."""
    limit = now - SERIES
    old = and_(narratives.c.area == area, narratives.c.last_seen <= limit)
    ids = list(tx.execute(select(narratives.c.id).where(old)).scalars())
    tx.execute(delete(narratives).where(narratives.c.id.in_(ids)))
    outbox.add(tx, area, Entity.NARRATIVE, ids)
    return {
        "narratives": len(ids),
        "series": tx.execute(delete(series).where(series.c.day < limit.date())).rowcount,
        "totals": tx.execute(delete(totals).where(totals.c.day < limit.date())).rowcount,
        "whynot": tx.execute(delete(whynot).where(whynot.c.at < now - ALERT_AFTER_CLOSING)).rowcount,
    }


def ages(tx: Tx, area: str, now: datetime) -> Iterator[tuple[str, int, float]]:
    """For each retention class: documents left and the age of the oldest in days, as the proof prints them."""
    oldest = func.min(documents.c.first_fetched_at)
    query = select(documents.c.retention, func.count(), oldest).where(documents.c.area == area)
    for name, number, first in tx.execute(query.group_by(documents.c.retention).order_by(documents.c.retention)):
        yield name, number, (now - first).total_seconds() / 86400


def hold(tx: Tx, area: str, document: str, *, reason: str, actor: str, at: datetime) -> None:
    """Keep a document of the area whatever its age; raises VaneError where there is none: a typo is no hold."""
    here = select(documents.c.id).where(documents.c.id == document, documents.c.area == area)
    if tx.execute(here).first() is None:
        raise VaneError(f"no document {document} in {area}: copy its id from the console; a deleted one cannot be held")
    upsert(tx, holds, [{"document": document, "reason": reason, "actor": actor, "at": at}])


def release(tx: Tx, document: str) -> None:
    """End a legal hold; raises VaneError where there is none."""
    if not tx.execute(delete(holds).where(holds.c.document == document)).rowcount:
        raise VaneError(f"there is no hold on {document}: copy the id from the audit chain's entry of the hold")


def held(tx: Tx) -> int:
    """How many documents are held."""
    return int(tx.execute(select(func.count()).select_from(holds)).scalar_one())


def proved(tx: Tx, ref: str) -> bool:
    """Whether a run of that name has left its proof."""
    return tx.execute(select(proofs.c.id).where(proofs.c.id == ref)).first() is not None


def prove(tx: Tx, ref: str, at: datetime, body: dict[str, object]) -> None:
    """Keep what a run deleted and what it found left."""
    upsert(tx, proofs, [{"id": ref, "at": at, "body": body}])
