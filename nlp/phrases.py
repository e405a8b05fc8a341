"""Words of a text with their offsets, and lists of phrases found among them."""

import re
from collections.abc import Iterable, Mapping, Sequence
from functools import lru_cache
from typing import NamedTuple

from nlp.folding import fold

# Words keep inner apostrophes and stars; [name] and its like are one word; so are runs of ! and ? and single symbols.
WORD = re.compile(r"\[[a-z]{2,10}\]|[^\W_]+(?:(?:['’]|\*+)[^\W_]+)*|[!?]+|[^\w\s.,;:()\[\]'\"’‘“”*/\\|<>{}~`^=+_-]")


class Word(NamedTuple):
    """A word in lower case and where it stands (code points, end exclusive)."""

    form: str
    start: int
    end: int


class Found(NamedTuple):
    """A phrase found: index of its first word, index after its last, and the name it was listed under."""

    first: int
    after: int
    name: str


class _Phrase(NamedTuple):
    """What follows a phrase's first word; with `stem` the last word may go on."""

    rest: tuple[str, ...]
    stem: bool
    name: str

    def follows(self, forms: Sequence[str]) -> bool:
        if not self.stem:
            return not self.rest or tuple(forms) == self.rest
        return (
            len(forms) == len(self.rest) and tuple(forms[:-1]) == self.rest[:-1] and forms[-1].startswith(self.rest[-1])
        )


def words(text: str) -> list[Word]:
    """The words of a text in order, spelt as they read (`folding`)."""
    folded = fold(text)
    if folded is None:
        return [Word(_form(m), m.start(), m.end()) for m in WORD.finditer(text)]
    return [Word(_form(m), folded.at[m.start()], folded.at[m.end() - 1] + 1) for m in WORD.finditer(folded.text)]


def _form(match: re.Match[str]) -> str:
    return match.group().lower().replace("’", "'")


class Phrases:
    """Finds listed phrases among words; a phrase's last word may end in `*`, which takes any ending.

    Raises ValueError for a phrase without a word or with `*` elsewhere.
    """

    def __init__(self, lists: Mapping[str, Iterable[str]]) -> None:
        self.names = tuple(lists)
        self._exact: dict[str, list[_Phrase]] = {}
        self._stems: dict[str, list[str]] = {}
        for name, phrases in lists.items():
            for phrase in phrases:
                self._add(phrase, name)
        for options in self._exact.values():
            options.sort(key=lambda option: -len(option.rest))
        self._stems_of = lru_cache(maxsize=20_000)(self._look_up_stems)

    def find(self, forms: Sequence[str]) -> list[Found]:
        """Every phrase found, in order of its first word, longest first."""
        found = []
        for at, form in enumerate(forms):
            for phrase in self._exact.get(form, ()):
                after = at + 1 + len(phrase.rest)
                if phrase.follows(forms[at + 1 : after]):
                    found.append(Found(at, after, phrase.name))
            found.extend(Found(at, at + 1, name) for name in self._stems_of(form))
        return found

    def _add(self, phrase: str, name: str) -> None:
        forms = [word.form for word in words(phrase.removesuffix("*"))]
        stem = phrase.endswith("*")
        if not forms:
            raise ValueError(f"{name}: the phrase {phrase!r} holds no word; give it one or take it out")
        if "*" in phrase.removesuffix("*"):
            raise ValueError(f"{name}: the phrase {phrase!r} has a * before its end; list the words it means")
        if stem and len(forms) == 1:
            self._stems.setdefault(forms[0][:3], []).append(f"{forms[0]} {name}")
        else:
            self._exact.setdefault(forms[0], []).append(_Phrase(tuple(forms[1:]), stem, name))

    def _look_up_stems(self, form: str) -> tuple[str, ...]:
        options = (option.split(" ", 1) for option in self._stems.get(form[:3], ()))
        return tuple(dict.fromkeys(name for stem, name in options if form.startswith(stem)))
