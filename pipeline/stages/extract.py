"""Extract: raw fetches to redacted documents, written with the crawl's account in one transaction."""

import hashlib
import hmac
import logging
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from itertools import chain
from pathlib import Path
from typing import NamedTuple
from urllib.parse import urlsplit

from crawlers import inbox, pages
from crawlers.addresses import canonical
from crawlers.items import PUBLISHED, Crawl, Document, Fetch, Refusal, Shape, Source
from crawlers.persons import without_handle
from pipeline.errors import Incomplete
from pipeline.ledger import Tx, audit, documents, keys, retention, sources
from pipeline.settings import secret
from pipeline.stages import lists, pace
from pipeline.stages.context import MACHINE, Context
from pipeline.stages.crawl import damaged, waiting

log = logging.getLogger(__name__)
WORKERS = 2
DAMAGED = "inbox damaged"  # what became of a crawl whose inbox cannot be read
PAGE_SECONDS = 20.0  # a page that takes longer is set aside
Redact = Callable[[str], str]


@dataclass(frozen=True)
class Voices:
    """Keys documents and voices: the installation's key for ids, the day's key for people."""

    installation: bytes
    day_key: bytes
    day: date

    def document(self, source: str, identity: str) -> str:
        """Id of a document of a source: from its canonical URL, or its content where it has none."""
        return hmac.new(self.installation, f"{source}\n{identity}".encode(), hashlib.sha256).hexdigest()[:32]

    def voice(self, host: str, author: str) -> str:
        """The author's voice that day; the handle goes no further."""
        return hmac.new(self.day_key, f"{host}\n{author.casefold().strip()}".encode(), hashlib.sha256).hexdigest()[:24]


class Aside(NamedTuple):
    """A fetch that gave no document: counted under its short reason, kept with the whole line."""

    counted: str
    refusal: Refusal


Seen = Callable[[str, Fetch, "Document | Refusal"], None]


def extract(context: Context, only: Sequence[str] = (), seen: Seen | None = None) -> dict[str, int]:
    """Read every waiting inbox into the ledger; returns numbers by outcome, which add up to what was fetched.

    `seen` is told, for a report, what became of each fetch of which source.
    Raises Incomplete, once and after all others are read, where an inbox is damaged.
    """
    lists.note(context)
    total: Counter[str] = Counter()
    for path, crawl in chain(waiting(context, only), damaged(context, only)):
        try:
            total.update(_taken(context, path, crawl, seen))
        except inbox.InboxError as error:
            total.update(_lost(context, crawl, str(error)))
    log.info("extract: %s", dict(total))
    if total[DAMAGED]:
        told = f"{total[DAMAGED]} damaged in the inbox, the rest was read: see the log; the next crawl asks again"
        raise Incomplete(told, dict(total))
    return dict(total)


def _taken(context: Context, path: Path, crawl: Crawl, seen: Seen | None) -> Counter[str]:
    """Read one inbox into the ledger, whole or not at all."""
    inbox.read_crawl(path)  # its name was all that `damaged` had of it
    with context.ledger.read() as tx:
        source = next(item for item in sources.registered(tx, context.area.id) if item.id == crawl.source)
    found, aside = _read(context, source, crawl, inbox.read(path), seen)
    outcomes = _write(context, source, crawl, found, aside)
    for item in aside:
        log.info("%s: %s: %s", source.id, item.refusal.where, item.refusal.reason)
    return outcomes


def _lost(context: Context, crawl: Crawl, why: str) -> dict[str, int]:
    """Account for a crawl that cannot be read, once; its source's state stays, so that the next one asks again."""
    log.error("%s", why)
    with context.ledger.begin() as tx:
        refusals = (*crawl.refusals, Refusal(where=crawl.id, reason=f"{DAMAGED}: {why}"))
        state = sources.state(tx, crawl.source)
        whole = crawl.model_copy(update={"refusals": refusals, "state": state})
        sources.finish(tx, context.area.id, whole, {DAMAGED: 1})
        detail = {"crawl": crawl.id, "outcome": DAMAGED}
        audit.append(tx, actor=MACHINE, action="crawl", object=crawl.source, at=crawl.finished_at, detail=detail)
    return {DAMAGED: 1}


def _read(
    context: Context, source: Source, crawl: Crawl, fetches: Iterator[Fetch], seen: Seen | None
) -> tuple[list[Document], list[Aside]]:
    """Documents of a crawl in the order fetched, and what could not be read with its reason."""
    voices = _voices(context, crawl)
    found: list[Document] = []
    aside: list[Aside] = []
    for fetch, page in pages.read_many(fetches, source, crawl.finished_at, workers=WORKERS, seconds=PAGE_SECONDS):
        made = _made(context, source, fetch, page, voices)
        if isinstance(made, Aside):
            aside.append(made)
        else:
            found.append(made)
        if seen:
            seen(source.id, fetch, made.refusal if isinstance(made, Aside) else made)
    return found, aside


def _made(
    context: Context, source: Source, fetch: Fetch, page: pages.Page | pages.Unreadable, voices: Voices
) -> Document | Aside:
    if isinstance(page, pages.Unreadable):
        return Aside(page.reason, Refusal(where=_where(fetch), reason=f"{page.reason}: {page.remedy}"))
    return document(source, fetch, page, voices, lambda text: context.redactor.redact(text).text)


def _where(fetch: Fetch) -> str:
    """What names a record to whoever mends it: its row, its own address, or that of the answer it came in."""
    own = fetch.entry.url if fetch.shape is Shape.ENTRY and not urlsplit(fetch.url).fragment else ""
    return (canonical(own, fetch.url) if own else "") or without_handle(fetch.url)


def _voices(context: Context, crawl: Crawl) -> Voices:
    """Keys of the local day on which the inbox was written."""
    day = context.area.local_day(crawl.finished_at)
    with context.ledger.begin() as tx:
        return Voices(secret(context.settings), keys.of_day(tx, day), day)


def document(source: Source, fetch: Fetch, page: pages.Page, voices: Voices, redact: Redact) -> Document:
    """The redacted document of a page: names, handles and authors end here."""
    kind = page.kind or source.class_
    title, text = redact(page.title or page.place), redact(page.text)
    content = hashlib.sha256(f"{title}\n{text}\n{page.published_at}".encode()).hexdigest()
    author = f"publisher {source.id}" if kind in PUBLISHED else page.author or f"unnamed {source.id}"
    return Document(
        id=voices.document(source.id, page.url or content),
        source=source.id,
        class_=source.class_,
        kind=kind,
        scope=source.scope,
        home=source.home,
        url=page.url,
        title=title,
        text=text,
        place=redact(page.place),
        published_at=page.published_at or fetch.fetched_at,
        fetched_at=fetch.fetched_at,
        first_fetched_at=fetch.fetched_at,
        language=page.language or source.language,
        voice=voices.voice(pages.host(source.url), author),
        voice_day=voices.day,
        story="" if page.copy_of == page.url else page.copy_of,  # `_write` puts the original's id there
        keep=source.keep,
        retention=retention.class_of(source, kind),
        content_hash=content,
    )


def _write(
    context: Context, source: Source, crawl: Crawl, found: Sequence[Document], aside: Sequence[Aside]
) -> Counter[str]:
    """One transaction: documents, the account, the source's state, the audit entry."""
    known = Voices(secret(context.settings), b"", context.area.local_day(crawl.finished_at))
    with context.ledger.begin() as tx:
        outcomes = Counter(documents.write(tx, context.area.id, _linked(context, tx, found, known)))
        outcomes.update(item.counted for item in aside)
        state = pace.after(source, crawl, outcomes[documents.NEW] + outcomes[documents.CHANGED])
        refusals = (*crawl.refusals, *(item.refusal for item in aside))
        whole = crawl.model_copy(update={"refusals": refusals, "state": state})
        sources.finish(tx, context.area.id, whole, outcomes)
        retention.relist(tx, [known.document(source.id, url) for url in crawl.listed], crawl.finished_at)
        detail: dict[str, str | int] = {
            "crawl": crawl.id,
            "new": outcomes[documents.NEW],
            "changed": outcomes[documents.CHANGED],
        }
        audit.append(tx, actor=MACHINE, action="crawl", object=source.id, at=crawl.finished_at, detail=detail)
    return outcomes


def _linked(context: Context, tx: Tx, found: Sequence[Document], known: Voices) -> list[Document]:
    """Declared copies with the id of their original; one that was not crawled gets an id of its own."""
    originals = documents.by_url(tx, context.area.id, [item.story for item in found if item.story])
    return [
        item.model_copy(update={"story": originals.get(item.story) or known.document("story", item.story)})
        if item.story
        else item
        for item in found
    ]
