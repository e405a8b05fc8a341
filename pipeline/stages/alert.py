"""Alert: judge the last 28 days as of now, and write what is new or changed, in one transaction."""

import logging
from collections.abc import Iterator, Mapping
from datetime import timedelta

from nlp import taxonomy
from pipeline import alerts as judging
from pipeline import spikes
from pipeline.ledger import Tx, alerts, audit, documents, narratives, series
from pipeline.ledger.store import lock
from pipeline.records import AnnotatedDocument
from pipeline.stages import lists
from pipeline.stages.context import MACHINE, Context

log = logging.getLogger(__name__)
WINDOW = timedelta(days=28)
HISTORY = timedelta(days=60)  # of the series: 28 days of baseline, its guard, and as much again for gaps


def alert(context: Context) -> dict[str, int]:
    """Judge everything grouped that was published before now; returns numbers raised, updated, kept back, tasks."""
    area = context.area.id
    lists.note(context)
    with context.ledger.begin() as tx:
        lock(tx, f"alert {area}")
        made = _judge(context, tx)
        known = {item.id for item in alerts.many(tx, area)}
        alerts.write(tx, area, made.alerts)
        alerts.keep_back(tx, area, made.whynot)
        alerts.write_tasks(tx, area, made.tasks)
        for item in made.alerts:
            action = "alert updated" if item.id in known else "alert raised"
            detail = {"score": item.score, "posts": item.posts, "revision": item.revision}
            audit.append(tx, actor=MACHINE, action=action, object=item.id, at=context.now, detail=detail)
    raised = sum(item.id not in known for item in made.alerts)
    done = {
        "raised": raised,
        "updated": len(made.alerts) - raised,
        "kept back": len(made.whynot),
        "tasks": len(made.tasks),
    }
    log.info("alert: %s", done)
    return done


def _judge(context: Context, tx: Tx) -> judging.Judgement:
    area, today = context.area.id, context.area.local_day(context.now)
    held = list(_held(context, tx))
    return judging.judge(
        held,
        narratives=narratives.many(tx, sorted({ref for _, ref in held if ref})),
        existing=alerts.many(tx, area),
        tasks=alerts.open_tasks(tx, area),
        points=series.between(tx, area, first=today - HISTORY, last=today),
        collected=series.collected(tx, area, first=today - HISTORY, last=today),
        place=context.area,
        now=context.now,
        usual=spikes.usual,
        names=code_names(context),
    )


def _held(context: Context, tx: Tx) -> Iterator[tuple[AnnotatedDocument, str]]:
    """Grouped documents of the window with their narrative, and flagged ones about other places."""
    since = context.now - WINDOW
    yield from documents.in_window(tx, context.area.id, since=since, until=context.end)
    yield from ((item, "") for item in documents.flagged_elsewhere(tx, context.area.id, since=since, until=context.end))


def code_names(context: Context) -> Mapping[str, str]:
    """The taxonomy's name of each narrative and signal code; a council's own taxonomy wins."""
    own = context.area.folder / "taxonomy.yml"
    found = taxonomy.load(own if own.is_file() else None)
    told = {code: item.name for code, item in found.narratives.items()}
    return told | {code: item.name for code, item in found.signals.items()}
