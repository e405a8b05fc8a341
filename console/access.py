"""Who may do what, and the check that stands before every page and every form."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Annotated

from fastapi import Depends, Request
from fastapi.concurrency import run_in_threadpool

from console import sessions
from console.desk import Desk, desk_of
from console.headers import set_cookie
from console.sessions import Session
from pipeline.ledger import users
from pipeline.records import Role, User


class May(StrEnum):
    """What a page or a form needs; the value completes "your role may not …"."""

    READ = "read alerts"
    REVIEW = "review alerts"
    SEARCH = "search"
    PASTE = "report rumours"
    SOURCES = "see the sources"
    SWITCH = "switch sources off or on"
    AUDIT = "read the audit list"


_WORKING = {May.READ, May.REVIEW, May.SEARCH, May.PASTE, May.SOURCES}
RIGHTS: dict[Role, frozenset[May]] = {
    Role.REVIEWER: frozenset(_WORKING),
    Role.ANALYST: frozenset(_WORKING),
    Role.ENGINEER: frozenset({May.SOURCES, May.SWITCH}),
    Role.GOVERNANCE: frozenset({May.READ, May.AUDIT, May.SOURCES, May.SWITCH}),
}


class NotSignedIn(Exception):
    """Nobody is signed in, or no longer."""


class Forbidden(Exception):
    """The role does not allow it."""

    def __init__(self, visit: "Visit", wanted: May) -> None:
        super().__init__(wanted.value)
        self.visit = visit
        self.wanted = wanted


class Forged(Exception):
    """A form came without its token: from elsewhere, or from a session that is over."""


@dataclass(frozen=True)
class Visit:
    """One request of someone signed in."""

    request: Request
    desk: Desk
    user: User
    session: Session
    now: datetime

    def may(self, wanted: May) -> bool:
        """Whether the role allows it."""
        return wanted in RIGHTS[self.user.role]


def visit_of(request: Request) -> Visit:
    """Whoever is signed in. Raises NotSignedIn."""
    desk = desk_of(request)
    now = desk.clock()
    session = desk.sessions.read(request.cookies.get(desk.sessions.cookie, ""), now)
    if session is None:
        raise NotSignedIn
    with desk.ledger.read() as tx:
        user = users.get(tx, session.user)
    if user is None or not sessions.same(session.stamp, desk.sessions.stamp(user)):
        raise NotSignedIn
    if fresh := desk.sessions.touched(session, now):
        keep(request, fresh)
    return Visit(request, desk, user, session, now)


def keep(request: Request, session: Session) -> None:
    """Have the response set the session's cookie."""
    store = desk_of(request).sessions
    age = int(sessions.LONGEST.total_seconds())
    set_cookie(request.scope, store.cookie, store.write(session), https=store.https, age=age)


def reading(wanted: May) -> Callable[[Request], Visit]:
    """The check before a page. Raises NotSignedIn or Forbidden."""

    def check(request: Request) -> Visit:
        visit = visit_of(request)
        if not visit.may(wanted):
            raise Forbidden(visit, wanted)
        return visit

    return check


def sending(wanted: May) -> Callable[[Request], Awaitable[Visit]]:
    """The check before a form is acted on. Raises NotSignedIn, Forged or Forbidden."""

    async def check(request: Request) -> Visit:
        visit = await run_in_threadpool(visit_of, request)
        token = (await request.form()).get("token", "")
        if not isinstance(token, str) or not sessions.same(visit.session.token, token):
            raise Forged
        if not visit.may(wanted):
            raise Forbidden(visit, wanted)
        return visit

    return check


Reader = Annotated[Visit, Depends(reading(May.READ))]
Reviewer = Annotated[Visit, Depends(reading(May.REVIEW))]
ReviewSender = Annotated[Visit, Depends(sending(May.REVIEW))]
Searcher = Annotated[Visit, Depends(reading(May.SEARCH))]
SearchSender = Annotated[Visit, Depends(sending(May.SEARCH))]
Paster = Annotated[Visit, Depends(reading(May.PASTE))]
PasteSender = Annotated[Visit, Depends(sending(May.PASTE))]
SourceReader = Annotated[Visit, Depends(reading(May.SOURCES))]
Switcher = Annotated[Visit, Depends(reading(May.SWITCH))]
SwitchSender = Annotated[Visit, Depends(sending(May.SWITCH))]
Auditor = Annotated[Visit, Depends(reading(May.AUDIT))]
