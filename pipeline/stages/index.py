"""Index: put what changed in the ledger into the search index; the ledger stays the truth."""

import logging
from collections import Counter
from collections.abc import Sequence

from pipeline.ledger import Tx, alerts, documents, narratives, outbox
from pipeline.records import (
    Alert,
    AnnotatedDocument,
    Disposition,
    Entity,
    IndexRecord,
    Narrative,
    Rejection,
    Stage,
)
from pipeline.stages.context import Context

log = logging.getLogger(__name__)
BATCH = 500
Changes = Sequence[tuple[Entity, str, int]]


def index(context: Context) -> dict[str, int]:
    """Project every pending change; returns numbers by outcome, which add up to the changes."""
    total: Counter[str] = Counter()
    while True:
        with context.ledger.read() as tx:
            changes = outbox.pending(tx, context.area.id, BATCH)
            records = _records(tx, changes)
        if not changes:
            break
        total.update(_project(context, changes, records))
    context.index.refresh()
    log.info("index: %s", dict(total))
    return dict(total)


def _project(context: Context, changes: Changes, records: Sequence[IndexRecord]) -> Counter[str]:
    here = {(record.entity, record.id) for record in records}
    result = context.index.put(records)
    gone: Counter[str] = Counter()
    for entity in Entity:
        ids = [ref for kind, ref, _ in changes if kind is entity and (kind, ref) not in here]
        context.index.delete(entity, ids)
        gone["deleted"] += len(ids)
    with context.ledger.begin() as tx:
        documents.dispose(tx, context.area.id, _dispositions(context, tx, records, result.rejected))
        outbox.done(tx, changes)
    for rejection in result.rejected:
        log.warning("index rejected %s: %s", rejection.id, rejection.reason)
    counted = {"created": result.created, "updated": result.updated, "unchanged": result.unchanged}
    return gone + Counter({**counted, "rejected": len(result.rejected)})


def _dispositions(
    context: Context, tx: Tx, records: Sequence[IndexRecord], rejected: Sequence[Rejection]
) -> list[Disposition]:
    reasons = {item.id: item.reason for item in rejected}
    known = documents.get(tx, [record.id for record in records if record.entity is Entity.DOCUMENT])
    return [
        Disposition(
            stage=Stage.INDEX,
            ref=ref,
            version=item.document.version,
            outcome="rejected" if ref in reasons else "indexed",
            reason=reasons.get(ref, ""),
            source=item.document.source,
            at=context.now,
        )
        for ref, item in known.items()
    ]


def _records(tx: Tx, changes: Changes) -> list[IndexRecord]:
    """The records behind changes that are still in the ledger; the change's token is the version."""
    tokens = {(entity, ref): token for entity, ref, token in changes}
    ids = {entity: [ref for kind, ref, _ in changes if kind is entity] for entity in Entity}
    read = documents.get(tx, ids[Entity.DOCUMENT])
    member = narratives.of_documents(tx, list(read))
    told = narratives.many(tx, ids[Entity.NARRATIVE])
    raised = [alert for ref in ids[Entity.ALERT] if (alert := alerts.get(tx, ref))]
    found = [of_document(item, member.get(ref, ""), tokens[Entity.DOCUMENT, ref]) for ref, item in read.items()]
    found += [of_narrative(item, tokens[Entity.NARRATIVE, ref]) for ref, item in told.items()]
    return found + [of_alert(item, tokens[Entity.ALERT, item.id]) for item in raised]


def of_document(item: AnnotatedDocument, narrative: str, version: int) -> IndexRecord:
    """A document as it is searched; `state` holds the id of the narrative it belongs to."""
    document, reading = item.document, item.annotation
    return IndexRecord(
        id=document.id,
        entity=Entity.DOCUMENT,
        version=version,
        title=document.title,
        text=document.text,
        lemmas=item.lemmas,
        at=document.published_at,
        areas=item.areas,
        source=document.source,
        kind=document.kind.value,
        stance=reading.stance.name,
        narratives=tuple(code.code for code in reading.narratives),
        signals=tuple(code.code for code in reading.signals),
        mechanisms=tuple(label.name for label in reading.mechanisms),
        flag=reading.flag,
        state=narrative,
        url=document.url,
    )


def of_narrative(item: Narrative, version: int) -> IndexRecord:
    """A narrative as it is searched."""
    return IndexRecord(
        id=item.id,
        entity=Entity.NARRATIVE,
        version=version,
        title=item.statement,
        lemmas="",
        at=item.first_seen,
        narratives=(item.code,) if item.code else (),
        state=item.status.value,
    )


def of_alert(item: Alert, version: int) -> IndexRecord:
    """An alert as it is searched."""
    return IndexRecord(
        id=item.id,
        entity=Entity.ALERT,
        version=version,
        title=item.title,
        text=" ".join(item.sentences),
        at=item.raised_at,
        areas=(item.area,),
        narratives=(item.code,) if item.code.startswith("N") else (),
        signals=(item.code,) if item.code.startswith("T") else (),
        state=item.state.value,
        priority=item.priority.value,
    )


def reindex(context: Context) -> dict[str, int]:
    """Build the index anew from the ledger: everything is put again, what the ledger lacks is deleted."""
    context.index.clear()
    context.index.prepare()
    with context.ledger.begin() as tx:
        outbox.everything(tx, context.area.id)
    return index(context)
