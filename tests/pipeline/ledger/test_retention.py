"""Every rule of retention: what is a little younger than its time stays, what is a little older goes."""

from datetime import datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import Table, func, select, update

from crawlers.items import Kind, Source
from crawlers.spiders import visits
from pipeline.ledger import Ledger, alerts, documents, narratives, retention, series, sources
from pipeline.ledger.store import Tx
from pipeline.ledger.tables import metadata
from pipeline.records import Alert, AlertKind, AlertState, Entity, Narrative, Point, Priority, WhyNot
from tests.pipeline.making import NOON, WARD, annotated, document

AREA = "demo"
FETCHED = NOON + timedelta(hours=1)
CLASSES = {30: ["social", "comment", "message"], 90: ["news"]} | {
    365: ["official", "committee", "police", "petition", "frontline", "factcheck"]
}


def held(tx: Tx, name: str) -> int:
    """Rows of a table."""
    table: Table = metadata.tables[name]
    return int(tx.execute(select(func.count()).select_from(table)).scalar_one())


@pytest.mark.parametrize(("days", "name"), [(days, name) for days, names in CLASSES.items() for name in names])
def test_each_class_has_its_time(ledger: Ledger, days: int, name: str) -> None:
    """A text in scope stays for its class's days from the first fetch and is due after them."""
    with ledger.begin() as tx:
        documents.write(tx, AREA, [document(1, retention=name)])
        documents.annotate(tx, AREA, [annotated(1)])
        under = retention.due(tx, AREA, FETCHED + timedelta(days=days - 0.1))
        over = retention.due(tx, AREA, FETCHED + timedelta(days=days + 0.1))

    assert (under, over) == ([], ["d0001"])


def test_every_kind_has_a_time() -> None:
    """No kind of text is kept without an end."""
    assert set(retention.DAYS) == {kind.value for kind in Kind}


def test_an_unknown_class_goes_at_the_shortest_time(ledger: Ledger) -> None:
    """A text under a class that is none of ours, as an older ledger may hold, is overdue after thirty days."""
    with ledger.begin() as tx:
        documents.write(tx, AREA, [document(1, retention="twelve_months")])
        documents.annotate(tx, AREA, [annotated(1)])
        under = retention.due(tx, AREA, FETCHED + timedelta(days=29.9))
        over = retention.due(tx, AREA, FETCHED + timedelta(days=30.1))

    assert (under, over) == ([], ["d0001"])


@pytest.mark.parametrize(
    ("class_", "declared", "kind", "kept"),
    [
        ("frontline", "", "social", "social"),
        ("frontline", "", "frontline", "frontline"),
        ("news", "", "comment", "comment"),
        ("social", "", "official", "social"),
        ("news", "message", "news", "message"),
        ("social", "official", "social", "social"),
    ],
)
def test_the_shorter_of_class_and_kind_counts(class_: str, declared: str, kind: str, kept: str) -> None:
    """A post in a warden's table is kept as a post; no source keeps a text longer than its kind allows."""
    assert retention.class_of(declaring(class_, declared), Kind(kind)) == kept


def declaring(class_: str, retention_class: str) -> Source:
    """A source of a class that names a retention."""
    told = {"id": "notes", "name": "N", "spider": "csv", "url": "drop:notes", "scope": "local", "class": class_}
    register = dict.fromkeys(("owner", "basis", "licence", "robots"), "x")
    fields = {"fields_kept": ("text",), "fields_dropped": ("voice",)}
    return Source.model_validate({**told, **register, **fields, "retention": retention_class})


def test_a_register_of_before_is_read(ledger: Ledger) -> None:
    """A source that was registered when any word was taken for a retention keeps its class's time."""
    table: Table = metadata.tables["sources"]
    source = declaring("frontline", "")
    old = {**source.model_dump(mode="json", by_alias=True), "retention": "twelve_months"}
    with ledger.begin() as tx:
        sources.register(tx, AREA, [source])
        tx.execute(update(table).values(declared=old))

        assert sources.declared(tx, AREA) == [source]


@pytest.mark.parametrize(("hours", "cut"), [(23.9, []), (24.1, ["d0001"])])
def test_an_excerpt_is_cut_after_a_day(ledger: Ledger, hours: float, cut: list[str]) -> None:
    """A text whose licence is not on file is whole for 24 hours and an excerpt after them; others stay whole."""
    with ledger.begin() as tx:
        documents.write(tx, AREA, [document(1, keep="excerpt"), document(2)])
        documents.annotate(tx, AREA, [annotated(1, keep="excerpt"), annotated(2)])

        assert retention.to_trim(tx, AREA, FETCHED + timedelta(hours=hours)) == cut


def alert(ref: str, closed: datetime | None) -> Alert:
    """An alert raised at noon."""
    fields: dict[str, Any] = {"id": ref, "kind": AlertKind.NARRATIVE, "area": WARD, "subject": "n1", "code": "N01"}
    shown = {"title": "t", "score": 9, "priority": Priority.MEDIUM, "parts": (), "sentences": (), "documents": ()}
    state = AlertState.OPEN if closed is None else AlertState.CLOSED
    times = {"raised_at": NOON, "updated_at": NOON, "closed_at": closed, "state": state}
    return Alert.model_validate({**fields, **shown, **times, "voices": 3, "posts": 3})


@pytest.mark.parametrize(("days", "left"), [(89.9, ["closed", "open"]), (90.1, ["open"])])
def test_an_alert_goes_ninety_days_after_closing(ledger: Ledger, days: float, left: list[str]) -> None:
    """A closed alert and what was seen but kept back go after 90 days; an open alert stays."""
    seen = {"id": "w", "kind": AlertKind.RISE, "area": WARD, "subject": "T01", "code": "T01", "title": "t"}
    kept_back = WhyNot.model_validate({**seen, "rule": "budget", "reason": "r", "posts": 1, "at": NOON})
    with ledger.begin() as tx:
        alerts.write(tx, AREA, [alert("closed", NOON), alert("open", None)])
        alerts.keep_back(tx, AREA, [kept_back])
        retention.close_out(tx, AREA, NOON + timedelta(days=days))
        retention.age_out(tx, AREA, NOON + timedelta(days=days))

        assert sorted(item.id for item in alerts.many(tx, AREA)) == left
        assert held(tx, "whynot") == (1 if "closed" in left else 0)


@pytest.mark.parametrize(("days", "left"), [(729, 1), (732, 0)])
def test_narratives_and_series_go_after_two_years(ledger: Ledger, days: int, left: int) -> None:
    """A narrative, an area series and its totals stay for 24 months."""
    told = Narrative(id="n1", code="N01", statement="s", first_seen=NOON, last_seen=NOON)
    with ledger.begin() as tx:
        narratives.write(tx, AREA, [told])
        series.load(tx, AREA, [Point(area=WARD, theme="N01", day=NOON.date(), count=3, total=9)])
        retention.age_out(tx, AREA, NOON + timedelta(days=days))

        assert {name: held(tx, name) for name in ("narratives", "series", "totals")} == dict.fromkeys(
            ("narratives", "series", "totals"), left
        )


def test_a_tombstone_counts_from_the_deletion(ledger: Ledger) -> None:
    """The run that deletes a text of a year ago leaves its tombstone: the next crawl does not bring it back."""
    late = FETCHED + timedelta(days=366)
    with ledger.begin() as tx:
        documents.write(tx, AREA, [document(1, retention="official")])
        retention.remove(tx, AREA, ["d0001"], late)

        assert retention.bury(tx, late) == 0
        assert documents.write(tx, AREA, [document(1)]) == ["deleted before"]


def test_a_text_given_again_renews_its_tombstone(ledger: Ledger) -> None:
    """A deleted text that a crawl brought again counts from that fetch; an older crawl read late changes nothing."""
    again = NOON + timedelta(days=50)
    with ledger.begin() as tx:
        documents.write(tx, AREA, [document(1)])
        retention.remove(tx, AREA, ["d0001"], NOON)
        documents.write(tx, AREA, [document(1, fetched_at=again)])
        documents.write(tx, AREA, [document(1, fetched_at=NOON)])
        retention.relist(tx, ["d0001"], NOON)

        assert retention.bury(tx, again + retention.LISTED - timedelta(hours=1)) == 0
        assert retention.bury(tx, again + retention.LISTED) == 1


def test_a_tombstone_outlives_what_a_crawl_remembers() -> None:
    """A page under another address than the listed one is fetched again, at the latest a day after it is forgotten."""
    assert max(visits.FORGOTTEN, visits.WHOLE) + 2 * timedelta(days=1) < retention.LISTED


def test_a_removed_alert_leaves_the_index(ledger: Ledger) -> None:
    """What is deleted waits in the outbox, so that the index lets go of it too."""
    with ledger.begin() as tx:
        alerts.write(tx, AREA, [alert("closed", NOON)])
        retention.close_out(tx, AREA, NOON + timedelta(days=91))
        waiting = tx.execute(select(metadata.tables["outbox"].c.entity, metadata.tables["outbox"].c.id)).all()

    assert [tuple(row) for row in waiting] == [(Entity.ALERT, "closed")]
