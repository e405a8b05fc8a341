"""A made-up council's area as the judging sees it, and one call that groups and judges."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from pipeline import spikes
from pipeline.alerts import Judgement, judge
from pipeline.areas import Myth, Trigger
from pipeline.narratives import collected, group, series_cells
from pipeline.records import Alert, AnnotatedDocument, Member, Narrative, Point, Task
from tests.pipeline.samples import BOROUGH, OTHER, START, WARD

LONDON = ZoneInfo("Europe/London")
NAMES = {"N01": "Asylum-accommodation rumour", "N15": "Election integrity falsehood", "T09": "Dispute between groups"}


@dataclass(frozen=True)
class Town:
    """What `Place` asks for; the real one is `pipeline.areas.Area`."""

    name: str = "Calderwick"
    authorities: tuple[str, ...] = (BOROUGH,)
    zone: ZoneInfo = LONDON
    alert_budget: int = 12
    triggers: Sequence[Trigger] = ()
    myths: Sequence[Myth] = ()

    def area_name(self, code: str) -> str:
        """A ward's name."""
        return {WARD: "Wharfside", OTHER: "Cinder Hill", BOROUGH: "Calderwick"}.get(code, code)


@dataclass
class Watch:
    """What a ledger would hold between runs; `look` groups and judges everything published before `now`."""

    place: Town = field(default_factory=Town)
    texts: list[AnnotatedDocument] = field(default_factory=list)
    narratives: dict[str, Narrative] = field(default_factory=dict)
    members: dict[str, str] = field(default_factory=dict)
    alerts: dict[str, Alert] = field(default_factory=dict)
    tasks: dict[str, Task] = field(default_factory=dict)
    past: Mapping[tuple[str, str], Sequence[int]] = field(default_factory=dict)  # (area, theme): the last days' counts
    days: int = 28  # of collecting before the first text

    def look(self, now: datetime, *new: AnnotatedDocument) -> Judgement:
        """One run; its alerts and tasks are kept for the next."""
        recent = [(item, self.members.get(item.document.id, "")) for item in self.texts]
        grouping = group(new, list(self.narratives.values()), recent, authorities=self.place.authorities)
        self.texts += new
        self.narratives |= {narrative.id: narrative for narrative in grouping.narratives}
        self.members |= {member.document: member.narrative for member in grouping.members if isinstance(member, Member)}
        judgement = self.judge(now)
        self.alerts |= {alert.id: alert for alert in judgement.alerts}
        self.tasks |= {task.id: task for task in judgement.tasks}
        return judgement

    def judge(self, now: datetime) -> Judgement:
        """Judge what is held, and keep nothing of it."""
        totals = self._totals()
        return judge(
            [(item, self.members.get(item.document.id, "")) for item in self.texts],
            narratives=self.narratives,
            existing=list(self.alerts.values()),
            tasks=list(self.tasks.values()),
            points=self._points(totals),
            collected=totals,
            place=self.place,
            now=now,
            usual=spikes.usual,
            names=NAMES,
        )

    def _totals(self) -> Counter[date]:
        first = START.date()
        before = Counter({first - timedelta(days=n): 60 for n in range(1, self.days + 1)})
        return before + collected(self.texts, LONDON)

    def _points(self, totals: Counter[date]) -> list[Point]:
        counts = Counter(series_cells(self.texts, LONDON))
        for (area, theme), numbers in self.past.items():
            for back, number in enumerate(reversed(numbers), start=1):
                counts[area, theme, START.date() - timedelta(days=back)] += number
        return [Point(area=a, theme=t, day=d, count=n, total=totals[d]) for (a, t, d), n in counts.items()]
