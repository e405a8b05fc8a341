"""The source register with each source's health, and the switch that stops one source or everything."""

from collections import Counter
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Annotated, Any

from fastapi import APIRouter, Form
from starlette.responses import HTMLResponse, Response

from console.access import SourceReader, Switcher, SwitchSender, Visit
from console.forms import SwitchForm
from console.health import Health, judge
from console.missing import Missing
from console.pages import go, show
from pipeline.ledger import Tx, audit, documents, sources

router = APIRouter()
EVERYTHING = "everything"  # in addresses, for the row that the ledger calls "*"
DAY = timedelta(days=1)


@dataclass(frozen=True)
class Switch:
    """What a switch page is about: one source or everything, and why it is off, or ""."""

    ref: str
    name: str
    off: str


@router.get("/sources")
def health(visit: SourceReader) -> HTMLResponse:
    """Every source that is declared with its state, those that need somebody first; then those that were once."""
    with visit.desk.ledger.read() as tx:
        rows = _rows(tx, visit.desk.area.id, visit.now)
        stopped = sources.switched_off(tx, sources.EVERYTHING)
    rows.sort(key=lambda row: (row.rank, row.source.name))
    known = {gone: [row for row in rows if row.gone is gone] for gone in (False, True)}
    return show(visit, "sources.html", rows=known[False], former=known[True], stopped=stopped)


def _rows(tx: Tx, area: str, now: datetime) -> list[Health]:
    accounts: dict[str, Counter[str]] = {}
    for source, finished, outcomes, _extracted in sources.account(tx, area):
        if finished >= now - DAY:
            accounts.setdefault(source, Counter()).update(outcomes)
    fresh = documents.by_source(tx, area, since=now - DAY)
    gone = sources.undeclared(tx, area)
    return [
        judge(
            source,
            sources.state(tx, source.id),
            gone=source.id in gone,
            off=sources.switched_off(tx, source.id),
            outcomes=accounts.get(source.id, Counter()),
            documents=fresh.get(source.id, 0),
            now=now,
        )
        for source in sources.registered(tx, area)
    ]


@router.get("/sources/{ref}")
def one(visit: SourceReader, ref: str) -> HTMLResponse:
    """The register entry of one source: why it may be read, and what is kept of it."""
    with visit.desk.ledger.read() as tx:
        row = next((row for row in _rows(tx, visit.desk.area.id, visit.now) if row.source.id == ref), None)
    if row is None:
        raise Missing("source")
    return show(visit, "source.html", row=row)


@router.get("/switch/{ref}")
def switch_form(visit: Switcher, ref: str) -> HTMLResponse:
    """Ask for the reason before a source, or everything, is switched off or on."""
    with visit.desk.ledger.read() as tx:
        switch = _switch(tx, visit, ref)
    return _switch_page(visit, switch, SwitchForm(off=not switch.off))


def _switch(tx: Tx, visit: Visit, ref: str) -> Switch:
    if ref == EVERYTHING:
        return Switch(ref, "every source", sources.switched_off(tx, sources.EVERYTHING))
    found = next((source for source in sources.declared(tx, visit.desk.area.id) if source.id == ref), None)
    if found is None:
        raise Missing("source")
    return Switch(ref, found.name, sources.switched_off(tx, ref))


def _switch_page(visit: Visit, switch: Switch, form: SwitchForm, **more: Any) -> HTMLResponse:
    known = {"switch": switch, "form": form, "errors": {}}
    return show(visit, "switch.html", 400 if more.get("errors") else 200, **{**known, **more})


@router.post("/switch/{ref}")
def switch(visit: SwitchSender, ref: str, form: Annotated[SwitchForm, Form()]) -> Response:
    """Switch, with the reason in the audit chain; a crawl that runs is not broken off, the next one does nothing."""
    reason = visit.desk.nameless(form.reason)
    with visit.desk.ledger.begin() as tx:
        found = _switch(tx, visit, ref)
        if errors := form.errors():
            return _switch_page(visit, found, form, errors=errors)
        row = sources.EVERYTHING if ref == EVERYTHING else ref
        sources.switch(tx, row, off=form.off, reason=reason, actor=visit.user.name, at=visit.now)
        action = "switch off" if form.off else "switch on"
        detail = {"reason": reason}
        audit.append(tx, actor=visit.user.name, action=action, object=row, at=visit.now, detail=detail)
    return go("/sources", "off" if form.off else "on")
