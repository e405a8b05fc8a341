"""The sums of the lists that people edit, so that a change of one is seen."""

from collections.abc import Mapping

from sqlalchemy import delete, select

from pipeline.ledger.store import Tx, lock, upsert
from pipeline.ledger.tables import lists


def changed(tx: Tx, area: str, found: Mapping[str, str]) -> list[str]:
    """Names of lists that are new, gone or have another sum than the one kept, in order."""
    kept = {row.name: row.sum for row in tx.execute(select(lists).where(lists.c.area == area))}
    return sorted(name for name in {*kept, *found} if kept.get(name) != found.get(name))


def keep(tx: Tx, area: str, found: Mapping[str, str]) -> list[str]:
    """Keep the sums; returns the names of what changed since they were last kept."""
    lock(tx, f"lists {area}")
    names = changed(tx, area, found)
    tx.execute(delete(lists).where(lists.c.area == area))
    upsert(tx, lists, [{"area": area, "name": name, "sum": digest} for name, digest in found.items()])
    return names
