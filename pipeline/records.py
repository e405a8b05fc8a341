"""The nouns that flow and are kept: annotated documents, narratives, alerts, tasks, reviews, digests, audit entries."""

from collections.abc import Mapping
from datetime import date
from enum import StrEnum
from typing import Literal

from pydantic import AwareDatetime, BaseModel, ConfigDict, Field

from crawlers.items import Document, Kind
from nlp.annotations import Annotation


class Record(BaseModel):
    """Base of every record here: frozen, no unknown fields, aware times."""

    model_config = ConfigDict(frozen=True, extra="forbid")


class Stage(StrEnum):
    """The stages that count a disposition for every document."""

    EXTRACT = "extract"
    ANNOTATE = "annotate"
    GROUP = "group"
    INDEX = "index"
    RETAIN = "retain"


class Disposition(Record):
    """What became of one record in one stage: exactly one per stage and document version."""

    stage: Stage
    ref: str  # document id, or crawl id and fetch id where no document came of it
    version: int
    outcome: str
    reason: str = ""
    source: str
    at: AwareDatetime


LIKELY = 0.5  # the labels of a text are chosen for the best of both errors, well below this; a count takes no guesses


class AnnotatedDocument(Record):
    """A document with its reading and the areas it is about (ward codes, else the authority; empty = not local)."""

    document: Document
    annotation: Annotation
    lemmas: str = ""
    areas: tuple[str, ...] = ()

    @property
    def in_scope(self) -> bool:
        """Whether the text is the tool's business: local, and with a narrative, signal or mechanism."""
        reading = self.annotation
        return bool(self.areas) and bool(reading.narratives or reading.signals or reading.mechanisms)

    @property
    def likely_signals(self) -> tuple[str, ...]:
        """Signals that are more likely there than not: what is counted over time, and what a rise is made of."""
        return tuple(code.code for code in self.annotation.signals if code.score >= LIKELY)


class Standing(StrEnum):
    """Who put a document into a narrative: a machine suggests, a person's word stays."""

    SUGGESTED = "suggested"
    CONFIRMED = "confirmed"


class NarrativeStatus(StrEnum):
    """What the team does about a narrative."""

    OPEN = "open"
    WATCHING = "watching"
    RESPONDING = "responding"
    RESOLVED = "resolved"
    DISMISSED = "dismissed"


class ClaimStatus(StrEnum):
    """What is known of a narrative's claim."""

    UNVERIFIED = "unverified"
    FALSE = "false"
    MISLEADING = "misleading"
    STALE = "stale"
    PARTLY_TRUE = "partly true"
    TRUE = "true"
    OPINION = "opinion"


class Narrative(Record):
    """Texts that tell the same story; `code` is a taxonomy code or "" where none applies."""

    id: str
    code: str
    statement: str  # the claim, neutrally, from the first member's own claim sentence
    status: NarrativeStatus = NarrativeStatus.OPEN
    claim_status: ClaimStatus = ClaimStatus.UNVERIFIED
    myth: str = ""  # id in the myth register where the claim is a known one
    first_seen: AwareDatetime
    last_seen: AwareDatetime
    merged_into: str = ""
    revision: int = 1


class Member(Record):
    """One document's place in a narrative."""

    narrative: str
    document: str
    standing: Standing = Standing.SUGGESTED


class AlertKind(StrEnum):
    """A narrative in an area, or a rise of signals in an area."""

    NARRATIVE = "narrative"
    RISE = "rise"


class AlertState(StrEnum):
    """Where an alert stands with the people who work on it."""

    OPEN = "open"
    REVIEWED = "reviewed"
    CLOSED = "closed"


class Priority(StrEnum):
    """Bands of the additive score: 4-7 low, 8-11 medium, 12 and more high."""

    LOW = "low"
    MEDIUM = "medium"
    HIGH = "high"


class Part(Record):
    """One part of the additive priority, with the sentence that explains it."""

    name: str  # spread, step, harm, reach, trigger, void, corrected, confidence
    points: int
    reason: str


class Excerpt(Record):
    """A redacted piece of a document, cut around its main evidence; offsets are within `text`."""

    document: str
    source: str
    kind: Kind
    url: str
    published_at: AwareDatetime
    text: str
    spans: tuple[tuple[int, int, str], ...] = ()  # start, end, evidence label


class Change(Record):
    """One entry of an alert's history: what changed and when."""

    at: AwareDatetime
    what: str
    actor: str = "machine"


class Alert(Record):
    """A narrative in an area, or a rise of signals in an area, that a person should look at."""

    id: str  # deterministic: kind, subject, area and the day it was first raised
    kind: AlertKind
    area: str  # ward code, else LAD code
    subject: str  # narrative id, or signal code for a rise
    code: str  # taxonomy code of the narrative or signal
    title: str
    state: AlertState = AlertState.OPEN
    score: int
    priority: Priority
    parts: tuple[Part, ...]
    sentences: tuple[str, ...]
    documents: tuple[str, ...]  # evidence first
    excerpts: tuple[Excerpt, ...] = ()  # at most three
    stances: Mapping[str, int] = Field(default_factory=dict)
    voices: int
    posts: int
    source_classes: tuple[str, ...] = ()
    low_confidence: bool = False
    raised_at: AwareDatetime
    updated_at: AwareDatetime
    closed_at: AwareDatetime | None = None
    history: tuple[Change, ...] = ()
    revision: int = 1  # optimistic concurrency: a writer names the revision it read


class WhyNot(Record):
    """Something seen that did not become an alert, and the rule that kept it back."""

    id: str  # deterministic: kind, subject, area and local day
    kind: AlertKind
    area: str
    subject: str
    code: str
    title: str
    rule: str  # locality, evidence, novelty, priority, budget
    reason: str
    score: int | None = None
    posts: int
    at: AwareDatetime


class TaskState(StrEnum):
    """Where an information void stands."""

    OPEN = "open"
    ANSWERED = "answered"
    CLOSED = "closed"


class Task(Record):
    """An information void: a question many ask and nobody has answered, for the owner of the fact."""

    id: str
    question: str
    area: str
    code: str
    owner: str
    due: AwareDatetime
    state: TaskState = TaskState.OPEN
    narrative: str
    documents: tuple[str, ...]
    opened_at: AwareDatetime
    answered_by: str = ""  # id of the official document that answers
    revision: int = 1


class Decision(StrEnum):
    """What a reviewer makes of an alert."""

    RESPOND = "respond"
    WATCH = "watch"
    NO_RESPONSE = "no response"
    NOT_HARMFUL = "not harmful"


class Review(Record):
    """A person's judgement of an alert; undone by a later entry, never edited."""

    id: str
    alert: str
    decision: Decision
    reason: str
    response_required: bool
    equality_duty: str = ""  # which limb, effect on whom
    signposts: tuple[str, ...] = ()
    reviewer: str  # user id
    at: AwareDatetime
    undone_at: AwareDatetime | None = None
    undone_by: str = ""
    undone_reason: str = ""


class Point(Record):
    """One cell of an area series: documents on a theme that local day, and all that were collected."""

    area: str
    theme: str  # narrative or signal code
    day: date
    count: int
    total: int


class Role(StrEnum):
    """What a user may do; each role includes no other."""

    REVIEWER = "reviewer"
    ANALYST = "analyst"
    ENGINEER = "engineer"
    GOVERNANCE = "governance"


class User(Record):
    """Someone who signs in to the console; the name is a staff login, never a watched person."""

    name: str
    role: Role
    password_hash: str
    active: bool = True


class AuditEntry(Record):
    """One link of the audit chain; `hash` covers every other field and the previous hash."""

    seq: int
    at: AwareDatetime
    actor: str
    action: str
    object: str
    detail: Mapping[str, str | int | float | bool | None] = Field(default_factory=dict)
    previous: str
    hash: str


class DigestItem(Record):
    """One alert, task or positive as the digest shows it: no raw text, only what was judged."""

    kind: Literal["alert", "task", "positive", "also seen"]
    title: str
    area: str
    priority: str = ""
    sentences: tuple[str, ...] = ()
    link: str = ""


class SourceHealth(Record):
    """How one source did since the last digest."""

    source: str
    name: str
    documents: int
    last_success: AwareDatetime | None
    note: str = ""


class Digest(Record):
    """The 08:30 brief of one area, with the audit chain's head so that a cut-off end is noticed."""

    id: str  # area and local day
    area: str
    area_name: str
    day: date
    made_at: AwareDatetime
    items: tuple[DigestItem, ...] = ()
    counts: Mapping[str, int] = Field(default_factory=dict)
    health: tuple[SourceHealth, ...] = ()
    blind_spots: tuple[str, ...] = ()
    audit_seq: int
    audit_head: str


class Rendered(Record):
    """A digest or flash ready to go out: `ref` names it in every sink."""

    ref: str
    subject: str
    html: str
    text: str


class Entity(StrEnum):
    """What the search index holds."""

    DOCUMENT = "document"
    NARRATIVE = "narrative"
    ALERT = "alert"


class IndexRecord(Record):
    """One searchable record: a projection of the ledger's, never the truth. `version` only grows."""

    id: str
    entity: Entity
    version: int
    title: str = ""
    text: str = ""
    lemmas: str = ""  # space-joined; both stores search these
    at: AwareDatetime  # published, raised or first seen: decides the month
    areas: tuple[str, ...] = ()
    source: str = ""
    kind: str = ""
    stance: str = ""
    narratives: tuple[str, ...] = ()
    signals: tuple[str, ...] = ()
    mechanisms: tuple[str, ...] = ()
    flag: bool = False
    state: str = ""
    priority: str = ""
    url: str = ""


class Query(Record):
    """A search: lemmas (all must occur; a quoted phrase keeps its order), filters, a page."""

    words: tuple[str, ...] = ()  # lemmas
    phrases: tuple[tuple[str, ...], ...] = ()
    entity: Entity = Entity.DOCUMENT
    filters: Mapping[str, tuple[str, ...]] = Field(default_factory=dict)  # field -> any of these values
    since: AwareDatetime | None = None
    until: AwareDatetime | None = None  # exclusive
    offset: int = Field(default=0, ge=0, le=9_000)
    limit: int = Field(default=20, ge=1, le=200)


class Hit(Record):
    """One record found."""

    record: IndexRecord
    score: float


class Results(Record):
    """A page of hits, newest first where there are no words, and facet counts over all that matched."""

    total: int
    hits: tuple[Hit, ...]
    facets: Mapping[str, Mapping[str, int]]


class Rejection(Record):
    """A record a store refused, with its reason."""

    id: str
    reason: str


class PutResult(Record):
    """What a bulk write did; the four numbers add up to the records given."""

    created: int = 0
    updated: int = 0
    unchanged: int = 0  # same or newer version already there
    rejected: tuple[Rejection, ...] = ()
