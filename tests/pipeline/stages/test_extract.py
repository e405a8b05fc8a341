"""What extract sets aside is named with its remedy, and a damaged inbox stops no other."""

import logging
from datetime import timedelta

import pytest
from sqlalchemy import select

from crawlers import inbox
from pipeline.errors import VaneError
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
    """The inboxes before and after it are read; it is named, and damaged fetches end the command as failed."""
    crawled(elsewhere, "a")
    broken = crawled(elsewhere.at(START + timedelta(hours=1)), "b")
    later = elsewhere.at(START + timedelta(hours=2))
    crawled(later, "c")
    path = later.settings.inbox / broken / file
    path.write_bytes(path.read_bytes()[:20] if file == inbox.FETCHES else b"")
    if file == inbox.FETCHES:
        with pytest.raises(VaneError, match="1 damaged in the inbox, the rest was read"):
            run.extract(later)
    else:
        run.extract(later)
    assert status.counts(later)["documents"] == 3  # the third crawl reads the three files of the folder
    with later.ledger.read() as tx:
        assert broken not in set(tx.execute(select(crawls.c.id)).scalars())
    assert f"{broken}: " in caplog.text
    assert "delete the folder, then crawl again" in caplog.text


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
