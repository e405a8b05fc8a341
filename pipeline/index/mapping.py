"""How Elasticsearch stores records: names of indices, strict mappings, and the form of records and queries there."""

from collections.abc import Iterator, Mapping
from datetime import UTC
from typing import Any

from pipeline.index import protocol
from pipeline.records import Entity, IndexRecord, Query

VERSION = 1  # raise it with any change here; `vane reindex` makes the new indices and removes the old
REFRESH = {Entity.DOCUMENT: "5s", Entity.NARRATIVE: "5s", Entity.ALERT: "1s"}  # alerts answer clicks

KEYWORD = {"type": "keyword"}
STORED = {"type": "text", "index": False, "norms": False}
FIELDS: Mapping[str, Mapping[str, Any]] = {
    "id": KEYWORD,  # _id cannot be sorted by
    "version": {"type": "long", "index": False},
    "title": STORED,
    "text": STORED,
    "lemmas": STORED,
    "url": STORED,
    "tokens": {"type": "text", "analyzer": "whitespace"},
    "at": {"type": "date_nanos", "format": "strict_date_optional_time_nanos"},  # plain dates drop microseconds
    **dict.fromkeys(protocol.FILTERS, KEYWORD),
    "flag": {"type": "boolean"},
}


def alias(prefix: str, entity: Entity) -> str:
    """The name that searches use."""
    return f"{prefix}-{entity}"


def base(prefix: str, entity: Entity) -> str:
    """What the names of an entity's indices begin with."""
    return f"{alias(prefix, entity)}-v{VERSION}"


def part(prefix: str, record: IndexRecord) -> str:
    """The index a record belongs to: documents by month, narratives and alerts in one."""
    name = base(prefix, record.entity)
    if record.entity is not Entity.DOCUMENT:
        return name
    return f"{name}-{record.at.astimezone(UTC):%Y-%m}"


def template(prefix: str, entity: Entity) -> dict[str, Any]:
    """The composable template of an entity's indices."""
    return {
        "index_patterns": [base(prefix, entity), f"{base(prefix, entity)}-*"],
        "priority": 500,
        "template": {
            "settings": {
                "number_of_shards": 1,  # a month of a city is small
                "auto_expand_replicas": "0-1",  # a single node stays green, a cluster gets its copy
                "refresh_interval": REFRESH[entity],
                "merge.policy.expunge_deletes_allowed": 0,  # `purge` leaves no deleted text in any segment
            },
            "mappings": {"dynamic": "strict", "_source": {"excludes": ["tokens"]}, "properties": dict(FIELDS)},
            "aliases": {alias(prefix, entity): {}},
        },
    }


def source(record: IndexRecord) -> dict[str, Any]:
    """A record as it is stored: empty fields left out, so that they are neither found nor counted."""
    fields = record.model_dump(exclude={"entity", "at"})
    kept = {field: value for field, value in fields.items() if value not in ("", ())}
    at = record.at.astimezone(UTC).isoformat(timespec="microseconds")
    return {**kept, "at": at, "tokens": " ".join(protocol.tokens(record.lemmas))}


def record(entity: Entity, stored: Mapping[str, Any]) -> IndexRecord:
    """The record that was stored."""
    return IndexRecord.model_validate({**stored, "entity": entity})


def request(query: Query) -> dict[str, Any]:
    """What is asked of the server: page, total and facets in one request."""
    words, phrases = protocol.needles(query)
    scored = [{"term": {"tokens": word}} for word in words]
    scored += [{"match_phrase": {"tokens": " ".join(phrase)}} for phrase in phrases]
    newest = [{"at": "desc"}, {"id": "asc"}]
    return {
        "query": {"bool": {"must": scored, "filter": _filters(query)}},
        "sort": [{"_score": "desc"}, *newest] if scored else newest,
        # months share their statistics, so that a word weighs the same in each
        "search_type": "dfs_query_then_fetch" if scored else "query_then_fetch",
        "from_": query.offset,
        "size": query.limit,
        "track_total_hits": True,
        "allow_partial_search_results": False,  # all or an error, never an answer without some month
        "aggs": {field: {"terms": {"field": field, "size": protocol.FACET_VALUES}} for field in protocol.FACETS},
    }


def _filters(query: Query) -> list[dict[str, Any]]:
    since, until = protocol.span(query)
    clauses: list[dict[str, Any]] = [{"range": {"at": {"gte": since.isoformat(), "lt": until.isoformat()}}}]
    for field, values in query.filters.items():
        wanted = [value for value in values if value in ("true", "false")] if field == "flag" else list(values)
        clauses.append({"terms": {field: wanted}})
    return clauses


def counts(aggregations: Mapping[str, Any]) -> Iterator[tuple[str, str, int]]:
    """(field, value, records) of the facets answered."""
    for field, found in aggregations.items():
        for bucket in found["buckets"]:
            yield field, bucket.get("key_as_string", bucket["key"]), bucket["doc_count"]
