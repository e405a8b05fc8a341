"""Finds the known claim that a text repeats: BM25 over a library, and an answer only where one is sure enough."""

import json
import math
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from nlp.annotations import Refused
from nlp.similarity import Idf, plain_terms

K1, B = 1.2, 0.6  # BM25's usual saturation; less length normalisation, for claims are all short
TITLE = 0.6  # weight of a term of the title beside one of the claim
BEST = 10
# An answer is given where the best claim covers this share of what the query could score at most, and leads the next by
# LEAD; where no second claim matches, ALONE must do. Chosen on training and dev queries of CheckThat! 2022 2A (measured
# only, no text of it is shipped): 58 % answered, 97 % of them right, 6 % of queries without a claim answered.
SURE, LEAD, ALONE = 0.20, 1.3, 0.30
SMALL = 200  # claims at which the library's own rarity counts as much as that of ordinary text

Floats = npt.NDArray[np.float32]


class LibraryRefused(Refused):
    """A library of claims that cannot be read; the message names file, line and remedy."""


class Claim(NamedTuple):
    """A known claim."""

    id: str
    claim: str
    title: str = ""


class Match(NamedTuple):
    """The claim a text repeats (None where none is sure enough), and the best claims with their scores."""

    answer: str | None
    matches: tuple[tuple[str, float], ...]


class Library:
    """An index of claims; scores are BM25's, over lemmas (Robertson and Zaragoza 2009)."""

    def __init__(self, claims: Iterable[Claim]) -> None:
        self.claims = tuple(claims)
        bags = [_bag(claim) for claim in self.claims]
        lengths = np.array([sum(bag.values()) for bag in bags] or [1], np.float32)
        self._norm = K1 * (1 - B + B * lengths / float(lengths.mean() or 1.0))
        self._postings: dict[str, tuple[npt.NDArray[np.int32], Floats]] = _postings(bags)
        self._background = Idf()

    @classmethod
    def load(cls, path: Path) -> "Library":
        """Read JSON lines {id, claim, title?}; raises LibraryRefused naming the line."""
        return cls(_claim(line, path, number) for number, line in _lines(path))

    def match(self, text: str) -> Match:
        """The best ten claims for a text, and the answer where one is sure enough."""
        scores = np.zeros(len(self.claims), np.float32)
        possible = 0.0
        for term, count in Counter(plain_terms(text)).items():
            weight = self._idf(term) * min(count, 2)
            possible += weight * (K1 + 1) / (1 + K1)
            if term in self._postings:
                at, counts = self._postings[term]
                scores[at] += weight * counts * (K1 + 1) / (counts + self._norm[at])
        ranked = sorted(np.flatnonzero(scores).tolist(), key=lambda at: (-float(scores[at]), at))[:BEST]
        matches = tuple((self.claims[at].id, round(float(scores[at]), 4)) for at in ranked)
        return Match(_answer(matches, possible), matches)

    def _idf(self, term: str) -> float:
        """How telling a term is: its rarity in the library and in ordinary text (a small library knows little)."""
        holders = len(self._postings[term][0]) if term in self._postings else 0
        own = math.log(1 + (len(self.claims) - holders + 0.5) / (holders + 0.5))
        share = len(self.claims) / (len(self.claims) + SMALL)
        return share * own + (1 - share) * self._background.of(term)


def _answer(matches: Sequence[tuple[str, float]], possible: float) -> str | None:
    if not matches or matches[0][1] < SURE * possible:
        return None
    if len(matches) == 1:
        return matches[0][0] if matches[0][1] >= ALONE * possible else None
    return matches[0][0] if matches[0][1] >= LEAD * matches[1][1] else None


def _bag(claim: Claim) -> Counter[str]:
    bag: Counter[str] = Counter(plain_terms(claim.claim))
    for term in plain_terms(claim.title):
        bag[term] = bag[term] + TITLE  # type: ignore[assignment]
    return bag


def _postings(bags: Sequence[Mapping[str, float]]) -> dict[str, tuple[npt.NDArray[np.int32], Floats]]:
    lists: dict[str, list[tuple[int, float]]] = defaultdict(list)
    for at, bag in enumerate(bags):
        for term, count in bag.items():
            lists[term].append((at, count))
    return {
        term: (np.array([at for at, _ in held], np.int32), np.array([count for _, count in held], np.float32))
        for term, held in lists.items()
    }


def _lines(path: Path) -> Iterable[tuple[int, str]]:
    try:
        with path.open(encoding="utf-8") as file:
            yield from ((number, line) for number, line in enumerate(file, 1) if line.strip())
    except (OSError, UnicodeDecodeError) as error:
        raise LibraryRefused(f"{path}: {error}; give a UTF-8 file of JSON lines") from error


def _claim(line: str, path: Path, number: int) -> Claim:
    try:
        row = json.loads(line)
        claim = Claim(str(row["id"]), row["claim"], row.get("title") or "")
        if not isinstance(claim.claim, str) or not isinstance(claim.title, str):
            raise TypeError("claim and title are strings")
    except (json.JSONDecodeError, KeyError, TypeError, AttributeError) as error:
        raise LibraryRefused(f"{path}:{number}: {error!r}; a line is {{id, claim, title?}}") from error
    return claim
