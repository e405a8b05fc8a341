"""The demo's little web as its own sources crawl it."""

import json
from collections import Counter
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path

import pytest

from areas.demo.site import Site
from areas.demo.web import serve
from crawlers import catalog, pages
from crawlers.items import Source, as_json
from tests.crawlers.conftest import Crawler

DEMO = Path(__file__).resolve().parents[2] / "areas" / "demo"
SUNDAY = datetime.fromisoformat("2026-09-13T23:59:00+01:00")
ROWS = [json.loads(line) for path in sorted((DEMO / "content").glob("*.jsonl")) for line in path.open()]
SOURCES = sorted({row["source"] for row in ROWS})


@pytest.fixture(scope="module")
def port() -> Iterator[int]:
    """The borough's web on a free port."""

    class Late:
        """Knows its own address only when it is bound."""

        site: Site | None = None

        def answer(self, path: str, query: str) -> object:
            return self.site.answer(path, query) if self.site else None

    late = Late()
    with serve(late, 0) as bound:  # type: ignore[arg-type]
        late.site = Site(f"http://127.0.0.1:{bound}")
        yield bound


def declared(source: str, port: int) -> Source:
    """A source of the demo with the web's address filled in."""
    return catalog.find(catalog.load(DEMO, {"WEB": f"http://127.0.0.1:{port}"}), source)


def words(text: str) -> str:
    """A text's words, whatever the markup did to its spaces."""
    return " ".join(text.split())


@pytest.mark.parametrize("name", SOURCES)
def test_every_text_arrives(name: str, port: int, crawl: Crawler) -> None:
    """Each source's spider brings every text of the week, word for word, with its time, and no handle in an address."""
    source = declared(name, port)
    done = crawl(as_json(source), now=SUNDAY, loopback=[f"127.0.0.1:{port}"])
    assert done.code == 0, done.log
    wanted = [row for row in ROWS if row["source"] == name]
    results = [page for _, page in pages.read_many(done.fetches, source, SUNDAY, 1, 30)]
    read = [page for page in results if isinstance(page, pages.Page)]
    assert [page for page in results if isinstance(page, pages.Unreadable)] == []
    assert Counter(words(row["text"]) in words(page.text) for row, page in pairs(wanted, read)) == {True: len(wanted)}
    assert not any("@" in page.url for page in read)
    assert set(done.outcomes) == {"fetched"}
    assert {page.published_at for page in read} == {datetime.fromisoformat(row["at"]) for row in wanted}


def pairs(rows: list[dict[str, str]], read: list[pages.Page]) -> Iterator[tuple[dict[str, str], pages.Page]]:
    """Each row with the page that holds most of its words at its time."""
    assert len(rows) == len(read)
    for row in rows:
        at = datetime.fromisoformat(row["at"])
        same = [page for page in read if page.published_at == at]
        wanted = set(row["text"].split())
        yield row, max(same, key=lambda page: len(wanted & set(page.text.split())))


def test_copies_name_their_original(port: int, crawl: Crawler) -> None:
    """A declared copy on the station's site points to the paper's article, nothing else does."""
    source = declared("wick_fm", port)
    done = crawl(as_json(source), now=SUNDAY, loopback=[f"127.0.0.1:{port}"])
    read = [page for _, page in pages.read_many(done.fetches, source, SUNDAY, 1, 30) if isinstance(page, pages.Page)]
    copies = [row for row in ROWS if row["source"] == "wick_fm" and row["copy_of"]]
    assert len(copies) > 0
    assert sum(bool(page.copy_of) for page in read) == len(copies)
    assert all("/courier/" in page.copy_of for page in read if page.copy_of)
