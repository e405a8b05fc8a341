"""The index of a single machine: one SQLite file with FTS5."""

import sqlite3
import threading
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from itertools import islice
from pathlib import Path

from pipeline.errors import VaneError
from pipeline.index import fts, protocol
from pipeline.records import Entity, Hit, IndexRecord, PutResult, Query, Rejection, Results


def _record(body: str) -> IndexRecord:
    return IndexRecord.model_validate_json(body)


class EmbeddedIndex:
    """`SearchIndex` in an SQLite file; each thread has its own connection, any number of processes may use it."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self._local = threading.local()
        self._lock = threading.Lock()
        self._open: list[sqlite3.Connection] = []

    def prepare(self) -> None:
        """Make the file and its tables."""
        self.path.parent.mkdir(parents=True, exist_ok=True)
        with self._transaction("BEGIN IMMEDIATE") as db:
            if not fts.version(db):
                fts.create(db)
        self._checked()

    def put(self, records: Iterable[IndexRecord]) -> PutResult:
        """Write in transactions of 500, so that other writers get their turn."""
        counts = {"created": 0, "updated": 0, "unchanged": 0}
        rejected: list[Rejection] = []
        stream = iter(records)
        while batch := list(islice(stream, protocol.BATCH)):
            with self._writing() as db:
                for record in batch:
                    if reason := protocol.refusal(record):
                        rejected.append(Rejection(id=record.id, reason=reason))
                    else:
                        counts[fts.write(db, record)] += 1
        return PutResult(**counts, rejected=tuple(rejected))

    def delete(self, entity: Entity, ids: Iterable[str]) -> int:
        """Delete records, their words and values."""
        deleted = 0
        stream = iter(ids)
        while batch := list(islice(stream, protocol.BATCH)):
            with self._writing() as db:
                deleted += sum(fts.delete(db, entity, record_id) for record_id in batch)
        return deleted

    def get(self, entity: Entity, record_id: str) -> IndexRecord | None:
        """The record as last committed."""
        sql = "SELECT body FROM record WHERE entity = ? AND id = ?"
        with self._reading() as db:
            row = db.execute(sql, (entity.value, record_id)).fetchone()
        return _record(row[0]) if row else None

    def search(self, query: Query) -> Results:
        """Page, total and facets of one state of the file."""
        protocol.check(query)
        with self._reading() as db:
            total, page, counts = fts.find(db, query)
        hits = tuple(Hit(record=_record(body), score=score) for body, score in page)
        return Results(total=total, hits=hits, facets=protocol.facets(counts))

    def count(self, entity: Entity) -> int:
        """Records of one entity."""
        with self._reading() as db:
            row = db.execute("SELECT count(*) FROM record WHERE entity = ?", (entity.value,)).fetchone()
        return int(row[0])

    def dump(self, entity: Entity) -> Iterator[IndexRecord]:
        """Every record by id, read in pages so that no transaction stays open meanwhile."""
        after = ""
        sql = "SELECT id, body FROM record WHERE entity = ? AND id > ? ORDER BY id LIMIT ?"
        while True:
            with self._reading() as db:
                rows = db.execute(sql, (entity.value, after, protocol.BATCH)).fetchall()
            if not rows:
                return
            yield from (_record(body) for _, body in rows)
            after = rows[-1][0]

    def clear(self) -> None:
        """Drop the tables and make them anew, whatever their version was."""
        self.path.parent.mkdir(parents=True, exist_ok=True)
        with self._transaction("BEGIN IMMEDIATE") as db:
            fts.drop(db)
            fts.create(db)
        self.purge()

    def drop_empty_months(self) -> list[str]:
        """Nothing to drop: one file holds every month."""
        return []

    def refresh(self) -> None:
        """Nothing to do: what is committed is visible."""

    def purge(self) -> None:
        """Merge the words, rewrite the file and empty the write-ahead log.

        With `secure_delete` and `optimize` alone, up to 5 of 1,000 deleted records of a churned index stayed
        readable, in stale copies that balancing leaves inside pages; rewriting the file leaves none.
        """
        with self._writing() as db:
            fts.purge(db)
        with self._errors():
            db = self._connection()
            db.execute("VACUUM")
            busy = db.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchone()[0]
        if busy:
            raise VaneError(f"{self.path.name} is being read by another process: purge it again")

    def close(self) -> None:
        """Close the connections of all threads."""
        with self._lock:
            while self._open:
                self._open.pop().close()
            self._local = threading.local()

    def _connection(self) -> sqlite3.Connection:
        db: sqlite3.Connection | None = getattr(self._local, "db", None)
        if db is None:
            db = fts.connect(self.path)
            self._local.db = db
            with self._lock:
                self._open.append(db)
        return db

    @contextmanager
    def _transaction(self, begin: str) -> Iterator[sqlite3.Connection]:
        with self._errors():
            db = self._connection()
            db.execute(begin)
            with db:  # commits, or rolls back after an exception
                yield db

    @contextmanager
    def _writing(self) -> Iterator[sqlite3.Connection]:
        self._checked()
        with self._transaction("BEGIN IMMEDIATE") as db:
            yield db

    @contextmanager
    def _reading(self) -> Iterator[sqlite3.Connection]:
        """One transaction, so that a search sees one state however many statements it takes."""
        self._checked()
        with self._transaction("BEGIN") as db:
            yield db

    def _checked(self) -> None:
        version = 0
        if self.path.exists():
            with self._errors():
                version = fts.version(self._connection())
        if version != fts.VERSION:
            raise VaneError(f"{self.path.name} is not an index of version {fts.VERSION}: run vane reindex")

    @contextmanager
    def _errors(self) -> Iterator[None]:
        try:
            yield
        except sqlite3.OperationalError as error:
            raise VaneError(f"{self.path.name}: {error}; wait for the other process, or run vane reindex") from error
        except sqlite3.DatabaseError as error:
            raise VaneError(f"{self.path.name}: {error}; remove the file and run vane reindex") from error
