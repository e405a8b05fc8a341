r"""Half a character (a lone `\\ud83d`) in a server's answer costs that character, never the crawl."""

import json
from pathlib import Path
from typing import Any

import pytest
from pydantic_core import PydanticSerializationError
from scrapy import Request
from scrapy.http import Response, TextResponse

from crawlers.inbox import Writer
from crawlers.items import Entry
from crawlers.pages.page import Unreadable
from crawlers.pages.read import read
from crawlers.spiders.account import Account
from crawlers.spiders.base import Found, SourceSpider
from crawlers.spiders.job import Job
from crawlers.spiders.text import json_of, whole_references
from tests.crawlers.conftest import NOW, Crawler, Web, source

HALF = "\ud83d"


def status(number: int, text: str) -> dict[str, Any]:
    """A post of a timeline."""
    at = "2026-09-07T18:20:00+01:00"
    return {"id": str(number), "created_at": at, "content": f"<p>{text}</p>", "account": {"acct": "x"}, "reblog": None}


def item(number: int, text: str) -> dict[str, Any]:
    """An item of a JSON Feed."""
    at = "2026-09-07T18:20:00+01:00"
    return {"url": f"https://paper.example/{number}", "title": text, "content_text": text, "date_published": at}


@pytest.mark.parametrize("value", [f"a{HALF}", f"{HALF}x", "\ude00 y", f"{HALF}{HALF}\U0001f600", "whole \U0001f600"])
def test_every_text_can_be_written(value: str) -> None:
    """Halves become U+FFFD in values and names alike, whatever is beside them stays."""
    (found,) = json_of(json.dumps([value]).encode())
    assert found == "".join("\ufffd" if 0xD800 <= ord(letter) < 0xE000 else letter for letter in value)
    assert json_of(json.dumps({value: [{"a": value}]}).encode()) == {found: [{"a": found}]}


def test_references() -> None:
    """References to halves are mended, in both notations and escaped once more; others and plain words are left."""
    told = b"&#xD83D; &#55357; &amp;#xde00; &#x1F600; &#55295; &#xE000; &#xD83Dx; D83D"
    assert whole_references(told) == b"&#xFFFD; &#xFFFD; &amp;#xFFFD; &#x1F600; &#55295; &#xE000; &#xD83Dx; D83D"


@pytest.mark.parametrize("spider", ["mastodon", "objects"])
def test_a_timeline_with_half_a_character(web: Web, crawl: Crawler, spider: str) -> None:
    """The posts around it arrive, and the post itself with a mark where the half stood."""
    posts = [status(3, "first"), status(2, f"half {HALF}"), status(1, "last")]
    web.put("/api/v1/timelines/tag/x", json.dumps(posts), "application/json")
    address = f"{web.base}/api/v1/timelines/tag/x"
    done = crawl(source(spider, address, **{"class": "social"}), loopback=[web.host])
    assert done.code == 0, done.log
    assert [fetch.entry.text for fetch in done.fetches] == ["<p>first</p>", "<p>half \ufffd</p>", "<p>last</p>"]


def test_a_json_feed_with_half_a_character(web: Web, crawl: Crawler) -> None:
    """A JSON Feed's items all arrive."""
    feed = {"version": "https://jsonfeed.org/version/1.1", "items": [item(1, "one"), item(2, f"two {HALF}")]}
    web.put("/feed.json", json.dumps(feed), "application/feed+json")
    done = crawl(source("feed", f"{web.base}/feed.json", follow=False), loopback=[web.host])
    assert done.code == 0, done.log
    assert [fetch.entry.title for fetch in done.fetches] == ["one", "two \ufffd"]


def test_a_feed_with_half_a_character(web: Web, crawl: Crawler) -> None:
    """An RSS feed that names halves by number gives every entry."""
    items = "".join(
        f"<item><title>{title}</title><link>BASE/{title[:3]}</link></item>" for title in ("one", "two &#xD83D;")
    )
    web.put("/rss", f'<rss version="2.0"><channel><title>t</title>{items}</channel></rss>', "application/rss+xml")
    done = crawl(source("feed", f"{web.base}/rss", follow=False), loopback=[web.host])
    assert done.code == 0, done.log
    assert [fetch.entry.title for fetch in done.fetches] == ["one", "two \ufffd"]


class HalfSpider(SourceSpider):
    """Hands on a text that no file can hold, as a reader with a fault would."""

    def read(self, response: Response) -> Found:
        """One entry."""
        yield self.account.entry(response.url, Entry(text=f"secret {HALF}"))


def test_an_error_of_writing_is_told(tmp_path: Path) -> None:
    """What could not be written is told by the error's kind and place, never by its words, which quote the text."""
    declared = source("objects", "https://a.example/")
    state = {"source": "tested"}
    job = Job.model_validate(
        {"source": declared, "state": state, "inbox": tmp_path, "now": NOW, "crawl_id": "c", "contact": "x"}
    )
    with Writer(tmp_path, "c") as writer:
        account = Account(job, writer)
        spider = HalfSpider(account)
        (request,) = spider.first()
        assert isinstance(request, Request)
        with pytest.raises(PydanticSerializationError):
            list(spider.answered(TextResponse(request.url, body=b"{}", request=request)))
    (told,) = account.broken
    assert told.startswith("PydanticSerializationError while writing what was read: ")
    assert "secret" not in told


def test_a_date_that_is_none_is_not_quoted(tmp_path: Path) -> None:
    """What stands where a date should is not repeated in the remedy, which goes to log and ledger."""
    job = Job.model_validate(
        {
            "source": source("objects", "https://a.example/"), "state": {"source": "tested"}, "inbox": tmp_path,
            "now": NOW, "crawl_id": "c", "contact": "x",
        }
    )  # fmt: skip
    with Writer(tmp_path, "c") as writer:
        entry = Entry(text="the bus did not come", published="Wilhelmina Oduya")
        fetch = Account(job, writer).entry("https://a.example/", entry)
    with pytest.raises(Unreadable, match="date not read: it is no date: write it like") as raised:
        read(fetch, job.source, NOW)
    assert "Wilhelmina" not in str(raised.value)
