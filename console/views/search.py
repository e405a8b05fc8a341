"""Search with facets over documents, narratives and alerts; a search for a person is refused, and that is noted."""

from datetime import date, datetime, time, timedelta
from typing import Annotated, Any

from fastapi import APIRouter, Form
from pydantic import BaseModel, ConfigDict
from starlette.responses import HTMLResponse

from console.access import Searcher, SearchSender, Visit
from console.pages import show
from pipeline.errors import VaneError
from pipeline.index.queries import Refused, parse
from pipeline.ledger import audit
from pipeline.records import Entity, Query, Results

router = APIRouter(prefix="/search")
FACETS = ("kind", "source", "stance", "narratives", "signals", "areas", "state", "priority")
SHOWN = 12  # values of a facet on the page
PAGE = 20
LAST = 9_000  # the deepest page either store gives


class SearchForm(BaseModel):
    """The search form; it is sent by POST so that what was typed stands in no address and no log."""

    model_config = ConfigDict(frozen=True, extra="ignore", str_strip_whitespace=True)

    q: str = ""
    entity: str = Entity.DOCUMENT.value
    since: str = ""
    until: str = ""
    texts: str = ""
    offset: int = 0
    kind: list[str] = []
    source: list[str] = []
    stance: list[str] = []
    narratives: list[str] = []
    signals: list[str] = []
    areas: list[str] = []
    state: list[str] = []
    priority: list[str] = []

    def chosen(self) -> dict[str, tuple[str, ...]]:
        """Facet values that were ticked, by field."""
        return {field: tuple(values) for field in FACETS if (values := getattr(self, field))}


@router.get("")
def form(visit: Searcher) -> HTMLResponse:
    """The empty form."""
    return _page(visit, SearchForm())


def _page(visit: Visit, form: SearchForm, results: Results | None = None, **more: Any) -> HTMLResponse:
    facets = {} if results is None else {field: _values(results, field, form) for field in FACETS}
    known = {"form": form, "results": results, "facets": facets, "entities": list(Entity), "size": PAGE, "errors": {}}
    return show(visit, "search.html", 400 if more.get("errors") else 200, **{**known, **more})


def _values(results: Results, field: str, form: SearchForm) -> dict[str, int]:
    """The commonest values of a facet; ticked ones stay on the page."""
    found = results.facets.get(field, {})
    ticked = {value: found.get(value, 0) for value in getattr(form, field)}
    return {**dict(list(found.items())[:SHOWN]), **ticked}


@router.post("")
def search(visit: SearchSender, form: Annotated[SearchForm, Form()]) -> HTMLResponse:
    """One page of results; the audit entry holds lemmas and names of filters, of a refused search a count only."""
    try:
        since, until = _day(visit, form.since), _day(visit, form.until, days=1)
    except ValueError:
        return _page(visit, form, errors={"since": "Give days as in 2026-11-04"})
    try:
        query = _query(visit, form, since, until)
    except Refused as refused:
        _note(visit, "search refused", "person", {"names": refused.count})
        return _page(visit, form, errors={"q": str(refused)})
    try:
        results = visit.desk.index.search(query)
    except VaneError as error:
        return _page(visit, form, errors={"q": str(error)})
    _note(visit, "search", query.entity.value, _account(query, results))
    return _page(visit, form, results)


def _query(visit: Visit, form: SearchForm, since: datetime | None, until: datetime | None) -> Query:
    entity = Entity(form.entity) if form.entity in set(Entity) else Entity.DOCUMENT
    offset = min(max(0, form.offset), LAST)
    return parse(
        form.q,
        visit.desk.words,
        entity=entity,
        filters=form.chosen(),
        since=since,
        until=until,
        offset=offset,
        limit=PAGE,
    )


def _day(visit: Visit, text: str, days: int = 0) -> datetime | None:
    """The start of that local day, or of a day some days later. Raises ValueError."""
    if not text:
        return None
    day = date.fromisoformat(text) + timedelta(days=days)
    return datetime.combine(day, time(), tzinfo=visit.desk.area.zone)


def _account(query: Query, results: Results) -> dict[str, str | int]:
    words = [*query.words, *(f'"{" ".join(phrase)}"' for phrase in query.phrases)]
    filters = ", ".join(sorted(query.filters))
    return {"words": " ".join(words), "filters": filters, "offset": query.offset, "results": results.total}


def _note(visit: Visit, action: str, subject: str, detail: audit.Detail) -> None:
    with visit.desk.ledger.begin() as tx:
        audit.append(tx, actor=visit.user.name, action=action, object=subject, at=visit.now, detail=detail)
