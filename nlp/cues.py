"""Hand-made features: turns of phrase, questions, shouting, hostile words beside a group; each with its words."""

import math
import re
from collections.abc import Iterator, Sequence
from functools import lru_cache
from pathlib import Path
from typing import NamedTuple

import yaml

from nlp.groups import PERSONS, ROLES, Unit
from nlp.phrases import Found, Phrases

LEXICON = Path(__file__).parent / "lexicons" / "cues.yml"
HOSTILE = ("violence", "removal", "dehumanise", "all_of", "crime", "favour", "fear", "abuse", "deterrence")
REACH = 6  # units between a group and a hostile word that still belong together; about one clause
TIME = re.compile(
    r"^(?:[01]?\d|2[0-3])(?:am|pm)$|^(?:mon|tues|wednes|thurs|fri|satur|sun)day$|^(?:mon|tue|wed|thu|thur|thurs|fri|sat|sun)s?$"
)
KINDS = (
    "social",
    "comment",
    "message",
    "news",
    "official",
    "committee",
    "police",
    "petition",
    "frontline",
    "factcheck",
)
SHAPE = (
    "ends_question",
    "questions",
    "shouts",
    "capitals",
    "quotes",
    "length",
    "time",
    "money",
    "number",
    "redacted",
    "emoji",
    "hashtag",
    "quoted:group",
    "quoted:slur",
    "quoted:hostile",
    "outside:hostile",
)
QUOTED = re.compile(r"[\"“”]([^\"“”]{3,300})[\"“”]|(?<!\w)['‘]([^'‘’]{3,300})['’](?!\w)")


class Cue(NamedTuple):
    """A feature that fired: its name, its value, the units it stands on (first, after); none where it is the text's."""

    name: str
    value: float
    spots: tuple[tuple[int, int], ...] = ()


class Cues:
    """Reads the features; `names` is their fixed order."""

    def __init__(self, lexicon: Path = LEXICON) -> None:
        lists = yaml.load(lexicon.read_text(encoding="utf-8"), Loader=yaml.BaseLoader)  # noqa: S506  BaseLoader makes only strings
        self._phrases = Phrases(lists)
        near = tuple(f"group+{name}" for name in HOSTILE)
        first = tuple(f"opens:{name}" for name in lists)
        self.names: tuple[str, ...] = (
            *lists,
            *first,
            *near,
            *ROLES.values(),
            *SHAPE,
            *(f"kind:{kind}" for kind in KINDS),
        )

    def find(self, units: Sequence[Unit]) -> list[Found]:
        """The listed turns of phrase among units, which `read` goes by."""
        return self._phrases.find([unit.form for unit in units])

    def read(
        self, text: str, units: Sequence[Unit], found: Sequence[Found], kind: str = "", start: int = 0
    ) -> list[Cue]:
        """The features of a text that fired, values about 0 to 2; the units' places count from `start`."""
        quoted = _quoted(text, units, found, start)
        return [*self._turns(units, found), *_roles(units), *_shape(text, units), *quoted, *_kind(kind)]

    def _turns(self, units: Sequence[Unit], found: Sequence[Found]) -> Iterator[Cue]:
        spots: dict[str, list[tuple[int, int]]] = {}
        for first, after, name in found:
            spots.setdefault(name, []).append((first, after))
        people = [at for at, unit in enumerate(units) if unit.form in PERSONS]
        for name, places in spots.items():
            yield Cue(name, _level(len(places)), tuple(places))
            if places[0][0] < 3:
                yield Cue(f"opens:{name}", 1.0, (places[0],))
            if name in HOSTILE and people:
                close = tuple(p for p in places if any(abs(p[0] - at) <= REACH for at in people))
                if close:
                    yield Cue(f"group+{name}", _level(len(close)), close)


def _level(count: int) -> float:
    return min(2.0, math.log2(1 + count))


def _roles(units: Sequence[Unit]) -> Iterator[Cue]:
    for form in ROLES.values():
        spots = tuple((at, at + 1) for at, unit in enumerate(units) if unit.form == form)
        if spots:
            yield Cue(form, _level(len(spots)), spots)


def _shape(text: str, units: Sequence[Unit]) -> Iterator[Cue]:
    capitals = sum(1 for word in text.split() if len(word) > 2 and word.isupper())
    values = {
        "ends_question": float(text.rstrip().endswith("?")),
        "questions": _level(text.count("?")),
        "shouts": _level(text.count("!")),
        "capitals": _level(capitals),
        "quotes": _level(sum(text.count(mark) for mark in '"“‘')),
        "length": math.log1p(len(units)) / 4,
        "money": float("£" in text),
        "redacted": float("[name]" in text),
        "hashtag": _level(text.count("#")),
    }
    yield from (Cue(name, value) for name, value in values.items() if value)
    yield from _units_like(units)


def _quoted(text: str, units: Sequence[Unit], found: Sequence[Found], begin: int) -> Iterator[Cue]:
    """Whose words the groups and the hostile turns are: those of somebody quoted, or the author's own."""
    spans = [match.span() for match in QUOTED.finditer(text)]
    if not spans:
        return
    inside = [any(start <= unit.start - begin < end for start, end in spans) for unit in units]
    hostile = [turn for turn in found if turn.name in HOSTILE]
    spots = {
        "quoted:group": [(at, at + 1) for at, unit in enumerate(units) if inside[at] and unit.form in PERSONS],
        "quoted:slur": [(at, at + 1) for at, unit in enumerate(units) if inside[at] and unit.form == ROLES["slur"]],
        "quoted:hostile": [(turn.first, turn.after) for turn in hostile if inside[turn.first]],
        "outside:hostile": [(turn.first, turn.after) for turn in hostile if not inside[turn.first]],
    }
    yield from (Cue(name, _level(len(places)), tuple(places)) for name, places in spots.items() if places)


def _units_like(units: Sequence[Unit]) -> Iterator[Cue]:
    """Times, numbers and pictures among the units."""
    spots: dict[str, list[tuple[int, int]]] = {}
    for at, unit in enumerate(units):
        if name := _sort(unit.form):
            spots.setdefault(name, []).append((at, at + 1))
    yield from (Cue(name, _level(len(places)), tuple(places)) for name, places in spots.items())


@lru_cache(maxsize=20_000)
def _sort(form: str) -> str:
    if TIME.match(form):
        return "time"
    if form.isdigit():
        return "number"
    return "emoji" if len(form) == 1 and ord(form) > 0x2190 else ""


def _kind(kind: str) -> Iterator[Cue]:
    if kind in KINDS:
        yield Cue(f"kind:{kind}", 1.0)
