"""Words for groups of people: which group is meant, and the same text with the group hidden."""

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any, NamedTuple

import yaml

from nlp.phrases import Word, words

LEXICON = Path(__file__).parent / "lexicons" / "groups.yml"
ROLES = {
    "many": "§many",
    "one": "§one",
    "slur": "§slur",
    "worship": "§worship",
    "clergy": "§clergy",
    "custom": "§custom",
}
PERSONS = ("§many", "§one", "§slur")


class Unit(NamedTuple):
    """A word, or the words for a group read as one; `target` and `plain` say which group, "" for other words."""

    form: str
    start: int
    end: int
    target: str = ""
    plain: str = ""


class _Entry(NamedTuple):
    rest: tuple[str, ...]
    form: str  # "" leaves the words as they are (groups that are not protected)
    target: str


class Groups:
    """The lexicon of groups; `hide` puts a role in place of a protected group's words, so models cannot see which."""

    def __init__(self, lexicon: Mapping[str, Any]) -> None:
        self.people: frozenset[str] = frozenset(lexicon["people"])
        self.targets: list[str] = []
        self.terms: dict[tuple[str, str], tuple[str, ...]] = {}
        self._entries: dict[str, list[_Entry]] = {}
        self._adjectives: dict[str, str] = {}
        self._starred: dict[tuple[str, str, int], list[str]] = {}  # slurs of one word by first and last letter, length
        for part in ("protected", "local"):
            for target, roles in lexicon[part].items():
                self.targets.append(target)
                self._add_group(target, roles, hidden=part == "protected")
        for options in self._entries.values():
            options.sort(key=lambda entry: -len(entry.rest))

    @classmethod
    def load(cls, path: Path = LEXICON) -> "Groups":
        """The lexicon of a YAML file; every scalar is a string (a bare `no` is a word here)."""
        return cls(yaml.load(path.read_text(encoding="utf-8"), Loader=yaml.BaseLoader))  # noqa: S506  BaseLoader makes only strings

    def hide(self, text_words: Sequence[Word]) -> list[Unit]:
        """The words of a text with each protected group read as one unit of its role; a starred slur is that slur."""
        text_words = [self._bare(word) if "*" in word.form else word for word in text_words]
        units: list[Unit] = []
        at = 0
        while at < len(text_words):
            unit, at = self._unit(text_words, at)
            if unit.form in ("people", "folk", "folks") and units and units[-1].form == "§one":
                last = units.pop()
                unit = Unit("§many", last.start, unit.end, last.target, last.plain)
            units.append(unit)
        return units

    def _add_group(self, target: str, roles: Mapping[str, Sequence[str]], hidden: bool) -> None:
        for role, phrases in roles.items():
            if role == "before_people":
                self._adjectives.update(dict.fromkeys(phrases, target))
                continue
            self.terms[target, role] = tuple(phrases)
            for phrase in phrases:
                first, *rest = (word.form for word in words(phrase))
                entry = _Entry(tuple(rest), ROLES[role] if hidden else "", target)
                self._entries.setdefault(first, []).append(entry)
                if role == "slur" and not rest:
                    self._starred.setdefault((first[0], first[-1], len(first)), []).append(first)

    def _bare(self, word: Word) -> Word:
        """The slur that a starred word hides, where its other letters are those of one."""
        for slur in self._starred.get((word.form[0], word.form[-1], len(word.form)), ()):
            if all(shown in ("*", meant) for shown, meant in zip(word.form, slur, strict=True)):
                return word._replace(form=slur)
        return word

    def _unit(self, text_words: Sequence[Word], at: int) -> tuple[Unit, int]:
        word = text_words[at]
        if word.form not in self._entries and word.form not in self._adjectives:
            return Unit(word.form, word.start, word.end), at + 1
        for entry in self._entries.get(word.form, ()):
            after = at + 1 + len(entry.rest)
            if not entry.rest or tuple(w.form for w in text_words[at + 1 : after]) == entry.rest:
                return self._group(text_words[at:after], entry, at)
        target = self._adjectives.get(word.form)
        if target and at + 1 < len(text_words) and text_words[at + 1].form in self.people:
            return Unit("§one", word.start, word.end, target, word.form), at + 1
        return Unit(word.form, word.start, word.end), at + 1

    @staticmethod
    def _group(covered: Sequence[Word], entry: _Entry, at: int) -> tuple[Unit, int]:
        plain = " ".join(word.form for word in covered)
        if entry.form:
            return Unit(entry.form, covered[0].start, covered[-1].end, entry.target, plain), at + len(covered)
        # a group that is not hidden keeps its first word as a unit of its own; the others follow as ordinary words
        return Unit(covered[0].form, covered[0].start, covered[0].end, entry.target, plain), at + 1
