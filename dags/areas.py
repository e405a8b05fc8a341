"""Which areas have a timetable, and what of their folders it needs: sources, timezone, hour of the brief."""

import os
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml

from crawlers.catalog import Catalog, load

ROOT = Path(__file__).resolve().parent.parent
HOME = ROOT if (ROOT / "pyproject.toml").is_file() else Path.cwd()  # as pipeline/settings.py has it
DEMO = "demo"


@dataclass(frozen=True)
class Place:
    """An area as the timetable sees it."""

    id: str
    name: str
    timezone: str
    brief_at: str  # HH:MM, local
    catalog: Catalog


def places(environ: Mapping[str, str] = os.environ) -> list[Place]:
    """The areas of the timetable, by id.

    `WEATHERVANE_AREAS` names them (`oldham,bolton`); without it every area folder counts, the demo only where
    `VANE_WEB` says where its little web is. A region has members and no sources of its own, so it is left out.
    """
    wanted = list(filter(None, environ.get("WEATHERVANE_AREAS", "").split(",")))
    found = {folder.name: folder for folder in _folders(environ)}
    unknown = sorted(set(wanted) - set(found))
    if unknown:
        raise LookupError(f"WEATHERVANE_AREAS names {unknown[0]}, which has no folder: there are {', '.join(found)}")
    chosen = wanted or [area for area in found if area != DEMO or environ.get("VANE_WEB")]
    read = (_place(found[area], environ) for area in sorted(chosen))
    return [place for place in read if place.catalog.sources or place.catalog.refused]


def _folders(environ: Mapping[str, str]) -> Iterator[Path]:
    """Area folders that came with the project, after those that `vane init` wrote: the project's win, as everywhere."""
    data = Path(environ.get("VANE_DATA") or HOME / "data")
    for root in (data / "areas", Path(environ.get("VANE_AREAS") or ROOT / "areas")):
        yield from sorted(path.parent for path in root.glob("*/area.yml"))


def _place(folder: Path, environ: Mapping[str, str]) -> Place:
    declared: dict[str, Any] = yaml.safe_load((folder / "area.yml").read_text(encoding="utf-8"))
    return Place(
        id=folder.name,
        name=declared.get("name", folder.name),
        timezone=declared.get("timezone", "Europe/London"),
        brief_at=declared.get("brief_at", "08:30"),
        catalog=load(folder / "sources", {"WEB": environ["VANE_WEB"]} if environ.get("VANE_WEB") else {}),
    )
