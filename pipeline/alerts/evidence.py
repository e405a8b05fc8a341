"""Count what texts are worth as evidence: stories, voices, days and source classes, each a lower bound."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from zoneinfo import ZoneInfo

from crawlers.items import PUBLISHED
from pipeline.records import AnnotatedDocument


@dataclass(frozen=True)
class Count:
    """Evidence in numbers. `posts` are stories: a syndicated copy adds an outlet, not a post."""

    posts: int
    outlets: int  # texts that carry a story another one carries too
    voices: int
    most_on: date | None  # the day with the most voices
    days: tuple[date, ...]
    posts_on: Counter[date]
    classes: tuple[str, ...]


def once(items: Iterable[AnnotatedDocument]) -> list[AnnotatedDocument]:
    """Each URL of each source once, its newest version, in the order of publication."""
    newest: dict[tuple[str, str], AnnotatedDocument] = {}
    for item in items:
        document = item.document
        key = (document.source, document.url or document.id)
        if key not in newest or newest[key].document.version < document.version:
            newest[key] = item
    return sorted(newest.values(), key=lambda item: (item.document.published_at, item.document.id))


def stories(items: Sequence[AnnotatedDocument]) -> list[AnnotatedDocument]:
    """One text a story: the original of declared copies, or the earliest copy where the original is not here."""
    ordered = once(items)
    originals = {item.document.id for item in ordered if not item.document.story}
    told: set[str] = set(originals)
    kept = []
    for item in ordered:
        story = item.document.story
        if story and story in told:
            continue
        told.add(story or item.document.id)
        kept.append(item)
    return kept


def voice(item: AnnotatedDocument) -> str:
    """Who speaks: the keyed voice, or the publisher as one."""
    document = item.document
    return f"source {document.source}" if document.kind in PUBLISHED else document.voice


def count(items: Sequence[AnnotatedDocument], zone: ZoneInfo) -> Count:
    """What these texts amount to.

    A day's voices are the largest number among the texts published that (local) day and read under one day's key; the
    window's are those of its largest day. Voices under different keys cannot be told apart, so this is a lower bound.
    """
    told = stories(items)
    heard: defaultdict[date, defaultdict[date, set[str]]] = defaultdict(lambda: defaultdict(set))
    posts_on: Counter[date] = Counter()
    for item in told:
        day = item.document.published_at.astimezone(zone).date()
        heard[day][item.document.voice_day].add(voice(item))
        posts_on[day] += 1
    by_day = {day: max(map(len, keys.values())) for day, keys in heard.items()}
    most = min(by_day, key=lambda day: (-by_day[day], day), default=None)
    return Count(
        posts=len(told),
        outlets=len(once(items)) - len(told),
        voices=by_day[most] if most else 0,
        most_on=most,
        days=tuple(sorted(by_day)),
        posts_on=posts_on,
        classes=tuple(sorted({item.document.class_.value for item in told})),
    )
