"""The key of a local day, with which voices are counted and which is destroyed afterwards."""

import secrets
from collections.abc import Collection
from datetime import date

from sqlalchemy import delete, select

from pipeline.ledger.store import Tx, upsert
from pipeline.ledger.tables import day_keys


def of_day(tx: Tx, day: date) -> bytes:
    """The key of that local day; made when first asked for."""
    upsert(tx, day_keys, [{"day": day, "key": secrets.token_bytes(32)}], replace=False)
    return bytes(tx.execute(select(day_keys.c.key).where(day_keys.c.day == day)).scalar_one())


def destroy(tx: Tx, *, before: date, still_needed: Collection[date] = ()) -> int:
    """Destroy the keys of days before that one, but for days whose inbox is still unread; returns how many."""
    old = delete(day_keys).where(day_keys.c.day < before, day_keys.c.day.not_in(list(still_needed)))
    return tx.execute(old).rowcount


def days(tx: Tx) -> list[date]:
    """Days whose key still exists."""
    return list(tx.execute(select(day_keys.c.day).order_by(day_keys.c.day)).scalars())
