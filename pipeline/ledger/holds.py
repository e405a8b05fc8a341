"""Legal holds on documents that are there: a wrong id is refused, so that nobody believes a text is kept."""

from datetime import datetime

from sqlalchemy import select

from pipeline.errors import VaneError
from pipeline.ledger import retention
from pipeline.ledger.store import Tx
from pipeline.ledger.tables import documents, holds


def place(tx: Tx, area: str, document: str, *, reason: str, actor: str, at: datetime) -> None:
    """Keep a document of the area whatever its age; raises VaneError where there is none of that id."""
    here = select(documents.c.id).where(documents.c.id == document, documents.c.area == area)
    if tx.execute(here).first() is None:
        raise VaneError(f"no document {document} in {area}: copy its id from the console; a deleted one cannot be held")
    retention.hold(tx, document, reason=reason, actor=actor, at=at)


def lift(tx: Tx, document: str) -> None:
    """End a hold; raises VaneError where there is none."""
    if tx.execute(select(holds.c.document).where(holds.c.document == document)).first() is None:
        raise VaneError(f"there is no hold on {document}: copy the id from the audit chain's entry of the hold")
    retention.release(tx, document)
