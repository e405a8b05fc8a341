"""The whole ledger in one compressed file of JSON lines, without day keys, and back into an empty one."""

import base64
import hashlib
import json
from collections.abc import Iterator
from datetime import date, datetime
from pathlib import Path
from typing import Any

import zstandard
from sqlalchemy import Table, insert, select

from pipeline.errors import VaneError
from pipeline.ledger.store import CHUNK, Ledger, Tx
from pipeline.ledger.tables import Moment, day_keys, metadata, users

NEVER = frozenset({day_keys.name})  # a voice must not be countable again after its day


def dump(ledger: Ledger, target: Path) -> int:
    """Write every row of every table but the day keys to `target`, whole or not at all; returns the rows."""
    part = target.with_suffix(".part")
    digest, number = hashlib.sha256(), 0
    with part.open("wb") as raw, zstandard.ZstdCompressor().stream_writer(raw) as out, ledger.read() as tx:
        for line in _lines(tx):
            digest.update(line)
            out.write(line)
            number += 1
        out.write(json.dumps({"rows": number, "sha256": digest.hexdigest()}).encode() + b"\n")
    part.replace(target)
    return number


def _lines(tx: Tx) -> Iterator[bytes]:
    for table in metadata.sorted_tables:
        if table.name in NEVER:
            continue
        for row in tx.execute(select(table).order_by(*table.primary_key.columns)):
            values = {name: _plain(value) for name, value in row._mapping.items()}
            yield json.dumps({"table": table.name, "row": values}, ensure_ascii=False).encode() + b"\n"


def _plain(value: Any) -> Any:
    if isinstance(value, date | datetime):
        return value.isoformat()
    return {"b64": base64.b64encode(value).decode()} if isinstance(value, bytes) else value


def load(ledger: Ledger, source: Path) -> int:
    """Fill an empty ledger from a backup, in one transaction; a damaged file or a ledger in use is refused."""
    if not source.is_file():
        raise VaneError(f"there is no backup {source}: give a file that `vane backup` wrote")
    try:
        return _load(ledger, source)
    except (zstandard.ZstdError, ValueError, KeyError) as error:
        raise VaneError(f"{source.name} is damaged or no backup: take another one") from error


def _load(ledger: Ledger, source: Path) -> int:
    ledger.migrate()
    with ledger.begin() as tx:
        if any(tx.execute(select(table).limit(1)).first() for table in metadata.sorted_tables if table is not users):
            raise VaneError("restore needs an empty ledger: move the present one away first")
        tx.execute(users.delete())
        number, rows, table = 0, list[dict[str, Any]](), ""
        for name, row in _rows(source):
            if name != table or len(rows) >= CHUNK:
                _flush(tx, table, rows)
                table, rows = name, []
            rows.append(row)
            number += 1
        _flush(tx, table, rows)
    return number


def _flush(tx: Tx, name: str, rows: list[dict[str, Any]]) -> None:
    if rows:
        table = metadata.tables[name]
        tx.execute(insert(table), [_typed(table, row) for row in rows])


def _typed(table: Table, row: dict[str, Any]) -> dict[str, Any]:
    typed = dict(row)
    for column in table.columns:
        value = typed.get(column.name)  # a backup of an older version has fewer columns
        if value is None:
            continue
        if isinstance(column.type, Moment):
            typed[column.name] = datetime.fromisoformat(value)
        elif column.type.python_type is date:
            typed[column.name] = date.fromisoformat(value)
        elif isinstance(value, dict) and set(value) == {"b64"}:
            typed[column.name] = base64.b64decode(value["b64"])
    return typed


def _rows(source: Path) -> Iterator[tuple[str, dict[str, Any]]]:
    digest, number = hashlib.sha256(), 0
    with source.open("rb") as raw, zstandard.ZstdDecompressor().stream_reader(raw) as stream:
        for line in _split(stream):
            entry = json.loads(line)
            if "sha256" in entry:
                if entry != {"rows": number, "sha256": digest.hexdigest()}:
                    raise VaneError(f"{source.name} is damaged: its sum does not match, take another backup")
                return
            digest.update(line)
            number += 1
            yield entry["table"], entry["row"]
    raise VaneError(f"{source.name} is damaged: its end is missing, take another backup")


def _split(stream: Any) -> Iterator[bytes]:
    rest = b""
    while piece := stream.read(1 << 20):
        *lines, rest = (rest + piece).split(b"\n")
        for line in lines:
            yield line + b"\n"
