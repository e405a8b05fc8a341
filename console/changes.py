"""What a person's decision makes of an alert, and what changed while a form was open; pure."""

from collections.abc import Sequence
from datetime import datetime

from console.forms import Guarded
from pipeline.errors import Stale
from pipeline.records import Alert, AlertState, Change, Decision, Review

CLOSING = frozenset({Decision.NO_RESPONSE, Decision.NOT_HARMFUL})
UPDATED = "The alert was updated; what you see on this page now is how it stands"


def decided(alert: Alert, review: Review, read: int) -> Alert:
    """The alert after a review: closed where no response is to follow, else reviewed. Raises Stale."""
    if alert.revision != read:
        raise Stale(f"alert {alert.id} was changed by somebody else since you opened it")
    closes = review.decision in CLOSING
    state = AlertState.CLOSED if closes else AlertState.REVIEWED
    return _next(alert, state, f"Reviewed: {review.decision.value}", review.reviewer, review.at)


def undone(review: Review, actor: str, at: datetime, reason: str) -> Review:
    """The review, marked as undone; what it said stays."""
    return review.model_copy(update={"undone_at": at, "undone_by": actor, "undone_reason": reason})


def reopened(alert: Alert, review: Review, others: Sequence[Review], read: int) -> Alert:
    """The alert after `review` was undone: as the latest decision that holds leaves it, else open. Raises Stale."""
    if alert.revision != read or review.undone_at is None:
        raise Stale(f"alert {alert.id} was changed by somebody else since you opened it")
    holding = [other for other in others if other.undone_at is None]
    state = AlertState.OPEN
    if holding:
        state = AlertState.CLOSED if holding[-1].decision in CLOSING else AlertState.REVIEWED
    what = f"Decision undone: {review.decision.value}"
    return _next(alert, state, what, review.undone_by, review.undone_at)


def _next(alert: Alert, state: AlertState, what: str, actor: str, at: datetime) -> Alert:
    closed_at = (alert.closed_at or at) if state is AlertState.CLOSED else None
    history = (*alert.history, Change(at=at, what=what, actor=actor))
    update = {"state": state, "closed_at": closed_at, "history": history, "revision": alert.revision + 1}
    return alert.model_copy(update=update)


def since(alert: Alert, reviews: Sequence[Review], form: Guarded) -> list[Change]:
    """What happened to the alert after the form's page was made, oldest first; a decision comes with its reason."""
    reasons = {review.at: review.reason for review in reviews}
    reasons |= {review.undone_at: review.undone_reason for review in reviews if review.undone_at}
    found = []
    for change in alert.history[form.seen :]:
        reason = reasons.get(change.at, "") if change.actor != "machine" else ""
        found.append(change.model_copy(update={"what": f"{change.what}. Reason given: {reason}"}) if reason else change)
    return found or [Change(at=alert.updated_at, what=UPDATED)]
