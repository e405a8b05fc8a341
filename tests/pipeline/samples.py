"""Hand-made annotated documents of a made-up borough, for tests of what follows the reading."""

from datetime import UTC, date, datetime, timedelta
from typing import Any

from crawlers.items import Document, Kind, Scope
from nlp.annotations import Annotation, Code, Label, Mention
from pipeline.records import AnnotatedDocument

BOROUGH, WARD, OTHER = "X99000001", "X99W00002", "X99W00004"
START = datetime(2026, 9, 7, 8, tzinfo=UTC)


def at(hours: float) -> datetime:
    """A moment so many hours after Monday 7 September 2026, 09:00 local time."""
    return START + timedelta(hours=hours)


def make(
    ref: str,
    hours: float,
    text: str = "they are moving people into the Beacon Hotel and hiding it",
    *,
    areas: tuple[str, ...] = (WARD,),
    stance: str = "asserts",
    code: str = "N01",
    signals: tuple[str, ...] = (),
    mechanisms: tuple[str, ...] = (),
    places: tuple[str, ...] = (),
    kind: Kind = Kind.SOCIAL,
    voice: str = "",
    voice_day: date | None = None,
    **more: Any,
) -> AnnotatedDocument:
    """One document as `annotate` leaves it; `flag` follows the taxonomy's rule."""
    when = at(hours)
    code_score, signal_score = more.pop("code_score", 0.9), more.pop("signal_score", 0.9)
    flag = stance in {"asserts", "amplifies", "incites"} and bool(code or mechanisms)
    reading = Annotation(
        stance=Label(name=stance, score=0.9),
        mechanisms=tuple(Label(name=name, score=0.9) for name in mechanisms),
        targets=tuple(Label(name=name, score=0.9) for name in more.pop("targets", ())),
        narratives=(Code(code=code, score=code_score),) if code else (),
        signals=tuple(Code(code=name, score=signal_score) for name in signals),
        flag=flag,
        flag_score=more.pop("score", 0.9 if flag else 0.1),
        hate=more.pop("hate", 0.0),
        claim=more.pop("claim", ""),
        mentions=tuple(
            Mention(text=name, start=0, end=0, name=name, level="place", ward=areas[0] if areas else "", lad=BOROUGH)
            for name in places
        ),
    )
    document = Document(
        id=ref,
        source=more.pop("source", kind.value),
        class_=more.pop("class_", kind),
        kind=kind,
        scope=Scope.LOCAL,
        url=more.pop("url", f"http://x.test/{ref}"),
        text=text,
        published_at=when,
        fetched_at=when,
        first_fetched_at=when,
        voice=voice or f"voice of {ref}",
        voice_day=voice_day or when.date(),
        story=more.pop("story", ""),
        retention="social",
        content_hash=ref,
        **more,
    )
    return AnnotatedDocument(document=document, annotation=reading, lemmas=text.lower(), areas=areas)
