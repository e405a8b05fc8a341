"""Kill each stage at random moments, run it again, and compare every row with an undisturbed run.

    python -m benchmarks.kills [--kills 20] [--stage annotate] [--seed 1]

Works on the demo's week in a folder of its own. Needs ES_URL for the second index; says so where it is not set.
"""

import argparse
import json
import os
import random
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from sqlalchemy import select

from pipeline.cli.demo import CRAWLED, local_web
from pipeline.index import open_index
from pipeline.ledger import Ledger, keys
from pipeline.ledger.tables import metadata
from pipeline.records import Entity
from pipeline.settings import Settings, secret

AREA = "demo"
NOW = "2026-09-14T08:30:00+01:00"
LATER = "2026-10-20T08:30:00+01:00"  # posts are over their thirty days, so `retain` has work
STAGES: tuple[tuple[str, str], ...] = (
    ("crawl", CRAWLED.isoformat()),
    ("extract", CRAWLED.isoformat()),
    ("annotate", NOW),
    ("group", NOW),
    ("alert", NOW),
    ("index", NOW),
    ("digest", NOW),
    ("retain", LATER),
)


INDEXED = frozenset({"index", "retain"})  # stages that touch the index: only these are killed on the second one too


class Bench:
    """A folder in which stages are run, with the stores they write."""

    def __init__(self, root: Path, web: str, es_url: str) -> None:
        self.root, self.web, self.es_url = root, web, es_url
        self.prefixes = 0

    def settings(self, data: Path, *, elastic: bool) -> Settings:
        """Settings of the stores in `data`, with one of the two indexes."""
        prefix = f"kills-{data.name}-{os.getpid()}".lower()
        return Settings(data=data, es_url=self.es_url if elastic else "", es_prefix=prefix)

    def start(self, stage: str, now: str, data: Path, *, elastic: bool) -> "subprocess.Popen[str]":
        """Start a stage in a process group of its own; returns when it has begun."""
        settings = self.settings(data, elastic=elastic)
        given = {"VANE_DATA": str(data), "VANE_WEB": f"http://{self.web}", "VANE_LOOPBACK": self.web}
        given |= {"VANE_ES_PREFIX": settings.es_prefix, "ES_URL": settings.es_url}
        command = [sys.executable, "-c", "from pipeline.cli import main; main()", stage, "--area", AREA, "--now", now]
        process = subprocess.Popen(
            command,
            env={**os.environ, **given},
            stdout=subprocess.DEVNULL,
            stderr=subprocess.PIPE,
            text=True,
            start_new_session=True,
        )
        for line in process.stderr or ():
            if "begin" in line:
                return process
        raise SystemExit(f"{stage} did not begin: exit code {process.wait()}")

    def run(self, stage: str, now: str, data: Path, *, elastic: bool) -> float:
        """Run a stage to its end; returns the seconds after its start-up."""
        process = self.start(stage, now, data, elastic=elastic)
        began = time.monotonic()
        errors = process.stderr.read() if process.stderr else ""
        if process.wait():
            raise SystemExit(f"{stage} failed: {errors[-2000:]}")
        return time.monotonic() - began

    def kill(self, stage: str, now: str, data: Path, after: float, *, elastic: bool) -> bool:
        """Start a stage and kill its process group; returns whether it was still running."""
        process = self.start(stage, now, data, elastic=elastic)
        time.sleep(after)
        running = process.poll() is None
        os.killpg(process.pid, signal.SIGKILL) if running else None
        process.wait()
        return running

    def state(self, data: Path, *, elastic: bool) -> dict[str, list[str]]:
        """Every row of the ledger, every record of the index, and every file that was sent."""
        ledger = Ledger(f"sqlite:///{data / 'ledger.sqlite'}")
        with ledger.read() as tx:
            rows = {
                table.name: [_row(dict(row._mapping)) for row in tx.execute(select(table))]
                for table in metadata.sorted_tables
            }
        ledger.close()
        index = open_index(self.settings(data, elastic=elastic))
        index.prepare()
        found = {f"index {entity}": [record.model_dump_json() for record in index.dump(entity)] for entity in Entity}
        index.close()
        inboxes = [path.name for path in (data / "inbox").glob("*") if not path.name.startswith(".")]
        sinks = [str(path.relative_to(data)) for path in (data / "sinks").rglob("*") if path.is_file()]
        whole = {**rows, **found, "inbox": inboxes, "sinks": sinks}
        return {name: sorted(values) for name, values in whole.items()}

    def finish(self, data: Path, *, elastic: bool) -> dict[str, list[str]]:
        """The state a run ended in; its folder and index are removed."""
        found = self.state(data, elastic=elastic)
        if elastic:
            index = open_index(self.settings(data, elastic=True))
            index.clear()
            index.close()
        shutil.rmtree(data)
        return found


def _row(row: Mapping[str, Any]) -> str:
    return json.dumps({name: str(value) for name, value in row.items()}, sort_keys=True)


def prepared(bench: Bench) -> Path:
    """The empty data folder of the demo with its key of the day, so that voices are the same in every run."""
    data = bench.root / "start"
    secret(Settings(data=data))  # ids and voices are keyed: every run needs the same keys
    ledger = Ledger(f"sqlite:///{data / 'ledger.sqlite'}")
    ledger.migrate()
    with ledger.begin() as tx:
        for moment in (CRAWLED, *map(type(CRAWLED).fromisoformat, (NOW, LATER))):
            keys.of_day(tx, moment.date())
    ledger.close()
    return data


def differences(wanted: Mapping[str, list[str]], found: Mapping[str, list[str]]) -> Iterator[str]:
    """Which tables differ, with the first row that does."""
    for name, rows in wanted.items():
        if rows != found[name]:
            odd = sorted(set(rows) ^ set(found[name])) or ["same rows, another number of times"]
            yield f"{name}: {len(rows)} rows wanted, {len(found[name])} found; first difference {odd[0][:300]}"


@dataclass(frozen=True)
class Trial:
    """One stage at one moment, from one state of the stores, with one of the two indexes."""

    stage: str
    now: str
    before: Path
    elastic: bool

    def fresh(self, bench: Bench, name: str) -> Path:
        """A copy of the state before the stage; Elasticsearch is filled anew, since its files are not in the folder."""
        data = bench.root / f"{self.stage}-{name}-{'es' if self.elastic else 'fts'}"
        shutil.copytree(self.before, data)
        if self.elastic and self.stage in {"digest", "retain"}:
            bench.run("reindex", self.now, data, elastic=True)
        return data

    def whole(self, bench: Bench) -> tuple[float, dict[str, list[str]]]:
        """Running time after start-up, and the state an undisturbed run ends in."""
        data = self.fresh(bench, "whole")
        seconds = bench.run(self.stage, self.now, data, elastic=self.elastic)
        return seconds, bench.finish(data, elastic=self.elastic)

    def killed(self, bench: Bench, number: int, after: float) -> tuple[bool, dict[str, list[str]]]:
        """Whether the kill came in time, and the state after the stage was run again."""
        data = self.fresh(bench, f"kill-{number}")
        hit = bench.kill(self.stage, self.now, data, after, elastic=self.elastic)
        bench.run(self.stage, self.now, data, elastic=self.elastic)
        return hit, bench.finish(data, elastic=self.elastic)


def try_stage(bench: Bench, trial: Trial, kills: int, chance: random.Random) -> int:
    """Kill one stage at moments drawn evenly from its running time; returns how many ended differently."""
    seconds, wanted = trial.whole(bench)
    wrong = 0
    for number in range(kills):
        after = chance.uniform(0, seconds)
        hit, state = trial.killed(bench, number, after)
        found = list(differences(wanted, state))
        wrong += bool(found)
        moment = f"killed at {after:6.2f} of {seconds:5.2f} s{'' if hit else ' (had ended)'}"
        print(f"  {trial.stage:<9} {moment}: {'; '.join(found) or 'same'}", flush=True)
    return wrong


def main() -> None:
    """Run the kills that the command line asks for; exit code 1 when one ended differently."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else "")
    parser.add_argument("--kills", type=int, default=3)
    parser.add_argument("--stage", choices=[name for name, _ in STAGES])
    parser.add_argument("--seed", type=int, default=random.SystemRandom().randrange(10**6))
    options = parser.parse_args()
    es_url = os.environ.get("ES_URL", "")
    stores = "both indexes" if es_url else "embedded index only: ES_URL is not set"
    print(f"seed {options.seed}, {options.kills} kills a stage, {stores}")
    with tempfile.TemporaryDirectory() as folder, local_web() as web:
        bench = Bench(Path(folder), web, es_url)
        wrong = sum(_all(bench, options, elastic=elastic) for elastic in ([False, True] if es_url else [False]))
    print(f"{wrong} ended differently")
    raise SystemExit(1 if wrong else 0)


def _all(bench: Bench, options: argparse.Namespace, *, elastic: bool) -> int:
    chance, wrong = random.Random(options.seed), 0
    # Purging a real Elasticsearch waits half a minute for its soft-delete mark: a third of the kills there.
    kills = max(1, options.kills // 3) if elastic else options.kills
    data = prepared(bench)
    for stage, now in STAGES:
        if options.stage in {None, stage} and (not elastic or stage in INDEXED):
            wrong += try_stage(bench, Trial(stage, now, data, elastic), kills, chance)
        bench.run(stage, now, data, elastic=elastic)
    shutil.rmtree(data)
    return wrong


if __name__ == "__main__":
    main()
