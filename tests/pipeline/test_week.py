"""The demo's week from the local web to alerts: nothing lost, nothing doubled, no person in any store."""

import re
import shutil
from collections.abc import Iterator, Mapping
from datetime import timedelta
from pathlib import Path

import pytest
import zstandard
from sqlalchemy import select

from pipeline.ledger import Ledger, alerts, audit, backup, documents, retention, sources
from pipeline.ledger.tables import metadata
from pipeline.records import Entity
from pipeline.settings import Settings
from pipeline.stages import run, status
from pipeline.stages.context import Context, open_context
from pipeline.stages.index import reindex
from pipeline.stages.retain import retain
from tests.pipeline.conftest import Week

GROWS = {"crawls", "audit", "counters", "sources"}  # what a second crawl may add to: its account, audit lines, visits


def rows(context: Context) -> dict[str, list[str]]:
    """Every row of the ledger as text, by table."""
    with context.ledger.read() as tx:
        return {table.name: sorted(map(str, tx.execute(select(table)))) for table in metadata.sorted_tables}


@pytest.fixture
def own_week(finished_week: Week, tmp_path: Path) -> Iterator[Context]:
    """A copy of the finished week that a test may change."""
    finished_week.context.ledger.wipe()
    shutil.copytree(finished_week.context.settings.data, tmp_path / "data")
    settings = finished_week.context.settings.model_copy(update={"data": tmp_path / "data"})
    context = open_context(settings, "demo", now=finished_week.context.now)
    yield context
    context.close()


def test_every_document_of_every_source_arrives(finished_week: Week) -> None:
    """What the local web held is in the ledger and in the index, each once, or named with its reason."""
    held = status.counts(finished_week.context)
    lost = status.outcomes(finished_week.context)["extract"]

    assert held["documents"] == len(finished_week.content), lost
    assert held["indexed"] == held["documents"]


def test_numbers_in_equal_numbers_out(finished_week: Week) -> None:
    """Every fetch has one outcome of extract, and every document one outcome in each later stage."""
    found = status.outcomes(finished_week.context)
    held = status.counts(finished_week.context)["documents"]

    assert sum(found["extract"].values()) >= found["crawl"]["fetched"] > 0
    for stage in ("annotate", "group", "index"):
        assert sum(found[stage].values()) == held, stage


def test_running_every_stage_again_changes_nothing(own_week: Context) -> None:
    """A second run at the same moment alters no row but the audit chain's."""
    before = rows(own_week)
    run.extract(own_week)
    run.annotate(own_week)
    run.morning(own_week)
    after = rows(own_week)

    changed = {name for name in before if before[name] != after[name]}
    assert changed <= {"audit"}


def test_a_second_crawl_adds_only_its_account(own_week: Context) -> None:
    """Crawled again, the same pages change no document, reading, narrative, alert or series."""
    before = rows(own_week)
    again = own_week.at(own_week.now + timedelta(hours=2))
    run.crawl(again)
    done = run.extract(again)
    run.annotate(own_week)
    run.group(own_week)
    run.alert(own_week)
    after = rows(own_week)

    changed = {name for name in before if before[name] != after[name]}
    assert changed <= GROWS
    assert set(done) <= {"unchanged"}
    assert len(after["crawls"]) == 2 * len(before["crawls"])


def test_a_switched_off_source_is_not_asked(own_week: Context) -> None:
    """A switched-off source's crawl is counted as such and leaves no inbox (safeguard 8)."""
    with own_week.ledger.begin() as tx:
        sources.switch(tx, "mastodon", off=True, reason="complaint", actor="iga", at=own_week.now)
    again = own_week.at(own_week.now + timedelta(hours=2))

    assert run.crawl(again, ["mastodon"]) == {"mastodon": "switched off"}
    assert run.extract(again) == {}


def test_the_kill_switch_stops_everything(own_week: Context) -> None:
    """One switch stops every source (safeguard 8)."""
    with own_week.ledger.begin() as tx:
        sources.switch(tx, sources.EVERYTHING, off=True, reason="purdah", actor="iga", at=own_week.now)

    assert set(run.crawl(own_week.at(own_week.now + timedelta(hours=2))).values()) == {"switched off"}


def people(week: Week) -> set[str]:
    """Handles and account names that the sources showed."""
    shown = {row["name"] for row in week.content if row["kind"] in {"social", "comment"}}
    return {name for name in shown if "@" in name or re.search(r"\d|_", name)}


def every_byte(folder: Path) -> Iterator[tuple[str, bytes]]:
    """Every file of the data folder but the inbox."""
    for path in sorted(folder.rglob("*")):
        if path.is_file() and "inbox" not in path.relative_to(folder).parts:
            yield path.name, path.read_bytes()


PLANTED = ("Wilhelmina Oduya-Farnsworth", "Tariq Mahmood", "@wick_lad_77", "jo.planted@example.org", "07700 900461")


def plant(context: Context) -> None:
    """Paste a text that names people, handles and contacts."""
    from pipeline.intake import paste

    said = f"Cllr {PLANTED[0]} and {PLANTED[1]} said at the Beacon that {PLANTED[2]} lies"
    text = f"{said}; mail {PLANTED[3]} or ring {PLANTED[4]}"
    paste(context.ledger, context.area, context.settings, context.redactor, text=text, actor="ann", now=context.now)
    run.monitor(context)


def test_no_person_is_in_any_store(own_week: Context, tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    """Planted names, handles and contacts are in no byte of ledger, index, sinks, backup or log (safeguard 1)."""
    with caplog.at_level("DEBUG"):
        plant(own_week)
        backup.dump(own_week.ledger, tmp_path / "backup.zst")
        retain(own_week)
    with (tmp_path / "backup.zst").open("rb") as raw:
        saved = zstandard.ZstdDecompressor().stream_reader(raw).read()
    places = [*every_byte(own_week.settings.data), ("backup", saved), ("log", caplog.text.encode())]
    # Five digits alone stand in any long hash by chance: a number is looked for whole, with and without its space.
    parts = [part for planted in PLANTED for part in planted.split() if len(part) > 4 and not part.isdigit()]
    words = [*PLANTED, *(planted.replace(" ", "") for planted in PLANTED), *parts]

    found = {(name, word) for name, content in places for word in words if word.encode() in content}
    assert found == set()


def test_no_handle_of_the_sources_is_in_any_store(finished_week: Week) -> None:
    """The account names that the local web showed are nowhere but in the inbox (safeguard 1)."""
    handles = people(finished_week)
    assert len(handles) > 20
    found = {
        (name, handle)
        for name, content in every_byte(finished_week.context.settings.data)
        for handle in handles
        if handle.encode() in content
    }
    assert found == set()


def overdue(context: Context, days: int) -> Mapping[str, int]:
    """Retention run that many days later."""
    return retain(context.at(context.now + timedelta(days=days)))


def test_retention_deletes_posts_and_their_bytes(own_week: Context) -> None:
    """After 31 days no post is left, in the ledger, the index or any byte of their files (safeguard 5)."""
    with own_week.ledger.read() as tx:
        found = documents.get(tx, _ids(own_week)).values()
    posts = [item for item in found if item.document.kind in {"social", "comment"}]
    done = overdue(own_week, 31)
    again = overdue(own_week, 31)
    pieces = [item.document.text[:40] for item in posts if len(item.document.text) > 60]
    files = b"".join(content for name, content in every_byte(own_week.settings.data) if "sqlite" in name)
    kept = _excerpts(own_week)

    assert done["documents"] >= len(posts) > 200
    assert again["documents"] == 0
    assert own_week.index.count(Entity.DOCUMENT) == len(_ids(own_week))
    assert [piece for piece in pieces if piece.encode() in files and piece not in kept] == []


def _ids(context: Context) -> list[str]:
    with context.ledger.read() as tx:
        return list(tx.execute(select(metadata.tables["documents"].c.id)).scalars())


def _excerpts(context: Context) -> str:
    """Texts an alert may keep: at most three excerpts of its own."""
    with context.ledger.read() as tx:
        bodies = [
            *tx.execute(select(metadata.tables["alerts"].c.body)).scalars(),
            *tx.execute(select(metadata.tables["tasks"].c.body)).scalars(),
            *tx.execute(select(metadata.tables["narratives"].c.body)).scalars(),
        ]
    return " ".join(text for body in bodies for text in _strings(body))


def _strings(value: object) -> Iterator[str]:
    """Every string in a record, as it was written: `str` of a record would escape its quotation marks."""
    if isinstance(value, str):
        yield value
    elif isinstance(value, dict | list):
        for part in value.values() if isinstance(value, dict) else value:
            yield from _strings(part)


def test_a_question_goes_with_its_texts(own_week: Context) -> None:
    """A task outlives the posts that asked it by its subject's name: no sentence of a resident stays (safeguard 5)."""
    with own_week.ledger.read() as tx:
        asked = {task.id: task.question for task in alerts.open_tasks(tx, "demo")}
    overdue(own_week, 31)
    with own_week.ledger.read() as tx:
        left = {task.id: task.question for task in alerts.open_tasks(tx, "demo")}

    assert asked
    assert left.keys() == asked.keys()
    assert not set(left.values()) & set(asked.values())


def test_the_proof_says_what_is_left(own_week: Context) -> None:
    """Each run keeps a proof: what went, how old the oldest of each class is, and that nothing is overdue."""
    overdue(own_week, 31)
    with own_week.ledger.read() as tx:
        body = tx.execute(select(metadata.tables["proofs"].c.body)).scalars().one()

    assert body["overdue"] == 0
    assert "social" not in body["left"]
    assert body["left"]["official"]["oldest_days"] > 30


def test_a_held_document_outlives_its_time(own_week: Context) -> None:
    """A legal hold keeps a document and its index record (safeguard 5)."""
    [ref, *_] = _ids(own_week)
    with own_week.ledger.begin() as tx:
        retention.hold(tx, own_week.area.id, ref, reason="court", actor="iga", at=own_week.now)
    overdue(own_week, 400)

    assert _ids(own_week) == [ref]
    assert own_week.index.get(Entity.DOCUMENT, ref) is not None


def test_reindex_gives_the_same_index(own_week: Context) -> None:
    """Built anew from the ledger, the index holds the same records."""
    fields = {"version"}
    before = [record.model_dump(exclude=fields) for record in own_week.index.dump(Entity.DOCUMENT)]
    reindex(own_week)
    after = [record.model_dump(exclude=fields) for record in own_week.index.dump(Entity.DOCUMENT)]

    assert before == after


def test_the_audit_chain_holds(finished_week: Week) -> None:
    """Every crawl, alert and digest of the week is in an unbroken chain."""
    with finished_week.context.ledger.read() as tx:
        number = audit.verify(tx)
        actions = {entry.action for entry in audit.entries(tx, limit=number)}

    assert {"crawl", "alert raised", "digest"} <= actions


def test_day_keys_are_destroyed(own_week: Context) -> None:
    """The night after, no key of a past day is left, so no voice can be recognised again (safeguard 1)."""
    overdue(own_week, 2)
    with own_week.ledger.read() as tx:
        assert tx.execute(select(metadata.tables["day_keys"])).all() == []


def test_a_restored_ledger_serves_nothing_overdue(own_week: Context, tmp_path: Path) -> None:
    """A backup restored after its texts' time gives the ledger without them."""
    backup.dump(own_week.ledger, tmp_path / "backup.zst")
    settings = Settings(data=tmp_path / "new", area="demo")
    fresh = Ledger(settings.ledger_url)
    backup.load(fresh, tmp_path / "backup.zst")
    fresh.close()
    later = open_context(settings, "demo", now=own_week.now + timedelta(days=31))
    retain(later)
    with later.ledger.read() as tx:
        kinds = set(tx.execute(select(metadata.tables["documents"].c.kind)).scalars())
    later.close()

    assert kinds
    assert not kinds & {"social", "comment"}
