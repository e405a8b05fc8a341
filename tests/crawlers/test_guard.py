"""The crawler stays on the public internet, however an address is spelled."""

import json

import pytest

from crawlers.middlewares.guard import fault
from tests.crawlers.conftest import Crawler, Page, Web, source

LOOPBACK = frozenset({"127.0.0.1:8080"})
SPELLINGS = [
    "http://127.0.0.1:9/",
    "http://2130706433:9/",
    "http://0x7f000001:9/",
    "http://127.1:9/",
    "http://0177.0.0.1:9/",
    "http://[::1]:9/",
    "http://[::ffff:127.0.0.1]:9/",
    "http://localhost:9/",
    "http://169.254.169.254/latest/meta-data/",
    "http://10.0.0.8/",
    "file:///etc/passwd",
    "data:text/html,hi",
    "ftp://ftp.example.org/",
    "http://user:word@paper.example/",
    "http://[64:ff9b::7f00:1]/",
    "http://0/",
    "http://127.0.0.1:8081/",
    "http://127.0.0.1:99999/",
]


@pytest.mark.parametrize("url", SPELLINGS)
def test_what_is_not_public_is_refused(url: str) -> None:
    """Numbers in any disguise, other schemes, private ranges; loopback only on the port that is allowed by hand."""
    assert fault(url, LOOPBACK) != ""


@pytest.mark.parametrize(
    "url", ["http://127.0.0.1:8080/a", "https://paper.example/a", "http://8.8.8.8/", "https://b.example:8443/"]
)
def test_what_is_public_goes_through(url: str) -> None:
    """Public names and numbers, and the loopback port on the list."""
    assert fault(url, LOOPBACK) == ""


TWELVE = [
    "http://2130706433:{port}/s", "http://0x7f000001:{port}/s", "http://127.1:{port}/s", "http://0177.0.0.1:{port}/s",
    "http://[::1]:{port}/s", "http://[::ffff:127.0.0.1]:{port}/s", "http://localhost:{port}/s", "http://127.0.0.2:{port}/s",
    "http://127.0.0.1:{port}/s", "file:///etc/passwd", "data:text/html,secret", "http://0.0.0.0:{port}/s",
]  # fmt: skip


def test_twelve_spellings_and_redirects_in_a_real_crawl(web: Web, crawl: Crawler) -> None:
    """A list of twelve addresses that lead home, directly and by redirect: none is fetched, each is counted once."""
    private = Web(0)
    other = web.port  # the server itself, under any name but the allowed host:port
    spelled = [url.format(port=other) for url in TWELVE if "127.0.0.1:{port}" not in url or "::" in url]
    for number, url in enumerate(spelled):
        web.pages[f"/to{number}"] = Page(b"", status=302, headers={"Location": url})
    asked = [
        *(url for url in spelled if url.startswith("http")),
        *(f"{web.base}/to{number}" for number in range(len(spelled))),
    ]
    web.put("/list", "\n".join(asked), "text/uri-list")
    web.put("/s", json.dumps({"posts": []}), "application/json")
    done = crawl(source("objects", f"{web.base}/list", **{"class": "social"}), loopback=[web.host])
    assert done.code == 0, done.log
    assert "/s" not in web.paths()
    assert done.outcomes == {"fetched": 1, "refused address": len(asked)}
    assert done.fetches == []
    assert private.asked == []
