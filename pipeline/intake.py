"""One pasted or frontline text, redacted, into the ledger."""

import hashlib
import hmac
from datetime import datetime
from typing import TYPE_CHECKING, NamedTuple

from crawlers.items import Document, Keep, Kind, Scope
from pipeline.areas import Area
from pipeline.errors import VaneError
from pipeline.ledger import Ledger, audit, documents, keys
from pipeline.settings import Settings, secret

if TYPE_CHECKING:
    from nlp.redact import Redactor

LONGEST = 5_000  # characters of a pasted text
NEW, SAME, GONE = documents.NEW, documents.SAME, documents.GONE
SOURCES = {Kind.MESSAGE: "pasted", Kind.FRONTLINE: "frontline_form", Kind.SOCIAL: "pasted", Kind.COMMENT: "pasted"}


class Pasted(NamedTuple):
    """The document a text became, and how: new, unchanged (it is here already) or deleted before (it is not kept)."""

    document: str
    outcome: str


def paste(
    ledger: Ledger,
    area: Area,
    settings: Settings,
    redactor: "Redactor",
    *,
    text: str,
    kind: Kind = Kind.MESSAGE,
    place: str = "",
    actor: str,
    now: datetime,
    heard_at: datetime | None = None,
) -> Pasted:
    """Write a text that a person typed in. Names and handles are taken out first.

    The same words are one document: those whose time is over stay deleted for 60 days, as a crawled text does.
    It is dated `heard_at`, or now; its retention and its voice count from now.

    Every paste is a voice of its own per member of staff and day: who told them is never asked.
    Raises VaneError for an empty or overlong text.
    """
    words = text.strip()
    if not words or len(words) > LONGEST:
        raise VaneError(f"the text must have 1 to {LONGEST} characters: shorten it or paste it in parts")
    with ledger.begin() as tx:
        day = area.local_day(now)
        found = _document(area, settings, redactor, words, kind, place, keys.of_day(tx, day), now)
        found = found.model_copy(update={"published_at": heard_at or now})
        [outcome] = documents.write(tx, area.id, [found])
        detail = {"document": found.id, "outcome": outcome}
        audit.append(tx, actor=actor, action="paste", object=area.id, at=now, detail=detail)
    return Pasted(found.id, outcome)


def _document(
    area: Area,
    settings: Settings,
    redactor: "Redactor",
    words: str,
    kind: Kind,
    place: str,
    day_key: bytes,
    now: datetime,
) -> Document:
    text, title = redactor.redact(words).text, redactor.redact(place.strip()).text
    content = hashlib.sha256(f"{title}\n{text}".encode()).hexdigest()
    source = SOURCES[kind]
    return Document(
        id=hmac.new(secret(settings), f"{source}\n{content}".encode(), hashlib.sha256).hexdigest()[:32],
        source=source,
        class_=kind,
        kind=kind,
        scope=Scope.LOCAL,
        home=area.authorities[0] if area.authorities else "",
        title=title,
        text=text,
        place=title,
        published_at=now,
        fetched_at=now,
        first_fetched_at=now,
        voice=hmac.new(day_key, f"{source}\n{content}".encode(), hashlib.sha256).hexdigest()[:24],
        voice_day=area.local_day(now),
        keep=Keep.TEXT,
        retention=kind.value,
        content_hash=content,
    )
