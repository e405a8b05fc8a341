"""`vane init --history`: the daily counts of before, so that a rise can be told from the first day on."""

import os
import subprocess
import sys
from collections.abc import Mapping
from datetime import date
from pathlib import Path

import pytest

from pipeline.areas import history, load
from pipeline.errors import VaneError
from pipeline.ledger import Ledger, series
from pipeline.settings import ROOT, Settings
from pipeline.stages.init import init

FILE = ROOT / "areas" / "demo" / "history.csv"
HEAD = "ward,theme,date,count,total\n"


def vane(folder: Path, *arguments: str) -> "subprocess.CompletedProcess[str]":
    """Run a command on stores of its own."""
    clean: Mapping[str, str] = {name: value for name, value in os.environ.items() if not name.startswith("VANE_")}
    command = [sys.executable, "-c", "from pipeline.cli import main; main()", *arguments]
    return subprocess.run(command, env={**clean, "VANE_DATA": str(folder)}, check=False, capture_output=True, text=True)


def test_the_counts_are_in_the_series(tmp_path: Path) -> None:
    """Every row of the file is a cell of the series with its day's total; loading it again changes nothing."""
    area = load(Settings(), "demo")
    wanted = {(point.area, point.theme, point.day, point.count, point.total) for point in history(area, FILE)}
    for _ in range(2):
        done = vane(tmp_path, "init", "demo", "--history", str(FILE))
        assert "1008 counts of 28 days are in the series of demo" in done.stdout, done.stderr
        ledger = Ledger(Settings(data=tmp_path).ledger_url)
        with ledger.read() as tx:
            found = series.between(tx, "demo", first=date(2026, 1, 1), last=date(2026, 12, 31))
        ledger.close()
        assert {(point.area, point.theme, point.day, point.count, point.total) for point in found} == wanted
    assert len(wanted) == 1008


def test_an_area_that_is_there_needs_no_geography(tmp_path: Path) -> None:
    """Named by its id, an area's folder is given as it is, whatever was fetched."""
    assert init(Settings(data=tmp_path), "demo") == ROOT / "areas" / "demo"


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("ward,theme,date,count\n", ":1: no column total"),
        (HEAD + "X99W00001,N01,2026-08-10,0,55\nX1,N01,2026-08-11,0,55\n", ":3: X1 is no ward of this area"),
        (HEAD + "X99W00001,N01,10/08/2026,0,55\n", ":2: date must be like 2026-08-10"),
        (HEAD + "X99W00001,N01,2026-08-10,,55\n", ":2: date must be like 2026-08-10, count and total whole numbers"),
        (HEAD + "X99W00001,N01,2026-08-10\n", ":2: date must be like 2026-08-10, count and total whole numbers"),
        (HEAD + "X99W00001,N01,2026-08-10,56,55\n", ":2: count 56 of 55 collected cannot be"),
    ],
)
def test_a_bad_row_is_named(tmp_path: Path, text: str, said: str) -> None:
    """A missing column, a ward of elsewhere and a cell that is no number are told with file and line."""
    path = tmp_path / "history.csv"
    path.write_text(text)
    with pytest.raises(VaneError, match="history") as refused:
        history(load(Settings(), "demo"), path)
    assert said in str(refused.value)


def test_today_is_no_history(tmp_path: Path) -> None:
    """A file that goes on to today is refused whole, in one line: the machine counts today itself."""
    now = ("--now", "2026-09-06T09:00:00+01:00")
    done = vane(tmp_path, "init", "demo", "--history", str(FILE), *now)
    assert (done.returncode, done.stdout) == (1, "")
    assert "2026-09-06 is not before today (2026-09-06)" in done.stderr.splitlines()[-1]
