"""When an address is asked again, with which conditions, and when a failing source may be tried next; pure."""

import hashlib
from collections.abc import Mapping
from datetime import datetime, timedelta

from crawlers.items import Outcome, SourceState, Validator

AGAIN = tuple(timedelta(hours=hours) for hours in (1, 6, 24, 72))  # corrections and new headlines come then
FULL = timedelta(days=1)  # some servers lie about their ETags: once a day the body is fetched without conditions
FORGOTTEN = timedelta(days=30)  # an address not asked for that long
WHOLE = timedelta(days=7)  # so often everything an index holds is handed on again: what was deleted is still listed
BACK_OFF = timedelta(hours=1)  # for each failure counted
LONGEST = timedelta(hours=24)
HARD, SOFT = 1.0, 0.5
GOOD = frozenset({Outcome.FETCHED, Outcome.UNCHANGED})
NEUTRAL = frozenset({Outcome.OVER_CAP, Outcome.SWITCHED_OFF, Outcome.BACKING_OFF, Outcome.NOT_DUE})
SOFT_FAILURES = frozenset({Outcome.NOT_FOUND, Outcome.SERVER_ERROR, Outcome.UNREACHABLE, Outcome.TIMEOUT})


def due(known: Validator | None, now: datetime) -> bool:
    """Whether an article is to be fetched: when it is new, and 1, 6, 24 and 72 hours after the first time."""
    if known is None:
        return True
    if known.visits > len(AGAIN):
        return False
    return now - known.first_fetched >= AGAIN[known.visits - 1]


def conditions(known: Validator | None, now: datetime, failing: bool) -> dict[str, str]:
    """Headers of a conditional GET; none for a new address, once a day, and while a source is failing."""
    if known is None or failing or now - known.full_fetch >= FULL:
        return {}
    named = {"If-None-Match": known.etag, "If-Modified-Since": known.last_modified}
    return {name: value for name, value in named.items() if value}


def fingerprint(body: bytes) -> str:
    """What two equal bodies share."""
    return hashlib.sha256(body).hexdigest()


def seen(
    known: Validator | None,
    now: datetime,
    headers: Mapping[str, str],
    body: bytes | None,
    page: bool,
    conditional: bool,
) -> Validator:
    """What is remembered of an address after an answer; `body` is None where the server said it has not changed."""
    return Validator(
        etag=headers.get("etag", "") or (known.etag if known and body is None else ""),
        last_modified=headers.get("last-modified", "") or (known.last_modified if known and body is None else ""),
        body_hash=fingerprint(body) if body is not None else known.body_hash if known else "",
        first_fetched=known.first_fetched if known else now,
        last_fetched=now,
        full_fetch=known.full_fetch if known and (conditional or body is None) else now,
        visits=known.visits + 1 if known else 1,
        page=page,
    )


def _remembered(known: Validator, now: datetime) -> bool:
    return now - known.last_fetched < FORGOTTEN and (known.page or now - known.first_fetched < WHOLE)


def after(state: SourceState, seeds: list[Outcome], validators: Mapping[str, Validator], now: datetime) -> SourceState:
    """The source's state after a crawl whose first addresses came to `seeds`."""
    kept = {url: known for url, known in validators.items() if _remembered(known, now)}
    failures, success, retry = state.failures, state.last_success, state.retry_at
    told = [outcome for outcome in seeds if outcome not in NEUTRAL]
    if any(outcome in GOOD for outcome in told):
        failures, success, retry = 0.0, now, None
    elif any(outcome is Outcome.NOT_MODIFIED for outcome in told):
        success = now if not failures else success  # "not modified" does not turn a failing source green
        retry = None
    elif told and Outcome.CLOSED not in told:
        failures += SOFT if all(outcome in SOFT_FAILURES for outcome in told) else HARD
        retry = now + min(LONGEST, failures * BACK_OFF)
    told_now = {"failures": failures, "retry_at": retry, "last_success": success, "validators": kept}
    return state.model_copy(update=told_now)
