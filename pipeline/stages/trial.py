"""A trial on saved files: declare them, run every stage, and say of each file and document what became of it."""

import csv
import gzip
import json
from collections import defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from itertools import islice
from pathlib import Path

from crawlers.items import Crawl, Document, Fetch, Refusal
from pipeline.errors import VaneError
from pipeline.index import SearchIndex
from pipeline.ledger import alerts, documents, narratives
from pipeline.records import AnnotatedDocument, Entity
from pipeline.stages import run
from pipeline.stages.context import Context
from pipeline.stages.crawl import waiting
from pipeline.stages.extract import extract
from pipeline.stages.index import reindex

ORDINARY = {  # sets of `ordinary_uk` and what their texts are
    "petitions_titles": "petition",
    "hansard": "committee",
    "news_bbc_uk": "news",
    "council_kent": "committee",
    "social_reddit_uk": "social",
}
EACH = 200  # records of each set: 1,000 in all


@dataclass
class Trace:
    """What became of everything fetched: by the address it was fetched from, document ids and refusals; the crawls."""

    documents: defaultdict[str, list[str]] = field(default_factory=lambda: defaultdict(list))
    refused: defaultdict[str, list[str]] = field(default_factory=lambda: defaultdict(list))
    crawls: list[Crawl] = field(default_factory=list)

    def see(self, _source: str, fetch: Fetch, made: Document | Refusal) -> None:
        """Note one fetch."""
        if isinstance(made, Refusal):
            self.refused[fetch.url].append(made.reason)
        else:
            self.documents[fetch.url].append(made.id)


def ordinary_drop(mirror: Path, folder: Path, now: datetime) -> int:
    """Write 1,000 real ordinary texts as a CSV drop, spread over the hours before now; returns how many.

    Raises VaneError where the set is not in the mirror.
    """
    source = mirror / "ordinary_uk"
    if not source.is_dir():
        raise VaneError(f"{mirror} holds no ordinary_uk: give the folder of the data sets with --mirror")
    folder.mkdir(parents=True, exist_ok=True)
    rows = list(_ordinary(source))
    with (folder / "ordinary_uk.csv").open("w", encoding="utf-8", newline="") as out:
        table = csv.writer(out)
        table.writerow(("published_at", "text", "kind", "voice"))
        for number, (kind, ref, text) in enumerate(rows):
            table.writerow(((now - timedelta(minutes=number + 60)).isoformat(), text, kind, ref))
    return len(rows)


def _ordinary(source: Path) -> Iterator[tuple[str, str, str]]:
    for name, kind in ORDINARY.items():
        with gzip.open(source / f"{name}.jsonl.gz", "rt", encoding="utf-8") as lines:
            for line in islice(lines, EACH):
                row = json.loads(line)
                yield kind, row["id"], row["text"]


def fetched(context: Context) -> Trace:
    """Crawl and extract; returns what became of each fetch."""
    trace = Trace()
    run.crawl(context)
    trace.crawls += [account for _, account in waiting(context)]
    extract(context, seen=trace.see)
    return trace


def whole(context: Context, second: Context | None) -> Trace:
    """Every stage from crawl to both indexes (`second` has the other one); returns what became of each fetch."""
    trace = fetched(context)
    run.annotate(context)
    run.group(context)
    run.alert(context)
    run.index(context)
    if second is not None:
        reindex(second)
    return trace


def told(context: Context, trace: Trace, indexes: Mapping[str, SearchIndex]) -> Iterator[dict[str, object]]:
    """One line for each document: where from, labels, places, in which indexes, and why it raised no alert."""
    ids = [ref for refs in trace.documents.values() for ref in refs]
    where = {ref: url for url, refs in trace.documents.items() for ref in refs}
    with context.ledger.read() as tx:
        found = {ref: item for chunk in _chunks(ids) for ref, item in documents.get(tx, chunk).items()}
        member = {ref: name for chunk in _chunks(ids) for ref, name in narratives.of_documents(tx, chunk).items()}
        shown = {ref: alert.id for alert in alerts.many(tx, context.area.id) for ref in alert.documents}
        kept = alerts.kept_back(tx, context.area.id, since=context.now - timedelta(days=28), until=context.now)
    reasons = {entry.subject: f"{entry.rule}: {entry.reason}" for entry in kept}
    in_index = {name: {record.id for record in index.dump(Entity.DOCUMENT)} for name, index in indexes.items()}
    for ref, item in found.items():
        held = {name: ref in ids for name, ids in in_index.items()}
        why = shown.get(ref) and f"alert {shown[ref]}"
        yield {
            "file": where[ref],
            "document": ref,
            **_labels(item),
            "areas": [context.area.area_name(code) for code in item.areas],
            "indexed": held,
            "alert": why or _why_not(item, reasons.get(member.get(ref, ""), "")),
        }


def _chunks(ids: list[str]) -> Iterator[list[str]]:
    for start in range(0, len(ids), 500):
        yield ids[start : start + 500]


def _labels(item: AnnotatedDocument) -> dict[str, object]:
    reading = item.annotation
    return {
        "kind": item.document.kind.value,
        "stance": reading.stance.name,
        "narratives": [code.code for code in reading.narratives],
        "signals": [code.code for code in reading.signals],
        "flag": reading.flag,
        "places": [mention.name for mention in reading.mentions if mention.lad],
    }


def _why_not(item: AnnotatedDocument, kept: str) -> str:
    """The first test that the text, or the narrative it belongs to, did not pass."""
    if not item.areas:
        return "no alert: names no place of this area, and its source is not local"
    if not item.in_scope:
        return "no alert: no narrative, signal or mechanism"
    return f"no alert: {kept}" if kept else "no alert: its story has no flagged text and no rise"
