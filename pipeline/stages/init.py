"""Make an area folder for a council from the open geography: wards, gazetteer, and files to fill in."""

import csv
import gzip
import json
import re
from pathlib import Path
from typing import Any

import yaml

from nlp import gazetteer
from pipeline.errors import VaneError
from pipeline.settings import Settings

EXACT = "exact ward polygons (20 m)"
SIMPLIFIED = "simplified ward polygons: within about 120 m of a boundary a point may fall into the next ward"
LAD = re.compile(r"^[ENSW]\d{8}$")


def init(settings: Settings, name: str) -> Path:
    """Write `data/areas/<id>/` for a council named by its name or LAD code; an area that is there is left as it is.

    Raises VaneError when the geography was not fetched or no council, or several, go by that name.
    """
    for root in (settings.areas, settings.data / "areas"):
        if (root / name / "area.yml").is_file():  # an area's id
            return root / name
    geography = settings.data / "datasets" / "geography"
    if not geography.is_dir():
        raise VaneError("the open geography is not here: run `vane data fetch --mirror DIR --only geography` first")
    lad, council = _council(geography, name)
    folder = settings.data / "areas" / _slug(council)
    if (folder / "area.yml").is_file():
        return folder
    (folder / "sources").mkdir(parents=True, exist_ok=True)
    note = _wards(geography, lad, folder)
    national = gazetteer.read(settings.data / gazetteer.NATIONAL)
    gazetteer.write(folder / "gazetteer.csv", (place for place in national if place.lad == lad))
    _write(folder / "calendar.yml", {"triggers": []})
    _write(folder / "myths.yml", {"claims": []})
    declared = {"id": folder.name, "name": council, "timezone": "Europe/London", "authorities": [lad], "hubs": []}
    _write(folder / "area.yml", {**declared, "brief_at": "08:30", "alert_budget": 12, "sinks": ["file"], "note": note})
    return folder


def _council(geography: Path, name: str) -> tuple[str, str]:
    with (geography / "la_lookup.csv").open(encoding="utf-8-sig", newline="") as lines:
        rows = [row for row in csv.DictReader(lines) if row["Current"].upper() == "TRUE"]
    wanted = name.strip().casefold().replace("_", " ").replace("-", " ")
    column = "LADCD" if LAD.match(name) else "LADNM"
    found = [row for row in rows if row[column].casefold().replace("-", " ") == wanted]
    if len(found) != 1:
        near = ", ".join(sorted(row["LADNM"] for row in rows if wanted in row["LADNM"].casefold())[:5])
        hint = f"did you mean {near}?" if near else "give its name as the ONS writes it, or its LAD code"
        raise VaneError(f"{len(found)} councils go by {name}: {hint}")
    return found[0]["LADCD"], found[0]["LADNM"]


def _slug(council: str) -> str:
    return re.sub(r"[^a-z0-9]+", "_", council.casefold()).strip("_")


def _wards(geography: Path, lad: str, folder: Path) -> str:
    """Write the wards' polygons; returns what is to be known about them."""
    exact = sorted((geography / "wards_focal").glob(f"{lad}_*.geojson"))
    if exact:
        features = json.loads(exact[0].read_text(encoding="utf-8"))["features"]
    else:
        with gzip.open(geography / "wards_uk_simplified.geojson.gz", "rt", encoding="utf-8") as stream:
            features = [item for item in json.load(stream)["features"] if item["properties"]["lad_code"] == lad]
    whole = {"type": "FeatureCollection", "features": features}
    (folder / "wards.geojson").write_text(json.dumps(whole, ensure_ascii=False), encoding="utf-8")
    return EXACT if exact else SIMPLIFIED


def _write(path: Path, content: dict[str, Any]) -> None:
    path.write_text(yaml.safe_dump(content, allow_unicode=True, sort_keys=False), encoding="utf-8")
