"""Documents, their readings and what became of them in each stage."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Row, and_, delete, exists, func, not_, select, update

from crawlers.items import Document
from nlp.annotations import Annotation
from pipeline.ledger import outbox
from pipeline.ledger.store import Tx, upsert
from pipeline.ledger.tables import annotations, dispositions, documents, members, tombstones, versions
from pipeline.records import AnnotatedDocument, Disposition, Entity, Stage

FIELDS = tuple(field.alias or name for name, field in Document.model_fields.items())
NEW, CHANGED, SAME, GONE = "new", "changed", "unchanged", "deleted before"


def write(tx: Tx, area: str, found: Sequence[Document]) -> list[str]:
    """Write documents as they stand; one outcome each, in order.

    The outcomes are new, changed (a new version), unchanged, and deleted before.
    """
    ids = [document.id for document in found]
    known = {row.id: row for row in tx.execute(select(documents).where(documents.c.id.in_(ids)))}
    gone = set(tx.execute(select(tombstones.c.id).where(tombstones.c.id.in_(ids))).scalars())
    _still_listed(tx, [document for document in found if document.id in gone])
    outcomes = []
    for document in found:
        outcome = _outcome(document, known.get(document.id), gone)
        if outcome in {NEW, CHANGED}:
            now = document if outcome == NEW else _next_version(tx, document, known[document.id])
            upsert(tx, documents, [{**now.model_dump(by_alias=True), "area": area, "trimmed": False}])
            known[document.id] = tx.execute(select(documents).where(documents.c.id == document.id)).one()
        outcomes.append(outcome)
    return outcomes


def _still_listed(tx: Tx, gone: Sequence[Document]) -> None:
    """A deleted text that a source gives again is not forgotten soon: its tombstone counts from that fetch."""
    latest = {document.id: document.fetched_at for document in sorted(gone, key=lambda item: item.fetched_at)}
    for ref, moment in latest.items():
        here = and_(tombstones.c.id == ref, tombstones.c.last_listed_at < moment)
        tx.execute(update(tombstones).where(here).values(last_listed_at=moment))


def _outcome(document: Document, known: Row[Any] | None, gone: set[str]) -> str:
    if document.id in gone:
        return GONE
    if known is None:
        return NEW
    return SAME if known.content_hash == document.content_hash else CHANGED


def _next_version(tx: Tx, document: Document, known: Row[Any]) -> Document:
    """Keep what the page said, and give the new words the next version and the first fetch's date and voice.

    The voice stays that of the first reading: an edit under another day's key would count one person twice.
    """
    old = {"document": known.id, "version": known.version, "title": known.title, "text": known.text}
    upsert(tx, versions, [{**old, "fetched_at": known.fetched_at}], replace=False)
    kept = {"first_fetched_at": known.first_fetched_at, "voice": known.voice, "voice_day": known.voice_day}
    return document.model_copy(update={"version": known.version + 1, **kept})


def record(row: Row[Any]) -> Document:
    """The Document in a row of the table."""
    return Document.model_validate({name: row._mapping[name] for name in FIELDS})


def get(tx: Tx, ids: Iterable[str]) -> dict[str, AnnotatedDocument]:
    """The documents of these ids that are still here and read, by id."""
    query = _annotated().where(documents.c.id.in_(list(ids)))
    return {row.id: _both(row) for row in tx.execute(query)}


def unannotated(tx: Tx, area: str, *, since: datetime | None, until: datetime | None, limit: int) -> list[Document]:
    """Documents whose present version has not been read, oldest first."""
    read = exists().where(annotations.c.document == documents.c.id, annotations.c.version == documents.c.version)
    set_aside = _disposed(Stage.ANNOTATE)
    query = select(documents).where(documents.c.area == area, not_(read), not_(set_aside))
    query = _window(query, since, until).order_by(documents.c.published_at, documents.c.id).limit(limit)
    return [record(row) for row in tx.execute(query)]


def annotate(tx: Tx, area: str, read: Sequence[AnnotatedDocument]) -> None:
    """Write readings; the one of an older version is replaced."""
    rows = [_annotation_row(item) for item in read]
    upsert(tx, annotations, rows)
    outbox.add(tx, area, Entity.DOCUMENT, [item.document.id for item in read])


def _annotation_row(item: AnnotatedDocument) -> dict[str, Any]:
    reading = item.annotation
    return {
        "document": item.document.id,
        "version": item.document.version,
        "stance": reading.stance.name,
        "flag": reading.flag,
        "narrative": reading.narratives[0].code if reading.narratives else "",
        "in_scope": item.in_scope,
        "areas": list(item.areas),
        "body": reading.model_dump(mode="json"),
        "lemmas": item.lemmas,
    }


def ungrouped(
    tx: Tx, area: str, *, since: datetime | None, until: datetime | None, limit: int
) -> list[AnnotatedDocument]:
    """Read documents that have no disposition of the group stage, in the order they were published."""
    query = _annotated().where(documents.c.area == area, not_(_disposed(Stage.GROUP)))
    query = _window(query, since, until).order_by(documents.c.published_at, documents.c.id).limit(limit)
    return [_both(row) for row in tx.execute(query)]


def in_window(tx: Tx, area: str, *, since: datetime, until: datetime) -> Iterator[tuple[AnnotatedDocument, str]]:
    """Every grouped, in-scope document published in [since, until) with its narrative's id ("" where none)."""
    query = _annotated(members.c.narrative).outerjoin(members, members.c.document == documents.c.id)
    grouped = _disposed(Stage.GROUP)
    query = query.where(documents.c.area == area, annotations.c.in_scope, grouped)
    query = _window(query, since, until).order_by(documents.c.published_at, documents.c.id)
    for row in tx.execute(query):
        yield _both(row), row.narrative_1 or ""


def flagged_elsewhere(tx: Tx, area: str, *, since: datetime, until: datetime) -> list[AnnotatedDocument]:
    """Flagged documents that are about no place of ours, published in [since, until)."""
    query = _annotated().where(documents.c.area == area, annotations.c.flag, not_(annotations.c.in_scope))
    rows = tx.execute(_window(query, since, until).order_by(documents.c.published_at, documents.c.id))
    return [_both(row) for row in rows]


def _annotated(*more: Any) -> Any:
    columns = (annotations.c.body, annotations.c.lemmas, annotations.c.areas, annotations.c.version.label("read"))
    extra = [column.label("narrative_1") for column in more]
    joined = documents.join(annotations, annotations.c.document == documents.c.id)
    return select(documents, columns[0], columns[1], columns[2].label("placed"), *extra).select_from(joined)


def _both(row: Row[Any]) -> AnnotatedDocument:
    reading = Annotation.model_validate(row.body)
    return AnnotatedDocument(document=record(row), annotation=reading, lemmas=row.lemmas, areas=tuple(row.placed))


def _disposed(stage: Stage) -> Any:
    return exists().where(
        and_(
            dispositions.c.stage == stage,
            dispositions.c.ref == documents.c.id,
            dispositions.c.version == documents.c.version,
        )
    )


def _window(query: Any, since: datetime | None, until: datetime | None) -> Any:
    if since is not None:
        query = query.where(documents.c.published_at >= since)
    if until is not None:
        query = query.where(documents.c.published_at < until)
    return query


def dispose(tx: Tx, area: str, outcomes: Sequence[Disposition]) -> None:
    """Count what became of records; a second count of the same stage, record and version changes nothing."""
    rows = [{**item.model_dump(), "area": area} for item in outcomes]
    upsert(tx, dispositions, rows, replace=False)


def outcomes(tx: Tx, stage: Stage, ids: Iterable[str]) -> dict[str, set[str]]:
    """What became in a stage of any version of these documents, by id; one that never passed it has no entry."""
    chosen = (dispositions.c.stage == stage, dispositions.c.ref.in_(list(ids)))
    found: dict[str, set[str]] = {}
    for ref, outcome in tx.execute(select(dispositions.c.ref, dispositions.c.outcome).where(*chosen)):
        found.setdefault(ref, set()).add(outcome)
    return found


def counts(tx: Tx, area: str, *, since: datetime | None = None) -> dict[str, dict[str, int]]:
    """Dispositions by stage and outcome."""
    columns = (dispositions.c.stage, dispositions.c.outcome)
    query = select(*columns, func.count()).where(dispositions.c.area == area).group_by(*columns)
    if since is not None:
        query = query.where(dispositions.c.at >= since)
    found: dict[str, dict[str, int]] = {}
    for stage, outcome, number in tx.execute(query):
        found.setdefault(stage, {})[outcome] = number
    return found


def sizes(tx: Tx, area: str) -> Mapping[str, int]:
    """How many documents the ledger holds: all, read, flagged, in scope."""
    joined = documents.outerjoin(annotations, annotations.c.document == documents.c.id)
    flagged = func.count().filter(annotations.c.flag)
    scoped = func.count().filter(annotations.c.in_scope)
    columns = (func.count(), func.count(annotations.c.document), flagged, scoped)
    row = tx.execute(select(*columns).select_from(joined).where(documents.c.area == area)).one()
    return dict(zip(("documents", "annotated", "flagged", "in scope"), row, strict=True))


def by_source(tx: Tx, area: str, *, since: datetime) -> dict[str, int]:
    """Documents first fetched since then, by source."""
    query = select(documents.c.source, func.count()).where(
        documents.c.area == area, documents.c.first_fetched_at >= since
    )
    return {source: number for source, number in tx.execute(query.group_by(documents.c.source))}


def corrections(tx: Tx, area: str, *, since: datetime, until: datetime) -> list[AnnotatedDocument]:
    """Documents with a positive signal (T15, T16) published in [since, until), newest first."""
    query = _window(_annotated().where(documents.c.area == area, annotations.c.in_scope), since, until)
    rows = tx.execute(query.order_by(documents.c.published_at.desc(), documents.c.id))
    read = (_both(row) for row in rows)
    return [item for item in read if {"T15", "T16"} & {code.code for code in item.annotation.signals}]


def by_url(tx: Tx, area: str, urls: Sequence[str]) -> dict[str, str]:
    """Id by canonical URL, of documents that have one of these."""
    if not urls:
        return {}
    here = select(documents.c.url, documents.c.id).where(documents.c.area == area, documents.c.url.in_(list(urls)))
    return {url: ref for url, ref in tx.execute(here.order_by(documents.c.first_fetched_at.desc()))}


def forget(tx: Tx, ids: Sequence[str]) -> None:
    """Delete documents with everything said of them; what the group made of them stays in its counts."""
    for start in range(0, len(ids), 500):
        chunk = ids[start : start + 500]
        tx.execute(delete(members).where(members.c.document.in_(chunk)))
        tx.execute(delete(versions).where(versions.c.document.in_(chunk)))
        tx.execute(delete(annotations).where(annotations.c.document.in_(chunk)))
        tx.execute(delete(documents).where(documents.c.id.in_(chunk)))
