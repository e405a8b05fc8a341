"""Lay out what is to be judged: every narrative and every signal, area by area."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from functools import cached_property

from pipeline.alerts.case import FRESH, IDLE, POSITIVE, WINDOW, Baseline, Case, Place
from pipeline.records import Alert, AlertKind, AlertState, AnnotatedDocument, Narrative

STORY = 3  # posts that make a narrative a story
SAID = frozenset(
    ("T07", "T08", "T09", "T10", "T13", "T14")
)  # signals in what is said; the others are acts, or calls to act

Grouped = tuple[AnnotatedDocument, str]


@dataclass(frozen=True)
class Scene:
    """Everything one run of the judging is given."""

    texts: tuple[AnnotatedDocument, ...]  # of the last 28 days, once each, in the order of publication
    narrative_of: Mapping[str, str]  # by document id
    narratives: Mapping[str, Narrative]
    standing: Mapping[tuple[AlertKind, str, str], Alert]  # by kind, subject and area
    place: Place
    baseline: Baseline
    now: datetime
    names: Mapping[str, str] = field(default_factory=dict)

    @cached_property
    def told(self) -> Mapping[str, Sequence[AnnotatedDocument]]:
        """Texts by narrative."""
        told: defaultdict[str, list[AnnotatedDocument]] = defaultdict(list)
        for item in self.texts:
            ref = self.narrative_of.get(item.document.id, "")
            if ref in self.narratives:
                told[ref].append(item)
        return told

    @cached_property
    def homes(self) -> Mapping[str, str]:
        """The area each narrative is judged in: where its alert stands, else the ward most texts name."""
        return {ref: self._home(ref, items) for ref, items in self.told.items()}

    def _home(self, ref: str, items: Sequence[AnnotatedDocument]) -> str:
        named = Counter(area for item in items for area in item.areas)
        rank = {
            area: (not self._stands(ref, area), area in self.place.authorities, -named[area], area) for area in named
        }
        return min(named, key=lambda area: rank[area], default="")

    def _stands(self, ref: str, area: str) -> bool:
        return (AlertKind.NARRATIVE, ref, area) in self.standing

    def narrative_cases(self) -> list[Case]:
        """One case a narrative and area: its home, which takes in texts that name no ward or another, then others."""
        cases = [case for ref, items in self.told.items() for case in self._areas(ref, items)]
        return sorted(
            cases, key=lambda case: (case.spill, case.texts[0].document.published_at, case.subject, case.area)
        )

    def _areas(self, ref: str, items: Sequence[AnnotatedDocument]) -> Iterable[Case]:
        """The narrative at home, and in each other ward on texts that do not name its home."""
        home = self.homes[ref]
        away = [item for item in items if home not in item.areas]
        wards = dict.fromkeys(area for item in away for area in item.areas if area not in self.place.authorities)
        alone = {item.document.id for item in away if any(self._stands(ref, area) for area in item.areas)}
        at_home = [item for item in items if item.document.id not in alone]
        if at_home:
            yield self._narrative(ref, home, at_home)
        for ward in wards:
            yield self._narrative(ref, ward, [item for item in away if ward in item.areas])

    def _narrative(self, ref: str, area: str, texts: Sequence[AnnotatedDocument]) -> Case:
        narrative = self.narratives[ref]
        standing = self.standing.get((AlertKind.NARRATIVE, ref, area))
        code = narrative.code or (standing.code if standing else main_mark(texts))
        spill = area != self.homes[ref]
        return self._case(AlertKind.NARRATIVE, area, ref, code, texts, standing, narrative, spill=spill)

    def _where(self, item: AnnotatedDocument) -> tuple[str, ...]:
        """The areas a text counts in: its wards, else its narrative's home, else the authority."""
        home = self.homes.get(self.narrative_of.get(item.document.id, ""), "")
        placed = any(area not in self.place.authorities for area in item.areas)
        return item.areas if placed or not home else (home,)

    def rise_cases(self) -> list[Case]:
        """One case a signal and area, the largest first; positives and jokes raise nothing."""
        heard: defaultdict[tuple[str, str], list[AnnotatedDocument]] = defaultdict(list)
        for item in self.texts:
            if item.annotation.stance.name in IDLE:
                continue
            for code in set(item.likely_signals) - POSITIVE:
                for area in self._where(item):
                    heard[area, code].append(item)
        cases = [case for (area, code), items in sorted(heard.items()) if (case := self._rise(area, code, items))]
        return sorted(cases, key=lambda case: (case.standing is None, -len(case.texts), case.code, case.area))

    def told_in_story(self, item: AnnotatedDocument, code: str) -> bool:
        """Whether a text's narrative tells this signal: what people say and feel in a rumour is part of that rumour.

        A flagged text of a coded narrative spreads it; others are part of it where it is a story and one spreads it.
        Fear that residents tell of, or distrust in a campaign, stands by itself.
        """
        ref = self.narrative_of.get(item.document.id, "")
        told = [other for other in self.told.get(ref, ()) if other.annotation.stance.name not in IDLE]
        story = len(told) >= STORY and any(other.annotation.flag for other in told)
        coded = ref in self.narratives and bool(self.narratives[ref].code)
        return code in SAID and coded and (item.annotation.flag or story)

    def _rise(self, area: str, code: str, items: Sequence[AnnotatedDocument]) -> Case | None:
        """A rise is made of the last seven days' texts, or of those since its alert's own."""
        standing = self.standing.get((AlertKind.RISE, code, area))
        start = (standing.raised_at if standing else self.now) - FRESH
        texts = [item for item in items if item.document.published_at > start]
        return self._case(AlertKind.RISE, area, code, code, texts, standing, None) if texts else None

    def _case(
        self,
        kind: AlertKind,
        area: str,
        subject: str,
        code: str,
        texts: Sequence[AnnotatedDocument],
        standing: Alert | None,
        narrative: Narrative | None,
        *,
        spill: bool = False,
    ) -> Case:
        shared = {"place": self.place, "baseline": self.baseline, "now": self.now, "names": self.names}
        return Case(
            kind=kind,
            area=area,
            subject=subject,
            code=code,
            texts=tuple(texts),
            standing=standing,
            narrative=narrative,
            spill=spill,
            **shared,  # type: ignore[arg-type]
        )


def _order(case: Case) -> tuple[bool, datetime, str, str]:
    return case.spill, case.texts[0].document.published_at, case.subject, case.area


def main_mark(texts: Sequence[AnnotatedDocument]) -> str:
    """The signal most texts carry, else the mechanism: what a narrative without a code goes by."""
    signals = Counter(code.code for item in texts for code in item.annotation.signals if code.code not in POSITIVE)
    mechanisms = Counter(label.name for item in texts for label in item.annotation.mechanisms)
    marks = signals or mechanisms
    return min(marks, key=lambda mark: (-marks[mark], mark), default="")


def standing_alerts(alerts: Iterable[Alert], now: datetime) -> dict[tuple[AlertKind, str, str], Alert]:
    """Alerts that are updated, not raised again: open, reviewed, and those closed and touched in the last 28 days."""
    found: dict[tuple[AlertKind, str, str], Alert] = {}
    for alert in sorted(alerts, key=lambda alert: (alert.raised_at, alert.id)):
        if alert.raised_at <= now and (alert.state is not AlertState.CLOSED or alert.updated_at > now - WINDOW):
            found[alert.kind, alert.subject, alert.area] = alert
    return found
