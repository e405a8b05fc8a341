"""Which of several places of one name is meant: size, home area, neighbours in the text; abstains when close."""

import math
from collections.abc import Sequence
from functools import cache
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
AROUND = 10  # other names that are looked at on either side of a name's first mention
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


class Choice(NamedTuple):
    """What a name means beside given neighbours; `place` is None where no option leads clearly."""

    place: Place | None
    ward: str
    score: float


class Home(NamedTuple):
    """Authorities that texts are about unless they say otherwise, and the middle of them where known."""

    lads: frozenset[str] = frozenset()
    middle: Point | None = None


def resolve(candidates: Sequence[Candidate], text: str, home: Home) -> list[Mention]:
    """Mentions in order; `lad` is "" where no option leads clearly. Scores are 0 to 1.

    A name is weighed once for each place named right after it, however often it stands in the text.
    """
    ranked = _by_name(candidates, home)
    at_name = {name: at for at, name in enumerate(ranked)}
    likeliest = list(ranked.values())

    @cache
    def chosen(name: str, options: tuple[Place, ...], container: tuple[Place, ...]) -> Choice:
        at = at_name[name]
        return _choice(options, container, likeliest[max(0, at - AROUND) : at] + likeliest[at + 1 :][:AROUND], home)

    return [
        _mention(candidate, chosen(_name(candidate), candidate.options, _container(at, candidates, text)))
        for at, candidate in enumerate(candidates)
    ]


def _name(candidate: Candidate) -> str:
    """What makes two mentions one name: their letters, without the signs that people leave out."""
    return candidate.text.lower().replace("'", "").replace("’", "").replace(".", "")


def _by_name(candidates: Sequence[Candidate], home: Home) -> dict[str, list[Place]]:
    """The likeliest places of every name, in order of the names' first mentions."""
    bearers: dict[str, dict[tuple[Place, ...], None]] = {}
    for candidate in candidates:
        bearers.setdefault(_name(candidate), {})[candidate.options] = None
    return {
        name: _likeliest(list(dict.fromkeys(place for options in several for place in options)), home)
        for name, several in bearers.items()
    }


def _likeliest(options: Sequence[Place], home: Home) -> list[Place]:
    """The options of a name that matter to its neighbours, likeliest first."""
    return sorted(options, key=lambda p: -p.weight - _homely(p, home))[:WEIGHED] if len(options) > 1 else list(options)


def kilometres(one: Point, other: Point) -> float:
    """Distance of two points (latitude, longitude in degrees), flat-earth: right to a percent within Britain."""
    east = (one[1] - other[1]) * math.cos(math.radians((one[0] + other[0]) / 2))
    return 111.2 * math.hypot(one[0] - other[0], east)


def _one_authority(options: Sequence[Place]) -> bool:
    return len({place.lad for place in options}) == 1


def _container(at: int, candidates: Sequence[Candidate], text: str) -> tuple[Place, ...]:
    """What the place named right after may be, as in "Hilsea, Portsmouth"."""
    if at + 1 == len(candidates):
        return ()
    here, there = candidates[at], candidates[at + 1]
    return there.options if text[here.end : there.start].strip().lower() in BETWEEN else ()


def _choice(
    options: Sequence[Place], container: Sequence[Place], others: Sequence[Sequence[Place]], home: Home
) -> Choice:
    """The option that leads: `container` was named right after it, `others` are the places of other names."""
    alone = _one_authority(options)

    def weight(place: Place) -> float:
        if not place.lad:
            return place.weight
        beside = 0.0 if alone else max((_beside(place, other) for other in others), default=0.0)
        return place.weight + CONTAINER * _inside(place, container) + beside + _homely(place, home)

    weights = {place: weight(place) for place in options}
    ranked = sorted(weights, key=lambda p: (-weights[p], p.lad, p.ward))
    best = ranked[0]
    rival = next((weights[p] for p in ranked if p.lad != best.lad), None)
    lead = SURE if rival is None else weights[best] - rival
    score = round(min(0.99, 0.5 + lead / 8), 3)
    if lead < CLOSE:
        return Choice(None, "", score)
    return Choice(best, _ward(best, [p for p in ranked if p.lad == best.lad]), score)


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


def _ward(best: Place, same: Sequence[Place]) -> str:
    """The ward of a place; only where all places of the name in that authority agree on one."""
    wards = {p.ward for p in same if p.ward}
    return best.ward if best.level in ("place", "ward") and len(wards) == 1 else ""


def _mention(candidate: Candidate, choice: Choice) -> Mention:
    text, start, end, _ = candidate
    if (place := choice.place) is None:
        return Mention(text=text, start=start, end=end, score=choice.score)
    return Mention(
        text=text, start=start, end=end, name=place.name, level=place.level,
        ward=choice.ward, lad=place.lad, lat=place.lat, lon=place.lon, score=choice.score,
    )  # fmt: skip
