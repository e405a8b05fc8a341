"""The morning brief and the flash: what was judged, in plain words, never anybody's own; pure."""

from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import date, datetime
from functools import cache
from pathlib import Path
from zoneinfo import ZoneInfo

from jinja2 import Environment, FileSystemLoader, StrictUndefined, select_autoescape

from crawlers.items import PUBLISHED
from pipeline.records import (
    Alert,
    AlertState,
    AnnotatedDocument,
    Digest,
    DigestItem,
    Priority,
    Rendered,
    SourceHealth,
    Task,
    TaskState,
    WhyNot,
)

TEMPLATES = Path(__file__).parent / "templates"
# One page: what does not fit is in the console, and the counts say how much there is.
MOST = {"alert": 12, "task": 5, "positive": 4, "also seen": 5}
SENTENCES = 3
LISTED = frozenset({"budget", "priority"})  # rules whose cases are named under "also seen"; the others are counted
# What the numbers call each rule of the gate.
KEPT = {
    "flag": "nobody asserts it",
    "locality": "not local",
    "evidence": "too little evidence",
    "novelty": "nothing new",
    "covered": "shown by another alert",
    "priority": "low priority",
    "budget": "over the day's number of alerts",
}
# Where residents talk and no crawler may look. Said in every digest, so that silence is not read as calm.
UNSEEN = "X, Facebook groups, WhatsApp and Nextdoor: no crawler may look there. Paste in what you are told."
URGENT_STEP = 3
STALE_H = 24


def make(
    *,
    area: str,
    area_name: str,
    zone: ZoneInfo,
    now: datetime,
    alerts: Sequence[Alert],
    tasks: Sequence[Task],
    positives: Sequence[AnnotatedDocument],
    whynot: Sequence[WhyNot],
    health: Sequence[SourceHealth],
    unread: Mapping[str, int],
    audit_seq: int,
    audit_head: str,
    place_name: Callable[[str], str],
    names: Mapping[str, str],
) -> Digest:
    """The digest of an area as of `now`.

    `alerts` and `whynot` are those raised, updated or kept back since the last digest, `tasks` all, `positives`
    texts with T15 or T16; `unread` counts texts by language that is not read; `place_name` names an area code, `names`
    a taxonomy code. What a text says is not quoted: only publishers' headlines are, of good news.
    """
    day = now.astimezone(zone).date()
    waiting = [task for task in tasks if task.state is TaskState.OPEN]
    listed = [entry for entry in whynot if entry.rule in LISTED]
    items = {
        "alert": [_alert(alert, place_name) for alert in alerts if alert.state is not AlertState.CLOSED],
        "task": [_task(task, place_name, names, zone) for task in waiting],
        "positive": _positives(positives, place_name),
        "also seen": [_seen(entry, place_name) for entry in listed],
    }
    return Digest(
        id=f"{area}-{day}",
        area=area,
        area_name=area_name,
        day=day,
        made_at=now,
        items=tuple(item for kind, found in items.items() for item in found[: MOST[kind]]),
        counts=_counts(items, whynot, health),
        health=tuple(health),
        blind_spots=_blind_spots(health, unread, now),
        audit_seq=audit_seq,
        audit_head=audit_head,
    )


def _alert(alert: Alert, place_name: Callable[[str], str]) -> DigestItem:
    return DigestItem(
        kind="alert",
        title=alert.title,
        area=place_name(alert.area),
        priority=alert.priority.value,
        sentences=(*alert.sentences[:SENTENCES], *_latest(alert)),
        link=f"/alerts/{alert.id}",
    )


def _latest(alert: Alert) -> tuple[str, ...]:
    """The last change, where the alert is not new."""
    return (f"Last change: {alert.history[-1].what}.",) if len(alert.history) > 1 else ()


def _task(task: Task, place_name: Callable[[str], str], names: Mapping[str, str], zone: ZoneInfo) -> DigestItem:
    due = task.due.astimezone(zone)
    subject = names.get(task.code, task.code)
    asked = f"{len(task.documents)} questions{f' on the subject of {subject}' if subject else ''}, no answer yet."
    return DigestItem(
        kind="task",
        title=f"Unanswered questions, {place_name(task.area)}",
        area=place_name(task.area),
        sentences=(asked, f"For the {task.owner}, by {due:%H:%M on %A} {due.day} {due:%B}."),
        link=f"/tasks/{task.id}",
    )


def _positives(found: Sequence[AnnotatedDocument], place_name: Callable[[str], str]) -> list[DigestItem]:
    """Publishers' headlines of corrections and good news; residents' are counted in one line."""
    told = [item for item in found if item.document.kind in PUBLISHED and item.document.title]
    rest = len(found) - len(told)
    items = [
        DigestItem(
            kind="positive",
            title=item.document.title,
            area=", ".join(map(place_name, item.areas)),
            sentences=(f"{_what(item)}, {item.document.source}.",),
            link=item.document.url,
        )
        for item in told
    ]
    if rest:
        more = DigestItem(
            kind="positive", title=f"{rest} by residents: corrections and good news", area="", link="/search"
        )
        items.insert(min(len(items), MOST["positive"] - 1), more)
    return items


def _what(item: AnnotatedDocument) -> str:
    corrects = any(code.code == "T15" for code in item.annotation.signals)
    return "A correction" if corrects else "Good news"


def _seen(entry: WhyNot, place_name: Callable[[str], str]) -> DigestItem:
    reason = f"{entry.reason[:1].upper()}{entry.reason[1:]}."
    return DigestItem(kind="also seen", title=entry.title, area=place_name(entry.area), sentences=(reason,))


def _counts(
    items: Mapping[str, Sequence[DigestItem]], whynot: Iterable[WhyNot], health: Iterable[SourceHealth]
) -> dict[str, int]:
    kept = Counter(f"kept back, {KEPT.get(entry.rule, entry.rule)}" for entry in whynot)
    found = {"alerts": len(items["alert"]), "tasks": len(items["task"]), "documents": sum(h.documents for h in health)}
    return {**found, **dict(sorted(kept.items()))}


def _blind_spots(health: Sequence[SourceHealth], unread: Mapping[str, int], now: datetime) -> tuple[str, ...]:
    """What the tool cannot see: silent sources, languages, and the places no crawler may look."""
    spots = [_silent(source, now) for source in health]
    languages = [f"{number} in {language}" for language, number in sorted(unread.items()) if number]
    if languages:
        spots.append(f"Texts in languages that are not read: {', '.join(languages)}.")
    return (*(spot for spot in spots if spot), UNSEEN)


def _silent(source: SourceHealth, now: datetime) -> str:
    if source.note:
        return f"{source.name}: {source.note}."
    if source.last_success is None:
        return f"{source.name}: never read yet."
    hours = (now - source.last_success).total_seconds() / 3600
    return f"{source.name}: not read for {hours:.0f} hours." if hours > STALE_H else ""


def render(digest: Digest, console_url: str) -> Rendered:
    """The digest as an e-mail: a subject, HTML with everything in it, and plain text."""
    alerts = digest.counts.get("alerts", 0)
    found = f"{alerts} alert{'' if alerts == 1 else 's'}" if alerts else "nothing raised"
    subject = f"Weathervane {digest.area_name}, {_day(digest.day)}: {found}"
    return _rendered("digest", digest.id, subject, {"digest": digest, "day": _day(digest.day), "console": console_url})


def needs_flash(alert: Alert) -> bool:
    """Whether an alert goes out at once: high priority, or a threat or call to an unlawful act."""
    return alert.state is AlertState.OPEN and (alert.priority is Priority.HIGH or _threatens(alert))


def flash_ref(alert: Alert) -> str:
    """Names one flash: the same alert is flashed again only when it becomes high or threatening after all."""
    marks = [
        mark for mark, holds in (("high", alert.priority is Priority.HIGH), ("threat", _threatens(alert))) if holds
    ]
    return "-".join(["flash", alert.id, *marks])


def _threatens(alert: Alert) -> bool:
    return any(part.name == "step" and part.points >= URGENT_STEP for part in alert.parts)


def flash(alert: Alert, area_name: str, console_url: str) -> Rendered:
    """The flash of one alert: title, priority part by part, sentences and a link; no text of the public."""
    subject = f"Weathervane flash, {alert.priority.value}: {alert.title}"
    return _rendered(
        "flash", flash_ref(alert), subject, {"alert": alert, "area_name": area_name, "console": console_url}
    )


def _rendered(template: str, ref: str, subject: str, values: Mapping[str, object]) -> Rendered:
    html = _templates().get_template(f"{template}.html").render(subject=subject, **values)
    text = _templates().get_template(f"{template}.txt").render(subject=subject, **values)
    return Rendered(ref=ref, subject=subject, html=html, text=text)


@cache
def _templates() -> Environment:
    return Environment(
        loader=FileSystemLoader(TEMPLATES),
        autoescape=select_autoescape(["html"]),
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
    )


def _day(day: date) -> str:
    return f"{day:%A} {day.day} {day:%B %Y}"
