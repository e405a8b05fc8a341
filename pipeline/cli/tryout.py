"""`vane try …`: one step on the caller's own file; touches no store."""

import json
import sys
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Annotated, Any, TextIO

import typer

from crawlers import pages
from nlp import edges
from nlp.annotate import load as load_reader
from nlp.claims import Library
from pipeline import spikes
from pipeline.areas import load as load_area
from pipeline.errors import VaneError
from pipeline.settings import load

app = typer.Typer(help='Run one step on your own FILE (or stdin, "-"); nothing is stored.', no_args_is_help=True)
FileArgument = Annotated[str, typer.Argument(help="A file, or - for standard input.")]
RejectsOption = Annotated[str, typer.Option("--rejects", help="Write records that could not be read to this file.")]
REJECTED = 3  # exit code when a record could not be read


def add(parent: typer.Typer) -> None:
    """Add the group of commands."""
    parent.add_typer(app, name="try")


@app.command("extract")
def extract(
    folder: Annotated[Path, typer.Argument(metavar="DIR", help="Folder of *.html, *.htm, *.html.gz.")],
    rejects: RejectsOption = "",
) -> None:
    """Text, title and date of saved pages."""
    if not folder.is_dir():
        raise VaneError(f"{folder} is no folder: give one that holds saved pages")
    _print(pages.extract_folder(folder), rejects)


@app.command("annotate")
def annotate(
    file: FileArgument = "-",
    area: Annotated[str, typer.Option("--area", help="Use this area's places and taxonomy.")] = "",
    rejects: RejectsOption = "",
) -> None:
    """Stance, mechanisms, targets, narratives, signals, places and evidence of texts."""
    folder = load_area(load(), area).folder if area else None
    with _lines(file) as lines:
        _print(edges.annotate_lines(lines, load_reader(folder)), rejects)


@app.command("group")
def group(file: FileArgument = "-", rejects: RejectsOption = "") -> None:
    """Which texts tell the same story, in the order they come."""
    with _lines(file) as lines:
        _print(edges.group_lines(lines), rejects)


@app.command("claims")
def claims(
    library: Annotated[Path, typer.Option("--library", help="Known claims, JSON lines {id, claim, title?}.")],
    file: FileArgument = "-",
    rejects: RejectsOption = "",
) -> None:
    """Which known claim a text makes, and whether one is sure enough."""
    with _lines(file) as lines:
        _print(edges.claims_lines(lines, Library.load(library)), rejects)


@app.command("spikes")
def try_spikes(
    file: FileArgument = "-",
    alpha: Annotated[float, typer.Option("--alpha", min=1e-9, max=0.5, help="Alarm when p is below this.")] = 0.001,
    rejects: RejectsOption = "",
) -> None:
    """Which counts of a series rise above what came before."""
    with _lines(file) as lines:
        found = spikes.try_lines(lines, alpha)
        _finish(_told(found, sys.stdout.write), rejects)


@contextmanager
def _lines(file: str) -> Iterator[Iterable[str]]:
    """Lines of a file or of standard input, as UTF-8; a byte that is not becomes a mark, and that line is rejected."""
    if file == "-":
        sys.stdin.reconfigure(encoding="utf-8", errors="surrogateescape")  # type: ignore[union-attr]
        yield sys.stdin
        return
    path = Path(file)
    if not path.is_file():
        raise VaneError(f"{file} is no file: give one, or - for standard input")
    with path.open(encoding="utf-8", errors="surrogateescape", newline="") as lines:
        yield lines


def _print(found: Iterable[Any], rejects: str) -> None:
    _finish(_told(found, lambda item: sys.stdout.write(json.dumps(item, ensure_ascii=False) + "\n")), rejects)


def _told(found: Iterable[Any], write: Any) -> Iterator[edges.Reject]:
    """Write results as they come; hand on the rejects."""
    for item in found:
        if isinstance(item, edges.Reject | spikes.Reject):
            yield edges.Reject(line=item.line, reason=item.reason, record=item.record)
        else:
            write(item)


def _finish(rejected: Iterable[edges.Reject], rejects: str) -> None:
    """Tell rejects on stderr and in their file; exit code 3 when there was one."""
    failed = False
    out: TextIO | None = Path(rejects).open("w", encoding="utf-8", errors="surrogateescape") if rejects else None  # noqa: SIM115
    for item in rejected:
        failed = True
        sys.stderr.write(f"line {item.line}: {item.reason}\n")
        if out:
            out.write(json.dumps({"line": item.line, "reason": item.reason, "record": item.record}) + "\n")
    sys.stdout.flush()
    if out:
        out.close()
    if failed:
        raise SystemExit(REJECTED)
