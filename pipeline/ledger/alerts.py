"""Alerts, what was kept back and why, and the tasks for those who own a fact."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import select, update

from pipeline.errors import Stale, VaneError
from pipeline.ledger import outbox
from pipeline.ledger.store import Tx, upsert
from pipeline.ledger.tables import alerts, tasks, whynot
from pipeline.records import Alert, AlertState, Entity, Task, WhyNot


def write(tx: Tx, council: str, found: Sequence[Alert]) -> None:
    """Write alerts that the machine raised or updated."""
    upsert(tx, alerts, [_row(council, item) for item in found])
    outbox.add(tx, council, Entity.ALERT, [item.id for item in found])


def _row(council: str, item: Alert) -> dict[str, Any]:
    columns = ("id", "area", "subject", "score", "raised_at", "updated_at", "closed_at", "revision")
    row = {name: getattr(item, name) for name in columns}
    return {
        **row,
        "council": council,
        "kind": item.kind.value,
        "state": item.state.value,
        "body": item.model_dump(mode="json"),
    }


def change(tx: Tx, council: str, item: Alert, *, read: int) -> None:
    """Write a person's change of an alert that was at revision `read`; another's change in between is Stale."""
    row = _row(council, item)
    same = (alerts.c.id == item.id) & (alerts.c.revision == read)
    if tx.execute(update(alerts).where(same).values(**row)).rowcount != 1:
        raise Stale(f"alert {item.id} was changed by somebody else since you opened it")
    outbox.add(tx, council, Entity.ALERT, [item.id])


def get(tx: Tx, ref: str) -> Alert | None:
    """One alert."""
    body = tx.execute(select(alerts.c.body).where(alerts.c.id == ref)).scalar()
    return None if body is None else Alert.model_validate(body)


def council_of(tx: Tx, ref: str) -> str:
    """The area id an alert belongs to."""
    found = tx.execute(select(alerts.c.council).where(alerts.c.id == ref)).scalar()
    if found is None:
        raise VaneError(f"there is no alert {ref}")
    return str(found)


def many(tx: Tx, council: str, *, states: Sequence[AlertState] = tuple(AlertState)) -> list[Alert]:
    """Alerts of a council in these states, the most pressing first."""
    query = select(alerts.c.body).where(alerts.c.council == council, alerts.c.state.in_([s.value for s in states]))
    query = query.order_by(alerts.c.score.desc(), alerts.c.raised_at, alerts.c.id)
    return [Alert.model_validate(body) for body in tx.execute(query).scalars()]


def raised(tx: Tx, council: str, *, since: datetime, until: datetime) -> list[Alert]:
    """Alerts raised or updated in [since, until), the most pressing first."""
    query = select(alerts.c.body).where(
        alerts.c.council == council, alerts.c.updated_at >= since, alerts.c.updated_at < until
    )
    query = query.order_by(alerts.c.score.desc(), alerts.c.raised_at, alerts.c.id)
    return [Alert.model_validate(body) for body in tx.execute(query).scalars()]


def keep_back(tx: Tx, council: str, found: Sequence[WhyNot]) -> None:
    """Write what was seen but did not become an alert; the same subject, area and day is one row."""
    rows = [
        {"id": item.id, "council": council, "rule": item.rule, "at": item.at, "body": item.model_dump(mode="json")}
        for item in found
    ]
    upsert(tx, whynot, rows)


def kept_back(tx: Tx, council: str, *, since: datetime, until: datetime) -> list[WhyNot]:
    """What was kept back in [since, until), newest first."""
    query = select(whynot.c.body).where(whynot.c.council == council, whynot.c.at >= since, whynot.c.at < until)
    query = query.order_by(whynot.c.at.desc(), whynot.c.id)
    return [WhyNot.model_validate(body) for body in tx.execute(query).scalars()]


def write_tasks(tx: Tx, council: str, found: Sequence[Task]) -> None:
    """Write information-void tasks as they stand."""
    rows = [
        {
            "id": item.id,
            "council": council,
            "state": item.state.value,
            "revision": item.revision,
            "opened_at": item.opened_at,
            "body": item.model_dump(mode="json"),
        }
        for item in found
    ]
    upsert(tx, tasks, rows)


def open_tasks(tx: Tx, council: str) -> list[Task]:
    """Every task of a council, oldest first, answered ones too (they are short)."""
    query = select(tasks.c.body).where(tasks.c.council == council).order_by(tasks.c.opened_at, tasks.c.id)
    return [Task.model_validate(body) for body in tx.execute(query).scalars()]
