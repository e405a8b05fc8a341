"""Tests of areas/, at the same paths."""
