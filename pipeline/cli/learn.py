"""`vane train` and `vane evaluate`: make the models anew, and say how good they are."""

from pathlib import Path
from typing import Annotated

import typer

from pipeline.areas import load as load_area
from pipeline.errors import VaneError
from pipeline.settings import ROOT, load

GOLD = ROOT / "nlp" / "gold"
IN_USE = ROOT / "nlp" / "models" / "report.json"
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
    curve: Annotated[
        bool, typer.Option("--curve", help="Also measure with fewer gold texts (twice as long); writes curve.json.")
    ] = False,
) -> None:
    """Train every axis; the same files give the same models on the same machine."""
    from nlp import train as training  # scikit-learn takes a second to import

    shared = _folder(datasets)
    if shared is None:
        typer.echo(
            "without --datasets only the gold texts are learnt from: hate and check-worthiness will be weaker", err=True
        )
    training.train(gold, out, shared, progress=_say, curve=curve)


def evaluate_models(
    out: Annotated[Path, typer.Option("--out", help="Folder of the report.")] = ROOT / "data" / "evaluation",
    gold: Annotated[Path, typer.Option("--gold", help="Folder of the gold texts.")] = GOLD,
    datasets: SharedOption = "",
    in_use: Annotated[
        Path, typer.Option("--against", help="report.json of the models in use; compared where it is there.")
    ] = IN_USE,
    rules: Annotated[
        bool, typer.Option("--rules", help="Only tell how often narratives with cue words fire; scores no model.")
    ] = False,
    area: Annotated[str, typer.Option("--area", help="With --rules: read this area's own taxonomy.")] = "",
    set_floors: Annotated[
        bool, typer.Option("--set-floors", help="Afterwards hold future models to this report's intervals.")
    ] = False,
) -> None:
    """Score the shipped models on the test part; exit code 1 when a score is below its floor, or a rule is too wide."""
    if rules:
        _check_rules(gold, _folder(datasets), area)
        return
    from nlp import annotate, evaluate

    out.mkdir(parents=True, exist_ok=True)
    result = evaluate.evaluate(gold, out, annotate.load(), _folder(datasets), progress=_say, in_use=in_use)
    low = evaluate.below_floors(result)
    typer.echo(f"report in {out}")
    if set_floors:
        evaluate.write_floors(result)
        typer.echo("nlp/floors.json set: lowering one is a commit of its own with a reason")
    if low:
        raise VaneError(f"below the floor: {'; '.join(low)}")


def _check_rules(gold: Path, datasets: Path | None, area: str) -> None:
    """One line per narrative with cue words; refuses one that fires on more ordinary documents than a rule should."""
    from nlp import labelled, public, taxonomy
    from nlp.evaluation import ruled

    own = load_area(load(), area).folder / "taxonomy.yml" if area else taxonomy.SHIPPED
    read = taxonomy.load(own if own.is_file() else taxonomy.SHIPPED)
    firings = ruled.fire(read, labelled.held_out(gold), public.every_ordinary(datasets) if datasets else ())
    for firing in firings:
        typer.echo(ruled.sentence(firing))
    if wide := [firing.code for firing in firings if firing.too_wide]:
        raise VaneError(
            f"{', '.join(wide)}: more than {ruled.MOST_PER_1000:g} in 1,000 ordinary documents; "
            "join cues with + or make them longer"
        )


def _folder(given: str) -> Path | None:
    if not given:
        return None
    if not Path(given).is_dir():
        raise VaneError(f"{given} is no folder: give the folder of the data sets, or leave --datasets out")
    return Path(given)


def _say(line: str) -> None:
    typer.echo(line, err=True)
