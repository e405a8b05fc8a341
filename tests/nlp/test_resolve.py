"""Resolving names by their neighbours: in time, and by other names only."""

import time

from nlp.gazetteer import Place
from nlp.resolve import Candidate, Home, resolve

BEARERS = 60  # places of one name, as Newton has


def place(name: str, number: int, weight: float = 3.0) -> Place:
    """One of many places of a name, each in an authority of its own, spread over Britain."""
    lat, lon = 50.0 + number % 7, -4.0 + number // 7 / 2
    return Place(name=name, level="place", ward="", lad=f"E{number:08}", lat=lat, lon=lon, aliases=(), weight=weight)


def named(names: list[str], bearers: int = BEARERS) -> list[Candidate]:
    """A candidate for each name in turn, ten characters apart."""
    options = {name: tuple(place(name, number) for number in range(bearers)) for name in set(names)}
    return [Candidate(name, at * 10, at * 10 + len(name), options[name]) for at, name in enumerate(names)]


def seconds(candidates: list[Candidate]) -> float:
    """Processor time it takes to resolve them."""
    start = time.process_time()
    assert len(resolve(candidates, " " * 10 * len(candidates), Home())) == len(candidates)
    return time.process_time() - start


def test_repeated_names_take_their_time_only() -> None:
    """Three names with sixty places each, five hundred times over, are weighed once for each neighbour."""
    assert seconds(named(["Newton", "Upton", "Milton"] * 500)) < 2


def test_many_names_take_their_time_only() -> None:
    """A thousand different names are compared with those around them, not with all."""
    assert seconds(named([f"Name{number}" for number in range(1_000)], bearers=3)) < 2


def test_a_name_does_not_vouch_for_itself() -> None:
    """Saying a name again tells nothing about which place is meant; another name does."""
    hills = Place(name="Upton", level="place", ward="", lad="E00000099", lat=50.01, lon=-4.0, aliases=(), weight=3.0)
    newton = (place("Newton", 0), place("Newton", 6, weight=3.1))
    once, again = Candidate("Newton", 0, 6, newton), Candidate("Newton", 10, 16, newton)
    beside = Candidate("Upton", 20, 25, (hills,))
    assert [m.lad for m in resolve([once, again], " " * 30, Home())] == ["", ""]
    assert [m.lad for m in resolve([once, again, beside], " " * 30, Home())] == ["E00000000", "E00000000", "E00000099"]
