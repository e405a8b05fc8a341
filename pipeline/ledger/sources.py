"""The source register, what is remembered of each source, and the account of every crawl."""

from collections.abc import Mapping, Sequence
from datetime import date, datetime
from typing import Any

from sqlalchemy import Row, select, update

from crawlers.items import Crawl, Kind, Source, SourceState, as_json
from pipeline.errors import VaneError
from pipeline.ledger.store import Tx, lock, upsert
from pipeline.ledger.tables import crawls, sources

EVERYTHING = "*"  # the kill switch for all sources is a row of its own


def register(tx: Tx, area: str, found: Sequence[Source]) -> dict[str, str]:
    """Take over what the YAML declares; states and switches stay. Returns what became of each that is not as it was."""
    lock(tx, "register")
    known = {row.id: row for row in tx.execute(select(sources))}
    changes = {}
    for source in found:
        row = {"id": source.id, "area": area, "declared": as_json(source), "gone_at": None}
        before = known.get(source.id)
        if before is None:
            fresh = {"state": None, "off": False, "off_reason": "", "off_by": "", "off_at": None}
            upsert(tx, sources, [{**row, **fresh}])
            changes[source.id] = "declared"
        elif different := [name for name, value in row.items() if before._mapping[name] != value]:
            tx.execute(update(sources).where(sources.c.id == source.id).values(**row))
            changes[source.id] = _change(before, row) if different != ["gone_at"] else "declared again"
    return changes


def _change(before: Row[Any], row: Mapping[str, Any]) -> str:
    """Which fields of a declaration are others than before."""
    old, new = before.declared, row["declared"]
    fields = sorted(name for name in {*old, *new} if old.get(name) != new.get(name))
    moved = ["area"] if before.area != row["area"] else []
    return f"declared otherwise: {', '.join([*fields, *moved])}"


def retire(tx: Tx, area: str, found: Sequence[Source], at: datetime) -> list[str]:
    """Note that the catalogue just loaded (`found`) no longer holds what it did; returns the ids, once."""
    known = {source.id for source in found}
    left = [source.id for source in declared(tx, area) if source.id not in known]
    tx.execute(update(sources).where(sources.c.id.in_(left)).values(gone_at=at))
    return left


def registered(tx: Tx, area: str) -> list[Source]:
    """Every source that an area ever registered, as its file last declared it; not all may be crawled still."""
    query = select(sources.c.declared).where(sources.c.area == area).order_by(sources.c.id)
    return [_source(body) for body in tx.execute(query).scalars()]


def declared(tx: Tx, area: str) -> list[Source]:
    """The sources that the catalogue held when it was last loaded."""
    gone = undeclared(tx, area)
    return [source for source in registered(tx, area) if source.id not in gone]


def undeclared(tx: Tx, area: str) -> dict[str, datetime]:
    """Ids of registered sources whose file is refused or gone, and since when: kept for what they brought."""
    query = select(sources.c.id, sources.c.gone_at).where(sources.c.area == area, sources.c.gone_at.is_not(None))
    return {ref: since for ref, since in tx.execute(query.order_by(sources.c.id))}


def _source(body: Mapping[str, object]) -> Source:
    """A registered source; an older ledger may hold a retention that is no class, and its class's time counts then."""
    known = body.get("retention") in set(Kind)
    return Source.model_validate(body if known else {**body, "retention": ""})


def state(tx: Tx, source: str) -> SourceState:
    """What is remembered of a source."""
    body = tx.execute(select(sources.c.state).where(sources.c.id == source)).scalar()
    return SourceState(source=source) if body is None else SourceState.model_validate(body)


def switched_off(tx: Tx, source: str) -> str:
    """Why a source may not run now, or ""; the switch for everything counts too."""
    query = select(sources.c.off_reason).where(sources.c.id.in_([source, EVERYTHING]), sources.c.off)
    return next((reason or "switched off" for reason in tx.execute(query).scalars()), "")


def switch(tx: Tx, source: str, *, off: bool, reason: str, actor: str, at: datetime) -> None:
    """Switch one source, or with "*" everything, off or on again."""
    if source == EVERYTHING:
        blank: dict[str, object] = {"id": source, "area": "", "declared": {}, "state": None, "off": False}
        upsert(tx, sources, [{**blank, "off_reason": "", "off_by": "", "off_at": None}], replace=False)
    values = {"off": off, "off_reason": reason, "off_by": actor, "off_at": at}
    if tx.execute(update(sources).where(sources.c.id == source).values(**values)).rowcount != 1:
        raise VaneError(f"there is no source {source}: see `vane source list`")


def known(tx: Tx, crawl: str) -> bool:
    """Whether this crawl's documents are in the ledger already."""
    return tx.execute(select(crawls.c.id).where(crawls.c.id == crawl)).first() is not None


def finish(tx: Tx, area: str, crawl: Crawl, extracted: Mapping[str, int]) -> None:
    """Write a crawl's account and the source's new state: only ever in the transaction of its documents."""
    row = {
        "id": crawl.id,
        "source": crawl.source,
        "area": area,
        "started_at": crawl.started_at,
        "finished_at": crawl.finished_at,
        "outcomes": dict(crawl.outcomes),
        "refusals": [refusal.model_dump() for refusal in crawl.refusals],
        "extracted": dict(extracted),
    }
    upsert(tx, crawls, [row], replace=False)
    tx.execute(update(sources).where(sources.c.id == crawl.source).values(state=as_json(crawl.state)))


def count_not_asked(tx: Tx, area: str, source: str, outcome: str, day: date, at: datetime) -> None:
    """Count one more time that a source was left alone: an account a day, since a timetable does so all day long."""
    ref = f"{source}.{day:%Y%m%d}.{outcome.replace(' ', '_')}"
    lock(tx, ref)
    before = tx.execute(select(crawls.c.outcomes).where(crawls.c.id == ref)).scalar() or {}
    row = {"id": ref, "source": source, "area": area, "started_at": at, "refusals": [], "extracted": {}}
    upsert(tx, crawls, [{**row, "finished_at": at, "outcomes": {outcome: before.get(outcome, 0) + 1}}])


def numbered(tx: Tx, prefix: str) -> int:
    """How many crawls have an id that begins so."""
    return len(tx.execute(select(crawls.c.id).where(crawls.c.id.startswith(prefix, autoescape=True))).all())


def account(tx: Tx, area: str) -> list[tuple[str, datetime, dict[str, int], dict[str, int]]]:
    """Every crawl of an area: source, when it finished, numbers by outcome fetched and extracted; oldest first."""
    query = select(crawls.c.source, crawls.c.finished_at, crawls.c.outcomes, crawls.c.extracted).where(
        crawls.c.area == area
    )
    rows = tx.execute(query.order_by(crawls.c.finished_at, crawls.c.id))
    return [(source, finished, outcomes, extracted) for source, finished, outcomes, extracted in rows]
