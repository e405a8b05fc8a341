"""The paste-a-rumour form: what a resident or a closed group told the team, name-free before it is written."""

from typing import Annotated, Any

from fastapi import APIRouter, Form
from starlette.responses import HTMLResponse, Response

from console.access import Paster, PasteSender, Visit
from console.forms import HEARD, ReportForm
from console.pages import go, show
from pipeline import intake

router = APIRouter(prefix="/report")
DELETED = (
    "Not saved: a report in these very words was deleted when its time was over, and deleted words do not come back. "
    "If it is told again, add where you heard it this time or what is new in it, then save it"
)
KINDS = {kind.value: kind for kind in intake.SOURCES}


@router.get("")
def form(visit: Paster) -> HTMLResponse:
    """The empty form."""
    return _page(visit, ReportForm())


def _page(visit: Visit, form: ReportForm, **more: Any) -> HTMLResponse:
    known = {"form": form, "heard": HEARD, "errors": {}}
    return show(visit, "report.html", 400 if more.get("errors") else 200, **{**known, **more})


@router.post("")
def report(visit: PasteSender, form: Annotated[ReportForm, Form()]) -> Response:
    """Write the report; names and handles are taken out first, and the audit entry is written with it.

    Words that were deleted are not written again: the form comes back with what to do.
    """
    zone = visit.desk.area.zone
    if errors := form.errors(visit.now, zone):
        return _page(visit, form, errors=errors)
    pasted = intake.paste(
        visit.desk.ledger,
        visit.desk.area,
        visit.desk.settings,
        visit.desk.words.redactor,
        text=form.text,
        kind=KINDS[form.heard],
        place=form.place,
        actor=visit.user.name,
        now=visit.now,
        heard_at=form.moment(visit.now, zone),
    )
    if pasted.outcome == intake.GONE:
        return _page(visit, form, errors={"text": DELETED})
    return go("/report", "reported" if pasted.outcome == intake.NEW else "known")
