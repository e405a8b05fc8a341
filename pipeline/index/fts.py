"""The tables and statements of the embedded index: records, their values, and their words in FTS5."""

import json
import sqlite3
from collections.abc import Iterable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Literal

from pipeline.index import protocol
from pipeline.records import Entity, IndexRecord, Query

VERSION = 1  # of the tables and of `encoded`: raise it with any change, and `vane reindex` rebuilds
BUSY_SECONDS = 30.0  # how long one process waits for another's transaction
EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
TABLES = (
    """CREATE TABLE record (
        n INTEGER PRIMARY KEY, entity TEXT NOT NULL, id TEXT NOT NULL, version INTEGER NOT NULL,
        at INTEGER NOT NULL, body TEXT NOT NULL, UNIQUE (entity, id))""",
    "CREATE INDEX record_newest ON record (entity, at DESC, id)",
    """CREATE TABLE term (
        n INTEGER PRIMARY KEY, entity TEXT NOT NULL, field TEXT NOT NULL, value TEXT NOT NULL,
        UNIQUE (entity, field, value))""",
    "CREATE TABLE posting (term INTEGER, record INTEGER, PRIMARY KEY (term, record)) WITHOUT ROWID",
    "CREATE INDEX posting_record ON posting (record, term)",
    "CREATE VIRTUAL TABLE words USING fts5 (tokens, content='', tokenize='ascii')",
    f"PRAGMA user_version = {VERSION}",
)
# FTS5's ascii tokeniser splits at ASCII signs and folds ASCII capitals, and leaves every other character as it is.
# So the ASCII characters it would touch go in as two private-use characters, and tokens stay exactly themselves.
MARK = "\ue000"
ENCODING = {
    **{code: MARK + chr(0xE100 + code) for code in range(128) if not (chr(code).isdigit() or chr(code).islower())},
    ord(MARK): MARK + MARK,
}


def connect(path: Path) -> sqlite3.Connection:
    """A connection that waits its turn, overwrites what it deletes and keeps temporary tables off the disk."""
    db = sqlite3.connect(path, timeout=BUSY_SECONDS, isolation_level=None, check_same_thread=False)
    db.execute("PRAGMA journal_mode = WAL")
    db.execute("PRAGMA synchronous = NORMAL")  # a projection: the last commits may be lost with the power, never torn
    db.execute("PRAGMA secure_delete = ON")
    db.execute("PRAGMA temp_store = MEMORY")
    db.execute("CREATE TEMP TABLE matched (n INTEGER PRIMARY KEY, score REAL, at INTEGER, id TEXT)")
    return db


def version(db: sqlite3.Connection) -> int:
    """Version of the tables in the file; 0 where there are none."""
    return int(db.execute("PRAGMA user_version").fetchone()[0])


def create(db: sqlite3.Connection) -> None:
    """Make the tables."""
    for statement in TABLES:
        db.execute(statement)


def drop(db: sqlite3.Connection) -> None:
    """Remove the tables of any version."""
    db.execute("DROP TABLE IF EXISTS words")
    db.execute("DROP TABLE IF EXISTS posting")
    db.execute("DROP TABLE IF EXISTS term")
    db.execute("DROP TABLE IF EXISTS record")


def encoded(tokens: Iterable[str]) -> str:
    """Tokens as text that FTS5's ascii tokeniser gives back one to one."""
    return " ".join(token.translate(ENCODING) for token in tokens)


def microseconds(at: datetime) -> int:
    """Microseconds since 1970, exactly."""
    return (at - EPOCH) // timedelta(microseconds=1)


def write(db: sqlite3.Connection, record: IndexRecord) -> Literal["created", "updated", "unchanged"]:
    """Write one record unless it is not newer than the one there."""
    row = db.execute(
        "SELECT version FROM record WHERE entity = ? AND id = ?", (record.entity.value, record.id)
    ).fetchone()
    if row and row[0] >= record.version:
        return "unchanged"
    if row:
        delete(db, record.entity, record.id)
    _insert(db, record)
    return "updated" if row else "created"


def _insert(db: sqlite3.Connection, record: IndexRecord) -> None:
    moment = record.model_copy(update={"at": record.at.astimezone(UTC)})
    number = db.execute(
        "INSERT INTO record (entity, id, version, at, body) VALUES (?, ?, ?, ?, ?)",
        (record.entity.value, record.id, record.version, microseconds(record.at), moment.model_dump_json()),
    ).lastrowid
    db.execute("INSERT INTO words (rowid, tokens) VALUES (?, ?)", (number, encoded(protocol.tokens(record.lemmas))))
    for field, values in protocol.facet_values(record).items():
        for value in values:
            db.execute("INSERT INTO posting VALUES (?, ?)", (_term(db, record.entity, field, value), number))


def _term(db: sqlite3.Connection, entity: Entity, field: str, value: str) -> int:
    key = (entity.value, field, value)
    row = db.execute("SELECT n FROM term WHERE entity = ? AND field = ? AND value = ?", key).fetchone()
    if row is None:
        row = (db.execute("INSERT INTO term (entity, field, value) VALUES (?, ?, ?)", key).lastrowid,)
    return int(row[0])


def delete(db: sqlite3.Connection, entity: Entity, record_id: str) -> int:
    """Delete one record with its words and values; returns how many there were: 0 or 1."""
    row = db.execute("SELECT n, body FROM record WHERE entity = ? AND id = ?", (entity.value, record_id)).fetchone()
    if row is None:
        return 0
    number, body = row
    words = encoded(protocol.tokens(json.loads(body)["lemmas"]))
    # a table without content is told what to forget
    db.execute("INSERT INTO words (words, rowid, tokens) VALUES ('delete', ?, ?)", (number, words))
    db.execute("DELETE FROM posting WHERE record = ?", (number,))
    db.execute("DELETE FROM record WHERE n = ?", (number,))
    return 1


def find(db: sqlite3.Connection, query: Query) -> tuple[int, list[tuple[str, float]], list[tuple[str, str, int]]]:
    """Total, (body, score) of the page, and (field, value, records) over all that matched."""
    if not (query.filters or query.since or query.until or any(protocol.needles(query))):
        return _everything(db, query)
    _match(db, query)
    total = db.execute("SELECT count(*) FROM matched").fetchone()[0]
    return int(total), _page(db, query), _counts(db)


def _everything(
    db: sqlite3.Connection, query: Query
) -> tuple[int, list[tuple[str, float]], list[tuple[str, str, int]]]:
    """The same without collecting, along the indexes: the first page anybody opens."""
    entity = query.entity.value
    total = db.execute("SELECT count(*) FROM record WHERE entity = ?", (entity,)).fetchone()[0]
    page = db.execute(
        "SELECT body, 0 FROM record WHERE entity = ? ORDER BY at DESC, id LIMIT ? OFFSET ?",
        (entity, query.limit, query.offset),
    ).fetchall()
    counts = db.execute(
        "SELECT * FROM (SELECT field, value, (SELECT count(*) FROM posting WHERE term = n) AS records FROM term"
        " WHERE entity = ?) WHERE records > 0",
        (entity,),
    ).fetchall()
    return int(total), page, counts


def _match(db: sqlite3.Connection, query: Query) -> None:
    """Fill the temporary table `matched` with the records that match and their scores."""
    db.execute("DELETE FROM matched")
    words, phrases = protocol.needles(query)
    filters = list(query.filters.items())
    if words or phrases:
        _by_words(db, query, [[word] for word in words] + phrases)
    elif filters:
        _by_value(db, query, *filters.pop(0))
    else:
        _by_date(db, query)
    for field, values in filters:
        db.execute(
            "DELETE FROM matched WHERE n NOT IN (SELECT p.record FROM term t CROSS JOIN posting p ON p.term = t.n"
            " WHERE t.entity = ? AND t.field = ? AND t.value IN (SELECT value FROM json_each(?)))",
            (query.entity.value, field, json.dumps(values)),
        )


def _span(query: Query) -> tuple[int, int]:
    since, until = protocol.span(query)
    return microseconds(since), microseconds(until)


# CROSS JOIN keeps the order of the tables: left to itself, SQLite once asked FTS5 anew for every record, 2 s a search.
def _by_words(db: sqlite3.Connection, query: Query, needles: list[list[str]]) -> None:
    expression = " AND ".join(f'"{encoded(needle)}"' for needle in needles)
    db.execute(
        "INSERT INTO matched SELECT r.n, -bm25(words), r.at, r.id FROM words CROSS JOIN record r ON r.n = words.rowid"
        " WHERE words MATCH ? AND r.entity = ? AND r.at >= ? AND r.at < ?",
        (expression, query.entity.value, *_span(query)),
    )


def _by_value(db: sqlite3.Connection, query: Query, field: str, values: tuple[str, ...]) -> None:
    db.execute(
        "INSERT OR IGNORE INTO matched SELECT r.n, 0, r.at, r.id FROM term t CROSS JOIN posting p ON p.term = t.n"
        " CROSS JOIN record r ON r.n = p.record WHERE t.entity = ? AND t.field = ?"
        " AND t.value IN (SELECT value FROM json_each(?)) AND r.at >= ? AND r.at < ?",
        (query.entity.value, field, json.dumps(values), *_span(query)),
    )


def _by_date(db: sqlite3.Connection, query: Query) -> None:
    db.execute(
        "INSERT INTO matched SELECT n, 0, at, id FROM record WHERE entity = ? AND at >= ? AND at < ?",
        (query.entity.value, *_span(query)),
    )


def _page(db: sqlite3.Connection, query: Query) -> list[tuple[str, float]]:
    return db.execute(
        "SELECT r.body, m.score FROM"
        " (SELECT * FROM matched ORDER BY score DESC, at DESC, id LIMIT ? OFFSET ?) m CROSS JOIN record r ON r.n = m.n"
        " ORDER BY m.score DESC, m.at DESC, m.id",
        (query.limit, query.offset),
    ).fetchall()


def _counts(db: sqlite3.Connection) -> list[tuple[str, str, int]]:
    return db.execute(
        "SELECT t.field, t.value, c.n FROM (SELECT p.term AS term, count(*) AS n FROM matched m"
        " CROSS JOIN posting p ON p.record = m.n GROUP BY p.term) c JOIN term t ON t.n = c.term"
    ).fetchall()


def purge(db: sqlite3.Connection) -> None:
    """Forget values nobody has and merge the words into one part without the deleted ones."""
    db.execute("DELETE FROM term WHERE n NOT IN (SELECT term FROM posting)")
    db.execute("INSERT INTO words (words) VALUES ('optimize')")
