"""Judge narratives and signals area by area: raise, update, or say why not; the same input gives the same output."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime

from pipeline.alerts.case import FRESH, WINDOW, Baseline, Case, Decide, Place
from pipeline.alerts.cases import STORY, Grouped, Scene, standing_alerts
from pipeline.alerts.evidence import once
from pipeline.alerts.gate import failed
from pipeline.alerts.priority import LEAST, parts
from pipeline.alerts.voids import tasks as void_tasks
from pipeline.alerts.writing import identity, kept_back, raised, updated
from pipeline.records import Alert, AlertKind, AnnotatedDocument, Narrative, Point, Task, WhyNot


@dataclass(frozen=True)
class Judgement:
    """What a run raised or changed (alerts, tasks) and what it kept back."""

    alerts: tuple[Alert, ...]
    whynot: tuple[WhyNot, ...]
    tasks: tuple[Task, ...]


def judge(
    documents: Iterable[Grouped],
    *,
    narratives: Mapping[str, Narrative],
    existing: Sequence[Alert],
    tasks: Sequence[Task],
    points: Iterable[Point],
    collected: Mapping[date, int],
    place: Place,
    now: datetime,
    usual: Decide,
    names: Mapping[str, str] | None = None,
) -> Judgement:
    """Judge the grouped documents of the last 28 days (each with its narrative's id, "" where none) as of `now`.

    `narratives` by id; `existing` and `tasks` are all alerts and tasks of the council; `points` and `collected` are its
    area series and the documents collected by local day, `usual` decides on a count (`spikes.usual`); `names` gives
    the taxonomy's name of each code. What was published after `now` is not looked at. Only what is new or changed comes
    back, so judging again changes nothing.
    """
    scene = _scene(documents, narratives, existing, points, collected, place, now, usual, names or {})
    bench = _Bench(scene, {alert.id: alert for alert in existing})
    told = scene.narrative_cases()
    for case in sorted([*told, *scene.rise_cases()], key=_turn):
        bench.hear(case)
    alerts = bench.within_budget()
    return Judgement(
        alerts=tuple(sorted(alerts, key=lambda alert: (-alert.score, alert.id))),
        whynot=tuple(sorted([*bench.back, *_not_here(scene)], key=lambda entry: (entry.at, entry.id))),
        tasks=void_tasks(told, tasks),
    )


def _turn(case: Case) -> int:
    """Whose turn it is: what stands claims its texts first, then narratives, then rises, then single texts."""
    if case.standing:
        return 0
    if case.kind is AlertKind.RISE:
        return 2
    story = case.narrative is not None and (bool(case.narrative.code) or case.spread.posts >= STORY)
    return 1 if story else 3


def _scene(
    documents: Iterable[Grouped],
    narratives: Mapping[str, Narrative],
    existing: Sequence[Alert],
    points: Iterable[Point],
    collected: Mapping[date, int],
    place: Place,
    now: datetime,
    usual: Decide,
    names: Mapping[str, str],
) -> Scene:
    counts: defaultdict[tuple[str, str], dict[date, int]] = defaultdict(dict)
    for point in points:
        counts[point.area, point.theme][point.day] = point.count
    held = [(item, ref) for item, ref in documents if now - WINDOW < item.document.published_at <= now]
    return Scene(
        texts=tuple(once(item for item, _ in held)),
        narrative_of={item.document.id: ref for item, ref in held},
        narratives=narratives,
        standing=standing_alerts(existing, now),
        place=place,
        baseline=Baseline(counts=counts, collected=collected, decide=usual),
        now=now,
        names=names,
    )


@dataclass
class _Bench:
    """One run's judging: what it has raised so far decides what still has to be shown."""

    scene: Scene
    existing: Mapping[str, Alert]
    fresh: list[tuple[Alert, Case]] = field(default_factory=list)
    changed: list[Alert] = field(default_factory=list)
    back: list[WhyNot] = field(default_factory=list)
    shown: set[str] = field(default_factory=set)  # documents that an alert shows

    def __post_init__(self) -> None:
        for alert in self.scene.standing.values():
            self.shown.update(alert.documents)

    def hear(self, case: Case) -> None:
        """Update a standing alert, or put a case to the tests."""
        own = self._own(case)
        if case.standing:
            alert = updated(own if case.kind is AlertKind.RISE else case, case.standing) if own.texts else None
            if alert:
                self.changed.append(alert)
                self.shown.update(alert.documents)
        elif case.latest > case.now - FRESH:
            self._try(case, own)

    def _own(self, case: Case) -> Case:
        """The case on texts that no other alert shows: nothing is raised twice on the same evidence.

        A narrative with a code is shown whole whatever rises were raised on its texts before.
        """
        if case.narrative and case.narrative.code:
            return case
        mine = set(case.standing.documents) if case.standing else set()
        return case.of([item for item in case.texts if item.document.id in mine or not self._elsewhere(item, case)])

    def _elsewhere(self, item: AnnotatedDocument, case: Case) -> bool:
        """Whether another alert shows the text, or its story will tell this signal when it passes the tests itself."""
        told = case.kind is AlertKind.RISE and self.scene.told_in_story(item, case.code)
        return told or item.document.id in self.shown

    def _try(self, case: Case, own: Case) -> None:
        """Raise an alert when the case passes every test on texts that no other alert shows."""
        rule, reason = failed(case)
        if not rule and (not own.texts or failed(own)[0]):
            rule, reason = "covered", "another alert, or the story they are part of, shows the texts it rests on"
        if rule and not (case.spill and not case.counted):
            self.back.append(kept_back(case, rule, reason))
        if rule:
            return
        heard = own if case.kind is AlertKind.RISE else case
        score = sum(part.points for part in parts(heard))
        if score < LEAST:
            self.back.append(kept_back(heard, "priority", f"priority {score}: {LEAST} are needed", score))
            return
        alert = raised(heard)
        if alert.id not in self.existing:
            self.fresh.append((alert, heard))
            self.shown.update(alert.documents)

    def within_budget(self) -> list[Alert]:
        """Changed alerts, and as many new ones as the local day still allows, the most pressing first."""
        zone, budget = self.scene.place.zone, self.scene.place.alert_budget
        today = self.scene.now.astimezone(zone).date()
        spent = sum(1 for alert in self.existing.values() if alert.raised_at.astimezone(zone).date() == today)
        ranked = sorted(self.fresh, key=lambda pair: (-pair[0].score, pair[0].id))
        room = max(0, budget - spent)
        for alert, case in ranked[room:]:
            self.back.append(kept_back(case, "budget", f"{budget} alerts were raised today already", alert.score))
        return [*self.changed, *(alert for alert, _ in ranked[:room])]


def _not_here(scene: Scene) -> list[WhyNot]:
    """Flagged texts that are not local, where the caller gives some: kept back by locality, one entry each."""
    return [_not_local(item, scene) for item in scene.texts if item.annotation.flag and not item.areas]


def _not_local(item: AnnotatedDocument, scene: Scene) -> WhyNot:
    reading, published = item.annotation, item.document.published_at
    code = reading.narratives[0].code if reading.narratives else ""
    day = published.astimezone(scene.place.zone).date()
    return WhyNot(
        id="w" + identity(AlertKind.NARRATIVE, item.document.id, "", day),
        kind=AlertKind.NARRATIVE,
        area="",
        subject=item.document.id,
        code=code,
        title=f"{scene.names.get(code, code) or 'Flagged text'}: not local",
        rule="locality",
        reason="names no place in this area, and its source is not local or it names a place elsewhere",
        posts=1,
        at=published,
    )
