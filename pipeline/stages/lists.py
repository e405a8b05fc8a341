"""Lists that people edit as files: a change of one is an audit entry, written by the first stage that reads it."""

import hashlib
from collections.abc import Iterator, Mapping
from pathlib import Path

import nlp
from pipeline.ledger import audit, lists
from pipeline.stages.context import MACHINE, Context

READING = Path(nlp.__file__).parent
EDITED = frozenset({".yml", ".csv", ".txt", ".geojson", ".gz"})
SHOWN = 16  # digits of a sum: enough to tell which copy of a file was in use


def note(context: Context) -> None:
    """Write which of the area's and the reader's lists are new, changed or gone since a stage last looked."""
    found = dict(_sums(context.area.folder))
    with context.ledger.read() as tx:
        if not lists.changed(tx, context.area.id, found):
            return
    with context.ledger.begin() as tx:
        changes = {name: found.get(name, "gone") for name in lists.keep(tx, context.area.id, found)}
        if changes:
            audit.append(
                tx, actor=MACHINE, action="lists changed", object=context.area.id, at=context.now, detail=changes
            )


def _sums(area: Path) -> Iterator[tuple[str, str]]:
    """Each list's name and the start of its SHA-256: gazetteer, myths, calendar and taxonomy; roles, cues and words."""
    for name, folder in _folders(area).items():
        for path in sorted(folder.iterdir()):
            if path.suffix in EDITED and path.is_file():
                yield f"{name}/{path.name}", hashlib.sha256(path.read_bytes()).hexdigest()[:SHOWN]


def _folders(area: Path) -> Mapping[str, Path]:
    return {"area": area, "nlp": READING, "lexicons": READING / "lexicons"}
