"""Digests as they went out, and to which sink, so that none goes out twice."""

from datetime import datetime

from sqlalchemy import func, select

from pipeline.ledger.store import Tx, upsert
from pipeline.ledger.tables import deliveries, digests
from pipeline.records import Digest


def write(tx: Tx, digest: Digest) -> None:
    """Keep a digest as it was made; the first one of an area and day stays."""
    row = {"id": digest.id, "area": digest.area, "day": digest.day, "made_at": digest.made_at}
    upsert(tx, digests, [{**row, "body": digest.model_dump(mode="json")}], replace=False)


def get(tx: Tx, ref: str) -> Digest | None:
    """One digest."""
    body = tx.execute(select(digests.c.body).where(digests.c.id == ref)).scalar()
    return None if body is None else Digest.model_validate(body)


def count(tx: Tx, area: str) -> int:
    """How many digests an area has."""
    query = select(func.count()).select_from(digests).where(digests.c.area == area)
    return int(tx.execute(query).scalar_one())


def last(tx: Tx, area: str, *, before: datetime) -> Digest | None:
    """The last digest of an area made before that moment."""
    query = select(digests.c.body).where(digests.c.area == area, digests.c.made_at < before)
    body = tx.execute(query.order_by(digests.c.made_at.desc()).limit(1)).scalar()
    return None if body is None else Digest.model_validate(body)


def delivered(tx: Tx, ref: str) -> set[str]:
    """Sinks that have this digest or flash."""
    return set(tx.execute(select(deliveries.c.sink).where(deliveries.c.digest == ref)).scalars())


def deliver(tx: Tx, ref: str, sink: str, at: datetime) -> None:
    """Note that a sink has this digest or flash."""
    upsert(tx, deliveries, [{"digest": ref, "sink": sink, "at": at}], replace=False)
