"""The lists of a reviewer's day: the queue, the tasks for owners of facts, and the why-not bin."""

from datetime import UTC, datetime, timedelta

from fastapi import APIRouter
from starlette.responses import HTMLResponse

from console.access import Reader
from console.pages import show
from pipeline.ledger import alerts
from pipeline.records import AlertState, TaskState, WhyNot

router = APIRouter()
EVER = datetime(2000, 1, 1, tzinfo=UTC)
PAGE = 50  # rows of the why-not bin


@router.get("/queue")
def queue(visit: Reader, state: str = AlertState.OPEN.value) -> HTMLResponse:
    """Alerts in one state, the most pressing first; an unknown state shows the open ones."""
    chosen = AlertState(state) if state in set(AlertState) else AlertState.OPEN
    with visit.desk.ledger.read() as tx:
        found = alerts.many(tx, visit.desk.area.id)
    counts = {each: sum(alert.state is each for alert in found) for each in AlertState}
    shown = [alert for alert in found if alert.state is chosen]
    return show(visit, "queue.html", alerts=shown, counts=counts, chosen=chosen)


@router.get("/tasks")
def tasks(visit: Reader, texts: str = "") -> HTMLResponse:
    """Questions many ask and nobody has answered; open ones first, by due time. `texts=shown` opens them all."""
    with visit.desk.ledger.read() as tx:
        found = alerts.open_tasks(tx, visit.desk.area.id)
    found.sort(key=lambda task: (task.state is not TaskState.OPEN, task.due, task.id))
    return show(visit, "tasks.html", tasks=found, now=visit.now, TaskState=TaskState, opened=texts == "shown")


@router.get("/why-not")
def why_not(visit: Reader, rule: str = "", page: int = 1) -> HTMLResponse:
    """What was seen and did not become an alert, with the rule that kept it back; newest first."""
    with visit.desk.ledger.read() as tx:
        found = alerts.kept_back(tx, visit.desk.area.id, since=EVER, until=visit.now + timedelta(days=366))
    counts = _by_rule(found)
    wanted = [item for item in found if not rule or item.rule == rule]
    start = (max(1, page) - 1) * PAGE
    paging = {"page": max(1, page), "more": len(wanted) > start + PAGE, "total": len(wanted)}
    return show(visit, "why_not.html", items=wanted[start : start + PAGE], counts=counts, rule=rule, **paging)


def _by_rule(found: list[WhyNot]) -> dict[str, int]:
    return {rule: sum(item.rule == rule for item in found) for rule in sorted({item.rule for item in found})}
