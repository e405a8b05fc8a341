"""Put each in-scope text into the narrative it tells, or make it the first of a new one."""

import hashlib
from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from pipeline.narratives.story import SPAN, Story, Trace
from pipeline.narratives.window import Window
from pipeline.records import AnnotatedDocument, Member, Narrative

# Cosines. Two short texts on one claim seldom share many words ("the Beacon", "that hotel"), so code, place and time
# carry most of the decision, and words decide where those leave it open.
FAINT = 0.04
NEAR = 0.10
ALIKE = 0.20
SAME = 0.30  # in another ward, only what is nearly the same text is the same story
# A story that people are telling now: so many texts in so many days. What fits its code and ward is most likely of it.
RUNNING = 3
DAYS = timedelta(days=3)
# Codes whose claim is of one event (a suspect, a van, an election): the story is where the event's talk goes.
EVENTS = frozenset({"N04", "N15", "N19"})
# Signals and labels that every other text of a tense week carries; sharing one ties nothing together.
GENERIC = frozenset({"T01", "T08", "T14", "T15", "T16"})


@dataclass(frozen=True)
class Grouping:
    """What grouping made of new texts: narratives new or changed, and one membership a text in scope."""

    narratives: tuple[Narrative, ...]
    members: tuple[Member, ...]


def group(
    found: Sequence[AnnotatedDocument],
    active: Sequence[Narrative],
    recent: Iterable[tuple[AnnotatedDocument, str]],
    *,
    authorities: Collection[str],
) -> Grouping:
    """Group new texts (`found`), given the narratives of the last 28 days and their members.

    `recent` holds the grouped, in-scope documents published in the 28 days before the first of `found` and since, each
    with its narrative's id; from them alone the state is rebuilt, so a run in two halves gives what one run gives.
    A text out of scope gets no narrative. Cost grows with the number of texts, not its square.
    """
    known = {narrative.id: narrative for narrative in active}
    past = [(Trace.of(item, authorities), known.get(ref)) for item, ref in recent]
    new = {item.document.id: Trace.of(item, authorities) for item in found if item.in_scope}
    stream = [(trace, record) for trace, record in past if trace.ref not in new]
    state = Stories(known)
    members = []
    for trace, record in sorted([*stream, *((trace, None) for trace in new.values())], key=_order):
        if trace.ref in new:
            members.append(Member(narrative=state.assign(trace), document=trace.ref))
        else:
            state.remember(trace, record)
    return Grouping(narratives=state.changed(), members=tuple(members))


def _order(pair: tuple[Trace, Narrative | None]) -> tuple[datetime, str]:
    return pair[0].at, pair[0].ref


class Stories:
    """The narratives of the window at one moment of the stream."""

    def __init__(self, known: Mapping[str, Narrative]) -> None:
        self.known = known
        self.stories: dict[str, Story] = {}
        self.by_code: defaultdict[str, dict[str, None]] = defaultdict(dict)
        self.by_place: defaultdict[str, dict[str, None]] = defaultdict(dict)
        self.of: dict[str, str] = {}  # document -> narrative
        self.window = Window(SPAN)
        self.touched: dict[str, None] = {}

    def remember(self, trace: Trace, record: Narrative | None) -> None:
        """Take in a text that was grouped before; its narrative may be gone, its words still weigh."""
        if record is not None:
            if record.id not in self.stories:
                self._open(record)
            self.stories[record.id].add(trace)
        self._note(trace, record.id if record else "")

    def assign(self, trace: Trace) -> str:
        """The narrative a new text joins or begins."""
        self.window.expire(trace.at)
        ref = self.of.get(trace.story, "") or self._fitting(trace)
        if ref:
            self.stories[ref].grow(trace)
        else:
            ref = self._begin(trace)
        self.touched[ref] = None
        self._note(trace, ref)
        return ref

    def _begin(self, trace: Trace) -> str:
        """A new narrative; an edited first text begins its own again and the record goes on."""
        ref = identity(trace.ref, trace.code)
        if ref in self.known:
            if ref not in self.stories:
                self._open(self.known[ref])
            self.stories[ref].grow(trace)
        else:
            times = {"first_seen": trace.at, "last_seen": trace.at}
            self._open(Narrative(id=ref, code=trace.code, statement=trace.statement, **times))
            self.stories[ref].add(trace)
        return ref

    def changed(self) -> tuple[Narrative, ...]:
        """Narratives that were begun or grew, oldest first."""
        records = [self.stories[ref].record for ref in self.touched]
        return tuple(sorted(records, key=lambda record: (record.first_seen, record.id)))

    def _open(self, record: Narrative) -> None:
        self.stories[record.id] = Story(record)
        self.by_code[record.code][record.id] = None

    def _note(self, trace: Trace, ref: str) -> None:
        self.window.add(trace.ref, trace.at, trace.lemmas)
        if ref:
            self.of[trace.ref] = ref
            for place in trace.places:
                self.by_place[place][ref] = None
            if trace.story:
                self.of.setdefault(trace.story, ref)  # a copy may come before its original

    def _fitting(self, trace: Trace) -> str:
        """The best narrative of the code: a sure fit, else the only possible one, else the one in like words."""
        if trace.ref in self.of:  # its copy came first
            return self.of[trace.ref]
        close = self._closeness(trace)
        sure, possible = [], []
        for ref in self._alive(trace, close):
            story, closeness = self.stories[ref], close.get(ref, 0.0)
            rank = (bool(trace.places & story.places.keys()), closeness, story.running(trace.at - DAYS), ref)
            if _sure(trace, story, closeness):
                sure.append(rank)
            elif _possible(trace, story, closeness):
                possible.append(rank)
        if not sure and len(possible) > 1:
            possible = [rank for rank in possible if rank[1] >= NEAR] or _only_running(possible)
        return max(sure or possible, default=(False, 0.0, 0, ""))[-1]

    def _closeness(self, trace: Trace) -> dict[str, float]:
        """Cosine with the nearest member of each narrative that has one near."""
        close: dict[str, float] = {}
        for other, closeness in self.window.similar(trace.lemmas).items():
            ref = self.of.get(other, "")
            close[ref] = max(close.get(ref, 0.0), closeness)
        return close

    def _alive(self, trace: Trace, close: Mapping[str, float]) -> list[str]:
        """Narratives of the text's code with members in the window; without a code only those with words in common.

        A narrative whose members are all older is closed for good.
        """
        refs = list(self.by_code[trace.code]) if trace.code else [ref for ref in close if ref in self.by_code[""]]
        refs += self._elsewhere_coded(trace)
        for ref in refs:
            self.stories[ref].expire(trace.at)
            if not self.stories[ref].members:
                self._close(ref)
        return [ref for ref in refs if self.stories[ref].members]

    def _elsewhere_coded(self, trace: Trace) -> list[str]:
        """Coded narratives about a place that the text names, where its own code was read with little certainty."""
        near = {ref: None for place in sorted(trace.places) for ref in self.by_place[place]} if trace.loose else {}
        codes = ((ref, self.stories[ref].record.code) for ref in near)
        return [ref for ref, code in codes if code and code != trace.code]

    def _close(self, ref: str) -> None:
        """A narrative whose members are all too old takes no more."""
        self.by_code[self.stories[ref].record.code].pop(ref, None)
        for refs in self.by_place.values():
            refs.pop(ref, None)


def _sure(trace: Trace, story: Story, closeness: float) -> bool:
    """Same ward (or both without one) and the same place, words or running story; elsewhere nearly the same text."""
    shared = bool(trace.places & story.places.keys())
    here = bool(trace.wards & story.wards.keys()) or not (trace.wards or story.wards)
    running = story.running(trace.at - DAYS) >= RUNNING
    if story.record.code and story.record.code != trace.code:
        return shared and bool(trace.wards & story.wards.keys())
    if not trace.code:
        specific = bool(trace.marks & story.marks.keys() - GENERIC)
        alike = closeness >= ALIKE or (specific and (running or closeness >= FAINT))
        return here and bool(trace.marks & story.marks.keys()) and (shared or alike)
    if trace.code in EVENTS and story.running(trace.at - DAYS):
        return True
    if not here:
        return closeness >= SAME
    return shared or running or closeness >= NEAR or not (trace.places and story.places)


def _only_running(possible: Sequence[tuple[bool, float, int, str]]) -> list[tuple[bool, float, int, str]]:
    """The one story of several that people are telling now; none where there are two."""
    running = [rank for rank in possible if rank[2] >= RUNNING]
    return running if len(running) == 1 else []


def _possible(trace: Trace, story: Story, closeness: float) -> bool:
    """One of the two names no ward: they may be one story where no narrative is a sure fit."""
    if bool(trace.wards) == bool(story.wards) or story.record.code != trace.code:
        return False
    if trace.code:
        return not (trace.places and story.places) or closeness >= NEAR
    specific = bool(trace.marks & story.marks.keys() - GENERIC)
    return specific and (closeness >= NEAR or story.running(trace.at - DAYS) >= RUNNING)


def identity(document: str, code: str = "") -> str:
    """A narrative's id, from its first member's and its code (an edit may change what a text is about)."""
    return "n" + hashlib.blake2b(f"{document}\0{code}".encode(), digest_size=9).hexdigest()
