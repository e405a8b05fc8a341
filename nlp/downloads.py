"""Places from files a user downloads: OS Open Names (CSV) and the ONS Index of Place Names or ward lookup."""

import csv
import logging
import math
import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import NamedTuple

from nlp import grid
from nlp.gazetteer import WEIGHTS, GazetteerRefused, Place
from nlp.wards import Wards

log = logging.getLogger(__name__)
# Columns of OS Open Names, whose data files have no header (Doc/OS_Open_Names_Header.csv of the download)
OPEN_NAMES = (
    "ID", "NAMES_URI", "NAME1", "NAME1_LANG", "NAME2", "NAME2_LANG", "TYPE", "LOCAL_TYPE", "GEOMETRY_X", "GEOMETRY_Y",
    "MOST_DETAIL_VIEW_RES", "LEAST_DETAIL_VIEW_RES", "MBR_XMIN", "MBR_YMIN", "MBR_XMAX", "MBR_YMAX",
    "POSTCODE_DISTRICT", "POSTCODE_DISTRICT_URI", "POPULATED_PLACE", "POPULATED_PLACE_URI", "POPULATED_PLACE_TYPE",
    "DISTRICT_BOROUGH", "DISTRICT_BOROUGH_URI", "DISTRICT_BOROUGH_TYPE", "COUNTY_UNITARY", "COUNTY_UNITARY_URI",
    "COUNTY_UNITARY_TYPE", "REGION", "REGION_URI", "COUNTRY", "COUNTRY_URI", "RELATED_SPATIAL_OBJECT",
    "SAME_AS_DBPEDIA", "SAME_AS_GEONAMES",
)  # fmt: skip
SETTLEMENTS = {
    "City": "city", "Town": "town", "Suburban Area": "suburb", "Village": "village", "Hamlet": "hamlet",
    "Other Settlement": "settlement",
}  # fmt: skip
BUILT_UP = re.compile(r"\s+(?:BUASD|BUA)$")  # "Oldham BUASD": a built-up area or a subdivision of one
TOWN = 5000  # people from which a built-up area is called a town
REMEDY = (
    "give the unzipped OS Open Names folder (opname_csv_gb, with Data/*.csv), the ONS Index of Place Names "
    "(IPN_GB_*.csv) or an ONS lookup of wards to authorities (columns WD25CD, WD25NM, LAD25CD)"
)


class Ground(NamedTuple):
    """What codes are known: ward polygons, today's code of every authority there has been, today's wards."""

    wards: Wards
    authorities: Mapping[str, str]
    current_wards: frozenset[str]


def places(path: Path, ground: Ground) -> Iterator[Place]:
    """The places of a downloaded file or folder, located by `ground`; those that lie nowhere known are left out.

    Raises GazetteerRefused, with what may be given, for anything that is none of the three.
    """
    files = _files(path)
    lost = 0
    for file in files:
        for place in _reader(file)(file, ground):
            if place.lad:
                yield place
            else:
                lost += 1
    if lost:
        log.warning("%s: %d names lie in no known authority and were left out", path, lost)


def _files(path: Path) -> list[Path]:
    """The data files of a download, in order."""
    if path.is_file():
        return [path]
    if not path.is_dir():
        raise GazetteerRefused(f"{path} is not there: {REMEDY}")
    found = sorted(p for p in path.rglob("*") if p.suffix.lower() == ".csv" and p.parent.name.lower() != "doc")
    if not found:
        raise GazetteerRefused(f"{path} holds no CSV file: {REMEDY}")
    return found


def _reader(path: Path) -> Callable[[Path, Ground], Iterator[Place]]:
    """How to read a file, by its first row."""
    if path.suffix.lower() != ".csv":
        raise GazetteerRefused(f"{path} is no CSV file: {REMEDY}")
    first = next(_rows(path), [])
    names = {re.sub(r"\d\d", "", cell).lower() for cell in first}
    if len(first) == len(OPEN_NAMES) and (first[0] == "ID" or first[1].startswith("http://data.ordnancesurvey.co.uk/")):
        return _open_names
    if {"placenm", "descnm", "ladcd", "lat", "long"} <= names:
        return _index_of_place_names
    if {"wdcd", "wdnm", "ladcd"} <= names:
        return _ward_lookup
    raise GazetteerRefused(f"{path} has the columns {', '.join(first[:6]) or 'of an empty file'} …: {REMEDY}")


def _rows(path: Path) -> Iterator[list[str]]:
    """Rows of a CSV file in UTF-8, or in Windows-1252 as ONS writes some years."""
    for encoding in ("utf-8-sig", "cp1252"):
        try:
            with path.open(encoding=encoding, newline="") as file:
                file.read()
        except UnicodeDecodeError:
            continue
        with path.open(encoding=encoding, newline="") as file:
            yield from csv.reader(file)
        return
    raise GazetteerRefused(f"{path} is neither UTF-8 nor Windows-1252: download it anew")


def _open_names(path: Path, ground: Ground) -> Iterator[Place]:
    """Settlements of an OS Open Names tile; roads, postcodes and hills are no places here."""
    for number, cells in enumerate(_rows(path), 1):
        if len(cells) != len(OPEN_NAMES):
            raise GazetteerRefused(f"{path}:{number}: {len(cells)} columns instead of {len(OPEN_NAMES)}; unzip it anew")
        row = dict(zip(OPEN_NAMES, cells, strict=True))
        kind = SETTLEMENTS.get(row["LOCAL_TYPE"])
        if row["TYPE"] != "populatedPlace" or kind is None:
            continue
        lat, lon = grid.degrees(*_numbers(path, number, row["GEOMETRY_X"], row["GEOMETRY_Y"]))
        ward, lad = ground.wards.at(lat, lon)
        yield _place(row["NAME1"], kind, "" if kind in ("city", "town") else ward, lad, (lat, lon), row["NAME2"])


def _index_of_place_names(path: Path, ground: Ground) -> Iterator[Place]:
    """Localities and built-up areas of the ONS Index of Place Names, whatever its year."""
    for number, row in _dated(path):
        if row["descnm"] != "LOC" and not row["descnm"].startswith("BUA"):
            continue
        lat, lon = _numbers(path, number, row["lat"], row["long"])
        ward, lad = ground.wards.at(lat, lon)
        lad = lad or ground.authorities.get(row["ladcd"], "")
        people = int(float(row.get("popcnt") or 0))
        kind = "locality" if row["descnm"] == "LOC" else "town" if people >= TOWN else "village"
        place = _place(BUILT_UP.sub("", row["placenm"]), kind, "" if kind == "town" else ward, lad, (lat, lon))
        yield place._replace(weight=max(place.weight, math.log10(people))) if people else place


def _ward_lookup(path: Path, ground: Ground) -> Iterator[Place]:
    """Wards that the staged geography does not have yet; a lookup tells no point."""
    for _, row in _dated(path):
        if row["wdcd"] not in ground.current_wards:
            lad = ground.authorities.get(row["ladcd"], row["ladcd"])
            yield Place(row["wdnm"], "ward", row["wdcd"], lad, None, None, (), WEIGHTS["ward"])


def _dated(path: Path) -> Iterator[tuple[int, dict[str, str]]]:
    """Rows by column name without its year (lad25cd is ladcd), with their line numbers."""
    rows = _rows(path)
    names = [re.sub(r"\d\d", "", cell).lower() for cell in next(rows)]
    for number, cells in enumerate(rows, 2):
        if len(cells) != len(names):
            raise GazetteerRefused(f"{path}:{number}: {len(cells)} columns instead of {len(names)}; download it anew")
        yield number, dict(zip(names, cells, strict=True))


def _numbers(path: Path, number: int, *cells: str) -> Sequence[float]:
    try:
        return [float(cell) for cell in cells]
    except ValueError as error:
        raise GazetteerRefused(f"{path}:{number}: no coordinates ({error}); download it anew") from error


def _place(name: str, kind: str, ward: str, lad: str, point: tuple[float, float], other: str = "") -> Place:
    aliases = (other,) if other and other.lower() != name.lower() else ()
    return Place(name, "place", ward, lad, round(point[0], 5), round(point[1], 5), aliases, WEIGHTS[kind])
