"""One fetch to one Page: an article's bytes, or the fields that a feed, an API or a table gave; pure."""

from datetime import datetime
from urllib.parse import urlsplit

from crawlers.addresses import canonical, site
from crawlers.items import Entry, Fetch, Shape, Source
from crawlers.pages import article, charset, dates, language, plain
from crawlers.pages.facts import Facts, facts_of
from crawlers.pages.page import Page, Unreadable

NO_TEXT = ("no text", "nothing to read was found: look at the address in a browser")


def read(fetch: Fetch, source: Source, now: datetime) -> Page:  # noqa: ARG001 - the edge; a source may need rules
    """The page of a fetch.

    `now` bounds the dates that are believed. Raises Unreadable with reason and remedy; anything else is a bug.
    """
    return _from_page(fetch, now) if fetch.shape is Shape.PAGE else _from_entry(fetch, now)


def attempt(fetch: Fetch, source: Source, now: datetime) -> Page | Unreadable:
    """The page of a fetch, or why there is none: a parser's slip on one is counted, not the end of the crawl."""
    try:
        return read(fetch, source, now)
    except Unreadable as error:
        return error
    except Exception as error:  # noqa: BLE001 - whatever a stranger's bytes bring about
        return Unreadable("reader failed", f"{type(error).__name__} while reading: keep the page for a bug report")


def _from_entry(fetch: Fetch, now: datetime) -> Page:
    entry = fetch.entry
    text = plain.text_of(entry.text) if entry.html else plain.tidy(entry.text)
    title = plain.text_of(entry.title)
    if not (text or title):
        raise Unreadable(*NO_TEXT)
    return Page(
        url=_entry_address(entry.url, fetch.url),
        title=title if text else "",
        text=text or title,
        published_at=dates.published(entry.published, now),
        author=entry.author,
        language=language.checked(f"{title} {text}"),
        kind=entry.kind,
        place=entry.place,
        copy_of=canonical(entry.copy_of),
    )


def _entry_address(url: str, fetched: str) -> str:
    """The address of a ready-made text; "" where there is none, as in a row of a table.

    A site's front page is none either (an author's page leaves it): two texts that named it would pass for one.
    """
    own = canonical(url, fetched) if url else ""
    parts = urlsplit(own)
    return own if parts.path.strip("/") or parts.query else ""


def _from_page(fetch: Fetch, now: datetime) -> Page:
    text = charset.decode(fetch.body, fetch.content_type)
    tree = article.parse(text)
    hint = fetch.entry
    facts = facts_of(tree, fetch.url)
    body = article.text_of(tree, text)
    if not body:
        raise Unreadable(*NO_TEXT)
    own, copied = _address(facts, fetch.url)
    return Page(
        url=own,
        title=facts.title or hint.title,
        text=body,
        published_at=_believed(facts, hint, now),
        author=facts.author or hint.author,
        language=language.checked(f"{facts.title} {body}"),
        kind=hint.kind,
        place=hint.place,
        copy_of=copied,
    )


def _believed(facts: Facts, hint: Entry, now: datetime) -> datetime | None:
    """The page's date; the feed's where the page has none or an impossible one."""
    if facts.published_at and (dates.sensible(facts.published_at, now) or not hint.published):
        return dates.published(facts.published_at.isoformat(), now)
    return dates.published(hint.published, now)


def _address(facts: Facts, fetched: str) -> tuple[str, str]:
    """The page's own address and that of its original: a canonical link to another site declares a copy."""
    own = canonical(fetched)
    named = canonical(facts.canonical, fetched) if facts.canonical else ""
    original = canonical(facts.original, fetched) if facts.original else ""
    if named and site(named) != site(own):
        return own, named
    if named and urlsplit(named).path.strip("/"):  # a canonical link to the front page is a template's mistake
        own = named
    return own, original if original != own else ""
