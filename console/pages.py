"""Renders templates: what every page needs to know, local times, plain words, and the banners after a change."""

from datetime import datetime
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from jinja2 import Environment, FileSystemLoader, PackageLoader, PrefixLoader
from jinja2.loaders import ChoiceLoader
from starlette.requests import Request
from starlette.responses import HTMLResponse, RedirectResponse

from console import labels, marking
from console.access import May, Visit
from pipeline.areas import Area

FOLDER = Path(__file__).parent / "templates"
NAVIGATION = (
    ("Queue", "/queue", May.READ),
    ("Tasks", "/tasks", May.READ),
    ("Why not", "/why-not", May.READ),
    ("Search", "/search", May.SEARCH),
    ("Report a rumour", "/report", May.PASTE),
    ("Sources", "/sources", May.SOURCES),
    ("Audit", "/audit", May.AUDIT),
)
BANNERS = {  # fixed words: nothing of an address is ever shown
    "reviewed": "Your decision is saved",
    "undone": "The decision is undone",
    "reported": "Thank you, your report is saved and will be read with the next run",
    "known": "A report in these very words is here already: it was not saved twice, and there is nothing more to do",
    "off": "Switched off",
    "on": "Switched on again",
    "signed-out": "You have signed out",
}


def environment(area: Area) -> Environment:
    """Jinja with our templates and the GOV.UK macros; everything is escaped."""
    macros = PrefixLoader({"govuk_frontend_jinja": PackageLoader("govuk_frontend_jinja")})
    found = Environment(
        loader=ChoiceLoader([macros, FileSystemLoader(FOLDER)]), autoescape=True, trim_blocks=True, lstrip_blocks=True
    )
    found.globals.update(area=area, labels=labels, pieces=marking.pieces, marked_as=marking.kinds)
    found.filters.update(code=labels.code, plain=labels.plain, place=area.area_name, public=public)
    found.filters["local"] = lambda moment: local(moment, area)
    return found


def local(moment: datetime | None, area: Area) -> str:
    """A moment as people say it, in the area's own time: "4 November 2026, 9:05am"."""
    if moment is None:
        return "never"
    here = moment.astimezone(area.zone)
    hour = here.hour % 12 or 12
    return f"{here.day} {here:%B %Y}, {hour}:{here:%M}{'am' if here.hour < 12 else 'pm'}"


def public(url: str) -> str:
    """The address when it is one of the web, else "": nothing else is ever linked."""
    return url if urlsplit(url).scheme in {"http", "https"} else ""


def show(visit: Visit, template: str, status: int = 200, **values: Any) -> HTMLResponse:
    """A page for someone signed in."""
    path = visit.request.url.path
    items = [
        {"text": text, "href": href, "active": path.startswith(href)}
        for text, href, wanted in NAVIGATION
        if visit.may(wanted)
    ]
    known = {"visit": visit, "token": visit.session.token, "navigation": items, "may": visit.may, "May": May}
    banner = BANNERS.get(visit.request.query_params.get("done", ""), "")
    return _render(visit.request, template, status, **known, banner=banner, **values)


def show_visitor(request: Request, template: str, status: int = 200, **values: Any) -> HTMLResponse:
    """A page for anybody."""
    banner = BANNERS.get(request.query_params.get("done", ""), "")
    return _render(request, template, status, navigation=[], banner=banner, **values)


def _render(request: Request, template: str, status: int, **values: Any) -> HTMLResponse:
    templates: Environment = request.app.state.desk.templates
    return HTMLResponse(templates.get_template(template).render(**values), status_code=status)


def go(path: str, done: str = "") -> RedirectResponse:
    """Send the browser on with a GET, perhaps with the name of a banner."""
    return RedirectResponse(f"{path}?done={done}" if done else path, status_code=303)
