"""Alembic's entry: run the migrations in the transaction that `Ledger.migrate` opened."""

from alembic import context

from pipeline.ledger import tables

connection = context.config.attributes["connection"]
context.configure(
    connection=connection, target_metadata=tables.metadata, render_as_batch=True, user_module_prefix="tables."
)
context.run_migrations()
