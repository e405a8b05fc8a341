"""`vane source probe`: the spider that fits, what it would read, and a draft for the catalogue."""

import gzip
import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from crawlers import catalog
from tests.crawlers.conftest import Page, Web
from tests.crawlers.conftest import web as web

NOW = "2026-09-13T12:00:00+00:00"
ITEM = "<item><title>{0}</title><link>BASE/{1}.html</link><pubDate>Mon, 0{1} Sep 2026 10:00:00 GMT</pubDate></item>"
ITEMS = "".join(ITEM.format(f"The bridge opens again, part {number}", number) for number in range(1, 7))
FEED = f'<rss version="2.0"><channel><title>Mill Vale Gazette</title>{ITEMS}</channel></rss>'
LINK = '<h3><a class="headline" href="/story-{0}">Part {0} of what happened in town</a></h3>'
LISTING = f"""<!doctype html><html><head><title>Vale News</title>
<link rel="alternate" type="application/rss+xml" href="/feed.xml"></head><body><nav><a href="/about">About</a></nav>
{"".join(LINK.format(number) for number in range(4))}</body></html>"""
POST = {"id": "7", "created_at": "2026-09-07T10:00:00Z", "content": "Is the pool shut?", "account": {"acct": "a"}}
MEETING = """<meeting><committeetitle>Planning</committeetitle><meetingdate>01/09/2026</meetingdate><agendaitem>
<agendaitemid>5</agendaitemid><agendaitemtitle>Minutes</agendaitemtitle><agendatext>They were agreed.</agendatext>
</agendaitem></meeting>"""
TABLE = "published_at,text\n2026-09-07T10:00:00Z,the bins were not emptied\n2026-09-07T11:00:00Z,=HYPERLINK()\n"


def probe(where: object, **env: str) -> "subprocess.CompletedProcess[str]":
    """Run the command."""
    command = [sys.executable, "-c", "from pipeline.cli import main; main()", "source", "probe", str(where)]
    return subprocess.run(
        [*command, "--now", NOW], env={**os.environ, **env}, check=False, capture_output=True, text=True, timeout=120
    )


def taken(draft: str, folder: Path) -> catalog.Catalog:
    """What the catalogue makes of a draft whose blanks were filled in."""
    lines = [line.partition("#")[0].rstrip() for line in draft.splitlines()]
    whole = [f"{line} filled in" if line.endswith(":") and line != "url:" else line for line in lines]
    text = "\n".join(whole).replace("url:\n", "url: https://vale.example/x\n")
    name = lines[0].removeprefix("id: ")
    (folder / f"{name}.yml").write_text(text)
    return catalog.load(folder)


@pytest.mark.parametrize(
    ("name", "body", "spider", "kind", "said"),
    [
        ("a.xml", FEED, "feed", "news", "2026-09-01  The bridge opens again, part 1"),
        ("a.html", LISTING, "listing", "news", "0 texts here, 4 pages to ask next"),
        ("a.json", json.dumps([POST]), "objects", "social", "2026-09-07  Is the pool shut? (4 words)"),
        ("b.json", json.dumps({"response_headers": {}, "body": [POST]}), "objects", "social", "1 texts here"),
        ("b.xml", MEETING, "moderngov", "committee", "2026-09-01  Planning: Minutes (3 words)"),
        ("a.csv", TABLE, "csv", "frontline", "not read: row 3: a formula in text: write it as text"),
    ],
)
def test_a_saved_file(tmp_path: Path, name: str, body: str, spider: str, kind: str, said: str) -> None:
    """A saved answer of each kind is told by its content, shown as it would be read, and drafted as a source."""
    path = tmp_path / name
    path.write_bytes(gzip.compress(body.encode()))
    done = probe(path)
    assert done.returncode == 0, done.stderr
    assert said in done.stderr
    drafts = tmp_path / "sources"
    drafts.mkdir()
    found = taken(done.stdout, drafts)
    assert [(source.spider, source.class_.value) for source in found.sources] == [(spider, kind)], found.refused


def test_an_address(web: Web, tmp_path: Path) -> None:
    """An address is fetched once, robots.txt first; its draft is complete but for what only a person knows."""
    web.put("/rss.xml", FEED, "application/rss+xml")
    done = probe(f"{web.base}/rss.xml", VANE_LOOPBACK=web.host)
    assert done.returncode == 0, done.stderr
    assert [path for path, _ in web.asked] == ["/robots.txt", "/rss.xml"]
    assert "the feed spider reads it: 0 texts here, 6 pages to ask next" in done.stderr
    (source,) = taken(done.stdout, tmp_path).sources
    assert (source.id, source.name, source.url) == ("mill_vale_gazette", "Mill Vale Gazette", f"{web.base}/rss.xml")
    assert source.robots == "allowed, looked at on 2026-09-13"
    (tmp_path / "mill_vale_gazette.yml").write_text(done.stdout)
    assert "field owner is empty" in catalog.load(tmp_path).refused[0].reason


def test_a_page_that_names_a_feed(web: Web, tmp_path: Path) -> None:
    """A page of headlines gives their selector, and the feed that it names is called the better source."""
    web.put("/news/", LISTING)
    done = probe(f"{web.base}/news/", VANE_LOOPBACK=web.host)
    assert f"better: the feed {web.base}/feed.xml" in done.stderr
    assert f"{web.base}/story-0" in done.stderr
    (source,) = taken(done.stdout, tmp_path).sources
    assert source.selectors.links == "a.headline"


@pytest.mark.parametrize(
    ("where", "said"),
    [
        ("nowhere.xml", "is no file and no address"),
        ("https://mastodon.social/@alice", "person-directed source"),
        ("http://10.0.0.7/rss.xml", "only public addresses are fetched"),
    ],
)
def test_what_is_not_looked_at(where: str, said: str) -> None:
    """A file that is not there, a person's page and an address inside the house are each refused in one line."""
    done = probe(where, VANE_CONTACT="tests@example.org")
    assert done.returncode == 1
    assert said in done.stderr.splitlines()[-1]
    assert done.stdout == ""


def test_what_no_spider_reads(web: Web, tmp_path: Path) -> None:
    """Forbidden by robots.txt, gone, or of no kind known here: one line says which, and there is no draft."""
    web.put("/robots.txt", "User-agent: *\nDisallow: /private/\n", "text/plain")
    web.pages["/broken.xml"] = Page(b"<rss><item", "application/rss+xml")
    for path, said in (("/private/x", "robots.txt forbids it"), ("/gone", "the address is gone"), ("/broken.xml", "")):
        done = probe(f"{web.base}{path}", VANE_LOOPBACK=web.host)
        assert (done.returncode, done.stdout) == (1, ""), done.stderr
        assert said in done.stderr.splitlines()[-1]
    (tmp_path / "notes.txt").write_text("nothing in particular")
    assert "no spider reads it" in probe(tmp_path / "notes.txt").stderr
