"""A fresh ledger for each test: a SQLite file, or a schema of its own on PostgreSQL."""

import os
import secrets
from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import create_engine, text

from pipeline.ledger import Ledger


@pytest.fixture(params=["sqlite", pytest.param("postgres", marks=pytest.mark.postgres)])
def ledger(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Ledger]:
    """An empty, migrated ledger."""
    if request.param == "sqlite":
        opened = Ledger(f"sqlite:///{tmp_path / 'ledger.sqlite'}")
        opened.migrate()
        yield opened
        opened.close()
        return
    yield from _postgres(os.environ["TEST_POSTGRES_URL"])


def _postgres(url: str) -> Iterator[Ledger]:
    name = f"test_{secrets.token_hex(6)}"
    server = create_engine(url.replace("postgresql://", "postgresql+psycopg://"), isolation_level="AUTOCOMMIT")
    with server.connect() as connection:
        connection.execute(text(f"CREATE DATABASE {name}"))
    opened = Ledger(url.rsplit("/", 1)[0] + f"/{name}")
    opened.migrate()
    yield opened
    opened.close()
    with server.connect() as connection:
        connection.execute(text(f"DROP DATABASE {name}"))
    server.dispose()
