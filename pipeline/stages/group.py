"""Group: put newly read documents into narratives and count them into the area series, in one transaction."""

import logging
from collections import Counter
from collections.abc import Sequence
from datetime import timedelta

from pipeline import narratives as grouping
from pipeline.ledger import Tx, documents, narratives, series
from pipeline.ledger.store import lock
from pipeline.records import AnnotatedDocument, Disposition, Stage
from pipeline.stages.context import Context

log = logging.getLogger(__name__)
BATCH = 5_000  # documents a transaction; grouping a batch in two halves gives the same
SPAN = timedelta(days=28)
OUT_OF_SCOPE = "out of scope"


def group(context: Context) -> dict[str, int]:
    """Group what was read and not grouped yet; returns numbers by outcome, which add up to the documents."""
    total: Counter[str] = Counter()
    while True:
        with context.ledger.begin() as tx:
            lock(tx, f"group {context.area.id}")
            found = documents.ungrouped(tx, context.area.id, since=context.since, until=context.end, limit=BATCH)
            if not found:
                break
            total.update(_group(context, tx, found))
    log.info("group: %s", dict(total))
    return dict(total)


def _group(context: Context, tx: Tx, found: Sequence[AnnotatedDocument]) -> Counter[str]:
    area, start = context.area.id, found[0].document.published_at - SPAN
    active = narratives.active(tx, area, since=start)
    recent = documents.in_window(tx, area, since=start, until=context.end)
    made = grouping.group(found, active, recent, authorities=context.area.authorities)
    known = {item.id for item in active}
    narratives.write(tx, area, made.narratives)
    narratives.join(tx, area, made.members)
    _count(context, tx, found)
    member = {item.document: item.narrative for item in made.members}
    outcomes = [_disposition(context, item, member, known) for item in found]
    documents.dispose(tx, area, outcomes)
    return Counter(item.outcome for item in outcomes)


def _count(context: Context, tx: Tx, found: Sequence[AnnotatedDocument]) -> None:
    """Add what was not counted before: one URL of one source counts once however often it is edited.

    An edit is counted where no earlier version was grouped (it came before the stage ran), and in the cells also where
    every earlier one was out of scope, which adds to no cell.
    """
    zone = context.area.zone
    edited = [item.document.id for item in found if item.document.version > 1]
    before = documents.outcomes(tx, Stage.GROUP, edited)
    first = [item for item in found if item.document.id not in before]
    fresh = [item for item in found if before.get(item.document.id, set()) <= {OUT_OF_SCOPE}]
    series.add(tx, context.area.id, grouping.series_cells(fresh, zone), grouping.collected(first, zone))


def _disposition(context: Context, item: AnnotatedDocument, member: dict[str, str], known: set[str]) -> Disposition:
    ref = item.document.id
    outcome = OUT_OF_SCOPE if ref not in member else "joined" if member[ref] in known else "new narrative"
    return Disposition(
        stage=Stage.GROUP,
        ref=ref,
        version=item.document.version,
        outcome=outcome,
        source=item.document.source,
        at=context.now,
    )
