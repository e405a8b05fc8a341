"""Staff who sign in to the console, and the count of failed tries that slows a guesser down."""

from datetime import datetime, timedelta

from sqlalchemy import delete, select

from pipeline.ledger.store import Tx, upsert
from pipeline.ledger.tables import failures, users
from pipeline.records import Role, User

WINDOW = timedelta(minutes=15)
MOST_FAILURES = 5


def write(tx: Tx, user: User) -> None:
    """Add a user or replace the one of that name."""
    upsert(tx, users, [user.model_dump(mode="json")])


def get(tx: Tx, name: str) -> User | None:
    """The active user of that name."""
    row = tx.execute(select(users).where(users.c.name == name, users.c.active)).one_or_none()
    if row is None:
        return None
    return User(name=row.name, role=Role(row.role), password_hash=row.password_hash, active=row.active)


def locked(tx: Tx, name: str, now: datetime) -> bool:
    """Whether too many tries failed in the last fifteen minutes."""
    row = tx.execute(select(failures).where(failures.c.name == name)).one_or_none()
    return row is not None and row.tries >= MOST_FAILURES and now - row.since < WINDOW


def failed(tx: Tx, name: str, now: datetime) -> None:
    """Count a failed try."""
    row = tx.execute(select(failures).where(failures.c.name == name)).one_or_none()
    fresh = row is None or now - row.since >= WINDOW
    since, tries = (now, 1) if fresh or row is None else (row.since, row.tries + 1)
    upsert(tx, failures, [{"name": name, "since": since, "tries": tries}])


def succeeded(tx: Tx, name: str) -> None:
    """Forget failed tries."""
    tx.execute(delete(failures).where(failures.c.name == name))
