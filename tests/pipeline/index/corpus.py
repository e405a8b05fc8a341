"""Made-up records, and the protocol written down once more as a plain loop to compare the stores with."""

import random
from collections import Counter
from collections.abc import Iterable
from datetime import UTC, datetime, timedelta

from pipeline.index.protocol import FACETS, facet_values
from pipeline.records import Entity, IndexRecord, Query

START = datetime(2026, 8, 20, 12, tzinfo=UTC)
WORDS = ("mill", "vale", "council", "close", "library", "hotel", "rumour", "#millvale", "don't", "24-7", "school", "🚌")
KINDS = ("social", "news", "official", "comment")
AREAS = ("E05000001", "E05000002", "E05000003")


def record(number: int = 1, **fields: object) -> IndexRecord:
    """One plain document, changed by `fields`."""
    plain = {
        "id": f"d{number:04}",
        "entity": Entity.DOCUMENT,
        "version": 1,
        "text": f"Text {number}",
        "lemmas": "the library close",
        "at": START + timedelta(minutes=number),
        "kind": "social",
        "source": "mill_vale_tag",
    }
    return IndexRecord.model_validate({**plain, **fields})


def corpus(count: int, seed: int = 1) -> list[IndexRecord]:
    """Records of three entities over four months, some without any value."""
    draw = random.Random(seed)
    return [_drawn(number, draw) for number in range(count)]


def _drawn(number: int, draw: random.Random) -> IndexRecord:
    return IndexRecord(
        id=f"{draw.getrandbits(64):016x}",
        entity=draw.choices(list(Entity), (8, 1, 1))[0],
        version=draw.randint(1, 5),
        title=f"Title {number}",
        text=" ".join(draw.choices(WORDS, k=12)),
        lemmas=" ".join(draw.choices(WORDS, k=draw.randint(0, 14))),
        at=START + timedelta(minutes=draw.randint(0, 100) * 1440, microseconds=draw.choice((0, 1, 999_999))),
        areas=tuple(draw.sample(AREAS, draw.randint(0, 3))),
        source=draw.choice(("mill_vale_tag", "gazette", "")),
        kind=draw.choice(KINDS),
        stance=draw.choice(("supports", "denies", "")),
        narratives=tuple(draw.sample(("n1", "n2", "n3"), draw.randint(0, 2))),
        signals=tuple(draw.sample(("S01", "S02"), draw.randint(0, 2))),
        mechanisms=tuple(draw.sample(("M01", "M02"), draw.randint(0, 2))),
        flag=draw.random() < 0.3,
        state=draw.choice(("open", "closed", "")),
        priority=draw.choice(("low", "high", "")),
        url=f"https://example.org/{number}",
    )


def matches(record: IndexRecord, query: Query) -> bool:
    """Whether a record matches, by the words of the protocol."""
    held = record.lemmas.split()
    values = facet_values(record)
    return (
        record.entity is query.entity
        and all(word in held for word in query.words)
        and all(_in_order(phrase, held) for phrase in query.phrases)
        and all(set(wanted) & set(values[field]) for field, wanted in query.filters.items())
        and (query.since is None or record.at >= query.since)
        and (query.until is None or record.at < query.until)
    )


def _in_order(phrase: tuple[str, ...], held: list[str]) -> bool:
    return any(tuple(held[start : start + len(phrase)]) == phrase for start in range(len(held)))


def expected(records: Iterable[IndexRecord], query: Query) -> tuple[list[str], dict[str, dict[str, int]]]:
    """Ids of all that match, newest first and then by id, and the facets over them."""
    found = sorted((r for r in records if matches(r, query)), key=lambda r: r.id)
    found.sort(key=lambda r: r.at, reverse=True)
    counts = {field: Counter(value for r in found for value in facet_values(r)[field]) for field in FACETS}
    return [r.id for r in found], {field: dict(count) for field, count in counts.items()}
