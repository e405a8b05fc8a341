"""Writing to Elasticsearch: version by version, each record in one month only, refusals named one by one."""

import time
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from itertools import islice
from typing import Any

from elasticsearch import ApiError, BadRequestError, Elasticsearch, NotFoundError
from elasticsearch.helpers import streaming_bulk

from pipeline.errors import VaneError
from pipeline.index import mapping, protocol
from pipeline.records import Entity, IndexRecord, PutResult, Rejection

BYTES = 8_000_000  # of one request
TRIES = 8  # of a chunk while the server answers 429, or of a record that others keep changing
CONFLICT, GONE = 409, 404  # written by another; month just dropped
BLOCKED, FORBIDDEN = "cluster_block_exception", "security_exception"  # month about to be dropped; not for this user
ROLES = "see the roles in pipeline/index/roles.yml"
Key = tuple[Entity, str]


@dataclass(frozen=True)
class Copy:
    """Where a record is stored and in which state."""

    index: str
    version: int
    seq_no: int
    primary_term: int


@dataclass
class Tally:
    """What became of the records so far."""

    counts: Counter[str] = field(default_factory=Counter)
    rejected: list[Rejection] = field(default_factory=list)

    def result(self) -> PutResult:
        """The tally as the protocol gives it."""
        return PutResult(**self.counts, rejected=tuple(self.rejected))


class Writer:
    """Puts and deletes by optimistic concurrency: what is there is read by id, in real time, and replaced if unchanged.

    External versions would do for one index; but a record's month may change, and a deleted record's version would be
    remembered for a minute.
    """

    def __init__(self, client: Elasticsearch, prefix: str, pause: float = 1.0) -> None:
        self.client = client
        self.prefix = prefix
        self.pause = pause  # seconds before the second try, doubled each time

    def parts(self, entity: Entity) -> list[str]:
        """Names of the indices behind an entity's alias."""
        try:
            return sorted(self.client.indices.get_alias(name=mapping.alias(self.prefix, entity)))
        except NotFoundError:
            return []

    def create(self, index: str) -> None:
        """Make an index unless it is there."""
        try:
            self.client.indices.create(index=index)
        except BadRequestError as error:
            if error.error != "resource_already_exists_exception":
                raise

    def put(self, records: Iterable[IndexRecord]) -> PutResult:
        """Write what is newer than what is there."""
        tally = Tally()
        for batch in _batches(_accepted(records, tally)):
            self._retried(batch, lambda rest: self._put(rest, tally))
        return tally.result()

    def delete(self, entity: Entity, ids: Iterable[str]) -> int:
        """Delete every copy; returns how many records there were."""
        deleted = 0
        stream = iter(dict.fromkeys(ids))
        while batch := list(islice(stream, protocol.BATCH)):
            keys = [(entity, record_id) for record_id in batch if record_id]
            copies = self.locate(keys)
            self._delete((record_id, copy) for (_, record_id), held in copies.items() for copy in held)
            deleted += sum(1 for held in copies.values() if held)
        return deleted

    def locate(self, keys: Sequence[Key]) -> dict[Key, list[Copy]]:
        """Where these records are stored, as of now: normally in one place or none, newest version first."""
        found: dict[Key, list[Copy]] = {key: [] for key in keys}
        for entity in {entity for entity, _ in keys}:
            ids = [record_id for kind, record_id in keys if kind is entity]
            for part in self.parts(entity):
                answer = self.client.mget(index=part, ids=ids, source_includes=["version"])
                for stored in answer["docs"]:
                    if stored.get("found"):
                        found[entity, stored["_id"]].append(_copy(stored))
        for held in found.values():
            held.sort(key=lambda copy: copy.version, reverse=True)
        return found

    def _retried(self, batch: list[IndexRecord], step: Callable[[list[IndexRecord]], list[IndexRecord]]) -> None:
        for attempt in range(TRIES):
            batch = step(batch)
            if not batch:
                return
            time.sleep(self._wait(attempt))
        self._unblock({mapping.part(self.prefix, record) for record in batch})
        raise VaneError(f"{len(batch)} records were held up by other writers: run the step again")

    def _put(self, batch: list[IndexRecord], tally: Tally) -> list[IndexRecord]:
        """Try to write a batch; returns the records to try again."""
        copies = self.locate([(record.entity, record.id) for record in batch])
        newer = [record for record in batch if _is_newer(record, copies[record.entity, record.id])]
        tally.counts["unchanged"] += len(batch) - len(newer)
        self._delete(_elsewhere(batch, copies, self.prefix), only_as_seen=True)
        for part in {mapping.part(self.prefix, record) for record in newer}:
            if not any(copy.index == part for held in copies.values() for copy in held):
                self.create(part)
        again = []
        for record, item in zip(newer, self._bulk(self._action(r, copies[r.entity, r.id]) for r in newer), strict=True):
            if item["status"] in (CONFLICT, GONE) or _kind(item) == BLOCKED:
                again.append(record)
            elif item["status"] >= 400:
                tally.rejected.append(Rejection(id=record.id, reason=_reason(item)))
            else:
                tally.counts["updated" if copies[record.entity, record.id] else "created"] += 1
        return again

    def _action(self, record: IndexRecord, held: list[Copy]) -> dict[str, Any]:
        part = mapping.part(self.prefix, record)
        action = {"_index": part, "_id": record.id, "_source": mapping.source(record)}
        for copy in held:
            if copy.index == part:
                seen = {"if_seq_no": copy.seq_no, "if_primary_term": copy.primary_term}
                return {**action, "_op_type": "index", **seen}
        return {**action, "_op_type": "create"}

    def _delete(self, copies: Iterable[tuple[str, Copy]], only_as_seen: bool = False) -> None:
        """Delete copies; `only_as_seen` fails the step where another has written a newer one meanwhile."""
        left: list[dict[str, Any]] = []
        for record_id, copy in copies:
            seen = {"if_seq_no": copy.seq_no, "if_primary_term": copy.primary_term} if only_as_seen else {}
            left.append({"_op_type": "delete", "_index": copy.index, "_id": record_id, **seen})
        for attempt in range(TRIES):
            items = zip(left, self._bulk(left), strict=True)
            left = [action for action, item in items if item["status"] >= 400 and item["status"] != GONE]
            if not left:
                return
            time.sleep(self._wait(attempt))
        self._unblock({action["_index"] for action in left})
        raise VaneError(f"{len(left)} records could not be deleted: run the step again")

    def _unblock(self, parts: set[str]) -> None:
        """Lift the block that a killed `drop_empty_months` left; a living one takes a fraction of our tries."""
        index = sorted(parts)
        self.client.indices.put_settings(index=index, settings={"index.blocks.write": None}, ignore_unavailable=True)

    def _wait(self, attempt: int) -> float:
        return float(self.pause * 2**attempt / 100)  # others' writes take milliseconds

    def _bulk(self, actions: Iterable[dict[str, Any]]) -> Iterator[dict[str, Any]]:
        """Send actions; gives each one's answer, in order. 429 is tried again after a pause, then fails the step."""
        stream = streaming_bulk(
            self.client,
            actions,
            chunk_size=protocol.BATCH,
            max_chunk_bytes=BYTES,
            raise_on_error=False,
            max_retries=TRIES,
            initial_backoff=self.pause,
        )
        for _, answer in stream:
            item = next(iter(answer.values()))
            if _kind(item) == FORBIDDEN:
                raise VaneError(f"Elasticsearch refuses this user: {ROLES}")
            if item["status"] == 429 or item["status"] >= 500:
                raise VaneError(f"Elasticsearch is overloaded ({_reason(item)}): run the step again later")
            yield item


def _accepted(records: Iterable[IndexRecord], tally: Tally) -> Iterator[IndexRecord]:
    for record in records:
        if reason := protocol.refusal(record):
            tally.rejected.append(Rejection(id=record.id, reason=reason))
        else:
            yield record


def _batches(records: Iterable[IndexRecord]) -> Iterator[list[IndexRecord]]:
    """Batches in which no record stands twice, so that versions of one record are taken in turn."""
    batch: dict[Key, IndexRecord] = {}
    for record in records:
        if len(batch) == protocol.BATCH or (record.entity, record.id) in batch:
            yield list(batch.values())
            batch = {}
        batch[record.entity, record.id] = record
    if batch:
        yield list(batch.values())


def _copy(stored: dict[str, Any]) -> Copy:
    return Copy(stored["_index"], stored["_source"]["version"], stored["_seq_no"], stored["_primary_term"])


def _is_newer(record: IndexRecord, held: list[Copy]) -> bool:
    return not held or held[0].version < record.version


def _elsewhere(batch: Iterable[IndexRecord], copies: dict[Key, list[Copy]], prefix: str) -> Iterator[tuple[str, Copy]]:
    """Copies in other months than the one the newest version belongs to, also those a killed run left."""
    for record in batch:
        held = copies[record.entity, record.id]
        if held:
            right = mapping.part(prefix, record) if _is_newer(record, held) else held[0].index
            yield from ((record.id, copy) for copy in held if copy.index != right)


def _kind(item: dict[str, Any]) -> str:
    """The kind of error only: its full text may quote the record."""
    error = item.get("error", {})
    return str(error.get("type", "")) if isinstance(error, dict) else ""


def _reason(item: dict[str, Any]) -> str:
    return f"{item['status']} {_kind(item)}"


def api_reason(error: ApiError) -> str:
    """Status and kind of an error of a whole request, without what it may quote."""
    return f"{error.status_code} {error.error}"
