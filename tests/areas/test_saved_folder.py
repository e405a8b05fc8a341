"""A folder of saved files: what each is, how it is served, and that the production spiders read it."""

import json
from collections import Counter
from pathlib import Path

import pytest

from areas.demo.folder import LISTS, Folder, declare
from areas.demo.saved import survey
from areas.demo.web import serve
from crawlers import catalog, pages
from crawlers.items import as_json
from tests.crawlers.conftest import NOW, Crawler

PAGE = (
    "<html><body><article><p>The bridge will open again on Monday, the council said today.</p></article></body></html>"
)
ITEM = "<item><title>T</title><description>Words of a feed.</description></item>"
FEED = f"<rss version='2.0'><channel>{ITEM}</channel></rss>"
POST = {"uri": "at://did:plc:a/app.bsky.feed.post/3lo", "author": {"handle": "x.example"},
        "record": {"text": "Words of a post on the bridge.", "createdAt": "2026-09-07T10:00:00Z"}}  # fmt: skip


def saved(folder: Path) -> Path:
    """A small folder with one of each."""
    (folder / "news").mkdir(parents=True)
    (folder / "news" / "a.html").write_text(PAGE)
    (folder / "news" / "b.html").write_text(PAGE.replace("Monday", "Tuesday"))
    (folder / "news" / "expected.json").write_text('{"V1": {"title": "T"}}')
    (folder / "feed.xml").write_text(FEED)
    recording = {
        "request": "https://bsky.example/x",
        "status": {"code": 200},
        "response_headers": {},
        "body": {"posts": [POST]},
    }
    (folder / "post.json").write_text(json.dumps(recording))
    (folder / "drop.csv").write_text("published_at,text\n2026-09-07,A dropped note of the week\n")
    (folder / "councils.csv").write_text("code,name\nABC,Armagh\n")
    (folder / "README.md").write_text("notes")
    (folder / "SHA256SUMS").write_text("0 a")
    return folder


def test_told_by_content(tmp_path: Path) -> None:
    """Formats are told by content; notes, sums and expected outputs are named as no sources."""
    found = {guess.path: guess for guess in survey(saved(tmp_path))}
    assert {path: guess.spider for path, guess in found.items() if guess.is_source} == {
        "drop.csv": "csv", "feed.xml": "feed", "news/a.html": "listing", "news/b.html": "listing",
        "post.json": "objects",
    }  # fmt: skip
    assert {path for path, guess in found.items() if guess.reason} == {
        "README.md", "SHA256SUMS", "councils.csv", "news/expected.json"}  # fmt: skip


def test_sources_yml_decides(tmp_path: Path) -> None:
    """A rule's spider and kind win over the content, and pages are served below the host they were saved from."""
    folder = saved(tmp_path)
    rules = '"news/*.html": {spider: listing, kind: official, url: "https://council.example/news/"}\n'
    (folder / "sources.yml").write_text(rules)
    found = [guess for guess in survey(folder) if guess.path.startswith("news/") and guess.is_source]
    assert {guess.kind.value for guess in found} == {"official"}
    answered = Folder(folder).answer("/council.example/news/a.html", "")
    assert answered is not None
    assert b"Monday" in answered.body


def test_everything_is_crawled_by_its_declared_source(tmp_path: Path, crawl: Crawler) -> None:
    """The declared sources pass the strict catalogue, and every readable file arrives as a text."""
    folder, sources = saved(tmp_path / "from"), tmp_path / "sources"
    sources.mkdir()
    with serve(Folder(folder)) as port:
        for name, text in declare(folder, port).items():
            (sources / name).write_text(text)
        read = catalog.load(sources)
        assert read.refused == ()
        texts = []
        for source in read.sources:
            done = crawl(as_json(source), loopback=[f"127.0.0.1:{port}"])
            assert done.code == 0, done.log
            texts += [pages.read(fetch, source, NOW).text for fetch in done.fetches]
    wanted = ("A dropped note of the week", "Words of a feed.", "Words of a post on the bridge.", "Monday", "Tuesday")
    assert [sum(word in text for text in texts) for word in wanted] == [1] * len(wanted)


@pytest.mark.shared
def test_the_real_folder(shared: Path) -> None:
    """Of the saved files none is left without a word: each has a spider or a reason, and every list answers."""
    folder = shared / "fixtures"
    found = survey(folder)
    assert len(found) == sum(path.is_file() for path in folder.rglob("*"))
    assert all(guess.is_source or guess.reason for guess in found)
    spiders = Counter(guess.spider for guess in found if guess.is_source)
    assert spiders["objects"] >= 38
    assert spiders["feed"] >= 200
    web = Folder(folder)
    for name in declare(folder, 1):
        assert name.endswith(".yml")
    lists = [web.answer(f"{LISTS}{name.removesuffix('.yml')}", "") for name in declare(folder, 1)]
    assert all(answer is not None and answer.body for answer in lists)
