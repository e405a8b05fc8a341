"""Cuts an excerpt into marked and unmarked pieces; pure, overlapping evidence shares a piece."""

from collections.abc import Sequence
from itertools import pairwise
from typing import NamedTuple

from console import labels


class Piece(NamedTuple):
    """A run of text with the evidence labels, in words, that cover all of it; none where it is not evidence."""

    text: str
    labels: tuple[str, ...]


def pieces(text: str, spans: Sequence[tuple[int, int, str]]) -> list[Piece]:
    """The text in order, cut wherever an evidence span (start, end, label; code points) starts or ends."""
    inside = [(max(0, start), min(len(text), end), label) for start, end, label in spans]
    inside = [span for span in inside if span[0] < span[1]]
    edges = sorted({0, len(text), *(edge for start, end, _ in inside for edge in (start, end))})
    found = []
    for start, end in pairwise(edges):
        covering = (label for first, last, label in inside if first <= start and end <= last)
        found.append(Piece(text[start:end], tuple(dict.fromkeys(labels.evidence(label) for label in covering))))
    return found


def kinds(spans: Sequence[tuple[int, int, str]]) -> list[str]:
    """The evidence labels of an excerpt in words, each once."""
    return list(dict.fromkeys(labels.evidence(label) for _, _, label in spans))
