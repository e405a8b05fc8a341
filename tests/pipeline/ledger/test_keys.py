"""Day keys, source switches, users, series and optimistic concurrency."""

from collections import Counter
from datetime import date, timedelta

import pytest

from crawlers.items import Crawl, Source, SourceState
from pipeline.errors import Stale, VaneError
from pipeline.ledger import Ledger, alerts, keys, series, sources, users
from pipeline.records import Alert, AlertKind, AlertState, Point, Priority
from tests.pipeline.making import NOON, WARD

DAY = date(2026, 9, 9)


def source(name: str = "mill_gazette") -> Source:
    """A declared source."""
    fields = {"id": name, "name": "Mill Gazette", "class": "news", "spider": "feed", "url": "https://mill.example/rss"}
    register = {"owner": "x", "basis": "public task", "licence": "OGL", "robots": "allowed"}
    return Source.model_validate(
        {**fields, **register, "scope": "local", "fields_kept": ["text"], "fields_dropped": ["author"]}
    )


def test_a_day_has_one_key_until_it_is_destroyed(ledger: Ledger) -> None:
    """The same day gives the same key; once destroyed, another."""
    with ledger.begin() as tx:
        first, second = keys.of_day(tx, DAY), keys.of_day(tx, DAY)
        other = keys.of_day(tx, DAY - timedelta(days=1))
        destroyed = keys.destroy(tx, before=DAY)
        left = keys.days(tx)
        again = keys.of_day(tx, DAY - timedelta(days=1))

    assert first == second
    assert len({first, other, again}) == 3
    assert (destroyed, left) == (1, [DAY])


def test_a_key_with_an_unread_inbox_stays(ledger: Ledger) -> None:
    """A leftover inbox is read under the key of its own day."""
    with ledger.begin() as tx:
        keys.of_day(tx, DAY)
        assert keys.destroy(tx, before=DAY + timedelta(days=2), still_needed=[DAY]) == 0


@pytest.mark.parametrize("name", ["mill_gazette", sources.EVERYTHING])
def test_the_switch_wins_over_the_declaration(ledger: Ledger, name: str) -> None:
    """A source stays off when it is declared again, and comes back when switched on."""
    with ledger.begin() as tx:
        sources.register(tx, "demo", [source()])
        sources.switch(tx, name, off=True, reason="complaint", actor="iga", at=NOON)
        sources.register(tx, "demo", [source().model_copy(update={"name": "Renamed"})])
        off = sources.switched_off(tx, "mill_gazette")
        sources.switch(tx, name, off=False, reason="settled", actor="iga", at=NOON)
        on = sources.switched_off(tx, "mill_gazette")

    assert (off, on) == ("complaint", "")


def test_an_unknown_source_cannot_be_switched(ledger: Ledger) -> None:
    """A mistyped name is an error, not a switch that does nothing."""
    with pytest.raises(VaneError, match="no source mill"), ledger.begin() as tx:
        sources.switch(tx, "mill", off=True, reason="x", actor="a", at=NOON)


def test_state_comes_with_the_crawl(ledger: Ledger) -> None:
    """A source's new state is written with its crawl's account, and the crawl is known from then on."""
    state = SourceState(source="mill_gazette", failures=1.5, retry_at=NOON)
    crawl = Crawl(
        id="mill_gazette.1",
        source="mill_gazette",
        started_at=NOON,
        finished_at=NOON,
        outcomes={"fetched": 2},
        state=state,
    )
    with ledger.begin() as tx:
        sources.register(tx, "demo", [source()])
        before = sources.known(tx, crawl.id)
        sources.finish(tx, "demo", crawl, {"new": 2})
        found = sources.state(tx, "mill_gazette")

        assert (before, sources.known(tx, crawl.id), found) == (False, True, state)
        assert sources.account(tx, "demo") == [("mill_gazette", NOON, {"fetched": 2}, {"new": 2})]


def test_series_add_up_and_missing_days_are_missing(ledger: Ledger) -> None:
    """Counts grow by what is added; a day without documents has no total, which is not a zero."""
    cell = (WARD, "N01", DAY)
    with ledger.begin() as tx:
        series.load(tx, "demo", [Point(area=WARD, theme="N01", day=DAY - timedelta(days=2), count=1, total=50)])
        series.add(tx, "demo", Counter({cell: 2}), Counter({DAY: 5}))
        series.add(tx, "demo", Counter({cell: 1}), Counter({DAY: 3}))
        found = series.between(tx, "demo", first=DAY - timedelta(days=9), last=DAY)
        days = series.collected(tx, "demo", first=DAY - timedelta(days=9), last=DAY)

    cells = [(point.day, point.count, point.total) for point in found]
    assert cells == [(DAY - timedelta(days=2), 1, 50), (DAY, 3, 8)]
    assert days == {DAY - timedelta(days=2): 50, DAY: 8}


def test_failed_sign_ins_lock_a_name_for_a_while(ledger: Ledger) -> None:
    """Five failed tries in fifteen minutes lock the name; a success or time unlocks it."""
    with ledger.begin() as tx:
        for minute in range(users.MOST_FAILURES):
            users.failed(tx, "ann", NOON + timedelta(minutes=minute))
        soon = users.locked(tx, "ann", NOON + timedelta(minutes=6))
        later = users.locked(tx, "ann", NOON + timedelta(minutes=16))
        users.succeeded(tx, "ann")

        assert (soon, later, users.locked(tx, "ann", NOON)) == (True, False, False)


def test_a_stale_change_is_refused(ledger: Ledger) -> None:
    """Two people with the same page open: the second gets Stale and nothing of the first is lost."""
    alert = Alert(
        id="a1", kind=AlertKind.NARRATIVE, area=WARD, subject="n1", code="N01", title="t", score=8,
        priority=Priority.MEDIUM,
        parts=(), sentences=(), documents=(), voices=3, posts=3, raised_at=NOON, updated_at=NOON,
    )  # fmt: skip
    reviewed = alert.model_copy(update={"state": AlertState.REVIEWED, "revision": 2})
    with ledger.begin() as tx:
        alerts.write(tx, "demo", [alert])
        alerts.change(tx, "demo", reviewed, read=1)
    with pytest.raises(Stale), ledger.begin() as tx:
        alerts.change(tx, "demo", alert.model_copy(update={"title": "other", "revision": 2}), read=1)
    with ledger.read() as tx:
        assert alerts.get(tx, "a1") == reviewed
