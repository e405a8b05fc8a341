"""Names of places with their codes: reads a gazetteer.csv, builds the national one from open data."""

import csv
import gzip
import math
import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Literal, NamedTuple

from nlp.annotations import Refused

Level = Literal["place", "ward", "authority", "region"]
COLUMNS = ("name", "level", "ward", "lad", "lat", "lon", "aliases", "weight")
NATIONAL = Path("geography") / "gazetteer.csv"  # below the data folder
# What a name of each type weighs without a population: about log10 of the people who would say it
WEIGHTS = {
    "authority": 5.2, "region": 6.0, "county": 5.5, "combined_authority": 5.0, "city": 5.5, "town": 4.0, "suburb": 3.2,
    "village": 2.8, "ward": 3.0, "ward_part": 2.6, "neighbourhood": 2.4, "locality": 2.2, "settlement": 2.0,
    "hamlet": 1.6,
}  # fmt: skip
LEVELS: dict[str, Level] = {
    "authority": "authority", "region": "region", "county": "region", "combined_authority": "region", "ward": "ward"
}  # fmt: skip
TOO_LARGE_FOR_A_WARD = ("city", "town", "authority", "region", "county", "combined_authority")
PLAIN = re.compile(r"^[^\d_/,()]{3,}$")
SHORT = re.compile(r"^([A-Z]\w{3,})-(?:under|upon|in|on|le|by)-")  # Ashton-under-Lyne is Ashton to those who live near
CLUB_LIKE = (" city", " county", " town", " united")  # Hull City is the club
KNOWN = 4.0  # weight from which a short form is used
ALIASES = Path(__file__).parent / "lexicons" / "place_aliases.csv"


class GazetteerRefused(Refused):
    """A gazetteer that cannot be read; the message names file, line and remedy."""


class Place(NamedTuple):
    """A named place: codes are ONS GSS codes, "" where unknown; weight is about log10 of its people."""

    name: str
    level: Level
    ward: str
    lad: str
    lat: float | None
    lon: float | None
    aliases: tuple[str, ...] = ()
    weight: float = 3.0


def read(path: Path) -> Iterator[Place]:
    """The places of a gazetteer.csv with the columns of COLUMNS; aliases are split by |, weight may be absent."""
    with path.open(encoding="utf-8", newline="") as file:
        for number, row in enumerate(csv.DictReader(file), 2):
            try:
                yield _place(row)
            except (KeyError, TypeError, ValueError, AttributeError) as error:
                raise GazetteerRefused(f"{path}:{number}: {error!r}; columns are {', '.join(COLUMNS)}") from error


def write(path: Path, places: Iterable[Place]) -> Path:
    """Write a gazetteer.csv, whole or not at all."""
    path.parent.mkdir(parents=True, exist_ok=True)
    part = path.with_suffix(".part")
    with part.open("w", encoding="utf-8", newline="") as file:
        rows = csv.writer(file)
        rows.writerow(COLUMNS)
        for p in places:
            point = ("" if p.lat is None else p.lat, "" if p.lon is None else p.lon)
            rows.writerow((p.name, p.level, p.ward, p.lad, *point, "|".join(p.aliases), round(p.weight, 2)))
    return part.replace(path)


def build(mirror: Path, out: Path, downloaded: Sequence[Path] = ()) -> Path:
    """Build the national gazetteer from the staged geography (a folder holding gazetteer_uk.csv.gz, la_aliases.csv).

    `mirror` is that folder or one above it; `out` the file to write; `downloaded` are OS Open Names folders and ONS
    files whose places are added where the staged geography has none of that name in that authority. Returns `out`.
    """
    folder = next(
        (
            f
            for f in (mirror, mirror / "geography", mirror / "datasets" / "geography")
            if f.is_dir() and (f / "gazetteer_uk.csv.gz").is_file()
        ),
        None,
    )
    if folder is None:
        raise GazetteerRefused(
            f"{mirror} holds no geography/gazetteer_uk.csv.gz; give the mirror folder of the data sets"
        )
    aliases = _aliases(folder)
    with gzip.open(folder / "gazetteer_uk.csv.gz", "rt", encoding="utf-8", newline="") as file:
        places = [place for row in csv.DictReader(file) if (place := _national(row, aliases)) is not None]
    return write(out, [*places, *_new(places, downloaded, folder, aliases)])


def _new(
    known: Iterable[Place], downloaded: Sequence[Path], folder: Path, aliases: Mapping[tuple[str, str], list[str]]
) -> Iterator[Place]:
    """Places of downloads that are not known yet."""
    if not downloaded:
        return
    from nlp import downloads, wards  # they read into this module's Place

    with (folder / "la_lookup.csv").open(encoding="utf-8", newline="") as file:
        authorities = {row["LADCD"]: row["LADCD_ACTIVE"] for row in csv.DictReader(file)}
    with (folder / "ward_lookup.csv").open(encoding="utf-8", newline="") as file:
        current = frozenset(row["ward_code"] for row in csv.DictReader(file))
    ground = downloads.Ground(wards.read(folder / "wards_uk_simplified.geojson.gz"), authorities, current)
    seen = {(place.name.lower(), place.lad) for place in known}
    for path in downloaded:
        for place in downloads.places(path, ground):
            key = (place.name.lower(), place.lad)
            if key not in seen and PLAIN.match(place.name):
                seen.add(key)
                yield place._replace(aliases=(*place.aliases, *aliases.get((place.lad, place.name), ())))


def _place(row: dict[str, str]) -> Place:
    if row["level"] not in ("place", "ward", "authority", "region"):
        raise ValueError(f"level {row['level']!r}")
    level: Level = row["level"]  # type: ignore[assignment]
    lat, lon = (float(row[key]) if row[key] else None for key in ("lat", "lon"))
    aliases = tuple(filter(None, row["aliases"].split("|")))
    weight = float(row.get("weight") or WEIGHTS.get(level, 3.0))
    return Place(row["name"], level, row["ward"], row["lad"], lat, lon, aliases, weight)


def _aliases(folder: Path) -> dict[tuple[str, str], list[str]]:
    """Other names by (authority code, place name): council names of mySociety's list, nicknames of our own."""
    found: dict[tuple[str, str], list[str]] = defaultdict(list)
    with (folder / "la_aliases.csv").open(encoding="utf-8", newline="") as file:
        for row in csv.DictReader(file):
            if len(row["la-name"]) > 4 and not row["la-name"].lower().endswith(CLUB_LIKE):
                found[row["gss-code"], ""].append(row["la-name"])
    with ALIASES.open(encoding="utf-8", newline="") as file:
        for row in csv.DictReader(file):
            found[row["lad"], row["name"]].append(row["alias"])
    return found


def _national(row: dict[str, str], aliases: dict[tuple[str, str], list[str]]) -> Place | None:
    kind, name = row["type"], row["name"]
    if kind == "authority":
        name = name.split(",")[0]  # Bristol, City of
    if not PLAIN.match(name) or kind not in WEIGHTS:
        return None
    people = int(row["population"] or 0)
    weight = max(WEIGHTS[kind], math.log10(people)) if people else WEIGHTS[kind]
    level = LEVELS.get(kind, "place")
    known_as = aliases.get((row["lad_code"], name), []) + (
        aliases.get((row["lad_code"], ""), []) if level == "authority" else []
    )
    if weight >= KNOWN and (short := SHORT.match(name)):
        known_as = [*known_as, short[1]]
    others = tuple(sorted({alias for alias in known_as if alias.lower() != name.lower() and "|" not in alias}))
    ward = "" if kind in TOO_LARGE_FOR_A_WARD else row["ward_code"]
    lad = "" if level == "region" else row["lad_code"]
    return Place(name, level, ward, lad, float(row["lat"]), float(row["lon"]), others, weight)
