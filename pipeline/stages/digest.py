"""Digest: make the morning's brief, keep it, and send it to each sink once; send the flashes too."""

import logging
from collections import Counter
from collections.abc import Sequence
from datetime import datetime, timedelta

from pipeline import digest as brief
from pipeline import sinks
from pipeline.errors import VaneError
from pipeline.ledger import Tx, alerts, audit, digests, documents, sources
from pipeline.records import AlertState, Digest, Rendered, SourceHealth
from pipeline.stages.alert import code_names
from pipeline.stages.context import MACHINE, Context
from pipeline.stages.crawl import register

log = logging.getLogger(__name__)
DAY = timedelta(days=1)
UNREAD = "language not read"  # the reason with which `extract` sets such a text aside


def digest(context: Context) -> dict[str, int]:
    """The brief of the local day of now; a second run sends it only where it was not taken.

    Raises VaneError when a sink did not take it: the next run tries that sink again.
    """
    register(context)  # an area whose last source is gone has no crawl that would note it
    with context.ledger.begin() as tx:
        made = digests.get(tx, f"{context.area.id}-{context.area.local_day(context.now)}") or _make(context, tx)
        if digests.get(tx, made.id) is None:
            detail = {"items": len(made.items), "seq": made.audit_seq}
            digests.write(tx, made)
            audit.append(tx, actor=MACHINE, action="digest", object=made.id, at=context.now, detail=detail)
    rendered = brief.render(made, context.settings.console_url)
    return {"digest": 1, **_send(context, rendered)}


def flash(context: Context) -> dict[str, int]:
    """Send a flash for each open alert that is a threat or of high priority and has none yet."""
    with context.ledger.read() as tx:
        waiting = alerts.many(tx, context.area.id, states=[AlertState.OPEN])
    sent: Counter[str] = Counter()
    for alert in waiting:
        if brief.needs_flash(alert):
            rendered = brief.flash(alert, context.area.area_name(alert.area), context.settings.console_url)
            sent.update(_send(context, rendered))
    return dict(sent)


def _send(context: Context, rendered: Rendered) -> dict[str, int]:
    """Send to the sinks that have not taken it; what was taken is noted at once."""
    with context.ledger.read() as tx:
        done = digests.delivered(tx, rendered.ref)
    outcomes = sinks.send(rendered, context.settings, [name for name in context.area.sinks if name not in done])
    with context.ledger.begin() as tx:
        for name, reason in outcomes.items():
            if not reason:
                digests.deliver(tx, rendered.ref, name, context.now)
                audit.append(
                    tx, actor=MACHINE, action="sent", object=rendered.ref, at=context.now, detail={"sink": name}
                )
    refused = [f"{name}: {reason}" for name, reason in outcomes.items() if reason]
    if refused:
        raise VaneError(f"{rendered.ref} was not sent to {'; '.join(refused)}")
    return {"sent": len(outcomes)} if outcomes else {}


def _make(context: Context, tx: Tx) -> Digest:
    area, now = context.area, context.now
    last = digests.last(tx, area.id, before=now)
    since = last.made_at if last else now - DAY
    seq, head = audit.head(tx)
    return brief.make(
        area=area.id,
        area_name=area.name,
        zone=area.zone,
        now=now,
        alerts=alerts.raised(tx, area.id, since=since, until=now + timedelta(microseconds=1)),
        tasks=alerts.open_tasks(tx, area.id),
        positives=documents.corrections(tx, area.id, since=since, until=now),
        whynot=alerts.kept_back(tx, area.id, since=since, until=now + timedelta(microseconds=1)),
        health=_health(tx, area.id, since),
        unread=_unread(tx, area.id, since),
        audit_seq=seq,
        audit_head=head,
        place_name=area.area_name,
        names=code_names(context),
    )


def _health(tx: Tx, area: str, since: datetime) -> Sequence[SourceHealth]:
    """How each declared source did since the last digest; one that left or brought something since is told of once."""
    found = documents.by_source(tx, area, since=since)
    gone = sources.undeclared(tx, area)
    return [
        SourceHealth(
            source=source.id,
            name=source.name,
            documents=found.get(source.id, 0),
            last_success=sources.state(tx, source.id).last_success,
            note="no longer declared" if source.id in gone else sources.switched_off(tx, source.id),
        )
        for source in sources.registered(tx, area)
        if (found.get(source.id) or gone[source.id] > since if source.id in gone else source.enabled)
    ]


def _unread(tx: Tx, area: str, since: datetime) -> dict[str, int]:
    """Texts set aside since then because their language is not read."""
    recent = (made for _, finished, _, made in sources.account(tx, area) if finished >= since)
    number = sum(made.get(UNREAD, 0) for made in recent)
    return {"another language": number} if number else {}
