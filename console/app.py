"""Makes the console's application: its desk, its pages, its files, and what is said when something is wrong."""

import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import datetime, timedelta
from pathlib import Path
from threading import Thread
from urllib.parse import quote

from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from starlette.exceptions import HTTPException
from starlette.responses import PlainTextResponse, Response
from starlette.staticfiles import StaticFiles

from console import pages, sessions
from console.access import Forbidden, Forged, NotSignedIn
from console.desk import Clock, Desk
from console.headers import SECURITY, Edge
from console.missing import Missing
from console.passwords import Passwords
from console.views import alert, audit, queue, report, search, sign_in, sources
from pipeline import areas
from pipeline.errors import VaneError
from pipeline.ledger import Ledger
from pipeline.settings import HOME, Settings, load, secret

STATIC = Path(__file__).parent / "static"
ASSETS = HOME / "node_modules" / "govuk-frontend" / "dist" / "govuk"


def create(settings: Settings, area_id: str = "", *, clock: Clock = sessions.system_clock) -> FastAPI:
    """The console of one area. Raises VaneError where the area, the assets or the ledger's tables are not there."""
    if not (ASSETS / "govuk-frontend.min.css").is_file():
        raise VaneError(f"the console's styles are missing from {ASSETS}: run `make assets`")
    desk = _desk(settings, area_id or settings.area, clock)
    app = FastAPI(title="Weathervane", docs_url=None, redoc_url=None, openapi_url=None, lifespan=_lifespan)
    app.state.desk = desk
    app.add_middleware(Edge, https=desk.sessions.https)
    app.mount("/assets", StaticFiles(directory=ASSETS))
    app.mount("/static", StaticFiles(directory=STATIC))
    for part in (sign_in, queue, alert, report, search, sources, audit):
        app.include_router(part.router)
    app.add_api_route("/healthz", _healthy)
    _handle(app)
    return app


def from_environment() -> FastAPI:
    """The console as the environment describes it: `uvicorn --factory console.app:from_environment`."""
    settings = load()
    return create(settings, clock=_started_at(settings.now) if settings.now else sessions.system_clock)


def _started_at(text: str) -> Clock:
    """A clock that goes on from that moment: the demo's week lies where it lies."""
    try:
        first, began = datetime.fromisoformat(text), time.monotonic()
    except ValueError as error:
        raise VaneError(f"VANE_NOW {text} is no time: write it like 2026-09-14T08:30:00+01:00") from error
    return lambda: first + timedelta(seconds=time.monotonic() - began)


def _desk(settings: Settings, area_id: str, clock: Clock) -> Desk:
    area = areas.load(settings, area_id)
    ledger = Ledger(settings.ledger_url)
    ledger.check()
    https = settings.console_url.startswith("https://")
    store = sessions.Sessions(secret(settings), https=https)
    return Desk(settings, area, ledger, clock, store, Passwords(), pages.environment(area))


@asynccontextmanager
async def _lifespan(app: FastAPI) -> AsyncIterator[None]:
    """Load what search needs while the first pages are served, and close the stores in the end."""
    desk: Desk = app.state.desk
    Thread(target=lambda: desk.words, name="words", daemon=True).start()
    yield
    desk.close()


def _healthy(request: Request) -> PlainTextResponse:
    """Whether the ledger answers; for the container's health check, without signing in."""
    desk: Desk = request.app.state.desk
    desk.ledger.check()
    return PlainTextResponse("ok")


def _handle(app: FastAPI) -> None:
    app.add_exception_handler(NotSignedIn, _to_sign_in)
    app.add_exception_handler(Forbidden, _forbidden)
    app.add_exception_handler(Forged, _forged)
    app.add_exception_handler(Missing, _missing)
    app.add_exception_handler(RequestValidationError, _garbled)
    app.add_exception_handler(HTTPException, _other)
    app.add_exception_handler(Exception, _broken)


def _to_sign_in(request: Request, _error: Exception) -> Response:
    """To the sign-in page; a page that was asked for is opened afterwards."""
    wanted = request.url.path if request.method == "GET" else ""
    return pages.go(f"/sign-in?to={quote(wanted)}" if wanted not in {"", "/"} else "/sign-in")


def _forbidden(_request: Request, error: Exception) -> Response:
    if not isinstance(error, Forbidden):
        raise error
    return pages.show(error.visit, "forbidden.html", 403, wanted=error.wanted.value)


def _forged(request: Request, _error: Exception) -> Response:
    heading, what = "This form can no longer be sent", "It was opened in an earlier session or comes from another page."
    return _problem(request, 403, heading, what, "Go back, reload the page and send it again.")


def _missing(request: Request, error: Exception) -> Response:
    kind = str(error) or "page"
    what = f"There is no such {kind} in this area. It may have reached the end of the time it may be kept."
    return _problem(request, 404, "Not found", what, "Check the address, or start from the queue.")


def _garbled(request: Request, _error: Exception) -> Response:
    return _problem(request, 400, "Something in the address or the form is not right", "", "Go back and try again.")


def _other(request: Request, error: Exception) -> Response:
    status = error.status_code if isinstance(error, HTTPException) else 500
    if status == 404:
        return _missing(request, Missing("page"))
    return _problem(request, status, "This cannot be done here", "", "Go back, or start from the queue.")


def _broken(request: Request, _error: Exception) -> Response:
    what = "Nothing you sent was saved. The fault is in the log."
    remedy = "Go back and try again; if it stays, tell the engineer."
    response = _problem(request, 500, "Something went wrong", what, remedy)
    response.headers.update({**SECURITY, "Cache-Control": "no-store"})  # this answer is made outside `Edge`
    return response


def _problem(request: Request, status: int, heading: str, what: str, remedy: str) -> Response:
    return pages.show_visitor(request, "problem.html", status, heading=heading, what=what, remedy=remedy)
