"""A small area of its own with one source of notes: real stores, real crawls, no server."""

from collections.abc import Iterator
from datetime import datetime
from pathlib import Path

import pytest

from pipeline.settings import Settings
from pipeline.stages.context import Context, open_context

START = datetime.fromisoformat("2026-09-07T08:00:00+01:00")
AREA = "id: elsewhere\nname: Elsewhere\ntimezone: Europe/London\nauthorities: [X1]\nbrief_at: '08:30'\n"
NOTES = """id: notes
name: Notes
class: frontline
spider: csv
url: drop:notes
scope: local
every_min: 15
owner: the council
basis: public task
licence: own texts
robots: a file
fields_kept: [text]
fields_dropped: [voice]
"""


@pytest.fixture
def elsewhere(tmp_path: Path) -> Iterator[Context]:
    """The area at eight on a Monday, with its ledger empty and no note dropped yet."""
    folder = tmp_path / "areas" / "elsewhere"
    (folder / "sources").mkdir(parents=True)
    (folder / "drop" / "notes").mkdir(parents=True)
    (folder / "area.yml").write_text(AREA)
    (folder / "sources" / "notes.yml").write_text(NOTES)
    settings = Settings(data=tmp_path / "data", areas=tmp_path / "areas", area="elsewhere")
    context = open_context(settings, "elsewhere", now=START)
    yield context
    context.close()


def drop(context: Context, name: str, *texts: str) -> None:
    """Put a file of notes where the source looks."""
    rows = "".join(f"{context.now.isoformat()},{text}\n" for text in texts)
    (context.area.folder / "drop" / "notes" / f"{name}.csv").write_text(f"published_at,text\n{rows}")
