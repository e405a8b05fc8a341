"""Open data sets: the registry, and bringing them in with their sums checked."""

import hashlib
import shutil
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Literal

import yaml
from pydantic import BaseModel, ConfigDict
from tqdm import tqdm

from nlp import gazetteer
from pipeline.errors import VaneError
from pipeline.settings import ROOT, Settings

REGISTRY = ROOT / "pipeline" / "datasets.yml"


class DataSet(BaseModel):
    """One open data set: tier A may train models that ship, tier B is for measuring only."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    name: str
    tier: Literal["A", "B"]
    licence: str
    source: str  # repository it was compacted from
    files: Mapping[str, str]  # path -> SHA-256


def registry() -> list[DataSet]:
    """Every data set the project knows."""
    found = yaml.safe_load(REGISTRY.read_text(encoding="utf-8"))
    return [DataSet.model_validate(item) for item in found["sets"]]


def fetch(
    settings: Settings, mirror: Path | None, only: Sequence[str] = (), names: Sequence[Path] = ()
) -> dict[str, str]:
    """Bring sets from a mirror folder into the data folder; returns what became of each.

    `names`: downloads of OS Open Names or ONS place names, whose places join the national gazetteer.

    The sets are compacted copies and have no public address of their own: without a mirror this says so.
    A file whose sum differs is refused, and nothing of its set is brought.
    """
    chosen = [item for item in registry() if not only or item.name in only]
    unknown = set(only) - {item.name for item in chosen}
    if unknown:
        raise VaneError(f"there is no data set {min(unknown)}: see `vane data list`")
    if mirror is None or not mirror.is_dir():
        sources = ", ".join(sorted({item.source for item in chosen})[:3])
        raise VaneError(f"these sets are compacted from public repositories ({sources} …): give a folder with --mirror")
    if names and "geography" not in {item.name for item in chosen}:
        raise VaneError("place names join the gazetteer of the geography set: leave out --only or add --only geography")
    done = {item.name: _bring(item, mirror, settings.data / "datasets") for item in tqdm(chosen, disable=None, delay=2)}
    if "geography" in done and done["geography"] != "not in the mirror":
        gazetteer.build(settings.data / "datasets" / "geography", settings.data / gazetteer.NATIONAL, names)
    return done


def _bring(item: DataSet, mirror: Path, target: Path) -> str:
    source = mirror / item.name
    if not source.is_dir():
        return "not in the mirror"
    for name, wanted in item.files.items():
        if not (source / name).is_file() or _sum(source / name) != wanted:
            raise VaneError(f"{item.name}/{name} is missing or its sum differs: refused, fetch the set anew")
    new = [name for name in item.files if not (target / item.name / name).is_file()]
    for name in new:
        path = target / item.name / name
        path.parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(source / name, path)
    return f"{len(new)} files brought" if new else "here already"


def _sum(path: Path) -> str:
    with path.open("rb") as stream:
        return hashlib.file_digest(stream, "sha256").hexdigest()
