"""Seconds to index 50,000 short documents and to search them with facets, in both stores where ES_URL is set."""

import argparse
import os
import random
import statistics
import tempfile
import time
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from itertools import accumulate
from pathlib import Path

from pipeline.index import SearchIndex
from pipeline.index.elastic import ElasticIndex
from pipeline.index.embedded import EmbeddedIndex
from pipeline.records import Entity, IndexRecord, Query
from pipeline.settings import Settings

START = datetime(2026, 6, 1, tzinfo=UTC)
VOCABULARY = [f"word{number}" for number in range(20_000)]
FREQUENCIES = list(accumulate(1 / rank for rank in range(1, len(VOCABULARY) + 1)))  # as in language, summed up
KINDS = ("social", "comment", "news", "official", "petition")


def documents(count: int, seed: int = 1) -> Iterator[IndexRecord]:
    """Documents of 40 words over six months."""
    draw = random.Random(seed)
    for number in range(count):
        words = draw.choices(VOCABULARY, cum_weights=FREQUENCIES, k=40)
        yield IndexRecord(
            id=f"{draw.getrandbits(128):032x}",
            entity=Entity.DOCUMENT,
            version=1,
            title=f"Title {number}",
            text=" ".join(words),
            lemmas=" ".join(words),
            at=START + timedelta(minutes=5 * number),
            areas=(f"E0500{draw.randint(1000, 1020)}",),
            source=f"source_{draw.randint(1, 40)}",
            kind=draw.choice(KINDS),
            stance=draw.choice(("supports", "denies", "")),
            narratives=(f"n{draw.randint(1, 400)}",) if draw.random() < 0.2 else (),
            signals=(f"S{draw.randint(1, 9):02}",) if draw.random() < 0.1 else (),
            flag=draw.random() < 0.1,
        )


def queries(count: int, seed: int = 2) -> dict[str, list[Query]]:
    """Searches as people make them, by kind."""
    draw = random.Random(seed)
    words = [tuple(draw.choices(VOCABULARY, cum_weights=FREQUENCIES, k=draw.randint(1, 3))) for _ in range(count)]
    pages = [{"kind": (draw.choice(KINDS),)} for _ in range(count)]
    return {
        "words": [Query(words=some) for some in words],
        "words and a filter": [Query(words=some, filters=only) for some, only in zip(words, pages, strict=True)],
        "a filter": [Query(filters=only) for only in pages],
        "everything": [Query() for _ in range(max(count // 10, 5))],
    }


def measured(index: SearchIndex, records: list[IndexRecord], asked: dict[str, list[Query]]) -> dict[str, float]:
    """Seconds to index, to put the same again, and to search (median and 95th of a hundred)."""
    index.clear()
    figures = {}
    for name in ("index", "index again"):
        start = time.perf_counter()
        index.put(records)
        index.refresh()
        figures[name] = time.perf_counter() - start
    for name, some in asked.items():
        times = [_timed(index, query) for query in some]
        figures[f"{name}, p50"] = statistics.median(times)
        figures[f"{name}, p95"] = sorted(times)[int(len(times) * 0.95)]
    return figures


def _timed(index: SearchIndex, query: Query) -> float:
    start = time.perf_counter()
    index.search(query)
    return time.perf_counter() - start


def main() -> None:
    """Print both stores side by side."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--documents", type=int, default=50_000)
    parser.add_argument("--queries", type=int, default=200)
    given = parser.parse_args()
    records, asked = list(documents(given.documents)), queries(given.queries)
    with tempfile.TemporaryDirectory() as folder:
        embedded = measured(EmbeddedIndex(Path(folder) / "index.sqlite"), records, asked)
    elastic = {}
    if url := os.environ.get("ES_URL"):
        index = ElasticIndex.connect(Settings(es_url=url, es_prefix="benchmark"))
        elastic = measured(index, records, asked)
        index.remove()
    print(f"{given.documents:,} documents; seconds\n{'':28}{'embedded':>12}{'elastic':>12}{'ratio':>8}")
    for name, seconds in embedded.items():
        beside = f"{elastic[name]:12.4f}{elastic[name] / seconds:8.2f}" if elastic else f"{'no ES_URL':>12}"
        print(f"{name:28}{seconds:12.4f}{beside}")


if __name__ == "__main__":
    main()
