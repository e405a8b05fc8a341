"""`vane real` reports on every file of the folder: documents of it, or why there are none."""

import json
from pathlib import Path

import pytest

from pipeline.cli.demo import local_web
from pipeline.cli.real import by_file, declare
from pipeline.settings import Settings
from pipeline.stages import saved, trial
from pipeline.stages.context import open_context
from tests.pipeline.making import NOON

PAGE = "<html><body><article><p>{} The bridge will open again on Monday, the council said.</p></article></body></html>"
AREA = "id: elsewhere\nname: Elsewhere\ntimezone: Europe/London\nauthorities: [X1]\nbrief_at: '08:30'\n"
ROWS = """published_at,text
2026-09-07,The library on Mill Street is open again
2203-09-07,A note of a day far away from now
2026-09-07,=1+1
"""
POST = {"uri": "at://did:plc:a/app.bsky.feed.post/3lo", "author": {"handle": "x.example"},
        "record": {"text": "Words of a post on the bridge.", "createdAt": "2026-09-07T10:00:00Z"}}  # fmt: skip


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Files that are read, refused by a spider or by reading, empty, too large, saved from a host, and notes."""
    made = tmp_path / "from"
    made.mkdir()
    recorded = {"request": "x", "status": {"code": 200}, "response_headers": {}, "body": {"posts": [POST]}}
    texts = {
        "my page.html": PAGE.format("Spaces in a name."),
        "plain.html": PAGE.format("None in this."),
        "big.html": PAGE.format("x" * 9_000_000),
        "ok.csv": ROWS,
        "nocol.csv": "text\nwithout a date\n",
        "badfeed.xml": "<rss version='2.0'><channel><item><title>T",
        "empty.xml": "<rss version='2.0'><channel><title>Nothing yet</title></channel></rss>",
        "rec.json": json.dumps(recorded),
        "sources.yml": '"rec.json": {spider: objects, kind: social, url: "https://bsky.example/a%20b/"}\n',
        "README.md": "notes",
    }
    for name, text in texts.items():
        (made / name).write_text(text)
    return made


def report(tmp_path: Path, folder: Path) -> dict[str, saved.FileOutcome]:
    """The lines on files of a crawl of the folder, by file."""
    here = tmp_path / "areas" / "elsewhere"
    (here / "sources").mkdir(parents=True)
    (here / "area.yml").write_text(AREA)
    with local_web("--from", str(folder)) as address:
        files = declare(folder, address, here)
        settings = Settings(data=tmp_path / "data", areas=here.parent, area=here.name, loopback=(address,))
        context = open_context(settings, here.name, now=NOON)
        trace = trial.fetched(context)
        context.close()
    return {row.file: row for row in by_file(files, trace)}


def test_every_file_has_documents_or_a_reason(tmp_path: Path, folder: Path) -> None:
    """No file of the folder is without an outcome, and each outcome is that file's own."""
    rows = report(tmp_path, folder)

    assert set(rows) == {path.name for path in folder.iterdir()}
    assert {name: (row.documents, row.outcome) for name, row in rows.items()} == {
        "my page.html": (1, saved.READ),
        "plain.html": (1, saved.READ),
        "rec.json": (1, saved.READ),
        "ok.csv": (1, saved.READ),
        "big.html": (0, saved.REFUSED),
        "nocol.csv": (0, saved.REFUSED),
        "badfeed.xml": (0, saved.REFUSED),
        "empty.xml": (0, saved.NO_TEXT),
        "sources.yml": (0, saved.NO_SOURCE),
        "README.md": (0, saved.NO_SOURCE),
    }
    assert [reason.split(":")[0] for reason in rows["big.html"].refused] == ["oversized"]
    assert "missing column" in rows["nocol.csv"].refused[0]
    assert "malformed feed" in rows["badfeed.xml"].refused[0]
    formula, far = rows["ok.csv"].refused
    assert "a formula in text" in formula
    assert "date out of range" in far
