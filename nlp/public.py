"""Openly licensed labelled sets that help some axes (tier A only), read from the folder `vane data fetch` mirrors."""

import csv
import gzip
import hashlib
import io
import json
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import NamedTuple

# Kinds of our own that the documents of ordinary_uk come in as
KINDS = {
    "petition_title": "petition",
    "hansard": "committee",
    "hansard_motion": "committee",
    "news_lead": "news",
    "council_report": "committee",
    "council_minutes": "committee",
    "council_question": "committee",
    "social_post": "social",
}


class Example(NamedTuple):
    """A public text and its answer."""

    text: str
    yes: bool


class PublicSet(NamedTuple):
    """A set by its folder's name, its licence, its file, and how a row becomes an Example (None: not used)."""

    name: str
    licence: str
    file: str
    take: Callable[[Mapping[str, str]], Example | None]


def _davidson(row: Mapping[str, str]) -> Example | None:
    # "offensive" is mostly coarse speech without a group: a negative by our definition, kept at a third of its number
    if row["label"] == "offensive" and not chosen(row["text"], 3):
        return None
    return Example(row["text"], row["label"] == "hate")


def _hatexplain(row: Mapping[str, str]) -> Example | None:
    return None if row["label"] == "offensive" else Example(row["text"], row["label"] == "hatespeech")


def _edos(row: Mapping[str, str]) -> Example | None:
    if row["label_category"].startswith(("3", "4")):  # animosity and backhanded talk: our annotators would differ
        return None
    return Example(row["text"], row["label_sexist"] == "sexist")


def _plain(row: Mapping[str, str]) -> Example | None:
    return Example(row["text"], row["label"] == "1")


HATE = (
    PublicSet("davidson2017", "MIT", "davidson.csv.gz", _davidson),
    PublicSet("hatexplain", "MIT", "hatexplain.csv.gz", _hatexplain),
    PublicSet("measuring_hate_speech_sub", "CC BY 4.0", "mhs_sub.csv.gz", _plain),
    PublicSet("edos", "CC0 1.0", "train.csv.gz", _edos),
    PublicSet("hatemoji_build", "CC BY 4.0", "train.csv.gz", _plain),
)
CHECKWORTHY = (PublicSet("checkworthy_clef2024_claimbuster", "CC BY 4.0", "train.jsonl.gz", _plain),)
ORDINARY = (
    "petitions_titles.jsonl.gz",
    "hansard.jsonl.gz",
)  # of ordinary_uk; the other files are research use: measured only
ORDINARY_MEASURED = ("news_bbc_uk.jsonl.gz", "council_kent.jsonl.gz", "social_reddit_uk.jsonl.gz")


def chosen(text: str, one_in: int) -> bool:
    """Whether a text falls in the one part in so many that its sum picks: the same on every machine, order and run."""
    return int(hashlib.sha256(text.encode()).hexdigest()[:8], 16) % one_in == 0


def examples(shared: Path, sets: tuple[PublicSet, ...]) -> Iterator[Example]:
    """The examples of several sets under `shared/datasets`, in file order."""
    for public in sets:
        for row in _rows(_datasets(shared) / public.name / public.file):
            example = public.take({key: str(value) for key, value in row.items()})
            if example is not None and example.text.strip():
                yield example


def ordinary(shared: Path, training: bool) -> Iterator[tuple[str, str]]:
    """(kind, text) of real British documents not to flag: the half that may train, or the half that never does."""
    names = ORDINARY if training else (*ORDINARY, *ORDINARY_MEASURED)
    for name in names:
        for row in _rows(_datasets(shared) / "ordinary_uk" / name):
            if chosen(str(row["text"]), 2) == training:
                yield str(row["kind"]), str(row["text"])


def every_ordinary(shared: Path) -> Iterator[tuple[str, str]]:
    """(kind, text) of all of them: for what learns nothing and is tuned on nothing, such as a council's own rule."""
    for name in (*ORDINARY, *ORDINARY_MEASURED):
        for row in _rows(_datasets(shared) / "ordinary_uk" / name):
            yield str(row["kind"]), str(row["text"])


def _datasets(shared: Path) -> Path:
    return shared / "datasets" if (shared / "datasets").is_dir() else shared


def _rows(path: Path) -> Iterator[dict[str, object]]:
    with gzip.open(path, "rb") as raw:
        lines = io.TextIOWrapper(raw, encoding="utf-8", newline="")
        if ".csv" in path.name:
            yield from csv.DictReader(lines)
        else:
            yield from (json.loads(line) for line in lines)
