"""`vane train` and `vane evaluate`: make the models anew, and say how good they are."""

from pathlib import Path
from typing import Annotated

import typer

from pipeline.errors import VaneError
from pipeline.settings import ROOT

GOLD = ROOT / "nlp" / "gold"
SharedOption = Annotated[
    str, typer.Option("--datasets", help="Folder of the open data sets; without it, less is learnt.")
]


def add(app: typer.Typer) -> None:
    """Add the commands."""
    app.command("train")(train_models)
    app.command("evaluate")(evaluate_models)


def train_models(
    out: Annotated[Path, typer.Option("--out", help="Where the models go.")] = ROOT / "nlp" / "models",
    gold: Annotated[Path, typer.Option("--gold", help="Folder of the gold texts.")] = GOLD,
    datasets: SharedOption = "",
) -> None:
    """Train every axis; the same files give the same models on the same machine."""
    from nlp import train as training  # scikit-learn takes a second to import

    shared = _folder(datasets)
    if shared is None:
        typer.echo(
            "without --datasets only the gold texts are learnt from: hate and check-worthiness will be weaker", err=True
        )
    training.train(gold, out, shared, progress=_say)


def evaluate_models(
    out: Annotated[Path, typer.Option("--out", help="Folder of the report.")] = ROOT / "data" / "evaluation",
    gold: Annotated[Path, typer.Option("--gold", help="Folder of the gold texts.")] = GOLD,
    datasets: SharedOption = "",
) -> None:
    """Score the shipped models on the test part; exit code 1 when a score is below its floor."""
    from nlp import annotate, evaluate

    out.mkdir(parents=True, exist_ok=True)
    result = evaluate.evaluate(gold, out, annotate.load(), _folder(datasets), progress=_say)
    low = evaluate.below_floors(result)
    typer.echo(f"report in {out}")
    if low:
        raise VaneError(f"below the floor: {'; '.join(low)}")


def _folder(given: str) -> Path | None:
    if not given:
        return None
    if not Path(given).is_dir():
        raise VaneError(f"{given} is no folder: give the folder of the data sets, or leave --datasets out")
    return Path(given)


def _say(line: str) -> None:
    typer.echo(line, err=True)
