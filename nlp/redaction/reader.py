"""Weighs every word as part of a person's name: two linear looks, the second with what the first made of the text."""

import math
from collections.abc import Iterator, Mapping, Sequence
from itertools import repeat
from typing import Any

from nlp.redaction import lists, surroundings
from nlp.redaction.features import View
from nlp.redaction.lists import CALLED, OFFICES, SAINTS
from nlp.redaction.tokens import Token
from nlp.redaction.wordlists import Words

Weights = Mapping[str, float]
DOUBT = 0.03  # first-look mark below which a word is not looked at again, unless beside or like a likely name
LIKELY = 0.3
REPEATED = 0.25  # share of the threshold that is enough for a word that is a sure name elsewhere in the text
SURE = 0.8
USUAL = 4  # rank from which a first name before a surname is a person in a search whatever the marks
PLACE, COMMON = 2, 2  # ranks from which a word alone is no name in a search: oldham, grant
INITIALS = frozenset("ABCDEFGHJKLMNOPQRSTUVWXYZ")  # no I: it is a word
PARTICLES = frozenset(
    {
        "bin",
        "ibn",
        "bint",
        "al",
        "el",
        "ul",
        "ap",
        "ab",
        "ferch",
        "van",
        "von",
        "der",
        "den",
        "de",
        "da",
        "di",
        "la",
        "le",
    }
)


class Reader:
    """Marks words from 0 (no name) to 1; holds weights and lists only."""

    def __init__(self, words: Words, first: Weights, second: Weights, thresholds: Mapping[str, float]) -> None:
        self.words, self.first, self.second = words, first, second
        self.thresholds = dict(thresholds)

    def find(self, tokens: Sequence[Token]) -> list[bool]:
        """Which tokens of a running text belong to the name of a person."""
        return self._chosen(tokens, self.thresholds["text"])

    def find_in_query(self, tokens: Sequence[Token]) -> list[bool]:
        """The same for a search: surer before it refuses, and a place or common word alone is a place or a word."""
        view, marks = self.view(tokens)
        chosen = self.choose(tokens, view, marks, self.thresholds["query"])
        for at in range(1, len(tokens)):
            if _usual_pair(view, at):
                chosen[at - 1] = chosen[at] = True
        return [yes and not _alone(view, chosen, at) for at, yes in enumerate(chosen)]

    def marks(self, tokens: Sequence[Token]) -> list[float]:
        """How surely each token is part of a name."""
        return self.view(tokens)[1]

    def view(self, tokens: Sequence[Token]) -> tuple[View, list[float]]:
        """The text as features see it, and the marks."""
        view = View(tokens, self.words)
        return view, self._looked(view)

    def _chosen(self, tokens: Sequence[Token], threshold: float) -> list[bool]:
        return self.choose(tokens, *self.view(tokens), threshold)

    def choose(self, tokens: Sequence[Token], view: View, marks: Sequence[float], threshold: float) -> list[bool]:
        """Tokens marked high enough, a lower mark being enough for repeats of a sure name, and what belongs to them."""
        chosen = [mark >= threshold for mark in marks]
        if any(mark >= SURE for mark in marks):
            for places in view.places.values():
                if len(places) > 1 and max(marks[at] for at in places) >= SURE:
                    for at in places:
                        chosen[at] = chosen[at] or marks[at] >= threshold * REPEATED
        return trimmed(view, completed(tokens, chosen)) if any(chosen) else chosen

    def _looked(self, view: View) -> list[float]:
        marks = [0.0] * len(view.seen)
        if not view.candidates:
            return marks
        weigh, none = self.first.get, repeat(0.0)
        features = {at: view.features(at) for at in view.candidates}
        for at, names in features.items():
            marks[at] = logistic(sum(map(weigh, names, none)))
        again = [at for at in view.candidates if _doubtful(view, marks, at)]
        weigh = self.second.get
        later = {at: sum(map(weigh, features[at] + view.later(at, marks), none)) for at in again}
        for at, margin in later.items():
            marks[at] = logistic(margin)
        return marks


def _usual_pair(view: View, at: int) -> bool:
    """Whether a usual first name and a usual surname follow each other, as in john smith."""
    first, last = view.seen[at - 1].word, view.seen[at].word
    usual = first.first >= USUAL and last.last >= USUAL
    return usual and max(first.common, last.common) < COMMON and last.place < PLACE


def _alone(view: View, chosen: list[bool], at: int) -> bool:
    """Whether a chosen word is a place or a common word with no part of a name, and no title, beside it."""
    near = chosen[max(0, at - 1) : at] + chosen[at + 1 : at + 2]
    word = view.seen[at].word
    titled = at > 0 and view.seen[at - 1].word.title
    return (word.place >= PLACE or word.common >= COMMON) and not titled and not any(near)


def trimmed(view: View, chosen: list[bool]) -> list[bool]:
    """Takes away what is no part of a name: an office, a title before one, a saint something is called after."""
    for at, yes in enumerate(chosen):
        if not yes:
            continue
        low, word = view.seen[at].low, view.seen[at].word
        opens = not (at and chosen[at - 1])
        goes_on = at + 1 < len(chosen) and chosen[at + 1]
        saint = word.first > 0 and not goes_on and _after_saint(view, at)
        if low in OFFICES or saint or (opens and goes_on and word.title and word.first < 2):
            chosen[at] = False
    for first, last in list(runs(chosen)):
        if _named_after(view, first, last):
            chosen[first : last + 1] = [False] * (last + 1 - first)
    return chosen


def runs(chosen: Sequence[bool]) -> Iterator[tuple[int, int]]:
    """First and last of every stretch of chosen tokens."""
    first = -1
    for at, yes in enumerate([*chosen, False]):
        if yes and first < 0:
            first = at
        elif not yes and first >= 0:
            yield first, at - 1
            first = -1


def _named_after(view: View, first: int, last: int) -> bool:
    """Whether a storm, a ship, a street or a body is called so: Storm Arwen, Florence Avenue, Isaac Newton Academy."""
    before, after = view.at(first - 1), view.at(last + 1)
    if view.casing != "n" or before.low in lists.FORMAL - {"sir"}:
        return False
    called = before.low in CALLED and before.shape[0] in "XC"
    return called or (after.shape == "Cx" and surroundings.head(after.low) in ("s", "o"))


def _after_saint(view: View, at: int) -> bool:
    before = at - 1 - (at > 1 and view.seen[at - 1].low == ".")
    return before >= 0 and view.seen[before].low in SAINTS


def completed(tokens: Sequence[Token], chosen: list[bool]) -> list[bool]:
    """Adds what belongs to a chosen word: initials before it, particles inside, the other half of a double name."""
    for at in range(len(tokens) - 1, -1, -1):
        if chosen[at]:
            _add_initials(tokens, chosen, at)
            _add_particle(tokens, chosen, at)
            for other in (at - 2, at + 2):
                if 0 <= other < len(tokens) and _hyphened(tokens, min(at, other)):
                    chosen[other] = tokens[other].text[0].isupper()
    return chosen


def _add_initials(tokens: Sequence[Token], chosen: list[bool], at: int) -> None:
    """`J. R. Khan`, `J Khan`: single capitals before a chosen word."""
    while at:
        at -= 2 if tokens[at - 1].text == "." else 1
        if at < 0 or not (tokens[at].kind == "word" and len(tokens[at].text) == 1 and tokens[at].text in INITIALS):
            return
        chosen[at] = True


def _add_particle(tokens: Sequence[Token], chosen: list[bool], at: int) -> None:
    """`Osama bin Laden`: a particle between two chosen words, or two of them."""
    for gap in (2, 3):
        inside = tokens[max(0, at - gap + 1) : at]
        if at >= gap and chosen[at - gap] and all(token.text.casefold() in PARTICLES for token in inside):
            chosen[at - gap + 1 : at] = [True] * (gap - 1)


def _hyphened(tokens: Sequence[Token], at: int) -> bool:
    """Whether this word and the next but one are joined by a hyphen without blanks."""
    first, sign, last = tokens[at : at + 3]
    return sign.text in "-‐‑" and first.end == sign.start and sign.end == last.start and last.kind == "word"


def _doubtful(view: View, marks: Sequence[float], at: int) -> bool:
    """Whether a second look can change anything."""
    if marks[at] >= DOUBT:
        return True
    near = marks[max(0, at - 1) : at + 2]
    return max(near) >= LIKELY or any(marks[other] >= LIKELY for other in view.places[view.seen[at].low])


def logistic(margin: float) -> float:
    """Probability of a log-odds value."""
    return 1 / (1 + math.exp(-margin)) if margin > -30 else 0.0


def payload(reader: Reader) -> dict[str, Any]:
    """The reader as strings and arrays, for a model file without any code in it."""
    import numpy as np

    tables = {
        "common": reader.words.common,
        "places": reader.words.places,
        "letters": reader.words.letters,
        "first": reader.first,
        "second": reader.second,
    }
    packed: dict[str, Any] = {"thresholds": reader.thresholds, "pairs": "\n".join(sorted(reader.words.pairs))}
    for name, table in tables.items():
        keys = sorted(table)
        packed[name] = "\n".join(keys)
        kind = np.float16 if name in ("first", "second", "letters") else np.uint8
        packed[name + "_values"] = np.array([table[key] for key in keys], kind)
    return packed


def of_payload(packed: Mapping[str, Any]) -> Reader:
    """The reader a payload holds."""
    tables = {
        name: dict(zip(packed[name].split("\n"), packed[name + "_values"].tolist(), strict=True))
        for name in ("common", "places", "letters", "first", "second")
    }
    words = Words(tables["common"], tables["places"], tables["letters"], packed.get("pairs", "").split("\n"))
    return Reader(words, tables["first"], tables["second"], packed["thresholds"])
