"""Which ward a point lies in, by the simplified ward polygons of the staged geography."""

import gzip
import json
import math
from collections import defaultdict
from collections.abc import Iterator, Sequence
from itertools import pairwise
from pathlib import Path
from typing import Any, NamedTuple

CELL = 0.05  # degrees: cells of about five by three kilometres, so that few polygons are tried for a point
Ring = Sequence[Sequence[float]]
Polygon = Sequence[Ring]


class Ward(NamedTuple):
    """A ward with its polygons (outer ring, then holes; longitude before latitude)."""

    code: str
    lad: str
    polygons: tuple[Polygon, ...]


class Wards:
    """Polygons by the cells they touch."""

    def __init__(self, wards: Sequence[Ward]) -> None:
        self._cells: dict[tuple[int, int], list[Ward]] = defaultdict(list)
        for ward in wards:
            for cell in {cell for polygon in ward.polygons for cell in _cells(polygon[0])}:
                self._cells[cell].append(ward)

    def at(self, lat: float, lon: float) -> tuple[str, str]:
        """Ward and authority code of a point; two empty strings at sea."""
        for ward in self._cells.get((math.floor(lon / CELL), math.floor(lat / CELL)), ()):
            if any(_within(lon, lat, polygon) for polygon in ward.polygons):
                return ward.code, ward.lad
        return "", ""


def read(path: Path) -> Wards:
    """The wards of a GeoJSON file (.gz) with the properties ward_code and lad_code."""
    with gzip.open(path, "rt", encoding="utf-8") as file:
        features: list[dict[str, Any]] = json.load(file)["features"]
    return Wards([_ward(feature) for feature in features])


def _ward(feature: dict[str, Any]) -> Ward:
    shape = feature["geometry"]
    polygons = shape["coordinates"] if shape["type"] == "MultiPolygon" else [shape["coordinates"]]
    return Ward(feature["properties"]["ward_code"], feature["properties"]["lad_code"], tuple(polygons))


def _cells(ring: Ring) -> Iterator[tuple[int, int]]:
    """Every cell of the box around a ring."""
    lons, lats = [p[0] for p in ring], [p[1] for p in ring]
    for x in range(math.floor(min(lons) / CELL), math.floor(max(lons) / CELL) + 1):
        for y in range(math.floor(min(lats) / CELL), math.floor(max(lats) / CELL) + 1):
            yield x, y


def _within(lon: float, lat: float, polygon: Polygon) -> bool:
    """Even-odd rule over all rings, so that a hole is outside."""
    odd = False
    for ring in polygon:
        for (x1, y1, *_), (x2, y2, *_) in pairwise(ring):
            if (y1 > lat) != (y2 > lat) and lon < x1 + (lat - y1) / (y2 - y1) * (x2 - x1):
                odd = not odd
    return odd
