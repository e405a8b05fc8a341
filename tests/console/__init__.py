"""Tests of the console on real SQLite ledgers."""
