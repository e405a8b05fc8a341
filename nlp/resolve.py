"""Which of several places of one name is meant: size, home area, neighbours in the text; abstains when close."""

from collections import Counter
from collections.abc import Sequence
from typing import NamedTuple

from nlp.annotations import Mention
from nlp.gazetteer import Place

HOME = 4.0  # a place at home beats one elsewhere that is ten thousand times larger
CONTAINER = 5.0  # "X, Y": Y says which X
NEIGHBOUR = 1.5  # another place of the text lies in the same authority
CLOSE = 0.6  # below this lead over the next authority the resolver abstains


class Candidate(NamedTuple):
    """A name found and the places that bear it."""

    text: str
    start: int
    end: int
    options: tuple[Place, ...]


def resolve(candidates: Sequence[Candidate], text: str, home: frozenset[str]) -> list[Mention]:
    """Mentions in order; `lad` is "" where no option leads clearly. Scores are 0 to 1."""
    sure = Counter(c.options[0].lad for c in candidates if len({p.lad for p in c.options}) == 1)
    return [
        _mention(candidate, _container(at, candidates, text), sure, home) for at, candidate in enumerate(candidates)
    ]


def _container(at: int, candidates: Sequence[Candidate], text: str) -> frozenset[str]:
    """Authorities of the place named right after, as in "Hilsea, Portsmouth"."""
    if at + 1 == len(candidates):
        return frozenset()
    here, there = candidates[at], candidates[at + 1]
    between = text[here.end : there.start].strip().lower()
    return frozenset(p.lad for p in there.options) if between in (",", "in", ", in", "(") else frozenset()


def _mention(candidate: Candidate, container: frozenset[str], sure: Counter[str], home: frozenset[str]) -> Mention:
    def weight(place: Place) -> float:
        others = sure[place.lad] - (len({p.lad for p in candidate.options}) == 1)
        bonus = HOME * (place.lad in home) + CONTAINER * (place.lad in container) + NEIGHBOUR * (others > 0)
        return place.weight + (bonus if place.lad else 0.0)

    ranked = sorted(candidate.options, key=lambda p: (-weight(p), p.lad, p.ward))
    best = ranked[0]
    rival = next((weight(p) for p in ranked if p.lad != best.lad), None)
    lead = CLOSE * 4 if rival is None else weight(best) - rival
    score = round(min(0.99, 0.5 + lead / 8), 3)
    if lead < CLOSE:
        return Mention(text=candidate.text, start=candidate.start, end=candidate.end, score=score)
    return _resolved(candidate, best, [p for p in ranked if p.lad == best.lad], score)


def _resolved(candidate: Candidate, best: Place, same: Sequence[Place], score: float) -> Mention:
    """The mention of a place; its ward only where all places of the name in that authority agree on one."""
    wards = {p.ward for p in same if p.ward}
    ward = best.ward if best.level in ("place", "ward") and len(wards) == 1 else ""
    return Mention(
        text=candidate.text, start=candidate.start, end=candidate.end, name=best.name, level=best.level,
        ward=ward, lad=best.lad, lat=best.lat, lon=best.lon, score=score,
    )  # fmt: skip
