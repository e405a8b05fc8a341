"""Narratives and which documents belong to them."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import exists, not_, select

from pipeline.ledger import outbox
from pipeline.ledger.store import Tx, upsert
from pipeline.ledger.tables import members, narratives
from pipeline.records import Entity, Member, Narrative, Standing


def write(tx: Tx, area: str, found: Sequence[Narrative]) -> None:
    """Write narratives as they stand now."""
    rows = [
        {
            "id": item.id,
            "area": area,
            "code": item.code,
            "last_seen": item.last_seen,
            "body": item.model_dump(mode="json"),
        }
        for item in found
    ]
    upsert(tx, narratives, rows)
    outbox.add(tx, area, Entity.NARRATIVE, [item.id for item in found])


def join(tx: Tx, area: str, found: Sequence[Member]) -> None:
    """Put documents into narratives; a place a person confirmed is left."""
    kept = select(members.c.document).where(members.c.standing == Standing.CONFIRMED)
    confirmed = set(tx.execute(kept.where(members.c.document.in_([item.document for item in found]))).scalars())
    rows = [item.model_dump(mode="json") for item in found if item.document not in confirmed]
    upsert(tx, members, rows)
    outbox.add(tx, area, Entity.DOCUMENT, [row["document"] for row in rows])


def active(tx: Tx, area: str, *, since: datetime) -> list[Narrative]:
    """Narratives seen since then that were not merged into another, oldest first."""
    query = select(narratives.c.body).where(narratives.c.area == area, narratives.c.last_seen >= since)
    found = [Narrative.model_validate(body) for body in tx.execute(query).scalars()]
    return sorted((item for item in found if not item.merged_into), key=lambda item: (item.first_seen, item.id))


def get(tx: Tx, ref: str) -> Narrative | None:
    """One narrative."""
    body = tx.execute(select(narratives.c.body).where(narratives.c.id == ref)).scalar()
    return None if body is None else Narrative.model_validate(body)


def many(tx: Tx, ids: Sequence[str]) -> dict[str, Narrative]:
    """Narratives by id."""
    query = select(narratives.c.body).where(narratives.c.id.in_(list(ids)))
    found = (Narrative.model_validate(body) for body in tx.execute(query).scalars())
    return {item.id: item for item in found}


def emptied(tx: Tx, area: str) -> list[Narrative]:
    """Narratives none of whose documents is left."""
    told = exists().where(members.c.narrative == narratives.c.id)
    query = select(narratives.c.body).where(narratives.c.area == area, not_(told)).order_by(narratives.c.id)
    return [Narrative.model_validate(body) for body in tx.execute(query).scalars()]


def of_documents(tx: Tx, ids: Sequence[str]) -> dict[str, str]:
    """Narrative id by document id."""
    query = select(members.c.document, members.c.narrative).where(members.c.document.in_(list(ids)))
    return {document: narrative for document, narrative in tx.execute(query)}
