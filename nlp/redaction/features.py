"""Turns a text into what the reader of names weighs: word, shape, lists, context, casing, the rest of the text."""

from collections.abc import Sequence
from itertools import pairwise
from typing import NamedTuple

from nlp.redaction import surroundings
from nlp.redaction.lists import FORMAL
from nlp.redaction.tokens import Token
from nlp.redaction.wordlists import Word, Words

BLANK = Word(0, 0, 0, 0, 0, False)
ENDS = frozenset('.!?…:•|"“”‘')
Marks = Sequence[float]


class Seen(NamedTuple):
    """A token with its lower case, shape, ranks and coarse class."""

    low: str
    shape: str
    word: Word
    kind: str


class View:
    """One text as the features need it; candidates are the tokens that could be a name at all."""

    def __init__(self, tokens: Sequence[Token], words: Words, text_casing: str | None = None) -> None:
        self.seen = [_seen(token, words) for token in tokens]
        self.starts = _starts(tokens)
        self.casing = text_casing or _casing(tokens)
        self.candidates = [at for at, seen in enumerate(self.seen) if _possible(seen)]
        if self.candidates:
            self.runs, self.led = surroundings.runs(tokens), surroundings.led(tokens)
            self.paired = words.paired([seen.low for seen in self.seen])
        self.places: dict[str, list[int]] = {}
        for at in self.candidates:
            self.places.setdefault(self.seen[at].low, []).append(at)
        self._lower = {seen.low for seen in self.seen if seen.shape[0] == "x"}

    def features(self, at: int) -> list[str]:
        """Names of the binary features of a candidate."""
        seen = self.seen[at]
        low, shape, word, kind = seen
        before, after = self.at(at - 1), self.at(at + 1)
        before2, after2 = self.at(at - 2), self.at(at + 2)
        start = "s" if self.starts[at] else "m"
        case = self.casing
        lower = "l" if low in self._lower and shape[0] != "x" else ""
        ranks = f"{word.first}{word.last}{_few(word.common)}{word.place}"
        return [
            "b",
            "w=" + low,
            f"sh={shape}{case}{start}",
            "p2=" + low[:2],
            "p3=" + low[:3],
            "s2=" + low[-2:],
            "s3=" + low[-3:],
            "s4=" + low[-4:],
            f"f={word.first}{shape[0]}{case}",
            f"l={word.last}{shape[0]}{case}",
            f"c={word.common}{shape[0]}{start}{case}",
            f"p={word.place}{shape[0]}{case}",
            f"k={word.like}{shape[0]}{case}",
            f"kc={word.like}{_few(word.common)}{word.place}{shape[0]}",
            f"r={ranks}{shape[0]}{start}",
            f"rc={ranks}{shape[0]}{case}",
            f"fc={word.first}{word.common}{shape[0]}{start}",
            f"lc={word.last}{word.common}{shape[0]}{start}",
            f"in={lower}{start}{_few(word.common)}{shape[0]}",
            f"n={min(len(low), 9)}{shape[0]}",
            "-1=" + before.low,
            "+1=" + after.low,
            "-2=" + before2.low,
            "+2=" + after2.low,
            f"-1s={before.low}{shape[0]}{kind}",
            f"+1s={after.low}{shape[0]}{kind}",
            f"-1k={before.kind}{kind}{case}",
            f"+1k={kind}{after.kind}{case}",
            f"-k+={before.kind}{kind}{after.kind}",
            f"-2k={before2.kind}{before.kind}{kind}",
            f"+2k={kind}{after.kind}{after2.kind}",
            f"-21={before2.low} {before.low}",
            f"+12={after.low} {after2.low}",
            f"-+={before.low} {after.low}",
            "-s3=" + before.low[-3:] + shape[0],
            "+s3=" + after.low[-3:] + shape[0],
            "+s2=" + after.low[-2:] + kind,
            f"-sh={before.shape}{shape[0]}",
            f"+sh={after.shape}{shape[0]}",
            f"-t={before.word.title}{before2.word.title}{shape[0]}{_few(word.common)}",
            f"-r={before.word.first}{before.word.last}{before.shape[0]}{ranks}",
            f"+r={after.word.first}{after.word.last}{after.shape[0]}{ranks}",
            f"-f={before.word.first}{_few(before.word.common)}{before.shape[0]}{shape[0]}{_few(word.common)}",
            f"+l={after.word.last}{_few(after.word.common)}{after.shape[0]}{shape[0]}{word.first}",
            *self._around(at),
        ]

    def _around(self, at: int) -> list[str]:
        """Features of the run of capitals, of what leads the list, and of two-word names of places."""
        seen = self.seen[at]
        first, last = self.runs[at]
        opens, closes = self.seen[first], self.seen[last]
        shape, case = seen.shape[0], self.casing
        heads, near = surroundings.head(closes.low), surroundings.head(self.at(at + 1).low)
        here, size = min(at - first, 3), min(last - at, 3)
        return [
            f"rh={heads}{size}{here}{case}",
            f"rl={closes.low}{size > 0}",
            f"rf={opens.low}{here > 0}",
            f"rp={here}{size}{seen.word.first >= 3}{_few(seen.word.common)}{shape}{case}",
            f"ro={opens.word.title}{opens.word.first}{here}{size}{case}",
            f"+h={near}{shape}{seen.word.first}{_few(seen.word.common)}",
            f"-h={surroundings.head(self.at(at - 1).low)}{surroundings.head(seen.low)}{shape}",
            f"tl={self.led[at]}{seen.kind}",
            f"mp={self.paired[at]}{shape}{case}",
        ]

    def later(self, at: int, marks: Marks) -> list[str]:
        """Features of the second look: first marks (0 to 1) of this token, its neighbours and its repeats."""
        seen = self.seen[at]
        own, before, after = _step(marks[at]), self._step(marks, at - 1), self._step(marks, at + 1)
        far_before, far_after = self._step(marks, at - 2), self._step(marks, at + 2)
        elsewhere = _step(max((marks[other] for other in self.places[seen.low] if other != at), default=-1.0))
        kind, shape = seen.kind, seen.shape[0]
        return [
            f"2={own}",
            f"2k={own}{kind}",
            f"2-={before}{own}",
            f"2+={own}{after}",
            f"2-+={before}{own}{after}",
            f"2-k={before}{kind}",
            f"2+k={kind}{after}",
            f"2e={elsewhere}{shape}",
            f"2eo={elsewhere}{own}",
            f"2ek={elsewhere}{kind}",
            f"2--={far_before}{self.at(at - 1).low}{shape}",
            f"2++={self.at(at + 1).low}{far_after}{shape}",
            f"2-s={before}{self.at(at - 1).kind}{own}",
            f"2+s={own}{self.at(at + 1).kind}{after}",
        ]

    def at(self, at: int) -> Seen:
        """The token there, or an edge."""
        return self.seen[at] if 0 <= at < len(self.seen) else EDGE

    def _step(self, marks: Marks, at: int) -> str:
        if not 0 <= at < len(self.seen):
            return "E"
        if self.seen[at].kind == "N":
            return "N"
        return _step(marks[at])


EDGE = Seen("<>", "E", BLANK, "E")


def _seen(token: Token, words: Words) -> Seen:
    if token.kind in ("word", "tag"):
        low = token.text.casefold().replace("’", "'")
        word = words.look_up(low)
        shape = _shape(token)
        return Seen(low, shape, word, _kind(shape, word, token.kind))
    if token.kind == "mark":
        kind = "N" if token.text == "[name]" else "H"
        return Seen(token.text, kind, BLANK, kind)
    if token.kind == "url":
        return Seen("<url>", "U", BLANK, "U")
    if token.kind == "number":
        return Seen("<number>", "0", BLANK, "0")
    low = token.text.casefold().replace("’", "'")
    return Seen(low, low, BLANK, low)


def _shape(token: Token) -> str:
    """X upper, x lower, M mixed, with a sign for one letter and for words of a hashtag."""
    text = token.text
    if text.isupper():
        shape = "X1" if len(text) == 1 else "XX"
    elif text[0].isupper():
        shape = "Cx" if text[1:].islower() else "CM"
    else:
        shape = "x1" if len(text) == 1 else "xx"
    return shape + "#" if token.kind == "tag" else shape


def _kind(shape: str, word: Word, kind: str) -> str:
    """Coarse class: casing, best list, commonness."""
    lists_say = "T" if word.title else "F" if word.first >= 3 else "f" if word.first else "L" if word.last >= 2 else ""
    place = "P" if word.place else ""
    return f"{shape[0]}{lists_say}{place}{_few(word.common)}{'#' if kind == 'tag' else ''}"


def _few(common: int) -> str:
    return ("u", "r", "c", "c", "C")[common]


def _step(mark: float) -> str:
    """A mark in steps a linear model can weigh one by one."""
    return "" if mark < 0 else str(min(9, int(mark * 10)))


def _possible(seen: Seen) -> bool:
    """Whether a token needs to be weighed: no sign, no title, no common word that is in no list."""
    word = seen.word
    if seen.kind in ("N", "H", "U", "0", "E") or word is BLANK:
        return False
    if seen.low in FORMAL or (len(seen.low) == 1 and seen.shape[0] == "x"):
        return False
    if seen.shape[0] == "x":
        return word.first >= 2 or word.common == 0 or (word.last >= 3 and word.common < 3)
    return word.common < 4 or word.first >= 3 or word.last >= 3


def _starts(tokens: Sequence[Token]) -> list[bool]:
    """Whether a token opens a sentence."""
    return [True, *(before.text in ENDS or before.kind in ("mark", "url") for before, _ in pairwise(tokens))]


def _casing(tokens: Sequence[Token]) -> str:
    """Casing of the whole text: l all lower, u mostly capitals, t title case, n as usual."""
    longer = [token.text for token in tokens if token.kind == "word" and len(token.text) > 2]
    upper = sum(text[0].isupper() for text in longer)
    if not longer or upper == 0:
        return "l"
    if sum(text.isupper() for text in longer) > 0.6 * len(longer):
        return "u"
    return "t" if upper > 0.6 * len(longer) and len(longer) > 3 else "n"
