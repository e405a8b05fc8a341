"""Feeds: RSS, Atom, RDF and JSON Feed; a news feed's links lead to the articles."""

from calendar import timegm
from collections.abc import Iterator
from datetime import UTC, datetime
from io import BytesIO
from typing import Any

import feedparser
from scrapy.http import Response

from crawlers.items import Entry, Kind
from crawlers.markup import Bomb, checked
from crawlers.pages import plain
from crawlers.spiders.account import Malformed
from crawlers.spiders.base import Found, SourceSpider
from crawlers.spiders.text import json_of, whole_references

FULL_TEXT_WORDS = 120  # an entry with more is the article; teasers hold a sentence or two
HARMLESS = (feedparser.CharacterEncodingOverride, feedparser.NonXMLContentType)


class FeedSpider(SourceSpider):
    """Reads a feed's entries; follows a news feed's links where the entry is not the whole text."""

    name = "feed"

    def read(self, response: Response) -> Found:
        """Entries of a feed, or the requests for their articles."""
        for entry in self.entries(response):
            if entry.url:
                self.account.list(entry.url)
            if self._leads_on(entry):
                yield from self.ask_page(entry.url, hint=entry)
            elif entry.text or entry.title:
                yield self.account.entry(response.url, entry)

    def entries(self, response: Response) -> list[Entry]:
        """What the feed holds; raises Malformed where it is none."""
        if response.body.lstrip()[:1] == b"{":
            return list(_json_feed(response.body))
        return self._parsed(response)

    def _parsed(self, response: Response) -> list[Entry]:
        try:
            body = whole_references(checked(response.body))
        except Bomb as error:
            raise Malformed("XML bomb", str(error)) from error
        headers = {name.decode().lower(): value[0].decode("latin-1") for name, value in response.headers.items()}
        given = {name: headers[name] for name in ("content-type", "content-location") if name in headers}
        feed = feedparser.parse(BytesIO(body), response_headers={"content-location": response.url, **given})
        fault = feed.get("bozo_exception") if feed.get("bozo") else None
        ill = fault is not None and not isinstance(fault, HARMLESS)
        if not feed.entries and (ill or not feed.version):
            raise Malformed("malformed feed", f"{_told(fault)}: open it in a browser and tell its owner")
        if ill:
            self.account.refuse(
                response.url, f"malformed feed: {_told(fault)}: {len(feed.entries)} entries could be read"
            )
        return [_entry(item) for item in feed.entries]

    def _leads_on(self, entry: Entry) -> bool:
        news = self.source.class_ in {Kind.NEWS, Kind.FACTCHECK} and self.source.follow
        return news and entry.url.startswith("http") and len(plain.text_of(entry.text).split()) < FULL_TEXT_WORDS


def _told(fault: Any) -> str:
    place = f" at line {fault.getLineNumber()}" if hasattr(fault, "getLineNumber") else ""
    return f"not well formed{place}"


def _entry(item: Any) -> Entry:
    contents = [part.get("value", "") for part in item.get("content", [])]
    text = max([*contents, item.get("summary", "")], key=len)
    moment = item.get("published_parsed") or item.get("updated_parsed") or item.get("created_parsed")
    written = item.get("published") or item.get("updated") or item.get("created") or ""
    source = item.get("source") or {}
    return Entry(
        url=str(item.get("link") or ""),
        title=str(item.get("title") or ""),
        text=str(text or ""),
        html=True,
        published=datetime.fromtimestamp(timegm(moment), UTC).isoformat() if moment else str(written),
        author=str(item.get("author") or ""),
        language=str(item.get("language") or ""),
        copy_of=str(source.get("original", "")),
    )


def _json_feed(body: bytes) -> Iterator[Entry]:
    """JSON Feed 1.x, which feedparser does not read."""
    try:
        feed = json_of(body)
        items = feed["items"]
    except (ValueError, KeyError, TypeError, RecursionError) as error:
        raise Malformed("malformed feed", "it is JSON but no JSON Feed: take another spider") from error
    for item in items:
        authors = item.get("authors") or [item.get("author") or {}]
        yield Entry(
            url=str(item.get("url") or item.get("external_url") or ""),
            title=str(item.get("title") or ""),
            text=str(item.get("content_html") or item.get("content_text") or item.get("summary") or ""),
            html="content_html" in item,
            published=str(item.get("date_published") or item.get("date_modified") or ""),
            author=str((authors[0] or {}).get("name") or ""),
            language=str(item.get("language") or ""),
        )
