"""Which of several places of one name is meant: size, home area, neighbours in the text; abstains when close."""

import math
from collections import Counter
from collections.abc import Sequence
from typing import NamedTuple

from nlp.annotations import Mention
from nlp.gazetteer import Place

HOME = 4.0  # a place at home beats one elsewhere that is ten thousand times larger
NEAR_HOME = 2.5  # the next town over: fades with distance
FADE_KM = 20.0  # about a bus ride
CONTAINER = 5.0  # "X, Y": Y says which X
CONTAINED_KM = 60.0  # how far X may lie from the middle of a county Y
NEIGHBOUR = 1.5  # another place of the text lies in the same authority
CLOSE = 0.6  # below this lead over the next authority the resolver abstains
BETWEEN = frozenset((",", "in", ", in", "(", "near"))

Point = tuple[float, float]


class Candidate(NamedTuple):
    """A name found and the places that bear it."""

    text: str
    start: int
    end: int
    options: tuple[Place, ...]


class Home(NamedTuple):
    """Authorities that texts are about unless they say otherwise, and the middle of them where known."""

    lads: frozenset[str] = frozenset()
    middle: Point | None = None


def resolve(candidates: Sequence[Candidate], text: str, home: Home) -> list[Mention]:
    """Mentions in order; `lad` is "" where no option leads clearly. Scores are 0 to 1."""
    sure = Counter(c.options[0].lad for c in candidates if _one_authority(c))
    return [
        _mention(candidate, _container(at, candidates, text), sure, home) for at, candidate in enumerate(candidates)
    ]


def kilometres(one: Point, other: Point) -> float:
    """Distance of two points (latitude, longitude in degrees), flat-earth: right to a percent within Britain."""
    east = (one[1] - other[1]) * math.cos(math.radians((one[0] + other[0]) / 2))
    return 111.2 * math.hypot(one[0] - other[0], east)


def _one_authority(candidate: Candidate) -> bool:
    return len({place.lad for place in candidate.options}) == 1


def _container(at: int, candidates: Sequence[Candidate], text: str) -> tuple[Place, ...]:
    """What the place named right after may be, as in "Hilsea, Portsmouth"."""
    if at + 1 == len(candidates):
        return ()
    here, there = candidates[at], candidates[at + 1]
    return there.options if text[here.end : there.start].strip().lower() in BETWEEN else ()


def _mention(candidate: Candidate, container: Sequence[Place], sure: Counter[str], home: Home) -> Mention:
    def weight(place: Place) -> float:
        if not place.lad:
            return place.weight
        others = sure[place.lad] - _one_authority(candidate)
        bonus = CONTAINER * _inside(place, container) + NEIGHBOUR * (others > 0) + _homely(place, home)
        return place.weight + bonus

    ranked = sorted(candidate.options, key=lambda p: (-weight(p), p.lad, p.ward))
    best = ranked[0]
    rival = next((weight(p) for p in ranked if p.lad != best.lad), None)
    lead = CLOSE * 4 if rival is None else weight(best) - rival
    score = round(min(0.99, 0.5 + lead / 8), 3)
    if lead < CLOSE:
        return Mention(text=candidate.text, start=candidate.start, end=candidate.end, score=score)
    return _resolved(candidate, best, [p for p in ranked if p.lad == best.lad], score)


def _inside(place: Place, container: Sequence[Place]) -> bool:
    here = _point(place)
    for outer in container:
        there = _point(outer)
        if outer.lad == place.lad or (not outer.lad and here and there and kilometres(here, there) <= CONTAINED_KM):
            return True
    return False


def _homely(place: Place, home: Home) -> float:
    if place.lad in home.lads:
        return HOME
    here = _point(place)
    return NEAR_HOME * math.exp(-kilometres(here, home.middle) / FADE_KM) if here and home.middle else 0.0


def _point(place: Place) -> Point | None:
    return None if place.lat is None or place.lon is None else (place.lat, place.lon)


def _resolved(candidate: Candidate, best: Place, same: Sequence[Place], score: float) -> Mention:
    """The mention of a place; its ward only where all places of the name in that authority agree on one."""
    wards = {p.ward for p in same if p.ward}
    ward = best.ward if best.level in ("place", "ward") and len(wards) == 1 else ""
    return Mention(
        text=candidate.text, start=candidate.start, end=candidate.end, name=best.name, level=best.level,
        ward=ward, lad=best.lad, lat=best.lat, lon=best.lon, score=score,
    )  # fmt: skip
