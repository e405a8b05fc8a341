"""What extract sets aside is named with its remedy, and a damaged inbox stops no other."""

import logging
import os
import subprocess
import sys
from datetime import timedelta

import pytest
from sqlalchemy import select

from crawlers import inbox
from pipeline.errors import Incomplete
from pipeline.ledger import audit
from pipeline.ledger.tables import crawls
from pipeline.stages import run, status
from pipeline.stages.context import Context
from pipeline.stages.retain import retain
from tests.pipeline.stages.conftest import START, drop

LATE = "2203-09-08T10:00:00+01:00,the bins on Mill Lane were not emptied\n"


def crawled(context: Context, name: str) -> str:
    """Drop a note and crawl it; returns the inbox's name."""
    before = {path.name for path in context.settings.inbox.glob("*")}
    drop(context, name, f"the {name} bus did not come")
    run.crawl(context, ["notes"])
    (new,) = {path.name for path in context.settings.inbox.glob("*")} - before
    return new


def test_what_is_set_aside_is_named_with_its_remedy(elsewhere: Context, caplog: pytest.LogCaptureFixture) -> None:
    """A row of 2203 has one line in log and ledger: its file and row, why, and what to do; it is counted by why."""
    drop(elsewhere, "a", "the bus did not come")
    file = elsewhere.area.folder / "drop" / "notes" / "a.csv"
    file.write_text(file.read_text() + LATE)
    run.crawl(elsewhere)
    with caplog.at_level(logging.INFO):
        assert run.extract(elsewhere) == {"new": 1, "date out of range": 1}
    where = "drop:notes/a.csv#row=3"
    reason = "date out of range: 2203-09-08 is before 1995 or in the future: mend it at the source"
    with elsewhere.ledger.read() as tx:
        assert list(tx.execute(select(crawls.c.refusals)).scalars()) == [[{"where": where, "reason": reason}]]
    assert f"notes: {where}: {reason}" in caplog.messages
    assert "Mill Lane" not in caplog.text
    assert status.outcomes(elsewhere)["extract"] == {"new": 1, "date out of range": 1}


@pytest.mark.parametrize("file", [inbox.FETCHES, inbox.ACCOUNT])
def test_a_damaged_inbox_stops_no_other(elsewhere: Context, caplog: pytest.LogCaptureFixture, file: str) -> None:
    """The inboxes before and after it are read; it is named and counted once, and that once the step has failed."""
    crawled(elsewhere, "a")
    broken = crawled(elsewhere.at(START + timedelta(hours=1)), "b")
    later = elsewhere.at(START + timedelta(hours=2))
    crawled(later, "c")
    path = later.settings.inbox / broken / file
    path.write_bytes(path.read_bytes()[:20] if file == inbox.FETCHES else b"")
    with pytest.raises(Incomplete, match="1 damaged in the inbox, the rest was read") as raised:
        run.extract(later)
    assert raised.value.done == {"new": 3, "unchanged": 1, "inbox damaged": 1}
    assert run.extract(later) == {}
    assert status.outcomes(later)["extract"] == raised.value.done
    assert [line for line in caplog.messages if line.startswith(f"{broken}: ")] == [told(later, broken)]


def told(context: Context, crawl: str) -> str:
    """Why the crawl of that id was lost, as the ledger and the audit chain have it."""
    with context.ledger.read() as tx:
        [refusal] = tx.execute(select(crawls.c.refusals).where(crawls.c.id == crawl)).scalar_one()
        [entry] = [item for item in audit.entries(tx) if item.detail.get("outcome") == "inbox damaged"]
    assert (refusal["where"], entry.detail["crawl"]) == (crawl, crawl)
    return str(refusal["reason"]).removeprefix("inbox damaged: ")


def test_what_was_lost_is_fetched_again(elsewhere: Context) -> None:
    """The state of the source has not moved on with the damaged inbox: the next crawl brings the same texts."""
    broken = crawled(elsewhere, "a")
    (elsewhere.settings.inbox / broken / inbox.FETCHES).write_bytes(b"")
    with pytest.raises(Incomplete):
        run.extract(elsewhere)
    later = elsewhere.at(START + timedelta(hours=1))
    assert run.crawl(later) == {"notes": "crawled"}
    assert run.extract(later) == {"new": 1}


def test_a_damaged_inbox_stops_no_later_stage(elsewhere: Context) -> None:
    """`vane run` reads and indexes the rest, prints its numbers, and fails that one time with a line that says why."""
    (elsewhere.settings.inbox / crawled(elsewhere, "a") / inbox.FETCHES).write_bytes(b"")
    now = (START + timedelta(hours=1)).isoformat()
    clean = {name: value for name, value in os.environ.items() if not name.startswith("VANE_")}
    env = {**clean, "VANE_DATA": str(elsewhere.settings.data), "VANE_AREAS": str(elsewhere.settings.areas)}
    command = [sys.executable, "-c", "from pipeline.cli import main; main()", "run", "--area", "elsewhere"]
    done = [
        subprocess.run([*command, "--now", now], env=env, check=False, capture_output=True, text=True) for _ in range(2)
    ]
    assert [one.returncode for one in done] == [1, 0], done[0].stderr
    last = done[0].stderr.splitlines()[-1]
    assert last.startswith("vane: 1 damaged in the inbox, the rest was read")
    assert "{'inbox damaged': 1, 'new': 1}" in done[0].stdout or "{'new': 1, 'inbox damaged': 1}" in done[0].stdout
    assert status.counts(elsewhere)["indexed"] == 1


def test_a_damaged_account_does_not_stop_deletion(elsewhere: Context) -> None:
    """The night's deletion goes through, and a day after it was written the sweep takes the folder."""
    broken = crawled(elsewhere, "a")
    path = elsewhere.settings.inbox / broken
    (path / inbox.ACCOUNT).write_bytes(b"")
    written = path.stat().st_mtime
    night = elsewhere.at(START.fromtimestamp(written, START.tzinfo) + timedelta(hours=23))
    assert retain(night)["inboxes"] == 0
    assert path.is_dir()
    assert retain(night.at(night.now + timedelta(hours=2)))["inboxes"] == 1
    assert not path.exists()
