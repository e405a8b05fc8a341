"""Tests of crawlers/, at the same paths."""
