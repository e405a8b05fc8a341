"""What a search index must do, what it takes, and how texts fall into tokens: the same in every store."""

import re
from collections.abc import Iterable, Iterator, Mapping
from datetime import UTC, datetime
from typing import Protocol

from pipeline.errors import VaneError
from pipeline.records import Entity, IndexRecord, PutResult, Query, Results

FACETS = ("kind", "source", "stance", "narratives", "signals", "areas", "flag", "state", "priority")
FILTERS = (*FACETS, "mechanisms")
BATCH = 500  # records a store writes at a time
FACET_VALUES = 1_000  # values a facet gives at most, the commonest first

# Limits of what every store takes; beyond them a record is rejected, in all of them for the same reason.
EARLIEST = datetime(1995, 1, 1, tzinfo=UTC)  # before the public web: a broken date
LATEST = datetime(2101, 1, 1, tzinfo=UTC)  # exclusive
TEXT_BYTES = 1_000_000  # each of title, text, lemmas, url
ID_BYTES = 512  # Elasticsearch's limit for _id
VALUE_BYTES = 1_000  # each value of a field that filters; Lucene's own limit is 32,766
VALUES = 1_000  # values of one field of one record
TOKEN_CHARACTERS = 100  # longer tokens are cut, in records and queries; Lucene's whitespace splits at 255 UTF-16 units
QUERY_TOKENS = 100
SURROGATE = re.compile("[\ud800-\udfff]")


class SearchIndex(Protocol):
    """Search over documents, narratives and alerts: a projection of the ledger, rebuilt by `vane reindex`."""

    def prepare(self) -> None:
        """Make whatever the store needs before the first `put`; doing it again changes nothing."""

    def put(self, records: Iterable[IndexRecord]) -> PutResult:
        """Write records; a version not newer than the one there changes nothing; what `refusal` names is rejected."""

    def delete(self, entity: Entity, ids: Iterable[str]) -> int:
        """Delete by id; returns how many were there."""

    def get(self, entity: Entity, record_id: str) -> IndexRecord | None:
        """The record as last written, seen at once, also before a refresh."""

    def search(self, query: Query) -> Results:
        """One page of what matches as of the last refresh.

        All words must occur, phrases in order. With words the order is BM25 score, then newest, then id; without them
        newest, then id. The total is exact; facets count all that matched, not only the page. A store need not score
        as another does.
        """

    def count(self, entity: Entity) -> int:
        """How many records there are as of the last refresh."""

    def dump(self, entity: Entity) -> Iterator[IndexRecord]:
        """Every record, in order of id: to compare with the ledger or another store."""

    def clear(self) -> None:
        """Remove everything, of older index versions too, and prepare anew."""

    def drop_empty_months(self) -> list[str]:
        """Remove the parts of months that hold nothing; returns the months (`2026-11`). Stores without parts: none."""

    def refresh(self) -> None:
        """Make all that was written visible to `search` and `count`."""

    def purge(self) -> None:
        """Make sure that nothing deleted can be read from the store's files any more."""

    def close(self) -> None:
        """Let go of files and connections."""


def refusal(record: IndexRecord) -> str:
    """Why no store takes this record; empty where all do."""
    if not record.id or len(record.id.encode(errors="replace")) > ID_BYTES:
        return f"id is empty or longer than {ID_BYTES} bytes"
    if not 0 <= record.version < 2**63:
        return "version is negative or too large"
    if not EARLIEST <= record.at < LATEST:
        return f"date is before {EARLIEST.year} or after {LATEST.year - 1}"
    return _refused_text(record) or _refused_value(record)


def _refused_text(record: IndexRecord) -> str:
    for field in ("id", "title", "text", "lemmas", "url"):
        value: str = getattr(record, field)
        if SURROGATE.search(value):
            return f"{field} is not valid Unicode"
        if len(value.encode()) > TEXT_BYTES:
            return f"{field} is longer than {TEXT_BYTES:,} bytes"
    return ""


def _refused_value(record: IndexRecord) -> str:
    for field, values in facet_values(record).items():
        if len(values) > VALUES:
            return f"{field} has more than {VALUES:,} values"
        if any(SURROGATE.search(value) for value in values):
            return f"{field} is not valid Unicode"
        if any(len(value.encode()) > VALUE_BYTES for value in values):
            return f"a value of {field} is longer than {VALUE_BYTES:,} bytes"
    return ""


def facet_values(record: IndexRecord) -> dict[str, tuple[str, ...]]:
    """The values by which a record is filtered and counted; an empty value is no value, a flag `true` or `false`."""
    values = {field: getattr(record, field) for field in FILTERS if field != "flag"}
    listed = {field: (value,) if isinstance(value, str) else tuple(value) for field, value in values.items()}
    kept = {field: tuple(dict.fromkeys(filter(None, value))) for field, value in listed.items()}
    return {**kept, "flag": ("true" if record.flag else "false",)}


def tokens(lemmas: str) -> list[str]:
    """The tokens of a text of lemmas: what stands between white space, exactly as written, cut at 100 characters."""
    return [token[:TOKEN_CHARACTERS] for token in lemmas.split()]


def needles(query: Query) -> tuple[list[str], list[list[str]]]:
    """The words and phrases to look for; a phrase of one word is a word, and blanks look for nothing."""
    phrases = [tokens(" ".join(phrase)) for phrase in query.phrases]
    words = [token for word in query.words for token in tokens(word)]
    words += [phrase[0] for phrase in phrases if len(phrase) == 1]
    return list(dict.fromkeys(words)), [phrase for phrase in phrases if len(phrase) > 1]


def span(query: Query) -> tuple[datetime, datetime]:
    """The dates searched, within those a record can have; the second is exclusive."""
    bounds = query.since or EARLIEST, query.until or LATEST
    since, until = (min(max(bound, EARLIEST), LATEST).astimezone(UTC) for bound in bounds)
    return since, until


def check(query: Query) -> None:
    """Refuse a query that no store takes."""
    unknown = sorted(set(query.filters) - set(FILTERS))
    if unknown:
        raise VaneError(f"cannot filter by {unknown[0]}: choose among {', '.join(FILTERS)}")
    words, phrases = needles(query)
    if len(words) + sum(map(len, phrases)) > QUERY_TOKENS:
        raise VaneError(f"the search has more than {QUERY_TOKENS} words: shorten it")
    given = [
        *words,
        *(token for phrase in phrases for token in phrase),
        *(v for vs in query.filters.values() for v in vs),
    ]
    if any(SURROGATE.search(value) for value in given):
        raise VaneError("the search is not valid Unicode: type it again")


def facets(counts: Iterable[tuple[str, str, int]]) -> Mapping[str, Mapping[str, int]]:
    """Facets from (field, value, count): all fields, the commonest values first, equals by value."""
    found: dict[str, list[tuple[str, int]]] = {field: [] for field in FACETS}
    for field, value, count in counts:
        if field in found:
            found[field].append((value, count))
    return {
        field: dict(sorted(values, key=lambda pair: (-pair[1], pair[0]))[:FACET_VALUES])
        for field, values in found.items()
    }
