"""What changed and has not reached the index: rows that go only when that very change was indexed."""

from collections.abc import Sequence

from sqlalchemy import delete, func, select, tuple_

from pipeline.ledger.store import Tx, upsert
from pipeline.ledger.tables import alerts, annotations, documents, narratives, outbox
from pipeline.records import Entity


def add(tx: Tx, area: str, entity: Entity, ids: Sequence[str]) -> None:
    """Note that these records changed (or went); the token grows so that a change during indexing is not lost."""
    if not ids:
        return
    top = tx.execute(select(func.coalesce(func.max(outbox.c.token), 0))).scalar_one()
    rows = [{"entity": entity.value, "id": ref, "area": area, "token": top + 1} for ref in dict.fromkeys(ids)]
    upsert(tx, outbox, rows)


def pending(tx: Tx, area: str, limit: int) -> list[tuple[Entity, str, int]]:
    """The oldest changes: entity, id, token."""
    query = select(outbox.c.entity, outbox.c.id, outbox.c.token).where(outbox.c.area == area)
    rows = tx.execute(query.order_by(outbox.c.token, outbox.c.entity, outbox.c.id).limit(limit))
    return [(Entity(entity), ref, token) for entity, ref, token in rows]


def done(tx: Tx, changes: Sequence[tuple[Entity, str, int]]) -> None:
    """Forget changes that the index holds now."""
    keys = tuple_(outbox.c.entity, outbox.c.id, outbox.c.token)
    for start in range(0, len(changes), 300):
        chunk = [(entity.value, ref, token) for entity, ref, token in changes[start : start + 300]]
        tx.execute(delete(outbox).where(keys.in_(chunk)))


def everything(tx: Tx, area: str) -> None:
    """Note every record of the area: what `reindex` works off."""
    read = select(documents.c.id).join(annotations, annotations.c.document == documents.c.id)
    add(tx, area, Entity.DOCUMENT, list(tx.execute(read.where(documents.c.area == area)).scalars()))
    add(
        tx, area, Entity.NARRATIVE, list(tx.execute(select(narratives.c.id).where(narratives.c.area == area)).scalars())
    )
    add(tx, area, Entity.ALERT, list(tx.execute(select(alerts.c.id).where(alerts.c.council == area)).scalars()))
