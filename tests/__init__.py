"""Tests, at the paths of the code."""
