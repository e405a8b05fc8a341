"""Say what a case is, in sentences that a person can check."""

import math

from pipeline.alerts.case import Case
from pipeline.alerts.gate import changed, new, number, rising
from pipeline.records import AlertKind


def title(case: Case) -> str:
    """A neutral headline: the taxonomy's name and the place; never anybody's words."""
    where = case.place.area_name(case.area)
    if case.kind is AlertKind.RISE:
        return f"Rise: {case.name}, {where}"
    site = case.places.most_common(1)
    return f"{case.name}: {site[0][0]}, {where}" if site and site[0][0] != where else f"{case.name}: {where}"


def sentences(case: Case) -> tuple[str, ...]:
    """What was counted, what is usual here, why it is news, and what the texts name."""
    found = [_counted(case), _usual(case), _news(case), _named(case), _answered(case)]
    if case.unplaced:
        found.append(f"Texts that name no ward and tell the same story: {case.unplaced}.")
    if case.elsewhere:
        found.append(f"Also told of {', '.join(map(case.place.area_name, case.elsewhere))}.")
    return tuple(sentence for sentence in found if sentence)


def _counted(case: Case) -> str:
    spread = case.spread
    since = case.texts[0].document.published_at.astimezone(case.place.zone)
    classes = number(len(spread.classes), "source class", "source classes")
    start = f"{number(spread.posts, 'post')} by at least {number(spread.voices, 'voice')} on one day in {classes}"
    copies = f", {number(spread.outlets, 'more outlet')} with a copy" if spread.outlets else ""
    flagged = sum(item.annotation.flag for item in case.texts)
    kinds = f"; {flagged} assert it, pass it on or incite" if case.kind is AlertKind.NARRATIVE else ""
    return f"{start} ({', '.join(spread.classes)}) since {since:%H:%M on %A} {since.day} {since:%B}{copies}{kinds}."


def _usual(case: Case) -> str:
    found = case.usual()
    if found is None:
        return ""
    day, posts, usual = found
    low, high = math.floor(usual.expected), math.ceil(usual.expected)
    habit = f"{low}–{high}" if low != high else str(low)
    where = "This ward" if case.ward else "This area"
    return f"{where}'s usual is {habit} a day for {case.name}; {day:%A} {day.day} {day:%B} has {posts}."


def _news(case: Case) -> str:
    if new(case):
        return "Not seen in this area in the 28 days before."
    if rising(case):
        return "Rising against this area's own past."
    return "It has changed: a new place or a new call to act." if changed(case) else ""


def _named(case: Case) -> str:
    sites = [name for name, _ in sorted(case.places.items(), key=lambda pair: (-pair[1], pair[0]))[:3]]
    gathering = "T01" in case.signals
    if sites and gathering:
        return f"Names a place and a time to gather ({', '.join(sites)})."
    if gathering:
        return "Announces a gathering."
    return f"Names {', '.join(sites)}." if sites else ""


def _answered(case: Case) -> str:
    if not case.answers:
        return ""
    first = case.answers[0].document.published_at.astimezone(case.place.zone)
    return f"An authority spoke of it at {first:%H:%M on %A} {first.day} {first:%B}."
