"""The additive priority: eight parts, each with its points and a sentence that a person can check."""

from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from datetime import timedelta
from statistics import median

from crawlers.items import Kind
from pipeline.alerts.case import FEW, Case, Trigger, urgent
from pipeline.alerts.evidence import count
from pipeline.alerts.gate import number
from pipeline.records import AlertKind, Part, Priority

LEAST = 4  # under it no alert is raised
MEDIUM, HIGH = 8, 12
# Voices on the largest day from which each point of spread is given.
SPREAD = (2, 3, 6, 12)
WIDE, LASTING = 3, 3  # source classes, or days, from which spread has one point more
# Calibrated probability under which half of the readings are called uncertain; signals below a half do not count at all
SURE = {AlertKind.NARRATIVE: 0.5, AlertKind.RISE: 0.6}
TRIGGER = timedelta(hours=72)
LONG = 7  # days; an event that lasts longer (a pre-election period) is no trigger of the next 72 hours
TENSE = frozenset({"protest", "march", "election", "court", "anniversary", "football"})
CORRECTING = frozenset({Kind.OFFICIAL, Kind.POLICE, Kind.NEWS, Kind.FACTCHECK})

STEPS = {
    3: {"T02": "a call to an unlawful act", "T03": "a threat", "unlawful_call": "a call to an unlawful act",
        "threat": "a threat"},
    2: {"T11": "a patrol", "T04": "talk of revenge", "T12": "an address published", "location_exposure": "an address "
        "published", "T05": "damage reported", "T06": "a hate incident reported"},
    1: {"T01": "a gathering announced", "T08": "people staying away out of fear", "T13": "spillover from elsewhere"},
}  # fmt: skip
HARMS = {
    3: {"threat": "threatens", "unlawful_call": "calls to act against somebody", "dehumanisation": "dehumanises",
        "location_exposure": "exposes where somebody is"},
    2: {"collective_blame": "blames a whole group", "exclusion_call": "wants a group gone", "slur_abuse": "abuses a "
        "group", "false_attribution": "pins a crime on a group or person", "deterrence": "keeps people from a service"},
}  # fmt: skip


def spread(case: Case) -> Part:
    """0 to 4, by voices on the largest day, source classes and days."""
    found = case.spread
    points = sum(found.voices >= least for least in SPREAD) + (len(found.classes) >= WIDE or len(found.days) >= LASTING)
    outlets = f", and {number(found.outlets, 'outlet')} with copies" if found.outlets else ""
    classes = number(len(found.classes), "source class", "source classes")
    days = number(len(found.days), "day")
    voices = f"at least {number(found.voices, 'voice')} on one day"
    return _part("spread", min(4, points), f"{voices}, {days}, {classes}{outlets}")


def step(case: Case) -> Part:
    """0 to 3, by how near it is to something happening offline."""
    marks = _marks(case)
    for points, reasons in STEPS.items():
        found = [reason for mark, reason in reasons.items() if mark in marks]
        if found:
            planned = points == 1 and "T01" in marks and _flagged_with(case, "T01")
            return _part("step", 2 if planned else points, _list(found))
    return _part("step", 0, "nothing points offline")


def harm(case: Case) -> Part:
    """0 to 3, by what is said of a group or site."""
    for points, reasons in HARMS.items():
        found = [reason for mark, reason in reasons.items() if mark in case.mechanisms]
        if found:
            return _part("harm", points, _list(found))
    if {"T05", "T06"} & case.signals.keys():
        return _part("harm", 2, "an incident or damage is reported")
    if any(item.annotation.targets for item in case.texts if item.annotation.flag):
        return _part("harm", 1, "a group is named")
    if case.narrative and case.narrative.code and case.counted:
        return _part("harm", 1, "the claim is about a group or site")
    return _part("harm", 0, "no group or site is named")


def reach(case: Case) -> Part:
    """0 to 3, by how closely it is tied to here: the borough, a ward, a place in it, several wards."""
    wards = {area for item in case.counted or case.texts for area in item.areas} - set(case.place.authorities)
    site = case.places.most_common(1)[0][0] if case.places else ""
    if len(wards) > 1:
        return _part("reach", 3, f"names {len(wards)} wards")
    if site:
        return _part("reach", 2, f"names {site}")
    return _part("reach", int(case.ward), f"names {case.place.area_name(case.area)}" if case.ward else "no ward named")


def trigger(case: Case) -> Part:
    """0 to 2: an event within 72 hours at a place the texts name, or one of the whole borough of a tense kind."""
    today = case.now.astimezone(case.place.zone).date()
    last = (case.now + TRIGGER).astimezone(case.place.zone).date()
    soon = [t for t in case.place.triggers if t.start <= last and t.end >= today and (t.end - t.start).days <= LONG]
    named = {place.casefold() for place in case.places} | {case.place.area_name(case.area).casefold()}
    borough = case.place.name.casefold()
    here = [event for event in soon if (named - {borough}) & {place.casefold() for place in event.places}]
    if here:
        return _part("trigger", 2, f"{_names(here)} at a place it names, within 72 hours")
    wide = [event for event in soon if event.kind in TENSE and borough in {place.casefold() for place in event.places}]
    return _part("trigger", int(bool(wide)), f"{_names(wide) if wide else 'no such event'} within 72 hours")


def void(case: Case) -> Part:
    """0 to 2: 2 where people ask and no authority has answered, 1 where none has spoken of a claim."""
    if case.answers:
        return _part("void", 0, "an authority has spoken")
    asking = count([item for item in case.texts if item.annotation.stance.name == "asks"], case.place.zone)
    if asking.posts > 1:
        return _part("void", 2, f"{asking.posts} ask and no authority has answered")
    claim = case.kind is AlertKind.NARRATIVE
    return _part("void", int(claim), "no authority has spoken of it" if claim else "no question waits for an answer")


def corrected(case: Case) -> Part:
    """-2 where an authority, outlet or fact-checker has corrected it already."""
    done = [
        item
        for item in case.texts
        if item.document.class_ in CORRECTING and any(code.code == "T15" for code in item.annotation.signals)
    ]
    if not done:
        return _part("corrected", 0, "no correction by an authority or outlet yet")
    return _part("corrected", -2, f"corrected by {_list(sorted({item.document.source for item in done}))}")


def confidence(case: Case) -> Part:
    """-2 where at least half of the readings that count are uncertain, or a rise is so small that it may be chance."""
    if case.kind is AlertKind.RISE and case.spread.posts < FEW and not case.urgent:
        return _part("confidence", -2, f"{number(case.spread.posts, 'post')} may be chance")
    sure = median(_scores(case)) if case.counted else 0.0
    if sure < SURE[case.kind]:
        return _part("confidence", -2, f"half of the readings are at most {sure:.0%} sure")
    return _part("confidence", 0, f"half of the readings are {sure:.0%} sure or more")


PARTS: Sequence[Callable[[Case], Part]] = (spread, step, harm, reach, trigger, void, corrected, confidence)


def parts(case: Case) -> tuple[Part, ...]:
    """All parts of a case's priority; the score is their sum."""
    return tuple(part(case) for part in PARTS)


def band(score: int) -> Priority:
    """Low from 4, medium from 8, high from 12."""
    return Priority.HIGH if score >= HIGH else Priority.MEDIUM if score >= MEDIUM else Priority.LOW


def _part(name: str, points: int, reason: str) -> Part:
    return Part(name=name, points=points, reason=reason)


def _marks(case: Case) -> set[str]:
    """Signals and mechanisms of a case; urgent ones only where somebody says them in their own voice."""
    marks: Counter[str] = case.signals + case.mechanisms
    if not any(map(urgent, case.texts)):
        for name in STEPS[3]:
            marks.pop(name, None)
    return set(marks)


def _flagged_with(case: Case, signal: str) -> bool:
    return any(item.annotation.flag and any(c.code == signal for c in item.annotation.signals) for item in case.texts)


def _scores(case: Case) -> Iterable[float]:
    return map(case.score, case.counted)


def _names(events: Sequence[Trigger]) -> str:
    return _list([event.name for event in events])


def _list(words: Iterable[str]) -> str:
    once = list(dict.fromkeys(words))
    return once[0] if len(once) == 1 else f"{', '.join(once[:-1])} and {once[-1]}"
