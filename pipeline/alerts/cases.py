"""Lay out what is to be judged: every narrative and every signal, area by area."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from pipeline.alerts.case import FRESH, IDLE, POSITIVE, WINDOW, Baseline, Case, Place
from pipeline.alerts.evidence import once
from pipeline.records import Alert, AlertKind, AlertState, AnnotatedDocument, Narrative

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

    def narrative_cases(self) -> list[Case]:
        """One case a narrative and area, those with a standing alert first, then in the order they began."""
        told: defaultdict[str, list[AnnotatedDocument]] = defaultdict(list)
        for item in self.texts:
            if ref := self.narrative_of.get(item.document.id):
                told[ref].append(item)
        cases = [case for ref, items in told.items() if ref in self.narratives for case in self._areas(ref, items)]
        return sorted(cases, key=self._order)

    def _order(self, case: Case) -> tuple[bool, bool, int, datetime, str]:
        """A narrative's main area goes before its others."""
        first = case.texts[0].document.published_at
        return case.standing is None, not case.counted, -len(case.counted), first, case.subject + case.area

    def _areas(self, ref: str, items: Sequence[AnnotatedDocument]) -> Iterable[Case]:
        """The narrative area by area; texts that name no ward are counted with the ward most of the others name.

        They stay with the authority when an alert stands there already, or when no text names a ward.
        """
        by_area: defaultdict[str, list[AnnotatedDocument]] = defaultdict(list)
        for item in items:
            for area in item.areas:
                by_area[area].append(item)
        home = self._home(ref, by_area)
        unplaced = 0
        for authority in self.place.authorities:
            if home and authority != home and (authority in by_area) and not self._stands(ref, authority):
                more = by_area.pop(authority)
                unplaced += len(more)
                by_area[home] = once([*by_area[home], *more])
        for area, texts in by_area.items():
            yield self._narrative(ref, area, texts, unplaced if area == home else 0)

    def _home(self, ref: str, by_area: Mapping[str, Sequence[AnnotatedDocument]]) -> str:
        wards = [area for area in by_area if area not in self.place.authorities]
        rank = {area: (not self._stands(ref, area), -len(by_area[area]), area) for area in wards}
        return min(wards, key=lambda area: rank[area], default="")

    def _stands(self, ref: str, area: str) -> bool:
        return (AlertKind.NARRATIVE, ref, area) in self.standing

    def _narrative(self, ref: str, area: str, texts: Sequence[AnnotatedDocument], unplaced: int) -> Case:
        narrative = self.narratives[ref]
        standing = self.standing.get((AlertKind.NARRATIVE, ref, area))
        code = narrative.code or (standing.code if standing else main_mark(texts))
        return self._case(AlertKind.NARRATIVE, area, ref, code, texts, standing, narrative, unplaced)

    def rise_cases(self) -> list[Case]:
        """One case a signal and area, the largest first; positives and jokes raise nothing."""
        heard: defaultdict[tuple[str, str], list[AnnotatedDocument]] = defaultdict(list)
        for item in self.texts:
            if item.annotation.stance.name in IDLE:
                continue
            for code in {code.code for code in item.annotation.signals} - POSITIVE:
                for area in item.areas:
                    heard[area, code].append(item)
        cases = [case for (area, code), items in sorted(heard.items()) if (case := self._rise(area, code, items))]
        return sorted(cases, key=lambda case: (case.standing is None, -len(case.texts), case.code, case.area))

    def _rise(self, area: str, code: str, items: Sequence[AnnotatedDocument]) -> Case | None:
        """A rise is made of the last seven days' texts, or of those since its alert's own."""
        standing = self.standing.get((AlertKind.RISE, code, area))
        start = (standing.raised_at if standing else self.now) - FRESH
        texts = [item for item in items if item.document.published_at > start]
        return self._case(AlertKind.RISE, area, code, code, texts, standing, None, 0) if texts else None

    def _case(
        self,
        kind: AlertKind,
        area: str,
        subject: str,
        code: str,
        texts: Sequence[AnnotatedDocument],
        standing: Alert | None,
        narrative: Narrative | None,
        unplaced: int,
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
            unplaced=unplaced,
            **shared,  # type: ignore[arg-type]
        )


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
