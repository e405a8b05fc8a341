"""Open the ledger: transactions, locks, migrations, and the one upsert both databases share."""

import hashlib
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

from sqlalchemy import Connection, Engine, Table, create_engine, event, make_url, text
from sqlalchemy.dialects import postgresql, sqlite

from pipeline.errors import VaneError

if TYPE_CHECKING:
    from alembic.config import Config

Rows = Sequence[Mapping[str, Any]]
Tx = Connection
MIGRATIONS = Path(__file__).parent / "migrations"
HEAD = "0002"  # the newest migration; a test holds it against the folder
BUSY_MS = 60_000  # a step may hold the one write lock of SQLite for the length of a large batch
CHUNK = 500  # rows a statement; SQLite allows 32,766 parameters


def _pragmas(connection: Any, _record: object) -> None:
    connection.isolation_level = None  # transactions are begun below, with the lock they need
    for pragma in ("journal_mode=WAL", "secure_delete=ON", "foreign_keys=ON", f"busy_timeout={BUSY_MS}"):
        connection.execute(f"PRAGMA {pragma}")


def _begin(connection: Connection) -> None:
    writes = connection.get_execution_options().get("writes", False)
    connection.exec_driver_sql("BEGIN IMMEDIATE" if writes else "BEGIN")


def _engine(url: str) -> Engine:
    parsed = make_url(url)
    if parsed.get_backend_name() != "sqlite":
        return create_engine(parsed.set(drivername="postgresql+psycopg"), pool_pre_ping=True)
    if parsed.database and parsed.database != ":memory:":
        Path(parsed.database).parent.mkdir(parents=True, exist_ok=True)
    engine = create_engine(parsed)
    event.listen(engine, "connect", _pragmas)
    event.listen(engine, "begin", _begin)
    return engine


class Ledger:
    """The truth, at an SQLAlchemy URL (`sqlite:///…` or `postgresql://…`)."""

    def __init__(self, url: str) -> None:
        self.engine = _engine(url)

    @property
    def embedded(self) -> bool:
        """Whether this is SQLite."""
        return self.engine.dialect.name == "sqlite"

    @contextmanager
    def begin(self) -> Iterator[Tx]:
        """A write transaction: all of it or nothing."""
        with self.engine.connect().execution_options(writes=True) as connection, connection.begin():
            yield connection

    @contextmanager
    def read(self) -> Iterator[Tx]:
        """A transaction that sees one state and writes nothing."""
        with self.engine.connect() as connection, connection.begin():
            yield connection

    def migrate(self) -> None:
        """Bring the tables to this version; does nothing where they are."""
        with self.read() as tx:
            if _revision(tx) == HEAD:
                return
        from alembic import command  # half a second to import, and seldom needed

        with self.begin() as tx:
            lock(tx, "migrate")
            command.upgrade(_alembic(tx), "head")

    def check(self) -> None:
        """Refuse to work on tables of another version."""
        with self.read() as tx:
            found = _revision(tx)
        if found != HEAD:
            has = found or "none"
            raise VaneError(f"the ledger is at version {has}, this release needs {HEAD}: run `vane migrate`")

    def wipe(self) -> None:
        """Fold SQLite's write-ahead log into the file, so that `secure_delete` reaches every byte."""
        if self.embedded:
            with self.engine.connect() as connection:
                raw = connection.connection.dbapi_connection
                if raw is not None:
                    raw.execute("PRAGMA wal_checkpoint(TRUNCATE)")

    def close(self) -> None:
        """Give back every connection."""
        self.engine.dispose()


def _alembic(tx: Tx | None) -> "Config":
    from alembic.config import Config

    config = Config()
    config.set_main_option("script_location", str(MIGRATIONS))
    config.attributes["connection"] = tx
    return config


def _revision(tx: Tx) -> str | None:
    if not tx.dialect.has_table(tx, "alembic_version"):
        return None
    found: str | None = tx.execute(text("SELECT version_num FROM alembic_version")).scalar()
    return found


def lock(tx: Tx, name: str) -> None:
    """Hold `name` until the transaction ends; SQLite's one writer holds everything anyway."""
    if tx.dialect.name != "postgresql":
        return
    number = int.from_bytes(hashlib.sha256(name.encode()).digest()[:8], signed=True)
    tx.execute(text("SELECT pg_advisory_xact_lock(:number)"), {"number": number})


def upsert(tx: Tx, table: Table, rows: Rows, *, replace: bool = True) -> int:
    """Insert rows (all with the same keys); one with a known primary key is replaced, or left with `replace=False`.

    Returns how many rows were written.
    """
    insert = postgresql.insert if tx.dialect.name == "postgresql" else sqlite.insert
    written = 0
    for start in range(0, len(rows), CHUNK):
        statement = insert(table).values([dict(row) for row in rows[start : start + CHUNK]])
        keys = [column.name for column in table.primary_key]
        values = {name: statement.excluded[name] for name in rows[0] if name not in keys}
        if replace and values:
            written += tx.execute(statement.on_conflict_do_update(index_elements=keys, set_=values)).rowcount
        else:
            written += tx.execute(statement.on_conflict_do_nothing(index_elements=keys)).rowcount
    return written
