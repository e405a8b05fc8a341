"""Only what the catalogue declares at this moment is crawled (safeguards 1 and 7)."""

import json
import os
import subprocess
import sys
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

import pytest

from pipeline.ledger import audit, digests, sources
from pipeline.stages import run, status
from pipeline.stages.context import Context
from pipeline.stages.crawl import register
from pipeline.stages.digest import digest
from tests.pipeline.stages.conftest import NOTES, START, drop

LATER = START.replace(hour=12)


def source_file(context: Context) -> Path:
    """The declaration of the area's only source."""
    return context.area.folder / "sources" / "notes.yml"


def unlicensed(path: Path) -> None:
    """The register's entry loses a field."""
    path.write_text(NOTES.replace("licence: own texts\n", ""))


def a_persons(path: Path) -> None:
    """The address becomes a person's."""
    path.write_text(NOTES.replace("csv", "feed").replace("drop:notes", "https://mastodon.social/%40alice.rss"))


@pytest.fixture
def crawled(elsewhere: Context) -> Context:
    """The area after a crawl of a good source, with more to fetch now."""
    drop(elsewhere, "one", "the bins were not emptied")
    assert run.crawl(elsewhere) == {"notes": "crawled"}
    later = elsewhere.at(LATER)
    drop(later, "two", "the pool is shut")
    return later


@pytest.mark.parametrize("spoil", [unlicensed, a_persons, Path.unlink])
def test_a_refused_or_deleted_source_is_not_asked(crawled: Context, spoil: Callable[[Path], None]) -> None:
    """Once its file is refused or gone a source is not asked, by name or not: counted, and no inbox is written."""
    before = sorted(crawled.settings.inbox.iterdir())
    spoil(source_file(crawled))

    assert run.crawl(crawled) == {"notes": "not declared"}
    assert run.crawl(crawled, ["notes"]) == {"notes": "not declared"}
    assert sorted(crawled.settings.inbox.iterdir()) == before
    assert status.outcomes(crawled)["crawl"] == {"not declared": 2}  # the first crawl's account comes with extract


def test_what_it_brought_before_is_still_read(crawled: Context) -> None:
    """A crawl made while the source was declared is extracted, and the source goes on where it was once mended."""
    source_file(crawled).unlink()
    assert run.crawl(crawled) == {"notes": "not declared"}
    assert run.extract(crawled) == {"new": 1}
    with crawled.ledger.read() as tx:
        assert sources.state(tx, "notes").last_success is not None

    source_file(crawled).write_text(NOTES)
    assert run.crawl(crawled) == {"notes": "crawled"}
    assert run.extract(crawled) == {"new": 1}


def test_the_list_says_so(crawled: Context) -> None:
    """`vane source list` shows a source whose file is gone as not declared."""
    clean = {name: value for name, value in os.environ.items() if not name.startswith("VANE_")}
    env = {**clean, "VANE_DATA": str(crawled.settings.data), "VANE_AREAS": str(crawled.settings.areas)}
    command = [sys.executable, "-c", "from pipeline.cli import main; main()", "source", "list", "--area", "elsewhere"]
    shown = []
    for _ in range(2):
        done = subprocess.run(command, env=env, check=True, capture_output=True, text=True)
        shown.append(done.stdout.split(maxsplit=3)[3].strip())
        source_file(crawled).unlink(missing_ok=True)
    assert shown == ["on", "not declared"], json.dumps(shown)


def test_the_brief_tells_once_that_a_source_left(crawled: Context) -> None:
    """A source that left since the last brief, or brought something, is named in it as not declared; then never."""
    run.extract(crawled)
    source_file(crawled).unlink()
    told = []
    for days in (0, 1):
        morning = crawled.at(LATER + timedelta(days=days))
        digest(morning)
        with morning.ledger.read() as tx:
            last = digests.last(tx, "elsewhere", before=morning.now + timedelta(seconds=1))
        assert last is not None
        told.append([(item.name, item.note) for item in last.health])
    assert told == [[("Notes", "no longer declared")], []]


def test_what_is_read_changes_with_an_entry(crawled: Context) -> None:
    """A source that is new, changed, gone or back is one audit entry each; nothing changed is none."""
    path = source_file(crawled)
    register(crawled)
    path.write_text(NOTES.replace("every_min: 15", "every_min: 30"))
    register(crawled)
    path.unlink()
    register(crawled)
    register(crawled)
    path.write_text(NOTES.replace("every_min: 15", "every_min: 30"))
    register(crawled)
    with crawled.ledger.read() as tx:
        entries = [item for item in audit.entries(tx)[::-1] if item.action == "register"]
    changes = ["declared", "declared otherwise: every_min", "not declared", "declared again"]
    assert [(item.object, item.detail["change"]) for item in entries] == [("notes", change) for change in changes]


def test_an_edited_list_is_an_entry(crawled: Context) -> None:
    """The first stage that reads a list after it was edited writes an entry that names it; the next writes none."""
    run.extract(crawled)
    (crawled.area.folder / "myths.yml").write_text("claims: []\n")
    run.extract(crawled)
    run.extract(crawled)
    (crawled.area.folder / "myths.yml").unlink()
    run.extract(crawled)
    with crawled.ledger.read() as tx:
        first, *rest = [item.detail for item in audit.entries(tx)[::-1] if item.action == "lists changed"]
    assert {"lexicons/public_roles.txt", "nlp/taxonomy.yml", "area/area.yml"} <= set(first)
    assert [list(detail) for detail in rest] == [["area/myths.yml"]] * 2
    assert rest[1] == {"area/myths.yml": "gone"}
