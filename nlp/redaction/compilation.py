"""Makes the compact name lists of `nlp/lexicons` from the open data sets they come from."""

import csv
import gzip
from collections.abc import Iterable, Iterator
from pathlib import Path

from nlp.redaction import lists

CHILDREN = (5, 20, 200, 2000)  # borders of the ranks of first names
PLACES = (100, 1000, 5000, 20_000, 50_000)  # borders of the ranks of surnames; rarer ones helped nothing in development


def compile_names(shared: Path, out: Path = lists.FOLDER) -> None:
    """Write first_names.txt.gz and surnames.txt.gz from `shared`/datasets/names, the same bytes each time."""
    folder = shared / "datasets" / "names"
    _write(out / "first_names.txt.gz", _first_names(folder / "first_names_uk.csv.gz"))
    _write(out / "surnames.txt.gz", _surnames(folder / "surnames_us_census_1990.csv.gz"))


def rows(path: Path) -> Iterator[dict[str, str]]:
    """Rows of a gzipped CSV file."""
    with gzip.open(path, "rt", encoding="utf-8", newline="") as lines:
        yield from csv.DictReader(lines)


def _first_names(path: Path) -> Iterator[tuple[str, int]]:
    for row in rows(path):
        name = row["name"].casefold()
        if len(name) > 1 and name.replace("'", "").isalpha():
            children = int(row["boys_1996_2024"]) + int(row["girls_1996_2024"])
            rank = 1 + sum(children > border for border in CHILDREN)
            yield name, max(rank, 4) if row["top100_1904_1994"] == "1" else rank


def _surnames(path: Path) -> Iterator[tuple[str, int]]:
    for row in rows(path):
        name = row["name"].casefold()
        if len(name) > 1 and name.isalpha() and int(row["rank"]) <= PLACES[-1]:
            yield name, 1 + sum(int(row["rank"]) <= border for border in PLACES[:-1])


def _write(path: Path, ranked: Iterable[tuple[str, int]]) -> None:
    by_rank: dict[int, set[str]] = {}
    for name, rank in ranked:
        by_rank.setdefault(rank, set()).add(name)
    text = "".join(f"{rank}\t{' '.join(sorted(names))}\n" for rank, names in sorted(by_rank.items()))
    path.write_bytes(gzip.compress(text.encode(), mtime=0))
