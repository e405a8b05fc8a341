"""`vane real`: every stage on a folder of saved files, for a real council, into both indexes, with a report."""

import json
import os
import shutil
import subprocess
import sys
from collections import Counter
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated, Any

import typer
import yaml

from pipeline.cli.demo import local_web
from pipeline.cli.options import NowOption, moment
from pipeline.errors import VaneError
from pipeline.settings import ROOT, Settings, load
from pipeline.stages import datasets, saved, trial
from pipeline.stages.context import Context, open_context
from pipeline.stages.init import init
from pipeline.stages.saved import SavedFile

FIXTURES = "fixtures"  # the folder of saved pages beside the data sets: only there are ordinary texts added
DROP = """\
id: ordinary_uk
name: Real ordinary British texts
class: social
spider: csv
url: drop:ordinary_uk
scope: national
owner: the data set's README
basis: a trial on saved files, on this machine only
licence: see the data set's README
robots: a file
fields_kept: [text, published_at]
fields_dropped: [author]
"""


def add(app: typer.Typer) -> None:
    """Add the command."""
    app.command("real")(real)


def real(
    area: Annotated[str, typer.Option("--area", help="A council's name or LAD code.")] = "oldham",
    folder: Annotated[Path, typer.Option("--from", help="Folder of saved pages, feeds, API answers and CSV.")] = Path(
        "../shared/fixtures"
    ),
    mirror: Annotated[Path, typer.Option("--mirror", help="Folder of the open data sets.")] = Path(
        "../shared/datasets"
    ),
    now: NowOption = "",
) -> None:
    """Crawl saved files with the production spiders, read them, index them twice, and report on each."""
    if not folder.is_dir():
        raise VaneError(f"{folder} is no folder: give one that holds saved pages, feeds, API answers or CSV")
    settings = load().model_copy(update={"data": load().data / "real"})
    shutil.rmtree(settings.data, ignore_errors=True)
    datasets.fetch(settings, mirror, ["geography"])
    here = init(settings, area)
    at = moment(now, "--now") or datetime.now(UTC)
    if folder.name == FIXTURES:
        trial.ordinary_drop(mirror, here / "drop" / "ordinary_uk", at)
        (here / "sources" / "ordinary_uk.yml").write_text(DROP, encoding="utf-8")
    with elasticsearch(settings) as es_url, local_web("--from", str(folder)) as address:
        files = declare(folder, address, here)
        where = {"web": f"http://{address}", "loopback": (address,), "area": here.name}
        context = open_context(settings.model_copy(update={**where, "es_url": ""}), here.name, now=at)
        second = open_context(settings.model_copy(update={**where, "es_url": es_url}), here.name, now=at)
        trace = trial.whole(context, second)
        _report(context, second, trace, files, settings.data / "report")
        second.index.clear()
        second.close()
        context.close()


def declare(folder: Path, address: str, here: Path) -> list[SavedFile]:
    """Declare the folder's files as sources of the area; returns what each file is, in name order."""
    home = yaml.safe_load((here / "area.yml").read_text(encoding="utf-8"))["authorities"][0]
    command = [sys.executable, "-m", "areas.demo.web", "--port", address.rpartition(":")[2], "--from", str(folder)]
    done = subprocess.run(
        [*command, "--declare", str(here / "sources"), "--home", home], check=True, capture_output=True, text=True
    )
    return [SavedFile.model_validate_json(line) for line in done.stdout.splitlines()]


@contextmanager
def elasticsearch(settings: Settings) -> Iterator[str]:
    """The server at ES_URL, else one started as CI does; says so where neither can be had."""
    if settings.es_url:
        yield settings.es_url
        return
    script, folder = ROOT / ".ci" / "elasticsearch", ROOT / ".build" / "elasticsearch"
    if not script.is_file():
        raise VaneError("no Elasticsearch: set ES_URL to a server")
    started = subprocess.run([str(script), "start", str(folder)], check=False, capture_output=True, text=True)
    url = next((line.partition("=")[2] for line in started.stdout.splitlines() if line.startswith("ES_URL=")), "")
    if started.returncode or not url:
        why = (started.stderr.strip().splitlines() or ["it did not start"])[-1]
        raise VaneError(f"no Elasticsearch: {why}; set ES_URL to a server")
    try:
        yield url
    finally:
        subprocess.run([str(script), "stop", str(folder)], check=False, capture_output=True, env=os.environ)


def _report(context: Context, second: Context, trace: trial.Trace, files: Sequence[SavedFile], folder: Path) -> None:
    """Write `files.jsonl` and `documents.jsonl`, and print the sums."""
    folder.mkdir(parents=True, exist_ok=True)
    indexes = {"sqlite": context.index, "elasticsearch": second.index}
    rows = list(trial.told(context, trace, indexes))
    of_files = by_file(files, trace)
    _lines(folder / "documents.jsonl", rows)
    _lines(folder / "files.jsonl", [row.model_dump(by_alias=True) for row in of_files])
    both = sum(all(row["indexed"].values()) for row in rows)  # type: ignore[attr-defined]
    refused = sum(map(len, trace.refused.values())) + sum(len(crawl.refusals) for crawl in trace.crawls)
    typer.echo(_told(of_files))
    typer.echo(f"{len(rows)} documents, {both} in both indexes; {refused} not readable, each with its reason")
    typer.echo(f"{sum(bool(row['flag']) for row in rows)} flagged; report in {folder}")
    for row in rows:
        if str(row["alert"]).startswith("alert"):
            typer.echo(f"{row['alert']}: {row['stance']} {', '.join(row['narratives'])} {', '.join(row['areas'])}")  # type: ignore[arg-type]


def by_file(files: Sequence[SavedFile], trace: trial.Trace) -> list[saved.FileOutcome]:
    """What became of each file, in order."""
    return list(saved.outcomes(files, trace.documents, trace.refused, trace.crawls))


def _told(rows: Sequence[saved.FileOutcome]) -> str:
    """Files by outcome in one line; what is neither of the named ones is told in the report."""
    number = Counter(row.outcome for row in rows)
    named = {saved.READ: "read", saved.REFUSED: "refused", saved.NO_TEXT: "without a text"}
    sums = ", ".join(f"{number[outcome]} {words}" for outcome, words in named.items())
    others = len(rows) - number[saved.NO_SOURCE] - sum(number[outcome] for outcome in named)
    return f"{len(rows)} files, {number[saved.NO_SOURCE]} of them no sources; {sums}, {others} not fetched"


def _lines(path: Path, rows: list[dict[str, Any]]) -> None:
    path.write_text("".join(json.dumps(row, ensure_ascii=False) + "\n" for row in rows), encoding="utf-8")
