"""Signing in and out; a guesser is slowed down and learns nothing about which users exist."""

from typing import Annotated

from fastapi import APIRouter, Form, Request
from starlette.responses import HTMLResponse, RedirectResponse, Response

from console import sessions
from console.access import RIGHTS, Forged, May, NotSignedIn, keep, visit_of
from console.desk import Desk, desk_of
from console.headers import set_cookie
from console.pages import go, show_visitor
from pipeline.ledger import audit, users
from pipeline.records import User

router = APIRouter()
NAME = 64  # characters of the ledger's column
FORM_AGE = 8 * 3600  # seconds a sign-in form stays good
WRONG = "The user name or the password is wrong"
LOCKED = "There were too many wrong tries for this user name. Wait 15 minutes, then try again"


@router.get("/sign-in")
def form(request: Request, to: str = "") -> HTMLResponse:
    """The sign-in form; it returns to a page of this console only."""
    return _form(request, to=safe(to))


def safe(to: str) -> str:
    """The path when it is one of this console's, else ""."""
    local = to.startswith("/") and not to.startswith(("//", "/\\")) and to.isprintable() and "\\" not in to
    return to if local else ""


def _form(request: Request, *, to: str, name: str = "", problem: str = "") -> HTMLResponse:
    store = desk_of(request).sessions
    token = store.form_token(request.cookies) or sessions.new_token()
    set_cookie(request.scope, store.form_cookie, store.form_cookie_value(token), https=store.https, age=FORM_AGE)
    errors = {"name": problem} if problem else {}
    values = {"to": to, "name": name, "errors": errors, "token": token}
    return show_visitor(request, "sign_in.html", 400 if problem else 200, **values)


@router.post("/sign-in")
def sign_in(
    request: Request,
    name: Annotated[str, Form()] = "",
    password: Annotated[str, Form()] = "",
    to: Annotated[str, Form()] = "",
    token: Annotated[str, Form()] = "",
) -> Response:
    """Start a session when the password is right; every try is counted before it is checked."""
    desk = desk_of(request)
    if not sessions.same(desk.sessions.form_token(request.cookies), token):
        raise Forged
    tried = name.strip()[:NAME]
    user, locked = _count(desk, tried)
    if locked:
        return _form(request, to=safe(to), name=tried, problem=LOCKED)
    if not desk.passwords.right(user, password) or user is None:
        _refuse(desk, user)
        return _form(request, to=safe(to), name=tried, problem=WRONG)
    keep(request, _accept(desk, user))
    return go(safe(to) or "/")


def _count(desk: Desk, name: str) -> tuple[User | None, bool]:
    """The user, and whether no more tries are allowed; the try counts as failed until it has succeeded.

    Counting first means that many tries at the same moment cannot slip past the limit.
    """
    now = desk.clock()
    with desk.ledger.begin() as tx:
        if users.locked(tx, name, now):
            return None, True
        users.failed(tx, name, now)
        return users.get(tx, name), False


def _refuse(desk: Desk, user: User | None) -> None:
    """Note the failed try; what was typed as an unknown user name may be anything, so it is not kept."""
    with desk.ledger.begin() as tx:
        actor = user.name if user else "unknown"
        audit.append(tx, actor=actor, action="sign-in refused", object=desk.area.id, at=desk.clock())


def _accept(desk: Desk, user: User) -> sessions.Session:
    now = desk.clock()
    with desk.ledger.begin() as tx:
        users.succeeded(tx, user.name)
        audit.append(tx, actor=user.name, action="sign in", object=desk.area.id, at=now)
    return desk.sessions.start(user, now)


@router.post("/sign-out")
def sign_out(request: Request, token: Annotated[str, Form()] = "") -> RedirectResponse:
    """End the session for good: its cookie is refused from now on."""
    try:
        visit = visit_of(request)
    except NotSignedIn:
        return go("/sign-in")
    if not sessions.same(visit.session.token, token):
        raise Forged
    visit.desk.sessions.end(visit.session, visit.now)
    with visit.desk.ledger.begin() as tx:
        audit.append(tx, actor=visit.user.name, action="sign out", object=visit.desk.area.id, at=visit.now)
    store = visit.desk.sessions
    request.scope["state"]["cookies"] = []  # no renewed cookie beside the one that takes it away
    set_cookie(request.scope, store.cookie, "", https=store.https, age=0)
    return go("/sign-in", "signed-out")


@router.get("/")
def home(request: Request) -> RedirectResponse:
    """The first page of a role's day."""
    rights = RIGHTS[visit_of(request).user.role]
    return go("/queue" if May.REVIEW in rights else "/audit" if May.AUDIT in rights else "/sources")
