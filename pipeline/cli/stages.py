"""`vane crawl`, `extract`, `annotate`, `group`, `alert`, `index`, `digest`, `run`, `retain`, `reindex`, `status`."""

import json
from collections.abc import Callable, Mapping
from typing import Annotated

import typer

from crawlers.items import Outcome
from pipeline.cli.options import AreaOption, FromOption, NowOption, SourceOption, ToOption, context
from pipeline.errors import Incomplete
from pipeline.stages import run, status
from pipeline.stages.alert import alert
from pipeline.stages.annotate import annotate
from pipeline.stages.context import Context
from pipeline.stages.crawl import crawl
from pipeline.stages.digest import digest
from pipeline.stages.extract import extract
from pipeline.stages.group import group
from pipeline.stages.index import index, reindex
from pipeline.stages.retain import retain

NOTHING_DUE = 99  # only with --due: the code by which a timetable knows a step that it may skip
Step = Callable[[Context], Mapping[str, object]]
WINDOWED: Mapping[str, tuple[Step, str]] = {
    "annotate": (annotate, "Read new documents: stance, narrative, signals, places, evidence."),
    "group": (group, "Put documents that tell the same story into one narrative."),
    "alert": (alert, "Raise or update alerts and tasks; list what was kept back and why."),
    "index": (index, "Put what changed into the search index."),
    "digest": (digest, "Write the day's digest and send it to the area's sinks, once."),
    "run": (run.run, "Everything from crawl to index, once."),
    "monitor": (run.monitor, "Everything after extract: annotate, group, alert, index, flash."),
    "retain": (retain, "Delete what is over its time and keep the proof."),
    "reindex": (reindex, "Build the search index anew from the ledger."),
}


def add(app: typer.Typer) -> None:
    """Add the commands."""
    app.command("crawl", help="Fetch the area's sources into the inbox.")(_crawl)
    app.command("extract", help="Read waiting inboxes: text, keyed voices, names redacted.")(_extract)
    for name, (step, text) in WINDOWED.items():
        app.command(name, help=text)(_windowed(step))
    app.command("status", help="What the stores hold, in numbers.")(_status)


def _crawl(
    area: AreaOption,
    source: SourceOption = [],  # noqa: B006
    due: Annotated[
        bool, typer.Option("--due", help=f"Named sources wait for their time too; code {NOTHING_DUE} if none is due.")
    ] = False,
    now: NowOption = "",
) -> None:
    with context(area, now) as opened:
        done = _shown(lambda: crawl(opened, source, due=due))
    if due and done and set(done.values()) == {Outcome.NOT_DUE.value}:
        raise SystemExit(NOTHING_DUE)


def _extract(area: AreaOption, source: SourceOption = [], now: NowOption = "") -> None:  # noqa: B006
    with context(area, now) as opened:
        _shown(lambda: extract(opened, source))


def _windowed(step: Step) -> Callable[..., None]:
    def command(area: AreaOption, since: FromOption = "", until: ToOption = "", now: NowOption = "") -> None:
        with context(area, now, since, until) as opened:
            _shown(lambda: step(opened))

    return command


def _status(
    area: AreaOption, as_json: Annotated[bool, typer.Option("--json", help="Print JSON, outcomes too.")] = False
) -> None:
    with context(area) as opened:
        held = status.counts(opened)
        if as_json:
            typer.echo(json.dumps({"holds": held, "outcomes": status.outcomes(opened)}, sort_keys=True))
        else:
            show(held)


def _shown(step: Callable[[], Mapping[str, object]]) -> Mapping[str, object]:
    """Run a step and print its numbers, also those of one that some records failed."""
    try:
        done = step()
    except Incomplete as error:
        show(error.done)
        raise
    show(done)
    return done


def show(counts: Mapping[str, object]) -> None:
    """Print numbers one a line, or that there was nothing to do."""
    for name, number in counts.items():
        typer.echo(f"{name:<24} {number}")
    if not counts:
        typer.echo("nothing to do")
