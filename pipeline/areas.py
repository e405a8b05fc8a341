"""Areas as their folders declare them, and which of its areas a document is about."""

import csv
import json
from collections.abc import Mapping
from collections.abc import Set as AbstractSet
from datetime import date, datetime, time
from functools import cached_property
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import yaml
from pydantic import BaseModel, ConfigDict, Field, ValidationError

from crawlers.items import Document, Scope
from nlp.annotations import Annotation, Mention
from pipeline.errors import VaneError
from pipeline.records import Point
from pipeline.settings import Settings

COUNTED = ("ward", "theme", "date", "count", "total")


class Declared(BaseModel):
    """Base of what the YAML declares: frozen, no unknown fields."""

    model_config = ConfigDict(frozen=True, extra="forbid")


class Hub(Declared):
    """A few wards with somebody who looks after them; a contact is a role, never a person."""

    name: str
    wards: tuple[str, ...]
    contact_role: str


class Trigger(Declared):
    """A dated event that may bring trouble."""

    name: str
    kind: str
    start: date
    end: date
    places: tuple[str, ...] = ()


class Myth(Declared):
    """A known claim with its answer and the role that owns the fact."""

    id: str
    claim: str
    narrative: str
    status: str
    answer: str
    owner: str
    since: date


class Area(Declared):
    """One council's area."""

    id: str
    name: str
    timezone: str = "Europe/London"
    authorities: tuple[str, ...]
    hubs: tuple[Hub, ...] = ()
    brief_at: str = "08:30"
    alert_budget: int = Field(default=12, ge=1)
    sinks: tuple[str, ...] = ("file",)
    members: tuple[str, ...] = ()
    note: str = ""
    folder: Path = Path()
    wards: Mapping[str, str] = Field(default_factory=dict)  # code -> name
    triggers: tuple[Trigger, ...] = ()
    myths: tuple[Myth, ...] = ()

    @cached_property
    def zone(self) -> ZoneInfo:
        """The area's timezone: days, hours and timetables follow it."""
        return ZoneInfo(self.timezone)

    def local_day(self, moment: datetime) -> date:
        """The local day of a moment."""
        return moment.astimezone(self.zone).date()

    def day_start(self, day: date) -> datetime:
        """The moment a local day begins."""
        return datetime.combine(day, time(), tzinfo=self.zone)

    def area_name(self, code: str) -> str:
        """A ward's name, or the council's for its own code."""
        return self.wards.get(code, self.name if code in self.authorities else code)

    @cached_property
    def places(self) -> tuple[str, ...]:
        """Names of the area's own places, which are not persons."""
        path = self.folder / "gazetteer.csv"
        if not path.is_file():
            return ()
        with path.open(encoding="utf-8", newline="") as lines:
            rows = list(csv.DictReader(lines))
        return tuple(name for row in rows for name in (row["name"], *row["aliases"].split("|")) if name)

    def locate(self, document: Document, annotation: Annotation) -> tuple[str, ...]:
        """The areas a document is about: wards it names, else the authority; empty where it is not local.

        It is local when it names a place of the council's, or its source is local and it names no place elsewhere.
        """
        ours = [mention for mention in annotation.mentions if self._ours(mention)]
        wards = dict.fromkeys(mention.ward for mention in ours if mention.ward in self.wards)
        if wards:
            return tuple(wards)
        elsewhere = any(mention.lad and not self._ours(mention) for mention in annotation.mentions)
        at_home = document.scope is Scope.LOCAL and not elsewhere
        return self.authorities[:1] if ours or at_home else ()

    def _ours(self, mention: Mention) -> bool:
        return mention.lad in self.authorities


def load(settings: Settings, area: str) -> Area:
    """The area of that id, from the project's folder or from what `vane init` wrote."""
    for root in (settings.areas, settings.data / "areas"):
        if (root / area / "area.yml").is_file():
            return read(root / area)
    raise VaneError(f"there is no area {area}: `vane init {area}` makes one, or set VANE_AREAS to where it is")


def read(folder: Path) -> Area:
    """The area in a folder; a mistake is named with its file."""
    declared = _yaml(folder / "area.yml")
    calendar = _yaml(folder / "calendar.yml").get("triggers", [])
    myths = _yaml(folder / "myths.yml").get("claims", [])
    more = {"folder": folder, "wards": _wards(folder), "triggers": [_dated(item) for item in calendar], "myths": myths}
    try:
        return Area.model_validate({**declared, **more})
    except ValidationError as error:
        first = error.errors()[0]
        field = ".".join(str(part) for part in first["loc"])
        raise VaneError(f"{folder}: {field}: {first['msg']}") from error


def _yaml(path: Path) -> dict[str, Any]:
    if not path.is_file():
        return {}
    try:
        found = yaml.safe_load(path.read_text(encoding="utf-8"))
    except yaml.YAMLError as error:
        raise VaneError(f"{path} is not YAML: {str(error).splitlines()[-1].strip()}") from error
    return found if isinstance(found, dict) else {}


def _dated(trigger: dict[str, Any]) -> dict[str, Any]:
    """A trigger with one `date` starts and ends on it."""
    only = {name: value for name, value in trigger.items() if name != "date"}
    return {**only, "start": trigger["date"], "end": trigger["date"]} if "date" in trigger else only


def _wards(folder: Path) -> dict[str, str]:
    path = folder / "wards.geojson"
    if not path.is_file():
        return {}
    features = json.loads(path.read_text(encoding="utf-8"))["features"]
    return dict(_ward(feature["properties"]) for feature in features)


def _ward(properties: Mapping[str, str]) -> tuple[str, str]:
    """Code and name, from the ONS's dated columns (WD25CD) or plain ones (ward_code)."""
    code = next(name for name in properties if name == "ward_code" or (name.startswith("WD") and name.endswith("CD")))
    return properties[code], properties["ward_name" if code == "ward_code" else code[:-2] + "NM"]


def history(area: Area, path: Path) -> list[Point]:
    """Daily counts from before the area was watched: `ward,theme,date,count,total`, a row a ward, theme and day.

    `total` is what was collected in the whole area that day. Raises VaneError with file and line of the first bad row.
    """
    known = {*area.wards, *area.authorities}
    try:
        with path.open(encoding="utf-8-sig", newline="") as lines:
            rows = csv.DictReader(lines)
            missing = [name for name in COUNTED if name not in (rows.fieldnames or ())]
            if missing:
                raise VaneError(f"{path}:1: no column {missing[0]}: the first line must name {', '.join(COUNTED)}")
            return [_point(row, known, f"{path}:{rows.line_num}") for row in rows]
    except FileNotFoundError as error:
        raise VaneError(f"there is no file {path}: give a CSV of {','.join(COUNTED)}") from error
    except UnicodeDecodeError as error:
        raise VaneError(f"{path} is not UTF-8: save it as CSV UTF-8") from error


def _point(row: Mapping[str, str], known: AbstractSet[str], where: str) -> Point:
    if row["ward"] not in known:
        raise VaneError(f"{where}: {row['ward']} is no ward of this area: see its wards.geojson")
    try:
        day, count, total = date.fromisoformat(row["date"]), int(row["count"]), int(row["total"])
    except (ValueError, TypeError) as error:
        raise VaneError(f"{where}: date must be like 2026-08-10, count and total whole numbers: mend it") from error
    if not 0 <= count <= total:
        raise VaneError(f"{where}: count {count} of {total} collected cannot be: mend it")
    return Point(area=row["ward"], theme=row["theme"], day=day, count=count, total=total)
