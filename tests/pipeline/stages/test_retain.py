"""Retention with real crawls: what was deleted stays away, and raw fetches do not outlive a day."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread

import pytest
from sqlalchemy import select

from crawlers import inbox
from pipeline.ledger import documents, retention
from pipeline.ledger.tables import metadata
from pipeline.records import AnnotatedDocument
from pipeline.stages import run
from pipeline.stages.context import Context, open_context
from pipeline.stages.retain import retain
from tests.pipeline.making import WARD, annotation
from tests.pipeline.stages.conftest import NOTES, START, drop

DAY = timedelta(days=1)
FEED = "<rss version='2.0'><channel><title>Forum</title><link>{web}</link>{items}</channel></rss>"
ITEM = "<item><title>{0}</title><link>{web}/topic/{0}</link><description>{0} of us met.</description></item>"
Quiet = type("Quiet", (SimpleHTTPRequestHandler,), {"log_message": lambda *_: None})


@contextmanager
def served(folder: Path) -> Iterator[str]:
    """A folder's files on loopback; gives host and port."""
    with ThreadingHTTPServer(("127.0.0.1", 0), partial(Quiet, directory=str(folder))) as server:
        thread = Thread(target=server.serve_forever, daemon=True)
        thread.start()
        yield f"127.0.0.1:{server.server_address[1]}"
        server.shutdown()
        thread.join()


def collected(context: Context, now: datetime) -> dict[str, int]:
    """One crawl and what became of all that it brought."""
    run.crawl(context.at(now), ["notes"])
    return run.extract(context.at(now))


def read_as_ours(context: Context) -> None:
    """Put every text of the ledger in scope, so that its class's time counts and not the day of an unread one."""
    with context.ledger.begin() as tx:
        found = documents.unannotated(tx, context.area.id, since=None, until=None, limit=99)
        both = [AnnotatedDocument(document=item, annotation=annotation(), lemmas="", areas=(WARD,)) for item in found]
        documents.annotate(tx, context.area.id, both)


def held(context: Context) -> list[str]:
    """Texts of the ledger."""
    with context.ledger.read() as tx:
        return sorted(tx.execute(select(metadata.tables["documents"].c.text)).scalars())


@pytest.fixture
def forum(tmp_path: Path, elsewhere: Context) -> Iterator[tuple[Context, Path, str]]:
    """The area with a feed of announcements in place of the notes: context, the feed's file, the server's address."""
    (folder := tmp_path / "web").mkdir()
    with served(folder) as host:
        told = NOTES.replace("spider: csv", "spider: feed\ndelay_s: 0").replace("frontline", "official")
        told = told.replace("drop:notes", f"http://{host}/rss.xml")
        (elsewhere.area.folder / "sources" / "notes.yml").write_text(told)
        settings = elsewhere.settings.model_copy(update={"loopback": (host,)})
        context = open_context(settings, "elsewhere", now=START)
        yield context, folder / "rss.xml", host
        context.close()


def post(feed: Path, host: str, *names: str) -> None:
    """What the forum lists now."""
    web = f"http://{host}"
    items = "".join(ITEM.format(name, web=web) for name in names)
    feed.write_text(FEED.format(web=web, items=items))


def test_a_deleted_post_that_is_still_listed_does_not_come_back(forum: tuple[Context, Path, str]) -> None:
    """Deleted after twelve months, a text stays away although its feed lists it, whatever else is new there."""
    context, feed, host = forum
    post(feed, host, "Ten")
    first = collected(context, START)
    read_as_ours(context)
    deleted = retain(context.at(START + 366 * DAY))["documents"]
    post(feed, host, "Ten", "Eleven")
    after = collected(context, START + 366.5 * DAY)

    assert (first, deleted) == ({"new": 1}, 1)
    assert after == {"new": 1, "deleted before": 1}
    assert [text.split()[0] for text in held(context)] == ["Eleven"]


def test_deleted_rows_of_a_dropped_file_do_not_come_back(elsewhere: Context) -> None:
    """Rows out of scope go after a day; while their file lies there unchanged they are never taken for new."""
    drop(elsewhere, "a", "The bins are late.", "The lights are out.")
    collected(elsewhere, START)
    gone = retain(elsewhere.at(START + 1.5 * DAY))["documents"]
    between = [collected(elsewhere, START + days * DAY) for days in (20, 40)]
    retain(elsewhere.at(START + 70 * DAY))
    drop(elsewhere, "a", "The bins are late.", "The lights are out.", "A third one.")
    after = collected(elsewhere, START + 71 * DAY)

    assert (gone, between) == (2, [{}, {"deleted before": 2}])
    assert after == {"new": 1, "deleted before": 2}


@pytest.mark.parametrize(("hours", "left"), [(23.9, 1), (24.1, 0)])
def test_raw_fetches_go_after_a_day(elsewhere: Context, hours: float, left: int) -> None:
    """An inbox is swept 24 hours after its crawl, and not before."""
    drop(elsewhere, "a", "The bins are late.")
    collected(elsewhere, START)
    swept = retain(elsewhere.at(START + timedelta(hours=hours)))["inboxes"]

    assert len(inbox.waiting(elsewhere.settings.inbox)) == left
    assert swept == 1 - left


def test_a_post_in_a_table_is_kept_as_a_post(elsewhere: Context) -> None:
    """A row of kind social in a warden's table goes after 30 days, the warden's own notes stay."""
    rows = f"{START.isoformat()},A post they saw.,social\n{START.isoformat()},Their own note.,\n"
    folder = elsewhere.area.folder / "drop" / "notes"
    (folder / "a.csv").write_text(f"published_at,text,kind\n{rows}")
    collected(elsewhere, START)
    read_as_ours(elsewhere)
    retain(elsewhere.at(START + 31 * DAY))

    assert held(elsewhere) == ["Their own note."]


def test_the_proof_counts_no_class_without_a_time_as_kept_in_time(elsewhere: Context) -> None:
    """A text under an unknown class is overdue at the shortest time: the proof would say so, and the run deletes it."""
    drop(elsewhere, "a", "The bins are late.")
    collected(elsewhere, START)
    read_as_ours(elsewhere)
    table = metadata.tables["documents"]
    late = START + 31 * DAY
    with elsewhere.ledger.begin() as tx:
        tx.execute(table.update().values(retention="twelve_months"))
        assert len(retention.due(tx, "elsewhere", late)) == 1
    retain(elsewhere.at(late))
    with elsewhere.ledger.read() as tx:
        body = tx.execute(select(metadata.tables["proofs"].c.body)).scalars().one()

    assert held(elsewhere) == []
    assert (body["deleted"]["documents"], body["overdue"], body["left"]) == (1, 0, {})
