"""Lexical similarity of texts in a stream: groups those that tell the same story, in one pass and bounded memory."""

import math
import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from functools import lru_cache
from pathlib import Path
from typing import NamedTuple

from nlp.lemma import is_word, lemma
from nlp.phrases import words

COUNTS = Path(__file__).parent / "lexicons" / "lemma_counts.txt"
JOIN = 0.24  # cosine at which a text joins a story; chosen on ECB+ and the UCI headlines
MERGE = 0.55  # cosine of two stories' centres at which they are one
RAREST = 12  # terms of a text by which stories are looked up: more find no more, and cost
KEPT = 80  # terms a story's centre keeps
TWICE = 2.0  # names and places say what a story is about
WINDOW = timedelta(days=14)  # a story that nobody told for so long is another one when it comes back
MOST_TERMS = 400_000  # counts kept of terms seen in the stream; beyond it those seen once are dropped
SKIPPED = frozenset(("[name]", "[handle]", "[contact]"))

Vector = dict[str, float]


class Placed(NamedTuple):
    """Where a text went: its story, and stories that it showed to be one (merged, into)."""

    narrative: str
    merged: tuple[tuple[str, str], ...] = ()


@dataclass(slots=True)
class Story:
    """A group of texts: the sum of their vectors, its length, its size, and when it was last told."""

    id: str
    number: int
    last: datetime
    centre: Vector = field(default_factory=dict)
    length: float = 0.0
    size: int = 0

    def add(self, vector: Mapping[str, float], at: datetime, size: int = 1) -> None:
        """Take in a vector; only the heaviest terms are kept."""
        for term, value in vector.items():
            self.centre[term] = self.centre.get(term, 0.0) + value
        if len(self.centre) > KEPT * 2:
            heaviest = sorted(self.centre, key=lambda term: (-self.centre[term], term))[:KEPT]
            self.centre = {term: self.centre[term] for term in heaviest}
        self.length = math.sqrt(sum(value * value for value in self.centre.values()))
        self.last, self.size = max(self.last, at), self.size + size

    def cosine(self, vector: Mapping[str, float], length: float = 1.0) -> float:
        """Cosine with a vector of the given length."""
        return sum(value * self.centre.get(term, 0.0) for term, value in vector.items()) / (self.length * length or 1.0)


class Idf:
    """How rare terms are: counts of shipped texts to begin with (a warm start), then those of the stream."""

    def __init__(self) -> None:
        self.texts, self._warm = _warm()
        self._seen: Counter[str] = Counter()

    def see(self, terms: Iterable[str]) -> None:
        """Count a text's terms."""
        self.texts += 1
        self._seen.update(set(terms))
        if len(self._seen) > MOST_TERMS:
            self._seen = Counter({term: count for term, count in self._seen.items() if count > 1})

    def of(self, term: str) -> float:
        """Log of texts over texts with the term; 0 for a term that half of all texts hold."""
        count = self._warm.get(term, 0) + self._seen[term]
        return max(0.0, math.log((1 + self.texts) / (1 + count)) - math.log(2))


class Grouper:
    """Groups a stream of texts in time order; the same stream gives the same groups."""

    def __init__(self, join: float = JOIN, merge: float = MERGE, window: timedelta = WINDOW) -> None:
        self._join, self._merge, self._window = join, merge, window
        self._idf = Idf()
        self._stories: dict[int, Story] = {}  # in order of their last text, so that the oldest expire first
        self._index: dict[str, set[int]] = defaultdict(set)
        self._next = 0

    def __len__(self) -> int:
        return len(self._stories)

    def add(self, text_id: str, text: str, at: datetime, keys: Sequence[str] = ()) -> Placed:
        """Place a text; `keys` are terms of the caller's that count twice (names of places, codes).

        A new story is named after its first text. `at` may go back a little; stories expire by the newest time seen.
        """
        self._expire(at)
        counts = terms(text, keys)
        self._idf.see(counts)
        vector = self._weigh(counts)
        near = self._near(vector)
        if not near:
            return Placed(self._begin(text_id, vector, at).id)
        best = near[0]
        self._take(best, vector, at)
        return self._merged(best, near[1:], at)

    def _weigh(self, counts: Mapping[str, float]) -> Vector:
        raw = {term: (1 + math.log(count)) * self._idf.of(term) for term, count in counts.items()}
        length = math.sqrt(sum(value * value for value in raw.values()))
        return {term: value / length for term, value in raw.items()} if length else {}

    def _rarest(self, vector: Vector) -> list[str]:
        return sorted(vector, key=lambda term: (-vector[term], term))[:RAREST]

    def _near(self, vector: Vector) -> list[Story]:
        """Stories close enough to join, the closest first (the older on a tie)."""
        numbers = {number for term in self._rarest(vector) for number in self._index.get(term, ())}
        scored = [(self._stories[number].cosine(vector), -number) for number in numbers]
        return [self._stories[-number] for score, number in sorted(scored, reverse=True) if score >= self._join]

    def _begin(self, text_id: str, vector: Vector, at: datetime) -> Story:
        story = Story(f"n-{text_id}", self._next, at)
        self._next += 1
        self._stories[story.number] = story
        self._take(story, vector, at)
        return story

    def _take(self, story: Story, vector: Vector, at: datetime, size: int = 1) -> None:
        before = set(story.centre)
        story.add(vector, at, size)
        for term in before - set(story.centre):
            self._forget(term, story.number)
        for term in story.centre:
            self._index[term].add(story.number)
        self._stories[story.number] = self._stories.pop(story.number)

    def _merged(self, best: Story, others: Sequence[Story], at: datetime) -> Placed:
        """Join stories that the new text links and whose centres are close: the older one stays."""
        merged = []
        for other in others[:5]:
            if best.cosine(other.centre, other.length) < self._merge:
                continue
            old, new = sorted((best, other), key=lambda story: story.number)
            self._drop(new)
            self._take(old, new.centre, max(at, new.last), new.size)
            merged.append((new.id, old.id))
            best = old
        return Placed(best.id, tuple(merged))

    def _expire(self, at: datetime) -> None:
        while self._stories:
            oldest = next(iter(self._stories.values()))
            if oldest.last >= at - self._window:
                return
            self._drop(oldest)

    def _drop(self, story: Story) -> None:
        del self._stories[story.number]
        for term in story.centre:
            self._forget(term, story.number)

    def _forget(self, term: str, number: int) -> None:
        holders = self._index[term]
        holders.discard(number)
        if not holders:
            del self._index[term]


def terms(text: str, keys: Sequence[str] = ()) -> dict[str, float]:
    """Terms of a text with their counts; names (capitalised words that no list of words knows) and keys count twice."""
    counts: dict[str, float] = {}
    for term, value in _terms(text):
        counts[term] = counts.get(term, 0.0) + value
    for key in keys:
        counts[f"={key.lower()}"] = TWICE
    return counts


def plain_terms(text: str) -> list[str]:
    """The terms of a text without weights, as the counts of the warm start were made."""
    return [term for term, _ in _terms(text)]


def _terms(text: str) -> Iterable[tuple[str, float]]:
    for word in words(text):
        if word.form in SKIPPED or not word.form[0].isalnum() or word.form in stopwords():
            continue
        named = text[word.start].isupper() and not is_word(word.form)
        yield lemma(word.form), TWICE if named else 1.0


@lru_cache(maxsize=1)
def stopwords() -> frozenset[str]:
    """Words that say nothing about a subject."""
    return frozenset(re.findall(r"\S+", (COUNTS.parent / "stopwords.txt").read_text(encoding="utf-8")))


@lru_cache(maxsize=1)
def _warm() -> tuple[int, dict[str, int]]:
    first, *lines = COUNTS.read_text(encoding="utf-8").splitlines()
    pairs = (line.rsplit(" ", 1) for line in lines)
    return int(first.rsplit(" ", 1)[1]), {term: int(count) for term, count in pairs}
