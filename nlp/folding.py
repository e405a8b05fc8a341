"""Reads through disguised spelling: invisible signs, look-alike letters, digits for letters, letters set apart."""

import re
import unicodedata
from functools import lru_cache
from typing import NamedTuple

# Letters of other alphabets that pass for Latin ones; they count only in a word that holds Latin letters too
ALIKE = dict(zip("асеорхуіјѕһԁԛԝɡοναρτικηυωβε", "aceopxyijshdqwgovaptiknuwbe", strict=True))
LEET = {"0": "o", "1": "i", "3": "e", "4": "a", "5": "s", "7": "t", "@": "a", "$": "s", "!": "i"}
# What makes a text worth folding: anything beyond plain letters, a sign or digit inside a word, letters set apart
ODD = re.compile(
    r"[^\x00-\x7f‘’“”£–—…]|[A-Za-z][0-9@$!*]{1,3}[A-Za-z]|\$[A-Za-z]{2}|\b[A-Za-z]\b(?:[ .*_-]\b[A-Za-z]\b){3}"
)
MIXED = re.compile(r"[^\W\d_]+(?:[0-9@$!][^\W\d_]+|(?:00|33|55|77|11|44)[^\W\d_]+)+|\$[^\W\d_]{2,}")
APART = re.compile(r"(?<![^\W_])[^\W\d_](?:([ .*_-])[^\W\d_])(?:\1[^\W\d_]){2,}(?![^\W_])")
FEWEST = 4  # letters of a word whose digits may stand for letters: shorter ones are G4S, 4x4, mp3
LETTERS_TO_SIGNS = 2  # letters a sign or digit at least: model numbers and postcodes hold fewer


class Folded(NamedTuple):
    """A text as it reads, and where each of its characters stood (with one entry more: where the text ended)."""

    text: str
    at: list[int]


def fold(text: str) -> Folded | None:
    """The text as it reads; None where it reads as it stands.

    Invisible signs and accents go, letters drawn as signs (mathematical, circled, full width) and letters of other
    alphabets inside a Latin word become Latin, digits and signs inside a word become the letters they stand for, and
    four or more letters set apart become a word.
    """
    if not ODD.search(text):
        return None
    plain = _plain(text)
    letters = list(plain.text)
    for word in re.finditer(r"[^\W\d_]{2,}", plain.text):
        _latin(letters, word.start(), word.group())
    for word in MIXED.finditer("".join(letters)):
        _spelt(letters, word.start(), word.group())
    return _joined(Folded("".join(letters), plain.at))


def _plain(text: str) -> Folded:
    """One character at a time, without accents and invisible signs."""
    kept: list[str] = []
    at: list[int] = []
    for place, sign in enumerate(text):
        drawn = sign if sign < "\x7f" else _drawn(sign)
        kept.extend(drawn)
        at.extend([place] * len(drawn))
    return Folded("".join(kept), [*at, len(text)])


@lru_cache(maxsize=4_096)
def _drawn(sign: str) -> str:
    """The plain letters a character shows; nothing where it shows none and joins or marks others."""
    if unicodedata.category(sign) in ("Cf", "Mn", "Me"):
        return ""
    shown = unicodedata.normalize("NFKD", sign)
    letters = "".join(part for part in shown if unicodedata.category(part) != "Mn")
    return letters if letters.isalnum() and letters.isascii() else sign


def _latin(letters: list[str], start: int, word: str) -> None:
    lower = word.lower()
    if lower.isascii() or not any(sign.isascii() for sign in lower):
        return
    for place, sign in enumerate(lower, start):
        letters[place] = ALIKE.get(sign, letters[place])


def _spelt(letters: list[str], start: int, word: str) -> None:
    known = sum(sign.isalpha() for sign in word)
    if len(word) < FEWEST or known < LETTERS_TO_SIGNS * (len(word) - known):
        return
    for place, sign in enumerate(word, start):
        letters[place] = LEET.get(sign, sign)


def _joined(folded: Folded) -> Folded:
    """Letters set apart as one word: what stands between them goes."""
    gone = {place for word in APART.finditer(folded.text) for place in range(word.start() + 1, word.end(), 2)}
    if not gone:
        return folded
    kept = [place for place in range(len(folded.text)) if place not in gone]
    return Folded("".join(folded.text[place] for place in kept), [*(folded.at[place] for place in kept), folded.at[-1]])
