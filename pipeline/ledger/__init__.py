"""Everything that must not be lost: SQLite by default, PostgreSQL in production; the only folder that knows SQLAlchemy.

`Ledger` opens the store; the modules beside it hold the questions and answers, each taking the
connection of a transaction first, so that a step decides what is written together.
"""

from pipeline.ledger.store import Ledger, Tx

__all__ = ["Ledger", "Tx"]
