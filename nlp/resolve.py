"""Which of several places of one name is meant: size, home area, neighbours in the text; abstains when close."""

import math
from collections.abc import Sequence
from typing import NamedTuple

from nlp.annotations import Mention
from nlp.gazetteer import Place

HOME = 4.0  # a place at home beats one elsewhere that is ten thousand times larger
NEAR_HOME = 2.5  # the next town over: fades with distance
FADE_KM = 20.0  # about a bus ride
CONTAINER = 5.0  # "X, Y": Y says which X
CONTAINED_KM = 60.0  # how far X may lie from the middle of a county Y
NEIGHBOUR = 2.5  # another place of the text lies close by, and is as large as others of its name
SMALLER = 0.8  # what each step of weight below the largest of its name takes from a neighbour's word
NEAR_KM = 10.0  # places named together are a walk or a short ride apart
REGION = 1.5  # a county or region of the text holds it
REGION_KM = 60.0
WEIGHED = 12  # options of a name that are looked at, the likeliest first
SURE = 2.4  # the lead of a name that only one authority has
CLOSE = 0.25  # below this lead over the next authority the resolver abstains
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
    ranked = [_likeliest(candidate, home) for candidate in candidates]
    return [
        _mention(candidate, _container(at, candidates, text), ranked[:at] + ranked[at + 1 :], home)
        for at, candidate in enumerate(candidates)
    ]


def _likeliest(candidate: Candidate, home: Home) -> list[Place]:
    """The options of a name that matter to its neighbours, likeliest first."""
    options = candidate.options
    return sorted(options, key=lambda p: -p.weight - _homely(p, home))[:WEIGHED] if len(options) > 1 else list(options)


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


def _mention(
    candidate: Candidate, container: Sequence[Place], others: Sequence[Sequence[Place]], home: Home
) -> Mention:
    alone = _one_authority(candidate)

    def weight(place: Place) -> float:
        if not place.lad:
            return place.weight
        beside = 0.0 if alone else max((_beside(place, other) for other in others), default=0.0)
        return place.weight + CONTAINER * _inside(place, container) + beside + _homely(place, home)

    weights = {place: weight(place) for place in candidate.options}
    ranked = sorted(weights, key=lambda p: (-weights[p], p.lad, p.ward))
    best = ranked[0]
    rival = next((weights[p] for p in ranked if p.lad != best.lad), None)
    lead = SURE if rival is None else weights[best] - rival
    score = round(min(0.99, 0.5 + lead / 8), 3)
    if lead < CLOSE:
        return Mention(text=candidate.text, start=candidate.start, end=candidate.end, score=score)
    return _resolved(candidate, best, [p for p in ranked if p.lad == best.lad], score)


def _beside(place: Place, others: Sequence[Place]) -> float:
    """What another name in the text adds to a place: the closer they can lie together, the more."""
    here = _point(place)
    best = 0.0
    for other in others:
        there = _point(other)
        if here is None or there is None:
            continue
        if other.lad:
            word = NEIGHBOUR - SMALLER * (others[0].weight - other.weight)
            best = max(best, word * math.exp(-kilometres(here, there) / NEAR_KM))
        elif kilometres(here, there) <= REGION_KM:
            best = max(best, REGION)
    return best


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
