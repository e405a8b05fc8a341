"""Models on disk: skops files, the same bytes for the same model, and sums that are checked before one is read."""

import hashlib
import io
import json
import re
import zipfile
from pathlib import Path
from typing import Any

from skops import io as skops_io

from nlp.annotations import Refused

FOLDER = Path(__file__).parent / "models"
SUMS = "sums.json"
EPOCH = (2020, 1, 1, 0, 0, 0)  # skops stamps the hour and object addresses into its files: both are replaced


class ModelRefused(Refused):
    """A model file that is absent, altered or holds what is not ours; the message says what to do."""


def write(folder: Path, name: str, payload: dict[str, Any]) -> str:
    """Write NAME.skops and note its sum; returns the sha256 in hex."""
    folder.mkdir(parents=True, exist_ok=True)
    content = _steady(skops_io.dumps(payload))
    (folder / f"{name}.skops").write_bytes(content)
    digest = hashlib.sha256(content).hexdigest()
    sums = _sums(folder) if (folder / SUMS).exists() else {}
    sums[name] = digest
    (folder / SUMS).write_text(json.dumps(dict(sorted(sums.items())), indent=2) + "\n", encoding="utf-8")
    return digest


def read(folder: Path, name: str) -> tuple[dict[str, Any], str]:
    """The payload of NAME.skops and its version; raises ModelRefused before anything of an unknown file is opened."""
    path = folder / f"{name}.skops"
    if not path.is_file():
        raise ModelRefused(f"{path} is not there; run `vane train` or restore the shipped models")
    content = path.read_bytes()
    digest = hashlib.sha256(content).hexdigest()
    if _sums(folder).get(name) != digest:
        raise ModelRefused(f"{path} does not match its sum in {SUMS}; restore the shipped file or run `vane train`")
    return skops_io.loads(content, trusted=[]), f"lr-{digest[:8]}"


def _sums(folder: Path) -> dict[str, str]:
    path = folder / SUMS
    if not path.is_file():
        raise ModelRefused(f"{path} is not there; restore the shipped models")
    sums: dict[str, str] = json.loads(path.read_text(encoding="utf-8"))
    return sums


def _steady(content: bytes) -> bytes:
    """The archive with object addresses numbered in order of appearance, one fixed hour, and compressed."""
    with zipfile.ZipFile(io.BytesIO(content)) as source:
        schema = source.read("schema.json").decode()
        numbers: dict[str, str] = {}

        def number(match: re.Match[str]) -> str:
            return match[1] + numbers.setdefault(match[2], str(len(numbers) + 1))

        schema = re.sub(r'("__id__": |"file": ")(\d+)', number, schema)
        files = {name: source.read(name) for name in source.namelist() if name != "schema.json"}
    renamed = {numbers[name.removesuffix(".npy")] + ".npy": data for name, data in files.items()}
    renamed["schema.json"] = schema.encode()
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED, compresslevel=9) as archive:
        for name in sorted(renamed):
            info = zipfile.ZipInfo(name, EPOCH)
            info.compress_type = zipfile.ZIP_DEFLATED
            archive.writestr(info, renamed[name], compresslevel=9)
    return target.getvalue()
