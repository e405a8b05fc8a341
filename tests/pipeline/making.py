"""Hand-built documents and readings for tests of the pipeline."""

from datetime import UTC, datetime, timedelta
from typing import Any

from crawlers.items import Document, Keep, Kind, Scope
from nlp.annotations import Annotation, Code, Evidence, Label, Mention
from pipeline.records import AnnotatedDocument

NOON = datetime(2026, 9, 9, 12, 0, tzinfo=UTC)
WARD = "X99W00002"
AUTHORITY = "X99000001"


def document(number: int = 1, **changes: Any) -> Document:
    """A social post published `number` minutes after noon by voice `v<number>`."""
    fields: dict[str, Any] = {
        "id": f"d{number:04}",
        "source": "mastodon",
        "class_": Kind.SOCIAL,
        "kind": Kind.SOCIAL,
        "scope": Scope.LOCAL,
        "home": AUTHORITY,
        "url": f"https://social.example/statuses/{number}",
        "text": f"text number {number} about the Beacon",
        "published_at": NOON + timedelta(minutes=number),
        "fetched_at": NOON + timedelta(hours=1),
        "first_fetched_at": NOON + timedelta(hours=1),
        "voice": f"v{number}",
        "voice_day": NOON.date(),
        "keep": Keep.TEXT,
        "retention": "social",
        "content_hash": f"h{number}",
    }
    return Document.model_validate({**fields, **changes})


def annotation(stance: str = "asserts", narrative: str = "N01", **changes: Any) -> Annotation:
    """A reading that names the Beacon in Wharfside."""
    flagged = stance in {"asserts", "amplifies", "incites"} and bool(narrative or changes.get("mechanisms"))
    fields: dict[str, Any] = {
        "stance": Label(name=stance, score=0.9),
        "narratives": (Code(code=narrative, score=0.9),) if narrative else (),
        "flag": flagged,
        "flag_score": 0.9 if flagged else 0.1,
        "claim": "The Beacon is to house people.",
        "mentions": (
            Mention(
                text="Beacon", start=5, end=11, name="Beacon Hotel", level="place", ward=WARD, lad=AUTHORITY, score=0.9
            ),
        ),
        "evidence": (Evidence(label=f"narrative:{narrative}", start=0, end=4, weight=1.0),) if narrative else (),
        "models": {"axes": "test"},
    }
    return Annotation.model_validate({**fields, **changes})


def annotated(number: int = 1, *, stance: str = "asserts", narrative: str = "N01", **changes: Any) -> AnnotatedDocument:
    """A read document about Wharfside."""
    reading = annotation(stance, narrative)
    return AnnotatedDocument(
        document=document(number, **changes), annotation=reading, lemmas="the beacon be full", areas=(WARD,)
    )
