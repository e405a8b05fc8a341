"""Annotate: read every new text, find its areas, and count what it is."""

import logging
from collections import Counter
from collections.abc import Iterator, Sequence

from tqdm import tqdm

from crawlers.items import Document
from pipeline.ledger import documents
from pipeline.records import AnnotatedDocument, Disposition, Stage
from pipeline.stages import lists
from pipeline.stages.context import Context

log = logging.getLogger(__name__)
BATCH = 256  # texts a transaction: a killed step loses at most this much reading


def annotate(context: Context) -> dict[str, int]:
    """Read documents whose present version has no reading; returns numbers by outcome."""
    lists.note(context)
    total: Counter[str] = Counter()
    with tqdm(desc="annotate", unit=" texts", disable=None, delay=2) as bar:
        for batch in _batches(context):
            read = list(_read(context, batch))
            outcomes = [_disposition(context, item) for item in read]
            with context.ledger.begin() as tx:
                documents.annotate(tx, context.area.id, read)
                documents.dispose(tx, context.area.id, outcomes)
            total.update(item.outcome for item in outcomes)
            bar.update(len(batch))
    log.info("annotate: %s", dict(total))
    return dict(total)


def _batches(context: Context) -> Iterator[list[Document]]:
    while True:
        with context.ledger.read() as tx:
            window = {"since": context.since, "until": context.end}
            batch = documents.unannotated(tx, context.area.id, limit=BATCH, **window)
        if not batch:
            return
        yield batch


def _read(context: Context, batch: Sequence[Document]) -> Iterator[AnnotatedDocument]:
    from nlp.annotate import Text  # spaCy takes a second to import

    texts = [Text(text=item.full_text, kind=item.kind.value, home=item.home) for item in batch]
    for item, reading in zip(batch, context.reader.annotate(texts), strict=True):
        areas = context.area.locate(item, reading.annotation)
        yield AnnotatedDocument(document=item, annotation=reading.annotation, lemmas=reading.lemmas, areas=areas)


def _disposition(context: Context, item: AnnotatedDocument) -> Disposition:
    return Disposition(
        stage=Stage.ANNOTATE,
        ref=item.document.id,
        version=item.document.version,
        outcome=outcome(item),
        source=item.document.source,
        at=context.now,
    )


def outcome(item: AnnotatedDocument) -> str:
    """What a reading makes of a document: flagged, in scope, not local, or ordinary."""
    if not item.areas:
        return "not local"
    if item.annotation.flag:
        return "flagged"
    return "in scope" if item.in_scope else "ordinary"
