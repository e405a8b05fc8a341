"""What the stores hold now, as numbers: the table of the demo, and what CI compares."""

from collections import Counter
from datetime import UTC, datetime

from pipeline.ledger import alerts, digests, documents, narratives, sources
from pipeline.records import Entity
from pipeline.stages.context import Context

EPOCH = datetime(1995, 1, 1, tzinfo=UTC)  # before the first text any stage lets in
END = datetime(2100, 1, 1, tzinfo=UTC)


def counts(context: Context) -> dict[str, int]:
    """Numbers of documents, readings, narratives, alerts, tasks, kept back, digests and indexed records."""
    with context.ledger.read() as tx:
        found = dict(documents.sizes(tx, context.area.id))
        found["crawls"] = len(sources.account(tx, context.area.id))
        found["narratives"] = len(narratives.active(tx, context.area.id, since=EPOCH))
        found["alerts"] = len(alerts.many(tx, context.area.id))
        found["tasks"] = len(alerts.open_tasks(tx, context.area.id))
        found["kept back"] = len(alerts.kept_back(tx, context.area.id, since=EPOCH, until=END))
        found["digests"] = digests.count(tx, context.area.id)
    found["indexed"] = context.index.count(Entity.DOCUMENT)
    return found


def outcomes(context: Context) -> dict[str, dict[str, int]]:
    """Numbers by outcome: fetched and extracted from the crawls' accounts, then each stage's dispositions."""
    with context.ledger.read() as tx:
        accounts = sources.account(tx, context.area.id)
        fetched: Counter[str] = Counter()
        extracted: Counter[str] = Counter()
        for _, _, got, made in accounts:
            fetched.update(got)
            extracted.update(made)
        return {"crawl": dict(fetched), "extract": dict(extracted), **documents.counts(tx, context.area.id)}
