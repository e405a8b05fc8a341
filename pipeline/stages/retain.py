"""Retain: delete what is over its time, in the ledger, the index and the inbox, and keep the proof."""

import logging
from collections.abc import Mapping
from datetime import timedelta

from crawlers import inbox
from pipeline.excerpts import trimmed
from pipeline.ledger import Tx, alerts, audit, documents, keys, narratives, retention
from pipeline.stages.alert import code_names
from pipeline.stages.context import MACHINE, Context
from pipeline.stages.index import index

log = logging.getLogger(__name__)
INBOX = timedelta(hours=24)


def retain(context: Context) -> dict[str, int]:
    """Enforce retention at `now`; returns numbers deleted by kind. A second run at the same moment deletes nothing."""
    with context.ledger.begin() as tx:
        done = _documents(context, tx)
        done["alerts"] = len(retention.close_out(tx, context.area.id, context.now))
        done.update(retention.age_out(tx, context.area.id, context.now))
        done["statements"] = _statements(context, tx)
        done["tombstones"] = retention.bury(tx, context.now)
        done["day keys"] = _keys(context, tx)
        _prove(context, tx, done)
    swept = inbox.sweep(context.settings.inbox, context.now - INBOX)
    index(context)
    dropped = context.index.drop_empty_months()
    context.index.purge()
    context.ledger.wipe()
    log.info("retain: %s, %d inboxes swept, %d index months dropped", done, len(swept), len(dropped))
    return {**done, "inboxes": len(swept)}


def _documents(context: Context, tx: Tx) -> dict[str, int]:
    over = retention.due(tx, context.area.id, context.now)
    retention.remove(tx, context.area.id, over, context.now)
    cut = documents.get(tx, retention.to_trim(tx, context.area.id, context.now))
    retention.trim(tx, context.area.id, [trimmed(item) for item in cut.values()])
    return {"documents": len(over), "trimmed": len(cut)}


def _statements(context: Context, tx: Tx) -> int:
    """Narratives and tasks outlive their documents by name only: what they say was a sentence of one of them."""
    names = code_names(context)
    left = narratives.emptied(tx, context.area.id)
    bare = [item.model_copy(update={"statement": names.get(item.code, "A story without a code")}) for item in left]
    changed = [new for new, old in zip(bare, left, strict=True) if new != old]
    narratives.write(tx, context.area.id, changed)
    return len(changed) + _questions(context, tx, names)


def _questions(context: Context, tx: Tx, names: Mapping[str, str]) -> int:
    """With the first text that goes, since the question may have been its sentence."""
    bare = []
    for task in alerts.open_tasks(tx, context.area.id):
        name = names.get(task.code, "A question")
        if task.question != name and len(documents.get(tx, task.documents)) < len(task.documents):
            bare.append(task.model_copy(update={"question": name, "revision": task.revision + 1}))
    alerts.write_tasks(tx, context.area.id, bare)
    return len(bare)


def _keys(context: Context, tx: Tx) -> int:
    """Destroy keys of days that are over and have no inbox left; those that this run sweeps count as gone."""
    waiting = (inbox.read_crawl(path).finished_at for path in inbox.waiting(context.settings.inbox))
    needed = {context.area.local_day(moment) for moment in waiting if moment >= context.now - INBOX}
    return keys.destroy(tx, before=context.area.local_day(context.now), still_needed=needed)


def _prove(context: Context, tx: Tx, done: dict[str, int]) -> None:
    """What went, what is left and how old it is, whether anything is overdue, and how much is held.

    A run that was killed after this and is repeated finds nothing more to delete: the proof it left stands.
    """
    ref = f"{context.area.id} {context.now.isoformat()}"
    if retention.proved(tx, ref) and not any(done.values()):
        return
    left = {
        name: {"documents": number, "oldest_days": round(age, 2)}
        for name, number, age in retention.ages(tx, context.area.id, context.now)
    }
    overdue = len(retention.due(tx, context.area.id, context.now))
    body: dict[str, object] = {"deleted": done, "left": left, "overdue": overdue, "held": retention.held(tx)}
    retention.prove(tx, ref, context.now, body)
    audit.append(
        tx, actor=MACHINE, action="retain", object=context.area.id, at=context.now, detail={**done, "overdue": overdue}
    )
