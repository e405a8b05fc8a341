"""Every saved file is told: its texts, its refusals, or how its crawl ended."""

from collections.abc import Mapping
from typing import Any

import pytest

from crawlers.items import Crawl, Refusal, SourceState, Validator
from pipeline.stages import saved
from pipeline.stages.saved import FileOutcome, SavedFile
from tests.pipeline.making import NOON

WEB = "http://127.0.0.1:8090"


def file(name: str, address: str = "", source: str = "news") -> SavedFile:
    """A file that the source asks for at this address, "" where it is no source."""
    return SavedFile(file=name, told="feed, news" if address else "not a source: notes", address=address, source=source)


def crawl(*fetched: str, refused: Mapping[str, str] | None = None, **changes: Any) -> Crawl:
    """An account of a crawl that got an answer at these paths, and set these aside."""
    seen = Validator(first_fetched=NOON, last_fetched=NOON, full_fetch=NOON)
    refusals = tuple(Refusal(where=WEB + path, reason=reason) for path, reason in (refused or {}).items())
    state = SourceState(source="news", validators={WEB + path: seen for path in fetched})
    fields = {"id": "news.1", "source": "news", "started_at": NOON, "finished_at": NOON, "state": state}
    return Crawl.model_validate({**fields, "refusals": refusals, "outcomes": {"fetched": len(fetched)}, **changes})


def told(
    *files: SavedFile, made: Mapping[str, list[str]], refused: Mapping[str, list[str]], crawls: list[Crawl]
) -> dict[str, FileOutcome]:
    """The lines of the report by file."""
    documents, reasons = ({WEB + path: values for path, values in found.items()} for found in (made, refused))
    return {row.file: row for row in saved.outcomes(files, documents, reasons, crawls)}


@pytest.mark.parametrize(
    ("name", "served", "asked"),
    [
        ("my page.html", "/my%20page.html", ["/my%20page.html"]),
        ("my page.html", "/my page.html", ["/my%20page.html"]),
        ("sums.csv", "/sums.csv", ["/sums.csv#row=2", "/sums.csv#row=3"]),
        ("meeting.xml", "/meeting.xml", ["/meeting.xml?saved"]),
        ("post.json", "/bsky.example/xrpc/post.json", ["/bsky.example/xrpc/post.json"]),
        ("post.json", "/social.example/@wick_lad/posts.json", ["/social.example/posts.json"]),
    ],
)
def test_texts_find_their_file(name: str, served: str, asked: list[str]) -> None:
    """Percent signs, rows, queries, hosts and handles in an address do not hide whose text it is, and rows add up."""
    row = told(file(name, served), made={path: ["d1"] for path in asked}, refused={}, crawls=[])[name]
    assert (row.documents, row.refused, row.outcome) == (len(asked), (), saved.READ)


def test_refusals_of_the_spider_and_of_reading_are_both_told() -> None:
    """A table with a formula in one row, a far date in another and a good one names both, beside its document."""
    account = crawl("/ok.csv", refused={"/ok.csv#row=4": "row 4: a formula in text: write it as text"})
    far = {"/ok.csv#row=3": ["date out of range"]}
    row = told(file("ok.csv", "/ok.csv"), made={"/ok.csv#row=2": ["d1"]}, refused=far, crawls=[account])["ok.csv"]
    assert row.documents == 1
    assert row.refused == ("row 4: a formula in text: write it as text", "date out of range")


def test_a_file_without_texts_says_how_its_crawl_ended() -> None:
    """Refused whole, fetched but empty, never fetched, not crawled, no source: each has an outcome of its own."""
    account = crawl("/empty.xml", refused={"/bad.xml": "unreadable: malformed feed", "/_lists/news": "the list is cut"})
    files = [file(name, f"/{name}") for name in ("empty.xml", "bad.xml", "missed.xml")]
    files += [file("odd.xml", "/odd.xml", "odd"), file("README.md")]
    rows = told(*files, made={}, refused={}, crawls=[account])
    assert [rows[item.file].outcome for item in files] == [
        saved.NO_TEXT,
        saved.REFUSED,
        "not fetched: crawl of news: fetched 1; the list is cut",
        "not crawled: source odd was refused, see the log",
        saved.NO_SOURCE,
    ]
    assert rows["bad.xml"].refused == ("unreadable: malformed feed",)


def test_two_files_at_one_address_are_not_counted_twice() -> None:
    """The second of two files that one address stands for has no numbers and says which file has them."""
    pair = [file("a.json", "/x.example/a.json"), file("b.json", "/x.example/a.json")]
    people = [file("c.json", "/x.example/@c/p.json"), file("d.json", "/x.example/@d/p.json")]
    made = {"/x.example/a.json": ["d1"], "/x.example/p.json": ["d2", "d3"]}
    rows = told(*pair, *people, made=made, refused={}, crawls=[])
    assert [rows[name].documents for name in ("a.json", "b.json", "c.json", "d.json")] == [1, 0, 2, 0]
    assert rows["b.json"].outcome == "not asked: a.json is served at the same address"
    assert rows["d.json"].outcome.startswith("counted with c.json")
