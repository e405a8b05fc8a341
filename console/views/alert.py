"""The page of one alert with its evidence, and what people decide about it; every view is in the audit chain."""

import secrets
from dataclasses import dataclass
from typing import Annotated, Any

from fastapi import APIRouter, Form
from starlette.responses import HTMLResponse, Response

from console import changes
from console.access import Reader, Reviewer, ReviewSender, Visit
from console.forms import DECISIONS, SIGNPOSTS, ReviewForm, UndoForm
from console.missing import Missing
from console.pages import go, show
from pipeline.errors import Stale
from pipeline.ledger import Tx, alerts, audit, narratives, reviews
from pipeline.records import Alert, AlertKind, AlertState, Narrative, Review, Task

router = APIRouter(prefix="/alerts")


@dataclass(frozen=True)
class File:
    """One alert with all that the page shows beside it."""

    alert: Alert
    narrative: Narrative | None
    reviews: list[Review]
    tasks: list[Task]
    following: Alert | None  # the most pressing other one that is open


@router.get("/{ref}")
def page(visit: Reader, ref: str, texts: str = "") -> HTMLResponse:
    """The alert; `texts=shown` opens every excerpt, which are closed until asked for."""
    file = _open(visit, ref, texts="shown" if texts == "shown" else "blurred")
    return _page(visit, file, ReviewForm.blank(file.alert), opened=texts == "shown")


def _open(visit: Visit, ref: str, texts: str = "blurred") -> File:
    """Read the alert and note the view, in one transaction."""
    with visit.desk.ledger.begin() as tx:
        file = _read(tx, visit, ref)
        seen: audit.Detail = {"revision": file.alert.revision, "texts": texts}
        audit.append(tx, actor=visit.user.name, action="view alert", object=ref, at=visit.now, detail=seen)
    return file


def _read(tx: Tx, visit: Visit, ref: str) -> File:
    alert = _alert(tx, visit, ref)
    linked = [task for task in alerts.open_tasks(tx, visit.desk.area.id) if task.narrative == alert.subject]
    waiting = alerts.many(tx, visit.desk.area.id, states=[AlertState.OPEN])
    return File(
        alert=alert,
        narrative=narratives.get(tx, alert.subject) if alert.kind is AlertKind.NARRATIVE else None,
        reviews=reviews.of_alert(tx, ref),
        tasks=linked,
        following=next((other for other in waiting if other.id != ref), None),
    )


def _alert(tx: Tx, visit: Visit, ref: str) -> Alert:
    """The alert, if there is one and it is of the area this console serves."""
    found = alerts.get(tx, ref)
    if found is None or alerts.council_of(tx, ref) != visit.desk.area.id:
        raise Missing("alert")
    return found


def _page(visit: Visit, file: File, form: ReviewForm, **more: Any) -> HTMLResponse:
    status = 409 if more.get("stale") else 400 if more.get("errors") else 200
    known = {"file": file, "alert": file.alert, "form": form, "decisions": DECISIONS, "signposts": SIGNPOSTS}
    return show(visit, "alert.html", status, **{"errors": {}, "stale": None, "opened": False, **known, **more})


@router.post("/{ref}/review")
def review(visit: ReviewSender, ref: str, form: Annotated[ReviewForm, Form()]) -> Response:
    """Save a decision on the alert as it was read; if it changed since, show what changed and keep what was typed."""
    if errors := form.errors():
        return _page(visit, _open(visit, ref), form, errors=errors)
    try:
        _save(visit, ref, form)
    except Stale:
        file = _open(visit, ref)
        return _page(visit, file, form.again(file.alert), stale=changes.since(file.alert, file.reviews, form))
    return go(f"/alerts/{ref}", "reviewed")


def _save(visit: Visit, ref: str, form: ReviewForm) -> None:
    """The review, the alert's new state and the audit entry, together or not at all. Raises Stale."""
    said = {"reason": visit.desk.nameless(form.reason), "duty": visit.desk.nameless(form.duty)}
    made = form.model_copy(update=said).review(secrets.token_hex(16), ref, visit.user.name, visit.now)
    with visit.desk.ledger.begin() as tx:
        alert = _alert(tx, visit, ref)
        decided = changes.decided(alert, made, form.revision)
        alerts.change(tx, visit.desk.area.id, decided, read=form.revision)
        reviews.write(tx, made)
        detail = {"decision": made.decision.value, "response_required": made.response_required, "review": made.id}
        audit.append(tx, actor=visit.user.name, action="review", object=ref, at=visit.now, detail=detail)


@router.get("/{ref}/reviews/{review_ref}/undo")
def undo_form(visit: Reviewer, ref: str, review_ref: str) -> HTMLResponse:
    """Ask why a decision is to be undone."""
    file = _open(visit, ref)
    return _undo_page(visit, file, review_ref, UndoForm(revision=file.alert.revision, seen=len(file.alert.history)))


def _undo_page(visit: Visit, file: File, review_ref: str, form: UndoForm, **more: Any) -> HTMLResponse:
    found = next((review for review in file.reviews if review.id == review_ref), None)
    if found is None:
        raise Missing("decision")
    status = 409 if more.get("stale") else 400 if more.get("errors") else 200
    known = {"alert": file.alert, "review": found, "form": form}
    return show(visit, "undo.html", status, **{"errors": {}, "stale": None, **known, **more})


@router.post("/{ref}/reviews/{review_ref}/undo")
def undo(visit: ReviewSender, ref: str, review_ref: str, form: Annotated[UndoForm, Form()]) -> Response:
    """Undo a decision, with a reason, and open the alert again."""
    if errors := form.errors():
        return _undo_page(visit, _open(visit, ref), review_ref, form, errors=errors)
    try:
        _take_back(visit, ref, review_ref, form)
    except Stale:
        file = _open(visit, ref)
        stale = changes.since(file.alert, file.reviews, form)
        return _undo_page(visit, file, review_ref, form.again(file.alert), stale=stale)
    return go(f"/alerts/{ref}", "undone")


def _take_back(visit: Visit, ref: str, review_ref: str, form: UndoForm) -> None:
    """The undone review, the alert open again and the audit entry, together or not at all. Raises Stale."""
    reason = visit.desk.nameless(form.reason)
    with visit.desk.ledger.begin() as tx:
        alert, found = _alert(tx, visit, ref), reviews.get(tx, review_ref)
        if found is None or found.alert != ref:
            raise Missing("decision")
        if found.undone_at is not None:
            raise Stale(f"decision {review_ref} was undone already")
        undone = changes.undone(found, visit.user.name, visit.now, reason)
        others = [review for review in reviews.of_alert(tx, ref) if review.id != review_ref]
        alerts.change(
            tx, visit.desk.area.id, changes.reopened(alert, undone, others, form.revision), read=form.revision
        )
        reviews.write(tx, undone)
        detail = {"review": review_ref, "decision": found.decision.value}
        audit.append(tx, actor=visit.user.name, action="undo review", object=ref, at=visit.now, detail=detail)
