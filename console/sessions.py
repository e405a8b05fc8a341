"""Signed session cookies: who is signed in, since when, and the token that every form must carry."""

import hashlib
import hmac
import secrets
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from threading import Lock

from itsdangerous import BadData, URLSafeSerializer
from pydantic import AwareDatetime, BaseModel, ConfigDict, ValidationError

from pipeline.records import User

LONGEST = timedelta(hours=8)  # a working day
IDLE = timedelta(hours=1)
REFRESH = timedelta(minutes=1)  # a new cookie at most this often


class Session(BaseModel):
    """What the cookie holds; it is signed, not secret, and nothing in it is about anyone but its bearer."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    id: str
    user: str
    token: str  # synchroniser token: the same in every form of this session
    stamp: str  # of the password hash: a changed password ends the session
    started: AwareDatetime
    seen: AwareDatetime


class Sessions:
    """Makes and reads the cookies of one installation; sessions that were signed out are refused."""

    def __init__(self, secret: bytes, *, https: bool) -> None:
        options = {"key_derivation": "hmac", "digest_method": hashlib.sha256}
        self._key = hmac.new(secret, b"console session", hashlib.sha256).digest()
        self._signed_in = URLSafeSerializer(self._key, salt="session", signer_kwargs=options)
        self._visitor = URLSafeSerializer(self._key, salt="form", signer_kwargs=options)
        self._ended: dict[str, datetime] = {}  # ids signed out, until they would have expired
        self._lock = Lock()
        self.https = https

    @property
    def cookie(self) -> str:
        """Name of the session cookie; with HTTPS the prefix binds it to this host."""
        return "__Host-weathervane" if self.https else "weathervane"

    @property
    def form_cookie(self) -> str:
        """Name of the cookie that guards the sign-in form."""
        return f"{self.cookie}-form"

    def start(self, user: User, now: datetime) -> Session:
        """A new session with an id and a token of its own."""
        fresh = {"id": secrets.token_urlsafe(24), "token": secrets.token_urlsafe(24)}
        return Session(**fresh, user=user.name, stamp=self.stamp(user), started=now, seen=now)

    def stamp(self, user: User) -> str:
        """A mark of the user's present password."""
        return hmac.new(self._key, user.password_hash.encode(), hashlib.sha256).hexdigest()[:24]

    def write(self, session: Session) -> str:
        """The cookie's value."""
        return str(self._signed_in.dumps(session.model_dump(mode="json")))

    def read(self, value: str, now: datetime) -> Session | None:
        """The session in a cookie, unless it is forged, over, idle too long or signed out."""
        try:
            session = Session.model_validate(self._signed_in.loads(value))
        except (BadData, ValidationError):
            return None
        if session.id in self._ended or now - session.started >= LONGEST or now - session.seen >= IDLE:
            return None
        return session

    def touched(self, session: Session, now: datetime) -> Session | None:
        """The session with a new time of last use, or None while the old one will do."""
        return session.model_copy(update={"seen": now}) if now - session.seen >= REFRESH else None

    def end(self, session: Session, now: datetime) -> None:
        """Refuse the session from now on, whoever still holds its cookie."""
        with self._lock:
            self._ended = {ref: until for ref, until in self._ended.items() if until > now}
            self._ended[session.id] = session.started + LONGEST

    def form_token(self, cookies: Mapping[str, str]) -> str:
        """The token of a visitor who has not signed in; "" where the cookie is missing or forged."""
        try:
            return str(self._visitor.loads(cookies.get(self.form_cookie, "")))
        except BadData:
            return ""

    def form_cookie_value(self, token: str) -> str:
        """The signed cookie for such a token."""
        return str(self._visitor.dumps(token))


def new_token() -> str:
    """A token nobody can guess."""
    return secrets.token_urlsafe(24)


def same(one: str, other: str) -> bool:
    """Whether two tokens are the same, in time that does not tell where they differ; empty is never the same."""
    return bool(one) and hmac.compare_digest(one.encode(), other.encode())


def system_clock() -> datetime:
    """The present moment; the only place of the console that asks for it."""
    return datetime.now(UTC)
