"""Only what the catalogue declares at this moment is crawled (safeguards 1 and 7)."""

import json
import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from pipeline.ledger import sources
from pipeline.stages import run, status
from pipeline.stages.context import Context
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
