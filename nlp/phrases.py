"""Words of a text with their offsets, and lists of phrases found among them."""

import re
from collections.abc import Iterable, Mapping, Sequence
from functools import lru_cache
from typing import NamedTuple

# Words keep inner apostrophes; [name] and its like are one word; runs of ! and ? and single symbols count as words.
WORD = re.compile(r"\[[a-z]{2,10}\]|[^\W_]+(?:['’][^\W_]+)*|[!?]+|[^\w\s.,;:()\[\]'\"’‘“”*/\\|<>{}~`^=+_-]")


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


def words(text: str) -> list[Word]:
    """The words of a text in order."""
    return [Word(m.group().lower().replace("’", "'"), m.start(), m.end()) for m in WORD.finditer(text)]


class Phrases:
    """Finds listed phrases among words; a phrase's last word may end in `*`, which takes any ending."""

    def __init__(self, lists: Mapping[str, Iterable[str]]) -> None:
        self.names = tuple(lists)
        self._exact: dict[str, list[tuple[tuple[str, ...], str]]] = {}
        self._stems: dict[str, list[str]] = {}
        for name, phrases in lists.items():
            for phrase in phrases:
                self._add(phrase, name)
        for options in self._exact.values():
            options.sort(key=lambda option: -len(option[0]))
        self._stems_of = lru_cache(maxsize=20_000)(self._look_up_stems)

    def find(self, forms: Sequence[str]) -> list[Found]:
        """Every phrase found, in order of its first word, longest first."""
        found = []
        for at, form in enumerate(forms):
            for rest, name in self._exact.get(form, ()):
                after = at + 1 + len(rest)
                if not rest or tuple(forms[at + 1 : after]) == rest:
                    found.append(Found(at, after, name))
            found.extend(Found(at, at + 1, name) for name in self._stems_of(form))
        return found

    def _add(self, phrase: str, name: str) -> None:
        forms = [word.form for word in words(phrase.removesuffix("*"))]
        if not forms:
            raise ValueError(f"{name}: the phrase {phrase!r} holds no word; give it one or take it out")
        if phrase.endswith("*") and len(forms) == 1:
            self._stems.setdefault(forms[0][:3], []).append(f"{forms[0]} {name}")
        else:
            self._exact.setdefault(forms[0], []).append((tuple(forms[1:]), name))

    def _look_up_stems(self, form: str) -> tuple[str, ...]:
        options = (option.split(" ", 1) for option in self._stems.get(form[:3], ()))
        return tuple(dict.fromkeys(name for stem, name in options if form.startswith(stem)))
