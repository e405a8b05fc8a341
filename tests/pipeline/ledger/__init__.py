"""The ledger's tests; each runs on SQLite, and on PostgreSQL in CI."""
