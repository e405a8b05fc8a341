"""The words hold what they say: settings, targets, commands and paths that the documentation names exist."""

import re
import subprocess
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import typer.main

from pipeline.cli import app
from pipeline.settings import NAMES

ROOT = Path(__file__).resolve().parents[1]
PAGES = sorted([ROOT / "README.md", *ROOT.glob("*/README.md"), *ROOT.glob("*/*/README.md")])
PAGES = [page for page in PAGES if not {".venv", "node_modules", "data", ".build"} & set(page.relative_to(ROOT).parts)]
BLOCK = re.compile(r"^ *```[a-z]*\n(.*?)^ *```", re.S | re.M)
SPAN = re.compile(r"`([^`\n]+)`")
MADE = ("data/", ".venv/", "node_modules/", ".build/")  # folders that only running something makes
every_page = pytest.mark.parametrize("page", PAGES, ids=lambda page: str(page.relative_to(ROOT)))


def tracked() -> list[Path]:
    """The files that git knows, and new ones it does not ignore."""
    listed = subprocess.run(
        ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=True,
    )
    return [path for name in listed.stdout.split("\0") if name and (path := ROOT / name).is_file()]


def code(page: Path) -> Iterator[str]:
    """The lines of a page's code blocks, and its code spans."""
    text = page.read_text(encoding="utf-8")
    for block in BLOCK.findall(text):
        yield from (line.split(" #")[0].strip() for line in block.splitlines())
    yield from SPAN.findall(BLOCK.sub("", text))


def settings() -> dict[str, str]:
    """Each setting of .env.example with its explanation."""
    lines = (ROOT / ".env.example").read_text(encoding="utf-8").splitlines()
    found = (re.match(r"^([A-Z][A-Z0-9_]*)=(.*?)#(.*)$", line) for line in lines if "=" in line and line[:1] != "#")
    return {match[1]: match[3].strip() for match in found if match}


def test_every_setting_is_explained() -> None:
    """Every setting the program reads is in .env.example with an explanation, and nothing else is."""
    explained = settings()
    assert {name for name in explained if not name.startswith("WEATHERVANE_")} == set(NAMES)
    assert all(len(words) > 10 for words in explained.values())


def test_every_setting_of_the_timetable_is_explained() -> None:
    """Every WEATHERVANE_ name that dags/ reads is in .env.example, and every one there is read."""
    source = "\n".join(path.read_text(encoding="utf-8") for path in (ROOT / "dags").glob("*.py"))
    read = set(re.findall(r'"(WEATHERVANE_[A-Z_]+)"', source))
    if 'f"WEATHERVANE_NOW_' in source:
        read |= {f"WEATHERVANE_NOW_{name}" for name in re.findall(r'run_task\(\s*"([a-z]+)"', source)}
        read = {name.upper() for name in read}
    assert {name for name in settings() if name.startswith("WEATHERVANE_")} == read


@every_page
def test_targets_exist(page: Path) -> None:
    """Every `make` target a page names is in the Makefile."""
    targets = set(re.findall(r"^([a-z]+):", (ROOT / "Makefile").read_text(encoding="utf-8"), re.M))
    named = {name for line in code(page) for name in re.findall(r"(?:^|&& )make ([a-z]+)", line)}
    assert named <= targets


@every_page
def test_commands_exist(page: Path) -> None:
    """Every `vane` command a page names exists, with the options it shows."""
    for line in code(page):
        for said in re.findall(r"(?:^|[|&;] |\$ |bin/)(vane(?: [^|&;<>\[]*)?)", line):
            check(said.split()[1:], said)


def check(words: list[str], said: str) -> None:
    """Follow the words of one command line down the tree of commands."""
    command: Any = typer.main.get_command(app)
    while hasattr(command, "commands") and words and re.fullmatch(r"[a-z][a-z-]*", words[0]):
        assert words[0] in command.commands, f"`{said}`: there is no {words[0]}"
        command = command.commands[words.pop(0)]
    options = {option for parameter in command.params for option in (*parameter.opts, *parameter.secondary_opts)}
    given = {word.split("=")[0] for word in words if word.startswith("--")}
    assert given <= options | {"--help"}, f"`{said}`: there is no {', '.join(given - options)}"


@every_page
def test_paths_exist(page: Path) -> None:
    """Every path of ours that a page names is there."""
    tops = {path.name for path in ROOT.iterdir() if path.is_dir()} - {name.rstrip("/") for name in MADE}
    for line in code(page):
        for word in re.findall(r"(?<![\w./-])[\w.-]+/[\w./-]*\w", line):
            if word.split("/")[0] in tops and not re.search(r"[<>*{}…]|[A-Z]{3,}", word):
                assert (ROOT / word).exists() or (page.parent / word).exists(), f"{page.name} names {word}"


@every_page
def test_links_lead_somewhere(page: Path) -> None:
    """Every link to a file leads to one."""
    for target in re.findall(r"\]\(([^)#\s]+)[^)]*\)", page.read_text(encoding="utf-8")):
        if "://" not in target:
            assert (page.parent / target).exists(), f"{page.name} links to {target}"


def test_no_place_of_the_makers() -> None:
    """No file names a folder of the machine it was written on, or a package registry's address."""
    words = [
        str(ROOT.parent) + "/",
        str(Path.home()) + "/",
        "pypi." + "org",
        "files.python" + "hosted",
        "registry." + "npmjs",
    ]
    found = []
    for path in tracked():
        text = path.read_bytes()
        found += [f"{path.relative_to(ROOT)}: {word}" for word in words if word != "//" and word.encode() in text]
    assert found == []


def test_locks_name_no_place() -> None:
    """The locks hold names, versions and hashes only: whoever installs decides where from."""
    lines = (ROOT / "requirements.lock").read_text(encoding="utf-8").splitlines()
    said = re.compile(r"^([\w.-]+==[\w.+!-]+( ; .+)? \\|    --hash=sha256:[0-9a-f]{64}( \\)?|    #( .*)?)$")
    assert [line for line in lines if not said.match(line)] == []
    assert not any("://" in line or "--index" in line or "--find-links" in line for line in lines)
    assert "resolved" not in (ROOT / "package-lock.json").read_text(encoding="utf-8")


def test_lock_matches_the_project() -> None:
    """Every dependency that pyproject.toml names is locked, setuptools and uv for the set-up among them."""
    lock = (ROOT / "requirements.lock").read_text(encoding="utf-8")
    locked = {name.lower().replace("_", "-") for name in re.findall(r"^([\w.-]+)==", lock, re.M)}
    project = (ROOT / "pyproject.toml").read_text(encoding="utf-8")
    named = re.findall(
        r'^    "([a-zA-Z0-9_.-]+)(?:\[[a-z]+\])?(?:[=<>].*)?",$', project.split("[project.scripts]")[0], re.M
    )
    assert {name.lower() for name in named} | {"setuptools", "uv"} <= locked
