"""The tests between a flag and an alert: one function a rule, "" when a case passes, else the reason it does not."""

from collections.abc import Callable, Mapping

from pipeline.alerts.case import FRESH, WINDOW, Case, calls, places
from pipeline.records import AlertKind

VOICES = 3  # on one day
DAYS = 3
CLASSES = 2
RISING = 0.05  # where 0 to 1 a day is usual 3 are a rise; `LEAST`, the other tests and the priority sift the rest
LEAST = 3  # posts on a day, below which nothing is called a rise
WATCHED = 7  # days of collecting before "not seen here" says anything of a signal


def flagged(case: Case) -> str:
    """A narrative needs a text that asserts, amplifies or incites; a rise does not."""
    if case.kind is AlertKind.RISE or case.counted:
        return ""
    return "no text asserts it, passes it on or incites"


def fresh(case: Case) -> str:
    """Something of it must have been published in the last seven days."""
    if case.counted and case.counted[-1].document.published_at > case.now - FRESH:
        return ""
    return f"nothing new for {FRESH.days} days"


def enough(case: Case) -> str:
    """Three voices on one day, or posts on three days, or two source classes.

    Threats, unlawful calls, official and frontline inputs need no second text where they are read surely. Away
    from a narrative's home they do: there they are part of the alert at home, and only a story of its own makes a
    second alert.
    """
    if not case.spill and (case.urgent or case.told_by_input):
        return ""
    weight = case.weight
    if weight.voices >= VOICES or len(weight.days) >= DAYS or len(weight.classes) >= CLASSES:
        return ""
    found = f"{number(weight.posts, 'post')} by {number(weight.voices, 'voice')} on {number(len(weight.days), 'day')}"
    classes = number(len(weight.classes), "source class", "source classes")
    return f"{found} in {classes}: {VOICES} voices on a day, {DAYS} days or {CLASSES} classes are needed"


def news(case: Case) -> str:
    """It is new here, rising against this area's own past, or changed."""
    if new(case) or rising(case) or changed(case):
        return ""
    if case.kind is AlertKind.RISE and case.baseline.watched(case.days[0]) < WATCHED:
        return f"no baseline yet: fewer than {WATCHED} of the last {WINDOW.days} days were watched"
    return f"seen here in the {WINDOW.days} days before, not rising and nothing changed"


def new(case: Case) -> bool:
    """Not seen in this area in the 28 days before."""
    zone = case.place.zone
    first = case.texts[0].document.published_at
    if case.kind is AlertKind.NARRATIVE:
        begun = case.narrative.first_seen if case.narrative else first
        return begun > case.now - WINDOW or first > case.now - FRESH
    day = first.astimezone(zone).date()
    return case.baseline.watched(day) >= WATCHED and not case.baseline.seen(case.area, case.code, day)


def rising(case: Case) -> bool:
    """Today or yesterday holds more than chance would bring, by this area's own past."""
    found = case.usual()
    return found is not None and found[2].p < RISING and found[1] >= LEAST


def changed(case: Case) -> bool:
    """The last two days name a place or hold a call to act that the time before did not."""
    yesterday = case.days[1]
    late = [item for item in case.texts if item.document.published_at.astimezone(case.place.zone).date() >= yesterday]
    early = case.texts[: len(case.texts) - len(late)]
    if not early or not late:
        return False
    before = set().union(*map(calls, early))
    moved = places(late, case.place.authorities).keys() - places(early, case.place.authorities).keys()
    return bool(moved) or bool(set().union(*map(calls, late)) - before)


# In this order; the first that a case fails is the reason given.
RULES: Mapping[str, Callable[[Case], str]] = {"flag": flagged, "evidence": enough, "novelty": fresh, "news": news}
NAMES = {"news": "novelty"}  # what the why-not bin calls a rule, where it is not its key


def failed(case: Case) -> tuple[str, str]:
    """The first rule a case fails and the reason; ("", "") when it passes all."""
    for rule, test in RULES.items():
        reason = test(case)
        if reason:
            return NAMES.get(rule, rule), reason
    return "", ""


def number(how_many: int, noun: str, plural: str = "") -> str:
    """A number with its noun."""
    return f"{how_many} {noun if how_many == 1 else plural or noun + 's'}"
