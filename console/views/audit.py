"""The audit list, newest first, and whether the chain holds."""

from fastapi import APIRouter
from starlette.responses import HTMLResponse

from console.access import Auditor
from console.pages import show
from pipeline.errors import VaneError
from pipeline.ledger import Tx, audit

router = APIRouter(prefix="/audit")
PAGE = 50


@router.get("")
def entries(visit: Auditor, page: int = 1) -> HTMLResponse:
    """One page of entries; the first page checks every link of the chain."""
    number = max(1, page)
    with visit.desk.ledger.read() as tx:
        found = audit.entries(tx, offset=(number - 1) * PAGE, limit=PAGE)
        total = audit.count(tx)
        verdict = _verdict(tx) if number == 1 else None
    paging = {"page": number, "more": number * PAGE < total, "total": total}
    return show(visit, "audit.html", entries=found, verdict=verdict, **paging)


def _verdict(tx: Tx) -> tuple[bool, str]:
    try:
        held = audit.verify(tx)
    except VaneError as error:
        return False, str(error)
    return True, f"All {held:,} entries hold: none was changed, taken out or cut off."
