"""Lets a real Airflow run the demo's week as production does, kills a crawl on the way, and compares with `vane demo`.

    .ci/airflow        starts PostgreSQL and Elasticsearch and calls this with their addresses in the environment

Everything is started by the command lines of docker-compose.yml: set-up, API server, scheduler, DAG processor, console.
"""

import json
import os
import signal
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from datetime import timedelta
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import httpx
from compose import ROOT, Compose
from rest import Airflow, until

from pipeline.cli.demo import CRAWLED, DAYS, FIRST_DAY, local_web

AREA = "demo"
MORNINGS = [FIRST_DAY + timedelta(days=day, hours=8, minutes=30) for day in range(1, DAYS + 1)]
SERVICES = ("api-server", "scheduler", "dag-processor", "console")
STATUS = ["vane", "status", "--area", AREA, "--json"]
HISTORY = ["vane", "init", AREA, "--history", str(ROOT / "areas" / AREA / "history.csv")]
STARTED = time.monotonic()


def say(text: str) -> None:
    """One line with the seconds since the start."""
    sys.stdout.write(f"airflow {time.monotonic() - STARTED:6.1f} s  {text}\n")
    sys.stdout.flush()


def free_port() -> int:
    """A port nobody listens on."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        return int(free.getsockname()[1])


@contextmanager
def group(compose: Compose, name: str) -> Iterator[None]:
    """A service, stopped with its whole process group at the end."""
    process = compose.start(name)
    try:
        yield
    finally:
        for sign in (signal.SIGTERM, signal.SIGKILL):
            with_group(process.pid, sign)
            try:
                process.wait(20)
                break
            except subprocess.TimeoutExpired:
                continue
        with_group(process.pid, signal.SIGKILL)


def with_group(pid: int, sign: signal.Signals) -> None:
    """Signal a process group that may be gone already."""
    try:
        os.killpg(pid, sign)
    except ProcessLookupError:
        return


def kill_a_crawl(home: Path) -> str:
    """SIGKILL the process group of the first crawl task seen fetching; gives its source."""

    def fetching() -> tuple[int, str] | None:
        for folder in Path("/proc").glob("[0-9]*"):
            try:
                words = (folder / "cmdline").read_bytes().decode(errors="replace").split("\0")
                ours = f"AIRFLOW_HOME={home}".encode() in (folder / "environ").read_bytes()
            except OSError:  # it ended while we looked
                continue
            if ours and "crawl" in words and "--source" in words:
                return os.getpgid(int(folder.name)), words[words.index("--source") + 1]
        return None

    leader, source = until("a crawl task's process", fetching, 120, 0.02)
    time.sleep(1)  # in the middle of it, not at its first instruction
    os.killpg(leader, signal.SIGKILL)
    return str(source)


def crawl_all(airflow: Airflow, home: Path) -> None:
    """Unpause everything, kill one crawl, and wait until every source was crawled and the monitor has followed."""
    names = airflow.dags()
    crawls = sorted(name for name in names if name.startswith("crawl."))
    for name in [*sorted(names - set(crawls)), *crawls]:
        airflow.unpause(name)
    killed = f"crawl.{AREA}.{kill_a_crawl(home)}"
    say(f"{len(names)} DAGs unpaused; killed {killed} in the middle")

    def crawled() -> bool:
        return all(any(run["state"] == "success" for run in airflow.runs(name)) for name in crawls)

    until("every crawl DAG's success", crawled, 900)
    tries = max(airflow.tries(killed, run["dag_run_id"]) for run in airflow.runs(killed))
    if tries < 2:
        raise RuntimeError(f"{killed} was killed, yet no task of it was tried twice")
    say(f"{len(crawls)} crawl DAGs succeeded; the killed one on try {tries}")


def follow(airflow: Airflow) -> None:
    """The monitor was started by asset events; then the week, morning by morning, through the REST API."""
    monitor, digest = f"monitor.{AREA}", f"digest.{AREA}"

    def rung() -> list[dict[str, Any]]:
        runs = airflow.runs(monitor)
        rest = all(run["state"] in {"success", "failed"} for run in runs)
        return (
            [run for run in runs if run["run_type"] == "asset_triggered" and run["state"] == "success"] if rest else []
        )

    say(f"{len(until('a monitor run started by an asset event', rung))} monitor runs were started by asset events")
    for morning in MORNINGS:
        airflow.trigger(monitor, morning.isoformat())
        airflow.trigger(digest, morning.isoformat())
    say(f"{len(MORNINGS)} mornings: monitor and digest through the REST API")


def compare(expected: dict[str, Any], found: dict[str, Any]) -> None:
    """Print both, number by number; raises where they differ."""
    differ = []
    for name, number in expected["holds"].items():
        other = found["holds"][name]
        say(f"  {name:<12} vane demo {number:>6}   Airflow {other:>6}")
        if name != "crawls" and other != number:  # the killed crawl and the timetable may crawl again: nothing new
            differ.append(name)
    ours, theirs = expected["outcomes"], found["outcomes"]
    stages = sorted(ours.keys() - {"crawl", "extract"})
    differ += [f"{stage} {ours[stage]} against {theirs[stage]}" for stage in stages if ours[stage] != theirs[stage]]
    if differ:
        raise RuntimeError(f"the ledgers differ: {'; '.join(differ)}")


def production(work: Path, web: str) -> tuple[Compose, str, str]:
    """docker-compose.yml on this machine, and the addresses of its API server and console."""
    api, console, database = free_port(), free_port(), urlsplit(os.environ["POSTGRES_URL"]).port
    places = {name: str(work / name[1:]) for name in ("/airflow", "/data", "/tmp")}  # noqa: S108  names inside the containers
    places |= {
        "/run/secrets": str(work / "secrets"),
        "/app": str(ROOT),
        "0.0.0.0": "127.0.0.1",  # noqa: S104
        "//airflow@postgres": f"//airflow@127.0.0.1:{database}",
        "//vane@postgres": f"//vane@127.0.0.1:{database}",
        "http://elasticsearch:9200": os.environ["ES_SECURED_URL"],
        "http://api-server:8080": f"http://127.0.0.1:{api}",
        "8080": str(api),
        "8974": str(free_port()),
        "8000": str(console),
    }
    more = {
        "VANE_WEB": f"http://{web}",
        "VANE_LOOPBACK": web,
        "WEATHERVANE_NOW_CRAWL": CRAWLED.isoformat(),
        "WEATHERVANE_NOW": FIRST_DAY.isoformat(),  # before the week: its mornings are run one by one below
        "WEATHERVANE_NOW_DIGEST": MORNINGS[0].isoformat(),
    }
    compose = Compose({"VANE_AREA": AREA}, places, work / "logs", more)
    return compose, f"http://127.0.0.1:{api}", f"http://127.0.0.1:{console}"


def prepare(work: Path, compose: Compose) -> None:
    """Folders, secrets, databases with their owners, tables, pools, the user, and the demo's history."""
    for name in ("airflow", "data", "tmp", "logs"):
        (work / name).mkdir()
    subprocess.run(["make", "--silent", "secrets", f"SECRETS={work / 'secrets'}"], cwd=ROOT, check=True)
    for path in Path(os.environ["ES_SECURED_PASSWORDS"]).iterdir():
        (work / "secrets" / path.name).unlink()
        (work / "secrets" / path.name).write_bytes(path.read_bytes())
    server = urlsplit(os.environ["POSTGRES_URL"])
    login = {"PGHOST": "127.0.0.1", "PGPORT": str(server.port), "PGPASSWORD": server.password or ""}
    make = ["bash", "-ec", compose.config("databases")]
    subprocess.run(make, env=os.environ | login | {"POSTGRES_USER": "postgres"}, check=True, stdout=subprocess.DEVNULL)
    compose.run("setup")
    compose.run("scheduler", *HISTORY)


def serves(address: str) -> Callable[[], bool]:
    """Whether the console at an address says that it is well."""

    def asked() -> bool:
        try:
            return httpx.get(f"{address}/healthz", trust_env=False).is_success
        except httpx.HTTPError:
            return False

    return asked


def scheduled(work: Path) -> dict[str, Any]:
    """The week under Airflow; what the stores hold afterwards."""
    with ExitStack() as running:
        compose, api, console = production(work, running.enter_context(local_web()))
        running.push(lambda kind, *_: tell(compose) if kind else None)
        prepare(work, compose)
        say("set up: databases, tables, pools, user")
        for name in SERVICES:
            running.enter_context(group(compose, name))
        airflow = Airflow(api, (work / "secrets" / "airflow_admin").read_text())
        until("Airflow to be healthy", airflow.healthy)
        airflow.sign_in()
        sources = len(list((ROOT / "areas" / AREA / "sources").glob("*.yml")))
        until(f"{sources + 3} DAGs", lambda: len(airflow.dags()) == sources + 3)
        until("the console", serves(console))
        say(f"{', '.join(SERVICES)} are healthy; {sources + 3} DAGs")
        crawl_all(airflow, work / "airflow")
        follow(airflow)
        return dict(json.loads(compose.run("scheduler", *STATUS)))


def tell(compose: Compose) -> None:
    """The last words of every service, because something failed."""
    for path in sorted(compose.logs.glob("*.log")):
        say(f"last words of {path.stem}:\n{compose.tail(path.stem)}")


def embedded(work: Path) -> dict[str, Any]:
    """What the stores hold after `vane demo`."""
    clean = {name: value for name, value in os.environ.items() if not name.startswith(("VANE_", "ES_"))}

    def vane(data: Path, *arguments: str) -> str:
        command, env = [str(ROOT / ".venv/bin/vane"), *arguments], clean | {"VANE_DATA": str(data)}
        return subprocess.run(command, env=env, check=True, stdout=subprocess.PIPE, text=True).stdout

    vane(work, "demo", "--no-serve")
    return dict(json.loads(vane(work / AREA, *STATUS[1:])))


def main() -> None:
    """Both ways, compared; everything is in a temporary folder."""
    with tempfile.TemporaryDirectory(prefix="vane-airflow-") as folder:
        expected = embedded(Path(folder) / "reference")
        say("vane demo is done")
        compare(expected, scheduled(Path(folder)))
    say("the ledgers agree: passed")


if __name__ == "__main__":
    main()
