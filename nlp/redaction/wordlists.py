"""What the reader of names knows of single words: lists, commonness and how like a name the letters are."""

from collections.abc import Iterable, Mapping, Sequence
from typing import NamedTuple

from nlp.redaction import lists

CACHED = 20_000  # words remembered at most, listed words only: nothing of a text outlives its reading


class Word(NamedTuple):
    """Ranks of a word: first name, surname (0 to 5), common word (0 to 4), place word (0 to 2), likeness (0 to 9)."""

    first: int
    last: int
    common: int
    place: int
    like: int
    title: bool


class Words:
    """Looks words up; `common`, `places`, `letters` and `pairs` come with the model, name lists from nlp/lexicons."""

    def __init__(
        self,
        common: Mapping[str, int],
        places: Mapping[str, int],
        letters: Mapping[str, float],
        pairs: Iterable[str] = (),
    ) -> None:
        self.common, self.places, self.letters = common, places, letters
        self.pairs = frozenset(pairs)
        self._first, self._last = lists.first_names(), lists.surnames()
        self._known: dict[str, Word] = {}

    def look_up(self, word: str) -> Word:
        """Ranks of a lower-case word."""
        known = self._known.get(word)
        if known is None:
            known = self._look_up(word)
            if len(self._known) < CACHED and (known.first or known.last or known.common or known.place):
                self._known[word] = known
        return known

    def paired(self, words: Sequence[str]) -> list[str]:
        """For each lower-case word whether it opens (1) or closes (2) a two-word name of a place, else ""."""
        found = [""] * len(words)
        for at in range(1, len(words)):
            if f"{words[at - 1]} {words[at]}" in self.pairs:
                found[at - 1], found[at] = "1", "2"
        return found

    def _look_up(self, word: str) -> Word:
        first, last = self._first.get(word, 0), self._last.get(word, 0)
        common, place = self.common.get(word, 0), self.places.get(word, 0)
        return Word(first, last, common, place, self._likeness(word), word in lists.PERSONAL)

    def _likeness(self, word: str) -> int:
        """Letters more often met in names than in other words: 0 (hardly a name) to 9."""
        score = sum(self.letters.get(gram, 0.0) for gram in grams(word))
        return min(9, max(0, round(score) + 4))


def grams(word: str) -> set[str]:
    """Runs of one to four letters of a word, its ends marked."""
    marked = f"<{word}>"
    return {marked[at : at + size] for size in (2, 3, 4, 5) for at in range(len(marked) - size + 1)}
