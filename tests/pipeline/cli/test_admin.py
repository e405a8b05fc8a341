"""Commands of the person who looks after it: a slip is one line that says what to do, and changes nothing."""

import os
import subprocess
import sys
from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import func, select

from pipeline.ledger import Ledger, audit, backup
from pipeline.ledger.tables import documents, holds
from pipeline.settings import Settings
from pipeline.stages import run
from pipeline.stages.context import Context
from tests.pipeline.stages.conftest import drop, elsewhere

__all__ = ["elsewhere"]
BY = ("--area", "elsewhere", "--reason", "court order", "--by", "iga")


def vane(data: Path, areas: Path, *arguments: str) -> "subprocess.CompletedProcess[str]":
    """Run a command on these stores."""
    clean = {name: value for name, value in os.environ.items() if not name.startswith("VANE_")}
    command = [sys.executable, "-c", "from pipeline.cli import main; main()", *arguments]
    env = {**clean, "VANE_DATA": str(data), "VANE_AREAS": str(areas)}
    return subprocess.run(command, env=env, check=False, capture_output=True, text=True)


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("audit", "verify"), "the ledger is at version none, this release needs"),
        (("backup", "DATA/b.zst"), "the ledger is at version none, this release needs"),
        (("audit", "verify", "--head", "abc"), "--head abc is no SEQ:HASH: copy the number"),
        (("audit", "verify", "--head", "5:"), "--head 5: is no SEQ:HASH"),
        (("backup", "DATA/nowhere/b.zst"), "nowhere is no folder: make it first"),
        (("try", "claims", "--library", "DATA/library.jsonl", "DATA"), "is no file: give one"),
        (("try", "extract", "DATA", "--rejects", "DATA/nowhere/r"), "nowhere/r: No such file or directory"),
    ],
)
def test_a_slip_is_one_line(tmp_path: Path, arguments: tuple[str, ...], said: str) -> None:
    """Exit code 1, one line on stderr, no traceback, and no half of a file left."""
    (tmp_path / "library.jsonl").write_text('{"id": "1", "claim": "x"}\n')
    done = vane(tmp_path, tmp_path, *(word.replace("DATA", str(tmp_path)) for word in arguments))
    assert done.returncode == 1
    (line,) = done.stderr.splitlines()
    assert line.startswith("vane: ")
    assert said in line
    assert list(tmp_path.glob("*.part")) == []


def test_a_head_is_held_against_the_chain(elsewhere: Context) -> None:
    """A head that is written as a digest carries it is taken, and one of another chain is not."""
    run.crawl(elsewhere)
    run.extract(elsewhere)
    with elsewhere.ledger.read() as tx:
        seq, digest = audit.head(tx)
    settings = elsewhere.settings
    good = vane(settings.data, settings.areas, "audit", "verify", "--head", f"{seq}:{digest}")
    assert (good.returncode, "unbroken" in good.stdout) == (0, True), good.stderr
    other = vane(settings.data, settings.areas, "audit", "verify", "--head", f"{seq}:{'0' * 64}")
    assert (other.returncode, "audit chain broken" in other.stderr) == (1, True)


def held(settings: Settings) -> tuple[int, int]:
    """How many holds there are, and entries of the audit chain."""
    ledger = Ledger(settings.ledger_url)
    with ledger.read() as tx:
        found = tx.execute(select(func.count()).select_from(holds)).scalar_one(), audit.count(tx)
    ledger.close()
    return found


def test_a_hold_needs_a_document(elsewhere: Context) -> None:
    """An id that is none is refused and leaves no audit entry, for a hold and its release; a text not read yet is held.

    The release of a document that nobody holds is refused too.
    """
    drop(elsewhere, "a", "the bus did not come")
    run.crawl(elsewhere)
    run.extract(elsewhere)
    with elsewhere.ledger.read() as tx:
        ref = tx.execute(select(documents.c.id)).scalar_one()
    settings = elsewhere.settings
    _, entries = held(settings)
    for step, document in (("add", "nosuchdoc"), ("release", "nosuchdoc"), ("release", ref)):
        done = vane(settings.data, settings.areas, "hold", step, document, *BY)
        assert (done.returncode, document in done.stderr) == (1, True), done.stderr
        assert held(settings) == (0, entries)
    for step, number in (("add", 1), ("release", 0)):
        done = vane(settings.data, settings.areas, "hold", step, ref, *BY)
        assert done.returncode == 0, done.stderr
        entries += 1
        assert held(settings) == (number, entries)


def test_a_damaged_inbox_is_one_line(elsewhere: Context) -> None:
    """`vane extract` says which folder is damaged and what to do, reads the rest and ends with code 1."""
    drop(elsewhere, "a", "the bus did not come")
    run.crawl(elsewhere)
    (folder,) = elsewhere.settings.inbox.iterdir()
    (folder / "fetches.jsonl.zst").write_bytes(b"no archive")
    settings = elsewhere.settings
    now = (elsewhere.now + timedelta(minutes=1)).isoformat()
    done = vane(settings.data, settings.areas, "extract", "--area", "elsewhere", "--now", now)
    assert done.returncode == 1
    assert f"{folder.name}: damaged after line 0: crawl its source again" in done.stderr
    assert "Traceback" not in done.stderr


def test_what_a_command_changes_is_in_the_chain(elsewhere: Context, tmp_path: Path) -> None:
    """A restored ledger tells that it was restored, and loaded daily counts that they were loaded."""
    counts = tmp_path / "counts.csv"
    counts.write_text("ward,theme,date,count,total\nX1,N01,2026-08-10,1,20\n")
    run.load_history(elsewhere, counts)
    backup.dump(elsewhere.ledger, tmp_path / "b.zst")
    fresh = tmp_path / "fresh"
    now = ("--now", elsewhere.now.isoformat())
    done = vane(fresh, elsewhere.settings.areas, "restore", str(tmp_path / "b.zst"), "--area", "elsewhere", *now)
    assert done.returncode == 0, done.stderr
    ledger = Ledger(Settings(data=fresh).ledger_url)
    with ledger.read() as tx:
        entries = audit.entries(tx)[::-1]
    ledger.close()
    assert [(item.actor, item.action) for item in entries[:2]] == [
        ("command line", "history"),
        ("command line", "restore"),
    ]
    assert entries[0].detail == {"cells": 1, "days": 1}
