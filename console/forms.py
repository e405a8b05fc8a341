"""What people type into forms, checked; pure, each error is linked to its field."""

from collections.abc import Mapping
from datetime import date, datetime, timedelta, tzinfo
from datetime import time as clock_time
from typing import Self

from pydantic import BaseModel, ConfigDict

from pipeline.records import Alert, Decision, Review

REASON = 2_000  # characters
LINE = 500
DECISIONS: Mapping[str, str] = {
    Decision.RESPOND: "The council, or the owner of the fact, should answer",
    Decision.WATCH: "Keep an eye on it; nothing goes out now",
    Decision.NO_RESPONSE: "Answering would do more harm than good, or no one needs an answer. Closes the alert",
    Decision.NOT_HARMFUL: "Lawful opinion, a mistake of the machine, or harmless talk. Closes the alert",
}
SIGNPOSTS = (
    "True Vision (report hate crime online)",
    "Police 101 (999 in an emergency)",
    "Third-party reporting centre",
    "Victim support",
)
TEXT = 5_000  # characters of a report, as the intake takes them
OLDEST = timedelta(days=28)  # what an alert's novelty looks back on
NOON = clock_time(12)
HEARD: Mapping[str, str] = {  # kind of the document it becomes
    "message": "In a closed group, a chat or a private message",
    "social": "In a public post where no crawler may go",
    "comment": "In comments under a post or an article",
    "frontline": "From a resident, face to face or by telephone",
}
WITH_RESPONSE = "You chose to respond, so a response is required: choose Yes, or choose another decision"
WITHOUT_RESPONSE = "You chose not to respond: choose No, or choose another decision"


class Guarded(BaseModel):
    """A form about an alert as it was read: its revision, and how much of its history was on the page."""

    model_config = ConfigDict(frozen=True, extra="ignore", str_strip_whitespace=True)

    revision: int = 0
    seen: int = 0

    def again(self, alert: Alert) -> Self:
        """The same form, all that was typed kept, for the alert as it is now."""
        return self.model_copy(update={"revision": alert.revision, "seen": len(alert.history)})


class ReviewForm(Guarded):
    """The review form as it was sent, right or wrong."""

    decision: str = ""
    reason: str = ""
    response: str = ""  # yes or no
    duty: str = ""
    signposts: list[str] = []

    @classmethod
    def blank(cls, alert: Alert) -> Self:
        """An empty form for the alert as it is now."""
        return cls(revision=alert.revision, seen=len(alert.history))

    def errors(self) -> dict[str, str]:
        """What is wrong, by field; empty when all is well."""
        found = {}
        if self.decision not in set(Decision):
            found["decision"] = "Choose a decision"
        if problem := _reason(self.reason, "Give a reason for your decision"):
            found["reason"] = problem
        if problem := self._response():
            found["response"] = problem
        if len(self.duty) > LINE:
            found["duty"] = f"The line on the equality duty must be {LINE} characters or fewer"
        if not set(self.signposts) <= set(SIGNPOSTS):
            found["signposts"] = "Choose signposts from the list"
        return found

    def _response(self) -> str:
        if self.response not in {"yes", "no"}:
            return "Say whether a response is required"
        if self.decision == Decision.RESPOND and self.response == "no":
            return WITH_RESPONSE
        closing = self.decision in {Decision.NO_RESPONSE, Decision.NOT_HARMFUL}
        return WITHOUT_RESPONSE if closing and self.response == "yes" else ""

    def review(self, ref: str, alert: str, reviewer: str, at: datetime) -> Review:
        """The review this form stands for; call it when there are no errors."""
        return Review(
            id=ref,
            alert=alert,
            decision=Decision(self.decision),
            reason=self.reason,
            response_required=self.response == "yes",
            equality_duty=self.duty,
            signposts=tuple(self.signposts),
            reviewer=reviewer,
            at=at,
        )


class UndoForm(Guarded):
    """The reason for undoing a decision."""

    reason: str = ""

    def errors(self) -> dict[str, str]:
        """What is wrong, by field."""
        problem = _reason(self.reason, "Say why the decision is undone")
        return {"reason": problem} if problem else {}


class SwitchForm(BaseModel):
    """Switching a source, or everything, off or on again."""

    model_config = ConfigDict(frozen=True, extra="ignore", str_strip_whitespace=True)

    off: bool = True
    reason: str = ""

    def errors(self) -> dict[str, str]:
        """What is wrong, by field."""
        problem = _reason(self.reason, "Give a reason: it is kept in the audit list")
        return {"reason": problem} if problem else {}


class ReportForm(BaseModel):
    """A rumour that somebody told the team, as it was typed."""

    model_config = ConfigDict(frozen=True, extra="ignore", str_strip_whitespace=True)

    text: str = ""
    heard: str = ""
    place: str = ""
    day: str = ""  # of a date field: 2026-11-04
    time: str = ""  # of a time field: 14:30

    def errors(self, now: datetime, zone: tzinfo) -> dict[str, str]:
        """What is wrong, by field."""
        found = {}
        if not self.text or len(self.text) > TEXT:
            found["text"] = f"Paste the text, in {TEXT:,} characters or fewer"
        if self.heard not in HEARD:
            found["heard"] = "Say where it was heard"
        if len(self.place) > LINE:
            found["place"] = f"The place must be {LINE} characters or fewer"
        if problem := self._when(now, zone):
            found["day"] = problem
        return found

    def _when(self, now: datetime, zone: tzinfo) -> str:
        try:
            moment = self.moment(now, zone)
        except ValueError:
            return "Give the day as in 2026-11-04 and the time as in 14:30, or leave both empty for now"
        if moment > now:
            return "The day and time must not be in the future"
        return f"It must be heard within the last {OLDEST.days} days" if moment < now - OLDEST else ""

    def moment(self, now: datetime, zone: tzinfo) -> datetime:
        """When it was heard: now where no day is given, the day's noon (or now, if earlier) where no time is."""
        if not self.day:
            return now
        day = date.fromisoformat(self.day)
        if not self.time and day == now.astimezone(zone).date():
            return min(now, datetime.combine(day, NOON, tzinfo=zone))
        return datetime.combine(day, clock_time.fromisoformat(self.time) if self.time else NOON, tzinfo=zone)


def _reason(text: str, missing: str) -> str:
    if not text:
        return missing
    return f"The reason must be {REASON:,} characters or fewer" if len(text) > REASON else ""
