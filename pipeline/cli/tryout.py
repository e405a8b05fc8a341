"""`vane try …`: one step on the caller's own file; touches no store."""

import csv
import json
import sys
from collections import deque
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Annotated, Any, BinaryIO, Protocol, runtime_checkable

import typer

from pipeline.areas import load as load_area
from pipeline.errors import VaneError
from pipeline.settings import load

app = typer.Typer(help='Run one step on your own FILE (or stdin, "-"); nothing is stored.', no_args_is_help=True)
FileArgument = Annotated[str, typer.Argument(help="A file, or - for standard input.")]
RejectsOption = Annotated[str, typer.Option("--rejects", help="Write records that could not be read to this file.")]
REJECTED = 3  # exit code when a record could not be read
REMEMBERED = 2_048  # lines kept for the rejects' file; a reject comes back within one batch of 256


def add(parent: typer.Typer) -> None:
    """Add the group of commands."""
    parent.add_typer(app, name="try")


@runtime_checkable
class Refusal(Protocol):
    """A record that a step could not read."""

    line: int
    reason: str


class Lines:
    """Lines of a file as bytes, the last ones remembered by number."""

    def __init__(self, stream: BinaryIO) -> None:
        self._stream = stream
        self._recent: deque[tuple[int, bytes]] = deque(maxlen=REMEMBERED)

    def __iter__(self) -> Iterator[bytes]:
        """Lines in order; a blank one at the very end is none."""
        for number, line in enumerate(self._stream, 1):
            self._recent.append((number, line))
            yield line

    def text(self) -> Iterator[str]:
        """Lines as text; bytes that are not UTF-8 become marks, which no number or date holds."""
        return (line.decode("utf-8", errors="replace") for line in self)

    def record(self, number: int) -> str:
        """The line of that number, as it stood."""
        found = next((line for at, line in self._recent if at == number), b"")
        return found.decode("utf-8", errors="replace").rstrip("\r\n")


@app.command("extract")
def extract(
    folder: Annotated[Path, typer.Argument(metavar="DIR", help="Folder of *.html, *.htm, *.html.gz.")],
    rejects: RejectsOption = "",
) -> None:
    """Text, title and date of saved pages."""
    from crawlers import pages  # each command waits only for what it uses

    if not folder.is_dir():
        raise VaneError(f"{folder} is no folder: give one that holds saved pages")
    _tell(pages.extract_folder(folder), _as_json, rejects, None)


@app.command("annotate")
def annotate_texts(
    file: FileArgument = "-",
    area: Annotated[str, typer.Option("--area", help="Use this area's places and taxonomy.")] = "",
    rejects: RejectsOption = "",
) -> None:
    """Stance, mechanisms, targets, narratives, signals, places and evidence of texts."""
    from nlp import annotate, edges, gazetteer

    settings = load()
    folder = load_area(settings, area).folder if area else None
    reader = annotate.load(folder, national=settings.data / gazetteer.NATIONAL)
    with _lines(file) as lines:
        _tell(edges.annotate_lines(lines, reader), _as_json, rejects, lines)


@app.command("group")
def group(file: FileArgument = "-", rejects: RejectsOption = "") -> None:
    """Which texts tell the same story, in the order they come."""
    from nlp import edges
    from nlp.similarity import Grouper

    with _lines(file) as lines:
        _tell(edges.group_lines(lines, Grouper()), _as_json, rejects, lines)


@app.command("claims")
def claims(
    library: Annotated[Path, typer.Option("--library", help="Known claims, JSON lines {id, claim, title?}.")],
    file: FileArgument = "-",
    rejects: RejectsOption = "",
) -> None:
    """Which known claim a text makes, and whether one is sure enough."""
    from nlp import edges
    from nlp.claims import Library

    if not library.is_file():
        raise VaneError(f"{library} is no file: give the known claims as JSON lines")
    with _lines(file) as lines:
        _tell(edges.claims_lines(lines, Library.load(library)), _as_json, rejects, lines)


@app.command("spikes")
def try_spikes(
    file: FileArgument = "-",
    alpha: Annotated[float, typer.Option("--alpha", min=1e-9, max=0.5, help="Alarm when p is below this.")] = 0.001,
    rejects: RejectsOption = "",
) -> None:
    """Which counts of a series rise above what came before."""
    from pipeline import spikes

    rows = csv.writer(sys.stdout, lineterminator="\n")
    with _lines(file) as lines:
        rows.writerow(spikes.HEADER)
        _tell(spikes.try_lines(lines.text(), alpha=alpha), rows.writerow, rejects, lines)


@contextmanager
def _lines(file: str) -> Iterator[Lines]:
    """A file, or standard input, line by line."""
    if file == "-":
        yield Lines(sys.stdin.buffer)
        return
    path = Path(file)
    if not path.is_file():
        raise VaneError(f"{file} is no file: give one, or - for standard input")
    with path.open("rb") as stream:
        yield Lines(stream)


def _as_json(row: Any) -> None:
    sys.stdout.write(json.dumps(row, ensure_ascii=False) + "\n")


def _tell(found: Iterable[Any], write: Callable[[Any], object], rejects: str, lines: Lines | None) -> None:
    """Write results as they come, tell rejects on stderr and in their file; exit code 3 when there was one."""
    refused = []
    for item in found:
        if not isinstance(item, Refusal):
            write(item)
            continue
        sys.stderr.write(f"line {item.line}: {item.reason}\n" if lines else f"{_name(item)}: {item.reason}\n")
        record = lines.record(item.line) if lines else _name(item)
        refused.append({"line": item.line, "reason": item.reason, "record": record})
    sys.stdout.flush()
    if rejects:
        body = "".join(json.dumps(item, ensure_ascii=False) + "\n" for item in refused)
        Path(rejects).write_text(body, encoding="utf-8")
    if refused:
        raise SystemExit(REJECTED)


def _name(item: Any) -> str:
    return str(getattr(item, "record", ""))
