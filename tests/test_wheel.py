"""What `pip install .` installs, when it is no checkout any more: every file that the code reads."""

import os
import shutil
import subprocess
import sys
import zipfile
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[1]
FOLDERS = ("areas", "console", "crawlers", "dags", "nlp", "pipeline")
BUILD = "from setuptools.build_meta import build_wheel; import sys; build_wheel(sys.argv[1])"
LINE = '{"id": "1", "text": "They have put hundreds of illegals in the Beacon Hotel, share before it goes"}\n'


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """A wheel of a copy of this checkout, built by what is installed, without the network; removed at once."""
    folder = tmp_path_factory.mktemp("wheel")
    for name in FOLDERS:
        shutil.copytree(ROOT / name, folder / "copy" / name, ignore=shutil.ignore_patterns("__pycache__"))
    for name in ("pyproject.toml", "README.md"):
        shutil.copy(ROOT / name, folder / "copy" / name)
    done = subprocess.run(
        [sys.executable, "-c", BUILD, str(folder)], cwd=folder / "copy", check=False, capture_output=True, text=True
    )
    assert done.returncode == 0, done.stderr
    yield next(folder.glob("*.whl"))
    shutil.rmtree(folder)


def test_every_file_is_in_it(wheel: Path) -> None:
    """Every file of the six folders is in the wheel, and nothing else: no tests, no benchmarks, no stores."""
    copy = wheel.parent / "copy"
    wanted = {str(path.relative_to(copy)) for name in FOLDERS for path in (copy / name).rglob("*") if path.is_file()}
    with zipfile.ZipFile(wheel) as packed:
        found = {name for name in packed.namelist() if ".dist-info/" not in name}
    assert sorted(wanted - found) == []
    assert sorted(found - wanted) == []
    assert {"nlp/lexicons/cues.yml", "console/static/console.css", "pipeline/templates/digest.html"} <= found
    assert any(name.startswith("nlp/models/redact/") for name in found)


def test_it_runs_from_elsewhere(wheel: Path, tmp_path: Path) -> None:
    """Unpacked anywhere, it reads a text with its models and lexicons, finds the demo, and writes where it is run."""
    place = tmp_path / "installed"
    with zipfile.ZipFile(wheel) as packed:
        packed.extractall(place)
    here = tmp_path / "here"
    here.mkdir()
    env = {name: value for name, value in os.environ.items() if not name.startswith("VANE_")}
    env |= {"PYTHONPATH": str(place), "PYTHONDONTWRITEBYTECODE": "1"}

    def vane(*arguments: str, given: str = "") -> str:
        code = f"import nlp; assert nlp.__file__.startswith({str(place)!r}); from pipeline.cli import main; main()"
        command = [sys.executable, "-c", code, *arguments]
        done = subprocess.run(command, cwd=here, env=env, input=given, check=False, capture_output=True, text=True)
        assert done.returncode == 0, done.stderr
        return done.stdout

    assert '"id": "1"' in vane("try", "annotate", "--area", "demo", given=LINE)
    assert "alerts" in vane("status", "--area", "demo")
    assert [path.name for path in here.iterdir()] == ["data"]
    shutil.rmtree(place)
