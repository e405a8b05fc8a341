"""What people decided about alerts; added, undone by a later entry, never edited."""

from sqlalchemy import select

from pipeline.ledger.store import Tx, upsert
from pipeline.ledger.tables import reviews
from pipeline.records import Review


def write(tx: Tx, review: Review) -> None:
    """Add a review, or the undoing of one."""
    row = {"id": review.id, "alert": review.alert, "at": review.at, "body": review.model_dump(mode="json")}
    upsert(tx, reviews, [row])


def get(tx: Tx, ref: str) -> Review | None:
    """One review."""
    body = tx.execute(select(reviews.c.body).where(reviews.c.id == ref)).scalar()
    return None if body is None else Review.model_validate(body)


def of_alert(tx: Tx, alert: str) -> list[Review]:
    """Every review of an alert, oldest first."""
    query = select(reviews.c.body).where(reviews.c.alert == alert).order_by(reviews.c.at, reviews.c.id)
    return [Review.model_validate(body) for body in tx.execute(query).scalars()]
