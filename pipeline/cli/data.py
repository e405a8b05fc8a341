"""`vane data fetch`: open data sets, from their public address or a mirror folder, with their sums checked."""

from pathlib import Path
from typing import Annotated

import typer

from pipeline.cli.options import NowOption, context
from pipeline.settings import load
from pipeline.stages import datasets
from pipeline.stages.init import init as make_area
from pipeline.stages.run import load_history

app = typer.Typer(help="Open data the tool can use: geography, training and test sets.", no_args_is_help=True)


@app.command("list")
def list_sets() -> None:
    """Every data set the registry knows, with tier and licence."""
    for item in datasets.registry():
        typer.echo(f"{item.name:<34} {item.tier}  {item.licence}")


@app.command("fetch")
def fetch(
    mirror: Annotated[str, typer.Option("--mirror", help="Folder that holds the sets, instead of their address.")] = "",
    only: Annotated[list[str], typer.Option("--only", help="Only this set; may be given again.")] = [],  # noqa: B006
    names: Annotated[
        list[str],
        typer.Option("--names", help="OS Open Names folder or ONS place names CSV you downloaded; may be given again."),
    ] = [],  # noqa: B006
) -> None:
    """Bring data sets, refuse any whose sum differs, and build the national gazetteer."""
    settings = load()
    done = datasets.fetch(settings, Path(mirror) if mirror else None, only, [Path(path) for path in names])
    for name, outcome in done.items():
        typer.echo(f"{name:<34} {outcome}")


def init(
    name: Annotated[str, typer.Argument(metavar="NAME|LAD", help="A council's name or LAD code, or an area's id.")],
    history: Annotated[
        Path | None, typer.Option("--history", help="CSV ward,theme,date,count,total: daily counts from before.")
    ] = None,
    now: NowOption = "",
) -> None:
    """Make an area folder for a council from the open geography; --history gives its ward series their past.

    An area that is there is left as it is. Counts of a day that the series hold already are replaced.
    """
    folder = make_area(load(), name)
    if history:
        with context(folder.name, now) as opened:
            done = load_history(opened, history)
        typer.echo(f"{done['cells']} counts of {done['days']} days are in the series of {folder.name}")
    typer.echo(f"{folder}: put sources into {folder / 'sources'}, then `vane source check --area {folder.name}`")
