"""What changed and has not reached the index: rows that go only when that very change was indexed."""

from collections.abc import Sequence

from sqlalchemy import delete, select, tuple_, update

from pipeline.ledger.store import Tx, upsert
from pipeline.ledger.tables import alerts, annotations, counters, documents, narratives, outbox
from pipeline.records import Entity


def add(tx: Tx, area: str, entity: Entity, ids: Sequence[str]) -> None:
    """Note that these records changed (or went); the token grows so that a change during indexing is not lost."""
    if not ids:
        return
    token = _next(tx)
    rows = [{"entity": entity.value, "id": ref, "area": area, "token": token} for ref in dict.fromkeys(ids)]
    upsert(tx, outbox, rows)


def _next(tx: Tx) -> int:
    """A number larger than any before; the index takes it for a record's version."""
    upsert(tx, counters, [{"name": "outbox", "value": 0}], replace=False)
    grown = update(counters).where(counters.c.name == "outbox").values(value=counters.c.value + 1)
    return int(tx.execute(grown.returning(counters.c.value)).scalar_one())


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
