"""The inbox holds a crawl whole or not at all."""

import os
import signal
import subprocess
import sys
from datetime import UTC, datetime, timedelta
from pathlib import Path
from traceback import format_exception

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from crawlers import inbox
from crawlers.items import Crawl, Entry, Fetch, Kind, Shape, SourceState

NOON = datetime(2026, 9, 13, 12, tzinfo=UTC)


def crawl(crawl_id: str = "c1", source: str = "courier", at: datetime = NOON) -> Crawl:
    """A crawl's account with nothing in it."""
    return Crawl(id=crawl_id, source=source, started_at=at, finished_at=at, state=SourceState(source=source))


fetches = st.builds(
    Fetch,
    id=st.text(st.characters(codec="ascii", categories=["L", "N"]), min_size=1),
    url=st.text(),
    fetched_at=st.datetimes(timezones=st.just(UTC)),
    shape=st.sampled_from(Shape),
    content_type=st.text(),
    body=st.binary(),
    entry=st.builds(Entry, text=st.text(), author=st.text(), kind=st.none() | st.sampled_from(Kind)),
)


@settings(max_examples=40, suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@given(batch=st.lists(fetches, max_size=4), number=st.integers(0, 10**12))
def test_what_goes_in_comes_out(tmp_path: Path, batch: list[Fetch], number: int) -> None:
    """Any fetches, bytes and all, are read back equal and in order."""
    account = crawl(f"c{number}-{os.urandom(4).hex()}")
    folder = inbox.write(tmp_path, account, batch)
    assert list(inbox.read(folder)) == batch
    assert inbox.read_crawl(folder) == account


def test_a_failing_writer_leaves_nothing(tmp_path: Path) -> None:
    """An error half-way leaves no crawl and no half of one."""

    def broken() -> "list[Fetch]":
        raise RuntimeError("stop")

    with pytest.raises(RuntimeError):
        inbox.write(tmp_path, crawl(), (fetch for fetch in broken()))
    assert inbox.waiting(tmp_path) == []
    assert list(tmp_path.rglob("*.zst")) == []


KILLED = """
import os, signal, sys
from pathlib import Path
from datetime import datetime, UTC
from crawlers import inbox
from crawlers.items import Fetch, Shape
writer = inbox.Writer(Path(sys.argv[1]), "c1")
for i in range(1000):
    at = datetime(2026, 9, 13, tzinfo=UTC)
    writer.add(Fetch(id=str(i), url="u", fetched_at=at, shape=Shape.PAGE, body=os.urandom(999)))
os.kill(os.getpid(), signal.SIGKILL)
"""


def test_a_killed_writer_shows_no_crawl(tmp_path: Path) -> None:
    """After SIGKILL nothing waits, and the sweep takes the half away."""
    done = subprocess.run([sys.executable, "-c", KILLED, str(tmp_path)], check=False)
    assert done.returncode == -signal.SIGKILL
    assert inbox.waiting(tmp_path) == []
    assert len(inbox.sweep(tmp_path, datetime.now(UTC) + timedelta(hours=1))) == 1
    assert list(tmp_path.iterdir()) == []


def test_order_and_sweep(tmp_path: Path) -> None:
    """Crawls wait in time order across sources; the sweep takes those finished before the moment."""
    inbox.write(tmp_path, crawl("b", "wick_fm", NOON + timedelta(hours=1)), [])
    inbox.write(tmp_path, crawl("a", "courier", NOON), [])
    assert [inbox.read_crawl(path).id for path in inbox.waiting(tmp_path)] == ["a", "b"]
    assert [inbox.read_crawl(path).id for path in inbox.waiting(tmp_path, "wick_fm")] == ["b"]
    assert len(inbox.sweep(tmp_path, NOON + timedelta(minutes=1))) == 1
    assert [inbox.read_crawl(path).id for path in inbox.waiting(tmp_path)] == ["b"]


def test_one_id_once(tmp_path: Path) -> None:
    """A second crawl under the same id and start is refused and does not touch the first."""
    inbox.write(tmp_path, crawl(), [])
    with pytest.raises(inbox.InboxError, match="already"):
        inbox.write(tmp_path, crawl(), [])
    assert len(inbox.waiting(tmp_path)) == 1


def test_damage_is_named(tmp_path: Path) -> None:
    """A damaged file gives one line that names the crawl and the remedy."""
    fetch = Fetch(id="1", url="u", fetched_at=NOON, shape=Shape.PAGE, body=os.urandom(5000))
    folder = inbox.write(tmp_path, crawl(), [fetch])
    file = folder / inbox.FETCHES
    file.write_bytes(file.read_bytes()[:1000])
    with pytest.raises(inbox.InboxError, match=r"c1: damaged after line \d+: crawl its source again"):
        list(inbox.read(folder))
    file.unlink()
    with pytest.raises(inbox.InboxError, match=r"c1: damaged after line 0: crawl its source again"):
        list(inbox.read(folder))


@pytest.mark.parametrize("damage", ["", '{"id": "Wilhelmina', None])
def test_a_damaged_account_is_passed_over(tmp_path: Path, damage: str | None) -> None:
    """The other crawls wait and are swept as before; the damaged one is listed, unquoted; its folder's age counts."""
    folder = inbox.write(tmp_path, crawl("b"), [])
    inbox.write(tmp_path, crawl("a", at=NOON + timedelta(hours=1)), [])
    account = folder / inbox.ACCOUNT
    account.unlink() if damage is None else account.write_text(damage)
    assert [path.name for path in inbox.waiting(tmp_path)] == ["a"]
    assert [path.name for path in inbox.damaged(tmp_path)] == ["b"]
    with pytest.raises(inbox.InboxError, match=r"b: its crawl\.json is damaged") as raised:
        inbox.read_crawl(folder)
    assert "Wilhelmina" not in "".join(format_exception(raised.value))
    os.utime(folder, (NOON.timestamp(), NOON.timestamp()))
    assert inbox.sweep(tmp_path, NOON) == []
    assert inbox.sweep(tmp_path, NOON + timedelta(minutes=1)) == ["b"]
