"""The timetable as Airflow reads it: which DAGs there are, when they run, and what they must not know."""

import functools
import json
import os
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from subprocess import PIPE
from typing import Any

import pytest

ROOT = Path(__file__).resolve().parents[2]
DAGS = ROOT / "dags"
READ = """
import json, os, sys
from pathlib import Path
from airflow.dag_processing.dagbag import DagBag


def row(dag):
    return {
        "doc": dag.doc_md or "",
        "catchup": dag.catchup,
        "at_once": dag.max_active_runs,
        "schedule": type(dag.timetable).__name__,
        "when": getattr(getattr(dag.timetable, "timetable", dag.timetable), "expression", ""),
        "callbacks": len(dag.on_failure_callback or []),
        "tasks": {
            task.task_id: {
                "pool": task.pool, "retries": task.retries, "outlets": [outlet.uri for outlet in task.outlets],
                "limit": task.execution_timeout.total_seconds(),
            }
            for task in dag.tasks
        },
    }


for line in sys.stdin:
    for name in [name for name in os.environ if name.startswith(("VANE_", "WEATHERVANE_"))]:
        del os.environ[name]
    os.environ.update(json.loads(line))
    bag = DagBag(sys.argv[1], load_op_links=False)
    found = {
        "dags": {name: row(dag) for name, dag in bag.dags.items()},
        "errors": bag.import_errors,
        "loaded": sorted({module.split(".")[0] for module in sys.modules}),
        "seconds": sum(stat.duration.total_seconds() for stat in bag.dagbag_stats),
    }
    print("found", json.dumps(found), flush=True)
"""
SOURCE = """id: {name}
name: The {name} of Elsewhere
class: news
spider: feed
url: https://{name}.example/rss.xml
scope: local
owner: the publisher
basis: public task
licence: open licence
robots: obeyed
fields_kept: [title, text]
fields_dropped: [author]
"""


Read = Callable[..., dict[str, Any]]


@pytest.fixture(scope="module")
def read(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Read]:
    """Asks a process of its own, because Airflow writes below AIRFLOW_HOME, what it finds in our folder."""
    home = tmp_path_factory.mktemp("airflow")
    env = {**os.environ, "AIRFLOW_HOME": str(home), "AIRFLOW__CORE__UNIT_TEST_MODE": "True"}
    reader = subprocess.Popen(
        [sys.executable, "-c", READ, str(DAGS)], env=env, cwd=home, stdin=PIPE, stdout=PIPE, text=True
    )
    assert reader.stdin
    assert reader.stdout

    def ask(**environ: str) -> dict[str, Any]:
        print(json.dumps(environ), file=reader.stdin, flush=True)
        answer = next(line for line in reader.stdout or () if line.startswith("found "))
        return dict(json.loads(answer.removeprefix("found ")))

    yield ask
    reader.stdin.close()
    reader.stdout.close()
    reader.wait(30)


@pytest.fixture
def areas(tmp_path: Path) -> Path:
    """A folder with one area of two sources."""
    folder = tmp_path / "areas" / "elsewhere" / "sources"
    folder.mkdir(parents=True)
    folder.parent.joinpath("area.yml").write_text(
        "id: elsewhere\nname: Elsewhere\ntimezone: Europe/London\nauthorities: [X1]\nbrief_at: '07:15'\n"
    )
    for name in ("gazette", "courier"):
        (folder / f"{name}.yml").write_text(SOURCE.format(name=name))
    return tmp_path / "areas"


@pytest.fixture
def found(read: Read, tmp_path: Path, areas: Path) -> Read:
    """What Airflow finds for the made-up area."""
    return functools.partial(read, VANE_AREAS=str(areas), VANE_DATA=str(tmp_path / "data"))


def test_one_crawl_dag_a_source(found: Read) -> None:
    """Each source has its crawl DAG, each area a monitor, digest and retain; all explain themselves in Airflow."""
    bag = found()
    assert bag["errors"] == {}
    assert sorted(bag["dags"]) == [
        "crawl.elsewhere.courier",
        "crawl.elsewhere.gazette",
        "digest.elsewhere",
        "monitor.elsewhere",
        "retain.elsewhere",
    ]
    for dag in bag["dags"].values():
        assert dag["doc"]
        assert (dag["catchup"], dag["at_once"]) == (False, 1)
        assert all(task["retries"] == 2 and task["limit"] > 0 for task in dag["tasks"].values())


def test_new_file_is_a_new_dag(found: Read, areas: Path) -> None:
    """Adding one YAML file adds one DAG and changes no other; `enabled: false` takes it away."""
    before = found()["dags"]
    new = areas / "elsewhere" / "sources" / "herald.yml"
    new.write_text(SOURCE.format(name="herald"))
    after = found()["dags"]
    assert set(after) - set(before) == {"crawl.elsewhere.herald"}
    assert {name: after[name] for name in before} == before
    new.write_text(SOURCE.format(name="herald") + "enabled: false\n")
    assert found()["dags"] == before


def test_refused_source_is_shown_and_hurts_no_other(found: Read, areas: Path) -> None:
    """A file without a licence has no DAG; Airflow shows its name, line and remedy, the other DAGs stay."""
    broken = areas / "elsewhere" / "sources" / "herald.yml"
    broken.write_text(SOURCE.format(name="herald").replace("licence: open licence\n", ""))
    bag = found()
    assert len(bag["dags"]) == 5
    (error,) = bag["errors"].values()
    assert "herald.yml:1: field licence is missing" in error


def test_crawls_ring_the_monitor(found: Read) -> None:
    """A crawl's one task emits the area's asset; the monitor waits for it, or for ten minutes to pass."""
    dags = found()["dags"]
    crawl = dags["crawl.elsewhere.courier"]["tasks"]["crawl"]
    assert crawl["outlets"] == ["weathervane://elsewhere/documents"]
    assert dags["monitor.elsewhere"]["schedule"] == "AssetOrTimeSchedule"
    assert dags["monitor.elsewhere"]["when"] == "*/10 * * * *"
    assert dags["digest.elsewhere"]["when"] == "15 7 * * *"


def test_areas_are_chosen(found: Read) -> None:
    """WEATHERVANE_AREAS limits the timetable; an unknown name is an error that names what there is."""
    assert len(found(WEATHERVANE_AREAS="elsewhere")["dags"]) == 5
    bag = found(WEATHERVANE_AREAS="atlantis")
    assert bag["dags"] == {}
    assert all("atlantis, which has no folder: there are elsewhere" in error for error in bag["errors"].values())


def test_demo_needs_its_web(read: Read, tmp_path: Path) -> None:
    """The demo's sources have DAGs only where VANE_WEB says where its little web is; one per YAML file."""
    assert read(VANE_DATA=str(tmp_path))["dags"] == {}
    bag = read(VANE_DATA=str(tmp_path), VANE_WEB="http://127.0.0.1:8090", VANE_LOOPBACK="127.0.0.1:8090")
    crawls = {name for name in bag["dags"] if name.startswith("crawl.demo.")}
    assert bag["errors"] == {}
    assert crawls == {f"crawl.demo.{path.stem}" for path in (ROOT / "areas/demo/sources").glob("*.yml")} != set()


def test_reading_is_quick_and_light(found: Read, areas: Path) -> None:
    """Sixty sources are read in under two seconds, without loading pipeline, nlp, spaCy or Scrapy."""
    for number in range(58):
        name = f"paper{number}"
        (areas / "elsewhere" / "sources" / f"{name}.yml").write_text(SOURCE.format(name=name))
    bag = found()
    assert len(bag["dags"]) == 63
    assert bag["seconds"] < 2
    assert not {"pipeline", "nlp", "spacy", "sklearn", "scrapy", "elasticsearch"} & set(bag["loaded"])


def test_failures_are_mailed(found: Read) -> None:
    """With a duty address every DAG has its mail on failure; without one there is none."""
    dags = found(WEATHERVANE_DUTY_MAIL="duty@council.example")["dags"]
    assert {dag["callbacks"] for dag in dags.values()} == {1}
    assert {dag["callbacks"] for dag in found()["dags"].values()} == {0}
