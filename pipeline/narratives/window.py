"""A sliding window of texts with TF-IDF cosine between a new text and those still in it."""

import math
from collections import Counter, defaultdict, deque
from datetime import datetime, timedelta

from nlp.similarity import Idf, stopwords

# A lemma that many texts of the window hold tells nothing and costs most: its posting list is not walked.
COMMON = 200
RAREST = 16  # lemmas of a new text whose posting lists are walked, the rarest first
CANDIDATES = 40  # texts compared exactly, those that share most rare lemmas first

# A quiet area's window holds few texts: as if that many others, without the word, had been seen before.
BACKGROUND = 100

Terms = dict[str, float]


def terms(lemmas: str) -> Terms:
    """Weight of each lemma in a text: 1 + log of its count; words, and no function words."""
    words = (lemma for lemma in lemmas.lower().split() if any(sign.isalnum() for sign in lemma))
    counts = Counter(word for word in words if word not in stopwords())
    return {lemma: 1 + math.log(number) for lemma, number in counts.items()}


class Window:
    """Texts of the last `span`; everything asked of it depends on these texts only, so state can be rebuilt.

    Method: TF-IDF with smoothed idf, cosine, candidates from an inverted index (Salton and Buckley 1988).
    Texts are added in time order. Cost of a look-up is bounded by RAREST * COMMON postings.
    """

    def __init__(self, span: timedelta) -> None:
        self.span = span
        self.texts: dict[str, Terms] = {}
        self.order: deque[tuple[datetime, str]] = deque()
        self.language = Idf()
        self.postings: defaultdict[str, dict[str, None]] = defaultdict(dict)

    def add(self, ref: str, at: datetime, lemmas: str) -> None:
        """Put a text in; one that is in already stays as it was."""
        if ref in self.texts:
            return
        self.texts[ref] = terms(lemmas)
        self.order.append((at, ref))
        for lemma in self.texts[ref]:
            self.postings[lemma][ref] = None

    def expire(self, now: datetime) -> None:
        """Drop texts older than the span."""
        while self.order and self.order[0][0] < now - self.span:
            ref = self.order.popleft()[1]
            for lemma in self.texts.pop(ref):
                del self.postings[lemma][ref]
                if not self.postings[lemma]:
                    del self.postings[lemma]

    def similar(self, lemmas: str) -> dict[str, float]:
        """Cosine (0 to 1) of the text with those of the window that share a rare lemma with it."""
        query = terms(lemmas)
        rarity: Terms = {}
        found = self._candidates(query, rarity)
        norm = self._norm(query, rarity)
        texts = {ref: self.texts[ref] for ref in found}
        return {r: self._dot(query, t, rarity) / (norm * self._norm(t, rarity)) for r, t in texts.items()}

    def _candidates(self, query: Terms, rarity: Terms) -> list[str]:
        known = [lemma for lemma in query if 0 < len(self.postings.get(lemma, ())) <= COMMON]
        rarest = sorted(known, key=lambda lemma: (len(self.postings[lemma]), lemma))[:RAREST]
        shared: defaultdict[str, float] = defaultdict(float)
        for lemma in rarest:
            weight = self._idf(lemma, rarity) ** 2
            for ref in self.postings[lemma]:
                shared[ref] += weight
        return sorted(shared, key=lambda ref: (-shared[ref], ref))[:CANDIDATES]

    def _idf(self, lemma: str, rarity: Terms) -> float:
        """Rarity of a lemma, in the language and in the window: the smaller, for either makes it tell little.

        `rarity` remembers it for one look-up, during which the window does not change.
        """
        if lemma not in rarity:
            here = math.log((BACKGROUND + len(self.texts)) / (1 + len(self.postings.get(lemma, ()))))
            rarity[lemma] = min(here, self.language.of(lemma))
        return rarity[lemma]

    def _dot(self, one: Terms, other: Terms, rarity: Terms) -> float:
        shared = sorted(one.keys() & other.keys())
        return math.fsum(one[term] * other[term] * self._idf(term, rarity) ** 2 for term in shared)

    def _norm(self, text: Terms, rarity: Terms) -> float:
        return math.sqrt(math.fsum((weight * self._idf(term, rarity)) ** 2 for term, weight in text.items())) or 1.0
