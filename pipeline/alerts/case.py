"""One thing to judge: a narrative in an area or a signal in an area, with everything the rules may look at."""

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime, timedelta
from functools import cached_property
from typing import Protocol
from zoneinfo import ZoneInfo

from crawlers.items import Kind
from pipeline.alerts.evidence import Count, count, once
from pipeline.records import Alert, AlertKind, AnnotatedDocument, Narrative, Point

WINDOW = timedelta(days=28)
FRESH = timedelta(days=7)  # what has been silent for longer raises no new alert, and a rise is made of no older texts
HISTORY = 2 * WINDOW.days  # days of the past that a decision is given
POSITIVE = frozenset({"T15", "T16"})
IDLE = frozenset({"satire", "unrelated"})
# One text alone raises an alert only for a threat, an unlawful call, or where an authority or a frontline worker tells
# it, and two posts only where both are read surely: right three times in four. Three posts bear each other out.
SURE = 0.75
FEW = 3
URGENT = {"T02": "unlawful_call", "T03": "threat"}  # a signal and the mechanism that must be read beside it
URGENT_MECHANISMS = frozenset(URGENT.values())
CALLS = frozenset({"T01", "T02", "T03", "T04", "T11"})  # a call to act, or a threat of one
INPUTS = frozenset({Kind.OFFICIAL, Kind.POLICE, Kind.COMMITTEE, Kind.FRONTLINE})  # official and frontline
AUTHORITIES = frozenset({Kind.OFFICIAL, Kind.POLICE})


class Trigger(Protocol):
    """A dated event of the area's calendar."""

    @property
    def name(self) -> str: ...  # noqa: D102
    @property
    def kind(self) -> str: ...  # noqa: D102
    @property
    def start(self) -> date: ...  # noqa: D102
    @property
    def end(self) -> date: ...  # noqa: D102
    @property
    def places(self) -> tuple[str, ...]: ...  # noqa: D102


class Myth(Protocol):
    """A known claim and the role that owns the fact."""

    @property
    def claim(self) -> str: ...  # noqa: D102
    @property
    def narrative(self) -> str: ...  # noqa: D102
    @property
    def owner(self) -> str: ...  # noqa: D102


class Place(Protocol):
    """What the judging needs to know of a council's area."""

    @property
    def name(self) -> str: ...  # noqa: D102
    @property
    def authorities(self) -> tuple[str, ...]: ...  # noqa: D102
    @property
    def zone(self) -> ZoneInfo: ...  # noqa: D102
    @property
    def alert_budget(self) -> int: ...  # noqa: D102
    @property
    def triggers(self) -> Sequence[Trigger]: ...  # noqa: D102
    @property
    def myths(self) -> Sequence[Myth]: ...  # noqa: D102
    def area_name(self, code: str, /) -> str: ...  # noqa: D102


class Usual(Protocol):
    """What is usual for a count of a day, and the chance of so many or more."""

    @property
    def expected(self) -> float: ...  # noqa: D102
    @property
    def upper(self) -> int: ...  # noqa: D102
    @property
    def p(self) -> float: ...  # noqa: D102


Decide = Callable[[Sequence[Point], date, int, int | None], Usual | None]


@dataclass(frozen=True)
class Baseline:
    """The area's past counts by theme, the documents collected by day, and what decides whether a count is usual."""

    counts: Mapping[tuple[str, str], Mapping[date, int]]
    collected: Mapping[date, int]
    decide: Decide

    def usual(self, area: str, theme: str, day: date, number: int) -> Usual | None:
        """Judge a day's number; a day without a total was an outage, one without a count a zero.

        A day that is not over yet is held against a whole day's usual: totals scale it up (a new source), not down.
        """
        counts = self.counts.get((area, theme), {})
        points = [
            Point(area=area, theme=theme, day=past, count=counts.get(past, 0), total=total)
            for past, total in self.collected.items()
            if total and 0 < (day - past).days <= HISTORY
        ]
        whole = round(sum(point.total for point in points) / len(points)) if points else 0
        return self.decide(points, day, number, max(whole, self.collected.get(day, 0)) or None)

    def watched(self, before: date) -> int:
        """Days of the 28 before this one on which anything was collected."""
        return sum(1 for day, total in self.collected.items() if total and 0 < (before - day).days <= WINDOW.days)

    def seen(self, area: str, theme: str, before: date) -> int:
        """Texts on the theme in the 28 days before this one."""
        counts = self.counts.get((area, theme), {})
        return sum(number for day, number in counts.items() if 0 < (before - day).days <= WINDOW.days)


@dataclass(frozen=True)
class Case:
    """A narrative or a signal in one area, with its texts in the order of publication."""

    kind: AlertKind
    area: str
    subject: str
    code: str
    texts: tuple[AnnotatedDocument, ...]
    narrative: Narrative | None
    standing: Alert | None
    place: Place
    baseline: Baseline
    now: datetime
    spill: bool = False  # a narrative away from its home: exceptions do not hold, its own evidence must
    names: Mapping[str, str] = field(default_factory=dict)

    def of(self, texts: Sequence[AnnotatedDocument]) -> "Case":
        """The same case on other texts."""
        return replace(self, texts=tuple(texts))

    @cached_property
    def counted(self) -> list[AnnotatedDocument]:
        """Texts that count toward the gate: flagged ones of a narrative; of a rise all but satire and unrelated."""
        if self.kind is AlertKind.RISE:
            return [item for item in self.texts if item.annotation.stance.name not in IDLE]
        return [item for item in self.texts if item.annotation.flag]

    @cached_property
    def spread(self) -> Count:
        """Numbers of everything that speaks of it."""
        return count([item for item in self.texts if item.annotation.stance.name not in IDLE], self.place.zone)

    @cached_property
    def weight(self) -> Count:
        """Numbers of what counts toward the gate: of fewer than three posts those that are read surely."""
        whole = count(self.counted, self.place.zone)
        if whole.posts >= FEW:
            return whole
        return count([item for item in self.counted if self.score(item) >= SURE], self.place.zone)

    @cached_property
    def signals(self) -> Counter[str]:
        """How many texts carry each signal, jokes left out."""
        real = (item for item in self.texts if item.annotation.stance.name not in IDLE)
        return Counter(code for item in real for code in item.likely_signals)

    @cached_property
    def mechanisms(self) -> Counter[str]:
        """How many flagged texts use each mechanism."""
        flagged = (item for item in self.texts if item.annotation.flag)
        return Counter(label.name for item in flagged for label in item.annotation.mechanisms)

    @cached_property
    def places(self) -> Counter[str]:
        """How often those who tell it name each place finer than a ward; minutes and notices beside it name many."""
        return places(self.counted or self.texts, self.place.authorities)

    @cached_property
    def urgent(self) -> bool:
        """Whether a counted text threatens or calls to an unlawful act."""
        return any(map(urgent, self.counted))

    @cached_property
    def told_by_input(self) -> bool:
        """Whether a counted text of an authority or the frontline, read with certainty, tells it."""
        return any(item.document.class_ in INPUTS and self.score(item) >= SURE for item in self.counted)

    def score(self, item: AnnotatedDocument) -> float:
        """How likely a text is what the case is made of: flagged, or a text with its signal."""
        if self.kind is AlertKind.NARRATIVE:
            return item.annotation.flag_score
        return max((code.score for code in item.annotation.signals if code.code == self.code), default=0.0)

    @cached_property
    def answers(self) -> list[AnnotatedDocument]:
        """What an authority said of it."""
        return [item for item in self.texts if answer(item)]

    @cached_property
    def days(self) -> tuple[date, date]:
        """The local day of now and the one before: what a run shortly after midnight has to look at."""
        today = self.now.astimezone(self.place.zone).date()
        return today, today - timedelta(days=1)

    @property
    def name(self) -> str:
        """The name of its code in the taxonomy, or the code."""
        return self.names.get(self.code, self.code)

    @property
    def ward(self) -> bool:
        """Whether the area is a ward, not the whole authority."""
        return self.area not in self.place.authorities

    @cached_property
    def unplaced(self) -> int:
        """Texts that name no ward and are counted with this one."""
        return sum(self.ward and set(item.areas) <= set(self.place.authorities) for item in self.texts)

    @cached_property
    def elsewhere(self) -> tuple[str, ...]:
        """Other wards that texts name which do not name this one."""
        away = (area for item in self.texts if self.area not in item.areas for area in item.areas)
        return tuple(sorted({area for area in away if area not in self.place.authorities}))

    @property
    def latest(self) -> datetime:
        """When its last text was published."""
        return self.texts[-1].document.published_at

    def usual(self) -> tuple[date, int, Usual] | None:
        """The more unusual of today and yesterday: the day, its posts, and what is usual; None without a baseline."""
        here = [item for item in self.texts if self.area in item.areas and item.annotation.stance.name not in IDLE]
        told = count(here, self.place.zone).posts_on
        found = []
        for day in self.days:
            usual = self.baseline.usual(self.area, self.code, day, told[day])
            if usual is not None:
                found.append((day, told[day], usual))
        return min(found, key=lambda triple: triple[2].p, default=None)


def urgent(item: AnnotatedDocument) -> bool:
    """Whether a text threatens or calls to an unlawful act in its own voice: signal and mechanism, both surely."""
    signals = {code.code for code in item.annotation.signals if code.score >= SURE}
    mechanisms = {label.name for label in item.annotation.mechanisms if label.score >= SURE}
    both = any(signal in signals and mechanism in mechanisms for signal, mechanism in URGENT.items())
    return item.annotation.flag and both


def calls(item: AnnotatedDocument) -> set[str]:
    """The calls to act in a text, jokes left out."""
    reading = item.annotation
    if reading.stance.name in IDLE:
        return set()
    found = set(item.likely_signals) & CALLS
    return found | ({label.name for label in reading.mechanisms} & URGENT_MECHANISMS if reading.flag else set())


def answer(item: AnnotatedDocument) -> bool:
    """Whether it is an authority that speaks, in its own name."""
    return item.document.class_ in AUTHORITIES and item.annotation.stance.name == "official"


def places(texts: Sequence[AnnotatedDocument], authorities: Sequence[str]) -> Counter[str]:
    """How many texts name each place of ours that is finer than a ward."""
    found: Counter[str] = Counter()
    for item in once(texts):
        ours = (mention for mention in item.annotation.mentions if mention.lad in authorities)
        found.update(
            dict.fromkeys(mention.name for mention in ours if mention.level == "place" and mention.name).keys()
        )
    return found
