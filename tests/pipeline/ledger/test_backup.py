"""A backup holds everything but the day keys, and goes back into an empty ledger only."""

import hashlib
import json
from pathlib import Path

import pytest
import zstandard

from pipeline.errors import VaneError
from pipeline.ledger import Ledger, audit, backup, documents, keys, sources
from tests.pipeline.ledger.test_keys import source
from tests.pipeline.making import NOON, annotated, document


def filled(ledger: Ledger) -> bytes:
    """Write a little of everything; returns the day's key."""
    with ledger.begin() as tx:
        documents.write(tx, "demo", [document(1), document(2)])
        documents.annotate(tx, "demo", [annotated(1)])
        audit.append(tx, actor="ann", action="view", object="x", at=NOON, detail={"n": 1})
        return keys.of_day(tx, NOON.date())


def test_restore_gives_the_same_rows(ledger: Ledger, tmp_path: Path) -> None:
    """What was dumped from either database comes back whole in SQLite, the audit chain unbroken."""
    filled(ledger)
    number = backup.dump(ledger, tmp_path / "one.jsonl.zst")
    other = Ledger(f"sqlite:///{tmp_path / 'other.sqlite'}")
    restored = backup.load(other, tmp_path / "one.jsonl.zst")
    with ledger.read() as old, other.read() as new:
        assert documents.get(old, ["d0001"]) == documents.get(new, ["d0001"])
        assert audit.verify(new) == 1
    assert number == restored


def test_day_keys_are_never_in_a_backup(ledger: Ledger, tmp_path: Path) -> None:
    """Neither the key's bytes nor its table are in the file."""
    key = filled(ledger)
    backup.dump(ledger, tmp_path / "one.jsonl.zst")
    with (tmp_path / "one.jsonl.zst").open("rb") as raw:
        content = zstandard.ZstdDecompressor().stream_reader(raw).read()

    assert b"day_keys" not in content
    assert key not in content
    assert key.hex().encode() not in content


def test_a_ledger_in_use_is_not_overwritten(ledger: Ledger, tmp_path: Path) -> None:
    """Restoring over documents is refused, and nothing is lost."""
    filled(ledger)
    backup.dump(ledger, tmp_path / "one.jsonl.zst")
    with pytest.raises(VaneError, match="empty ledger"):
        backup.load(ledger, tmp_path / "one.jsonl.zst")


@pytest.mark.parametrize("damage", [lambda body: body[:-200], lambda body: body.replace(b"d0001", b"d0009")])
def test_a_damaged_backup_is_refused(tmp_path: Path, damage: object) -> None:
    """A shortened or altered file restores nothing."""
    ledger = Ledger(f"sqlite:///{tmp_path / 'ledger.sqlite'}")
    ledger.migrate()
    filled(ledger)
    path = tmp_path / "one.jsonl.zst"
    backup.dump(ledger, path)
    with path.open("rb") as raw:
        body = zstandard.ZstdDecompressor().stream_reader(raw).read()
    path.write_bytes(zstandard.ZstdCompressor().compress(damage(body)))  # type: ignore[operator]
    other = Ledger(f"sqlite:///{tmp_path / 'other.sqlite'}")
    with pytest.raises(VaneError, match="damaged"):
        backup.load(other, path)
    with other.read() as tx:
        assert documents.get(tx, ["d0001"]) == {}


@pytest.mark.parametrize("content", [b"", b"no backup at all", zstandard.ZstdCompressor().compress(b"{}\n")])
def test_what_is_no_backup_is_refused_in_one_line(tmp_path: Path, content: bytes) -> None:
    """Any other file, or none, gives a clear line and an untouched ledger."""
    path = tmp_path / "other.zst"
    path.write_bytes(content)
    ledger = Ledger(f"sqlite:///{tmp_path / 'ledger.sqlite'}")
    with pytest.raises(VaneError, match="damaged"):
        backup.load(ledger, path)
    with pytest.raises(VaneError, match="there is no backup"):
        backup.load(ledger, tmp_path / "missing.zst")


def test_a_backup_of_an_older_version_is_taken(ledger: Ledger, tmp_path: Path) -> None:
    """A column that a backup does not know yet is empty, and the rest of its row is as it was."""
    with ledger.begin() as tx:
        sources.register(tx, "demo", [source()])
    backup.dump(ledger, tmp_path / "new.zst")
    with (tmp_path / "new.zst").open("rb") as raw:
        *lines, _end = zstandard.ZstdDecompressor().stream_reader(raw).read().splitlines()
    rows = [json.loads(line) for line in lines]
    for row in rows:
        row["row"].pop("gone_at", None)
    body = b"".join(json.dumps(row).encode() + b"\n" for row in rows)
    end = json.dumps({"rows": len(rows), "sha256": hashlib.sha256(body).hexdigest()}).encode()
    (tmp_path / "old.zst").write_bytes(zstandard.ZstdCompressor().compress(body + end + b"\n"))
    other = Ledger(f"sqlite:///{tmp_path / 'other.sqlite'}")
    assert backup.load(other, tmp_path / "old.zst") == len(rows)
    with other.read() as tx:
        assert sources.declared(tx, "demo") == [source()]
    other.close()
