"""Crawl: one child process a source, which leaves what it fetched in the inbox."""

import json
import logging
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from crawlers import catalog, inbox
from crawlers.items import Crawl, Outcome, Source, SourceState, as_json
from pipeline.errors import Incomplete, VaneError
from pipeline.ledger import audit, keys, sources
from pipeline.stages import pace
from pipeline.stages.context import MACHINE, Context

log = logging.getLogger(__name__)
AT_ONCE = 3  # crawls wait for servers most of the time; hosts stay one request at a time within each
SECONDS = 540  # a crawl ends itself before the ten minutes its task has
BROKEN_JOB = 2


def register(context: Context) -> catalog.Catalog:
    """Take the area's catalogue over into the register; returns it: only what it holds now may be crawled.

    Each source that is new, changed or no longer declared is an audit entry.
    """
    found = catalogue(context)
    with context.ledger.begin() as tx:
        changes = sources.register(tx, context.area.id, found.sources)
        gone = sources.retire(tx, context.area.id, found.sources, context.now)
        for ref, change in {**changes, **dict.fromkeys(gone, Outcome.NOT_DECLARED.value)}.items():
            detail = {"change": change}
            audit.append(tx, actor=MACHINE, action="register", object=ref, at=context.now, detail=detail)
    return found


def catalogue(context: Context) -> catalog.Catalog:
    """The area's sources as their files declare them at this moment; what is refused is told in the log."""
    found = catalog.load(context.area.folder / "sources", variables={"WEB": context.settings.web})
    for refusal in found.refused:
        log.warning("source refused: %s: %s", refusal.where, refusal.reason)
    return found


def crawl(context: Context, only: Sequence[str] = (), *, due: bool = False) -> dict[str, str]:
    """Crawl every enabled source that is due, or those in `only` at once; returns how each went, by source.

    With `due` those in `only` wait for their time too. A source that is switched off, backing off, not due or no
    longer declared (its file is refused or gone, safeguards 1 and 7) is not asked, and that is its one outcome.
    Raises VaneError when a name in `only` is unknown, Incomplete when a crawl could not be carried out.
    """
    declared = sorted(register(context).sources, key=lambda source: source.id)
    with context.ledger.begin() as tx:
        gone = sources.undeclared(tx, context.area.id)
        keys.of_day(tx, context.area.local_day(context.now))
    chosen = [source for source in declared if source.enabled and (not only or source.id in only)]
    left = [source for source in gone if not only or source in only]
    unknown = set(only) - {source.id for source in chosen} - set(left)
    if unknown:
        raise VaneError(f"no enabled source {min(unknown)} in {context.area.id}: see `vane source list`")
    done = {source: _not_declared(context, source) for source in left}
    done |= _all(context, chosen, patient=due or not only)
    failed = [source for source, result in done.items() if result.startswith("failed")]
    if failed:
        raise Incomplete(f"crawl of {', '.join(failed)} was not carried out: see the log, then run it again", done)
    return done


def _all(context: Context, chosen: Sequence[Source], *, patient: bool) -> Mapping[str, str]:
    """Crawl these, a few at once."""
    with ThreadPoolExecutor(AT_ONCE) as pool:
        results = pool.map(lambda source: _one(context, source, patient=patient), chosen)
        return {source.id: result for source, result in zip(chosen, results, strict=True)}


def _one(context: Context, source: Source, *, patient: bool) -> str:
    with context.ledger.read() as tx:
        off = sources.switched_off(tx, source.id)
        state = sources.state(tx, source.id)
        number = sources.numbered(tx, prefix := f"{source.id}.{context.now:%Y%m%dT%H%M%S}.")
    ref = f"{prefix}{number}"
    if (
        context.settings.inbox / ref
    ).is_dir():  # a run of this moment was killed after it: what it fetched is read next
        return "waiting to be read"
    if off:
        return _not_asked(context, source, state, ref, Outcome.SWITCHED_OFF)
    if state.retry_at and state.retry_at > context.now:
        return _not_asked(context, source, state, ref, Outcome.BACKING_OFF)
    if patient and not pace.due(source, state, context.now):
        return _left_alone(context, source.id, Outcome.NOT_DUE)
    return _child(context, source, state, ref)


def _not_asked(context: Context, source: Source, state: SourceState, ref: str, outcome: Outcome) -> str:
    """Account for a crawl that was not made."""
    moment = context.now
    crawl = Crawl(id=ref, source=source.id, started_at=moment, finished_at=moment, outcomes={outcome: 1}, state=state)
    with context.ledger.begin() as tx:
        sources.finish(tx, context.area.id, crawl, {})
        audit.append(tx, actor=MACHINE, action="crawl", object=source.id, at=moment, detail={"outcome": outcome.value})
    return outcome.value


def _not_declared(context: Context, source: str) -> str:
    log.warning("source %s is not asked: its file is refused or gone, see `vane source check`", source)
    return _left_alone(context, source, Outcome.NOT_DECLARED)


def _left_alone(context: Context, source: str, outcome: Outcome) -> str:
    """Count a crawl that was not made: once an hour and more for most sources, so a day of them is one account."""
    with context.ledger.begin() as tx:
        day = context.area.local_day(context.now)
        sources.count_not_asked(tx, context.area.id, source, outcome, day, context.now)
    return outcome.value


def _child(context: Context, source: Source, state: SourceState, ref: str) -> str:
    job = {
        "source": as_json(source),
        "state": as_json(state),
        "inbox": str(context.settings.inbox),
        "now": context.now.isoformat(),
        "crawl_id": ref,
        "contact": context.settings.contact,
        "loopback": list(context.settings.loopback),
        "drop": str(context.area.folder / "drop"),
        "seconds": SECONDS,
    }
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "job.json"
        path.write_text(json.dumps(job), encoding="utf-8")
        done = subprocess.run([sys.executable, "-m", "crawlers.spiders", str(path)], check=False, timeout=SECONDS + 60)
    if done.returncode:
        log.error("crawl %s ended with code %d", ref, done.returncode)
        return f"failed with code {done.returncode}"
    return "crawled"


def waiting(context: Context, only: Sequence[str] = ()) -> Iterator[tuple[Path, Crawl]]:
    """Inboxes of the area's sources whose documents are not in the ledger yet, oldest first."""
    unread = _unread(context, only)
    for path in inbox.waiting(context.settings.inbox):
        account = inbox.read_crawl(path)
        if unread(account.source, account.id):
            yield path, account


def damaged(context: Context, only: Sequence[str] = ()) -> Iterator[tuple[Path, Crawl]]:
    """Inboxes of the area's sources whose account is damaged and not counted yet, with what their name tells of it."""
    unread = _unread(context, only)
    for path in inbox.damaged(context.settings.inbox):
        source = path.name.partition(".")[0]
        if unread(source, path.name):
            state, now = SourceState(source=source), context.now
            yield path, Crawl(id=path.name, source=source, started_at=now, finished_at=now, state=state)


def _unread(context: Context, only: Sequence[str]) -> Callable[[str, str], bool]:
    """Tells of a source and a crawl whether it is one of the area's (and in `only`) and not in the ledger yet."""
    with context.ledger.read() as tx:
        ours = {source.id for source in sources.registered(tx, context.area.id)}
    wanted = ours & set(only) if only else ours

    def unread(source: str, crawl: str) -> bool:
        with context.ledger.read() as tx:
            return source in wanted and not sources.known(tx, crawl)

    return unread
