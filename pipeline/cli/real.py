"""`vane real`: every stage on a folder of saved files, for a real council, into both indexes, with a report."""

import json
import os
import shutil
import subprocess
import sys
from collections.abc import Iterator, Mapping
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
from pipeline.stages import datasets, trial
from pipeline.stages.context import Context, open_context
from pipeline.stages.init import init

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


def declare(folder: Path, address: str, here: Path) -> dict[str, str]:
    """Declare the folder's files as sources of the area; returns what each file is."""
    home = yaml.safe_load((here / "area.yml").read_text(encoding="utf-8"))["authorities"][0]
    command = [sys.executable, "-m", "areas.demo.web", "--port", address.rpartition(":")[2], "--from", str(folder)]
    done = subprocess.run(
        [*command, "--declare", str(here / "sources"), "--home", home], check=True, capture_output=True, text=True
    )
    lines = (line.partition(": ") for line in done.stdout.splitlines() if line)
    return {name: told for name, _, told in lines}


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


def _report(context: Context, second: Context, trace: trial.Trace, files: Mapping[str, str], folder: Path) -> None:
    """Write `files.jsonl` and `documents.jsonl`, and print the sums."""
    folder.mkdir(parents=True, exist_ok=True)
    indexes = {"sqlite": context.index, "elasticsearch": second.index}
    rows = list(trial.told(context, trace, indexes))
    _lines(folder / "documents.jsonl", rows)
    _lines(folder / "files.jsonl", list(_files(files, trace)))
    both = sum(all(row["indexed"].values()) for row in rows)  # type: ignore[attr-defined]
    refused = sum(map(len, trace.refused.values()))
    typer.echo(f"{len(files)} files, {sum('not a source' in told for told in files.values())} of them no sources")
    typer.echo(f"{len(rows)} documents, {both} in both indexes; {refused} not readable, each with its reason")
    typer.echo(f"{sum(bool(row['flag']) for row in rows)} flagged; report in {folder}")
    for row in rows:
        if str(row["alert"]).startswith("alert"):
            typer.echo(f"{row['alert']}: {row['stance']} {', '.join(row['narratives'])} {', '.join(row['areas'])}")  # type: ignore[arg-type]


def _files(files: Mapping[str, str], trace: trial.Trace) -> Iterator[dict[str, Any]]:
    """What each file is, how many documents came of it, and what could not be read."""
    by_path: dict[str, tuple[int, list[str]]] = {}
    for url in {*trace.documents, *trace.refused}:
        name = url.split("/", 3)[-1].partition("?")[0]
        by_path[name] = (len(trace.documents.get(url, [])), trace.refused.get(url, []))
    for name, told in files.items():
        number, refused = by_path.get(name, (0, []))
        yield {"file": name, "is": told, "documents": number, "refused": refused}


def _lines(path: Path, rows: list[dict[str, Any]]) -> None:
    path.write_text("".join(json.dumps(row, ensure_ascii=False) + "\n" for row in rows), encoding="utf-8")
