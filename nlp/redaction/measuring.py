"""Measures how much of the names a redactor takes out, and how much else."""

import re
from collections import defaultdict
from collections.abc import Iterable
from pathlib import Path
from typing import Protocol

from nlp.redaction import corpora
from nlp.redaction.corpora import PERSON, Example
from nlp.redaction.patterns import Span

GOLD = Path(__file__).parents[1] / "gold" / "names.jsonl"
BRITISH = GOLD.parent / "names_test_b.jsonl"  # news, minutes and posts, a good third without any name
WORDS = re.compile(r"\w+(?:['’]\w+)*")


class Redacts(Protocol):
    """Anything that says which spans of a text it would replace."""

    def spans(self, text: str) -> list[Span]:
        """Spans of the text as given."""
        ...


def measure(redactor: Redacts, texts: Iterable[Example]) -> tuple[float, float, float, int]:
    """(share of name words taken, share of whole names taken, share of other words taken, name words)."""
    persons = taken = others = wrong = names = whole = 0
    for one in texts:
        gone = bytearray(len(one.text))
        for span in redactor.spans(one.text):
            gone[span.start : span.end] = b"\1" * (span.end - span.start)
        for word in WORDS.finditer(one.text):
            person = one.flags[word.start()] == PERSON
            persons, others = persons + person, others + (not person)
            taken += person and gone[word.start()]
            wrong += (not person) and gone[word.start()]
        for match in re.finditer(rb"\x01+(?:\x00\x01+)*", one.flags):
            kept = [at for at in range(*match.span()) if one.flags[at] and one.text[at].isalnum() and not gone[at]]
            names, whole = names + 1, whole + (not kept)
    return taken / max(1, persons), whole / max(1, names), wrong / max(1, others), persons


def by_heritage(redactor: Redacts, paths: Iterable[Path] = (GOLD,)) -> dict[str, tuple[float, float, float, int]]:
    """`measure` for the own sentences of each heritage."""
    groups: dict[str, list[Example]] = defaultdict(list)
    for one in (one for path in paths for one in corpora.project(path)):
        groups[one.source].append(corpora.masked(one))
    return {heritage: measure(redactor, texts) for heritage, texts in sorted(groups.items())}
