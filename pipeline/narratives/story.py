"""One narrative as the grouping sees it: what its members of the last 28 days say and where."""

from collections import Counter, deque
from collections.abc import Collection
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from pipeline.records import LIKELY, AnnotatedDocument, Narrative

SPAN = timedelta(days=28)
STATEMENT = 140  # characters of a first sentence that stands in for a claim
COUNTED = 50  # members beyond which a running story is not counted on
ASSERTING = frozenset({"asserts", "amplifies", "incites"})


@dataclass(frozen=True)
class Trace:
    """What the grouping needs to know of one text."""

    ref: str
    at: datetime
    code: str
    loose: bool  # flagged, and its code was read with little certainty
    wards: frozenset[str]
    areas: frozenset[str]
    places: frozenset[str]  # named places finer than a ward
    marks: frozenset[str]  # signals and mechanisms
    asserting: bool
    statement: str
    story: str
    lemmas: str

    @classmethod
    def of(cls, item: AnnotatedDocument, authorities: Collection[str]) -> "Trace":
        """The trace of a read document."""
        document, reading = item.document, item.annotation
        ours = [mention for mention in reading.mentions if mention.level == "place" and mention.lad in authorities]
        return cls(
            ref=document.id,
            at=document.published_at,
            code=reading.narratives[0].code if reading.narratives else "",
            loose=reading.flag and any(code.score < LIKELY for code in reading.narratives[:1]),
            wards=frozenset(item.areas) - frozenset(authorities),
            areas=frozenset(item.areas),
            places=frozenset(mention.name.casefold() for mention in ours if mention.name),
            marks=frozenset([c.code for c in reading.signals] + [m.name for m in reading.mechanisms]),
            asserting=reading.stance.name in ASSERTING,
            statement=statement(item),
            story=document.story,
            lemmas=item.lemmas or document.full_text,
        )


def statement(item: AnnotatedDocument) -> str:
    """The claim of a text in one sentence: the one that was found check-worthy, else its first."""
    claim = item.annotation.claim or _first_sentence(item.document.full_text)
    return " ".join(claim.split())


def _first_sentence(text: str) -> str:
    flat = " ".join(text.split())
    ends = [at + 1 for at in (flat.find(f"{sign} ") for sign in ".!?") if at >= 0]
    first = flat[: min(ends)] if ends else flat
    if len(first) <= STATEMENT:
        return first
    return first[: STATEMENT - 1].rsplit(" ", 1)[0] + "…"


@dataclass
class Story:
    """A narrative with the traces of its members in the window."""

    record: Narrative
    members: deque[Trace] = field(default_factory=deque)
    wards: Counter[str] = field(default_factory=Counter)
    areas: Counter[str] = field(default_factory=Counter)
    places: Counter[str] = field(default_factory=Counter)
    marks: Counter[str] = field(default_factory=Counter)

    def add(self, trace: Trace) -> None:
        """Take a member's trace in."""
        self.members.append(trace)
        for counts, values in self._counts(trace):
            counts.update(values)

    def expire(self, now: datetime) -> None:
        """Forget members older than the window."""
        while self.members and self.members[0].at < now - SPAN:
            for counts, values in self._counts(self.members.popleft()):
                counts.subtract(values)
                for value in values:
                    if not counts[value]:
                        del counts[value]

    def _counts(self, trace: Trace) -> list[tuple[Counter[str], frozenset[str]]]:
        pairs = ((self.wards, trace.wards), (self.areas, trace.areas), (self.places, trace.places))
        return [*pairs, (self.marks, trace.marks)]

    def running(self, since: datetime) -> int:
        """Members since then, counted no further than is asked for."""
        number = 0
        for member in reversed(self.members):
            if member.at < since or number >= COUNTED:
                break
            number += 1
        return number

    def grow(self, trace: Trace) -> None:
        """Let a new member join: the record's times, statement and revision follow."""
        times = {
            "first_seen": min(self.record.first_seen, trace.at),
            "last_seen": max(self.record.last_seen, trace.at),
            "revision": self.record.revision + 1,
        }
        self.record = self.record.model_copy(update={**times, "statement": self._statement(trace)})
        self.add(trace)

    def _statement(self, trace: Trace) -> str:
        """The first asserting member's claim; what a person wrote is no member's and stays."""
        if not trace.asserting or any(member.asserting for member in self.members):
            return self.record.statement
        ours = any(member.statement == self.record.statement for member in self.members)
        return trace.statement if ours else self.record.statement
