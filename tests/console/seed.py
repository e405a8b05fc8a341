"""Hand-built records in a real SQLite ledger, for the tests of this folder."""

from datetime import UTC, datetime, timedelta

from argon2 import PasswordHasher

from crawlers.items import Kind, Scope, Source
from pipeline.ledger import Ledger, alerts, narratives, sources, users
from pipeline.records import (
    Alert,
    AlertKind,
    Change,
    Excerpt,
    Narrative,
    Part,
    Priority,
    Role,
    Task,
    User,
    WhyNot,
)

NOW = datetime(2026, 11, 4, 9, 30, tzinfo=UTC)
AREA = "demo"
WARD, COUNCIL = "X99W00003", "X99000001"
PASSWORD = "a long enough password"
TEXT = "They say the old mill is for newcomers only. Pass it on before they hide it."
STATEMENT = "The old mill is let to newcomers only"
HASH = PasswordHasher(time_cost=1, memory_cost=64).hash(PASSWORD)  # weak on purpose: tests sign in often
ALERT, OTHER, FEED = "alert-one", "alert-two", "calder_feed"


def fill(ledger: Ledger) -> None:
    """Two open alerts, a narrative, a task, something kept back, a source, and a user of each role."""
    with ledger.begin() as tx:
        narratives.write(tx, AREA, [narrative()])
        alerts.write(tx, AREA, [alert(), alert(id=OTHER, title="Talk of a march", score=6, priority=Priority.LOW)])
        alerts.write_tasks(tx, AREA, [task()])
        alerts.keep_back(tx, AREA, [kept_back()])
        sources.register(tx, AREA, [source()])
        for role in Role:
            users.write(tx, User(name=role.value, role=role, password_hash=HASH))


def alert(**changes: object) -> Alert:
    """A narrative alert with one excerpt whose words "for newcomers only" are evidence."""
    start = TEXT.index("for newcomers")
    excerpt = Excerpt(
        document="d1",
        source=FEED,
        kind=Kind.SOCIAL,
        url="https://calder.example/posts/1",
        published_at=NOW - timedelta(hours=3),
        text=TEXT,
        spans=((start, start + 18, "narrative:N02"),),
    )
    fields = {
        "id": ALERT,
        "kind": AlertKind.NARRATIVE,
        "area": WARD,
        "subject": "n1",
        "code": "N02",
        "title": "Queue-jumping and favouritism in Ropery",
        "score": 9,
        "priority": Priority.MEDIUM,
        "parts": (
            Part(name="spread", points=3, reason="9 posts by 6 voices"),
            Part(name="corrected", points=-2, reason="the council denied it at 08:00"),
        ),
        "sentences": ("9 posts by 6 voices since 09:10; this ward's usual is 0–1 a day",),
        "documents": ("d1",),
        "excerpts": (excerpt,),
        "stances": {"asserts": 6, "asks": 3},
        "voices": 6,
        "posts": 9,
        "source_classes": ("social", "comment"),
        "raised_at": NOW - timedelta(hours=2),
        "updated_at": NOW - timedelta(hours=2),
        "history": (Change(at=NOW - timedelta(hours=2), what="raised"),),
    }
    return Alert.model_validate({**fields, **changes})


def narrative() -> Narrative:
    """The narrative of the alerts."""
    seen = {"first_seen": NOW - timedelta(days=1), "last_seen": NOW - timedelta(hours=2)}
    return Narrative(id="n1", code="N02", statement=STATEMENT, **seen)


def task() -> Task:
    """A question about the same narrative, due tomorrow."""
    return Task(
        id="t1",
        question="Is it true that the mill has been let?",
        area=COUNCIL,
        code="N02",
        owner="Housing service",
        due=NOW + timedelta(days=1),
        narrative="n1",
        documents=("d2",),
        opened_at=NOW - timedelta(hours=1),
    )


def kept_back() -> WhyNot:
    """A narrative with too little evidence."""
    return WhyNot(
        id="w1",
        kind=AlertKind.NARRATIVE,
        area=COUNCIL,
        subject="n9",
        code="N13",
        title="Traffic-scheme conspiracy in Calderwick",
        rule="evidence",
        reason="2 posts by 1 voice on one day",
        posts=2,
        at=NOW - timedelta(hours=4),
    )


def source() -> Source:
    """A registered source that was never crawled."""
    return Source(
        id=FEED,
        name="Calder feed",
        class_=Kind.SOCIAL,
        spider="feed",
        url="https://calder.example/feed",
        scope=Scope.LOCAL,
        owner="Cohesion team",
        basis="public task",
        licence="OGL-3.0",
        robots="allowed",
        fields_kept=("text",),
        fields_dropped=("author",),
    )
