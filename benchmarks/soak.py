"""Switches each safeguard off in turn and shows that its test fails, then kills every stage many times.

python -m benchmarks.soak [--kills 20] [--only WORD]

Works on a copy of the checkout. A safeguard holds when its test passes as the code is and fails once it is switched
off.
"""

import argparse
import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import yaml

ROOT = Path(__file__).resolve().parent.parent
TABLE = Path(__file__).with_name("safeguards.yml")
PASSED, FAILED = 0, 1  # pytest's exit codes; any other means that no test was judged


@dataclass(frozen=True)
class Switch:
    """One safeguard, the change that takes it away, and the test that must see it."""

    safeguard: str
    file: str
    old: str
    new: str
    test: str


def switches(path: Path = TABLE) -> list[Switch]:
    """The table, in its order."""
    rows = yaml.safe_load(path.read_text(encoding="utf-8"))
    return [Switch(row["safeguard"], row["file"], row["from"], row["to"], row["test"]) for row in rows]


def switched_off(text: str, switch: Switch) -> str:
    """The file's text without the safeguard. Raises ValueError where its words are not there exactly once."""
    if text.count(switch.old) != 1:
        raise ValueError(f"{switch.file} holds {switch.old!r} {text.count(switch.old)} times: mend {TABLE.name}")
    return text.replace(switch.old, switch.new)


def copy(target: Path) -> None:
    """The files of the checkout that git knows or would, with links to what set-up made."""
    command = ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"]
    listed = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=True).stdout
    for name in filter(None, listed.split("\0")):
        if (ROOT / name).is_file():
            (target / name).parent.mkdir(parents=True, exist_ok=True)
            shutil.copy2(ROOT / name, target / name)
    (target / "node_modules").symlink_to(ROOT / "node_modules")


def judge(folder: Path, test: str) -> int:
    """Pytest's exit code for one test in a copy, which comes before the installed checkout on the path."""
    env = os.environ | {"PYTHONPATH": str(folder), "PYTHONDONTWRITEBYTECODE": "1"}
    command = [sys.executable, "-m", "pytest", "-x", "-p", "no:cacheprovider", "-m", "not postgres", test]
    return subprocess.run(command, cwd=folder, env=env, capture_output=True, check=False).returncode


def held(folder: Path, switch: Switch) -> str:
    """Empty when the test passes with the safeguard and fails without it; else what went wrong."""
    if (code := judge(folder, switch.test)) != PASSED:
        return f"does not pass as it is (pytest {code})"
    path = folder / switch.file
    whole = path.read_text(encoding="utf-8")
    path.write_text(switched_off(whole, switch), encoding="utf-8")
    try:
        code = judge(folder, switch.test)
    finally:
        path.write_text(whole, encoding="utf-8")
    return {FAILED: "", PASSED: "PASSES WITHOUT THE SAFEGUARD"}.get(code, f"was not judged (pytest {code})")


def safeguards(chosen: Sequence[Switch]) -> int:
    """Try each in turn and print it; the number that did not hold."""
    wrong = 0
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name) / "checkout"
        copy(folder)
        for switch in chosen:
            problem = held(folder, switch)
            wrong += bool(problem)
            print(f"{'FAILS' if problem else 'holds'}  {switch.safeguard:<52} {switch.test} {problem}", flush=True)
    print(f"{len(chosen) - wrong} of {len(chosen)} safeguards hold: switched off, their test fails")
    return wrong


def main() -> int:
    """The safeguards, then the kills."""
    options = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    options.add_argument("--kills", type=int, default=20, help="kills per stage; 0 leaves them out")
    options.add_argument("--only", default="", help="only safeguards whose line holds this word")
    asked = options.parse_args()
    wrong = safeguards([switch for switch in switches() if asked.only in switch.safeguard])
    if asked.kills:
        kills = [sys.executable, "-m", "benchmarks.kills", "--kills", str(asked.kills)]
        wrong += subprocess.run(kills, cwd=ROOT, check=False).returncode != 0
    return min(wrong, 1)


if __name__ == "__main__":
    sys.exit(main())
