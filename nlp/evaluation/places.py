"""Scores the places found in gold/places_test.jsonl: spans and authorities together, with and without a home area."""

from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Literal, NamedTuple

import numpy as np
import numpy.typing as npt
from pydantic import BaseModel, ConfigDict

from nlp import labelled, measures
from nlp.annotate import Reader, Text
from nlp.annotations import Mention

TEXTS = "places_test.jsonl"
COUNTER = "places_times_scored.json"  # beside the gold: how often these texts were looked at
Counts = npt.NDArray[np.int64]


class GoldPlace(BaseModel):
    """A place of a text: its span, and the authority it lies in; regions and places abroad have none."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    start: int
    end: int
    phrase: str
    level: Literal["place", "region", "foreign"]
    lad_code: str


class PlacesText(BaseModel):
    """A labelled text and the authority its source belongs to ("" where unknown)."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    id: str
    home_lad: str
    text: str
    gold: tuple[GoldPlace, ...]


class Tally(NamedTuple):
    """What became of one text: places right in span and authority, found elsewhere, found wrongly, missed."""

    right: int
    matched: int
    wrong: int
    missed: int


def read(path: Path) -> list[PlacesText]:
    """The labelled texts of a file."""
    with path.open(encoding="utf-8") as lines:
        return [PlacesText.model_validate_json(line) for line in lines if line.strip()]


def evaluate(gold: Path, reader: Reader) -> dict[str, measures.Score]:
    """Figures by name, each with its interval; empty where there are no texts or no gazetteer to find them with.

    Counts the look at the texts in COUNTER.
    """
    path = gold / TEXTS
    if not path.is_file() or not reader.knows_places:
        return {}
    texts = read(path)
    labelled.looked(gold / COUNTER)
    told, untold = tally(texts, reader), tally(texts, reader, home=False)
    local = [bool(text.home_lad) for text in texts]
    return {
        **figures("", told),
        **figures("_home_given", _only(told, local)),
        **figures("_home_withheld", _only(untold, local)),
        **figures("_no_home", _only(told, [not yes for yes in local])),
    }


def tally(texts: Sequence[PlacesText], reader: Reader, home: bool = True) -> list[Tally]:
    """What became of each text; with `home` false no text's home area is told."""
    readings = reader.annotate(Text(text.text, home=text.home_lad if home else "") for text in texts)
    return [compare(text.gold, reading.annotation.mentions) for text, reading in zip(texts, readings, strict=True)]


def compare(gold: Iterable[GoldPlace], mentions: Iterable[Mention]) -> Tally:
    """Match mentions to places by overlap, one each; a mention without authority, or upon a region, is not scored."""
    places = [place for place in gold if place.level == "place"]
    regions = [place for place in gold if place.level == "region"]
    right = wrong = 0
    open_places = list(places)
    for mention in mentions:
        if not mention.lad:
            continue
        if (place := _upon(mention, open_places)) is not None:
            open_places.remove(place)
            right += mention.lad == place.lad_code
        elif _upon(mention, regions) is None:
            wrong += 1
    return Tally(right, len(places) - len(open_places), wrong, len(open_places))


def figures(suffix: str, tallies: Sequence[Tally]) -> dict[str, measures.Score]:
    """Precision, recall and F1 end to end (span and authority) and of spans alone, over these texts."""
    table = np.array(tallies, dtype=np.int64).reshape(-1, 4)
    measured = {"f1": _f1, "precision": _precision, "recall": _recall, "spans_f1": _spans_f1}
    return {f"{name}{suffix}": measures.score(measure, table) for name, measure in measured.items()}


def _upon(mention: Mention, places: Iterable[GoldPlace]) -> GoldPlace | None:
    return next((p for p in places if mention.start < p.end and mention.end > p.start), None)


def _only(tallies: Sequence[Tally], chosen: Sequence[bool]) -> list[Tally]:
    return [one for one, yes in zip(tallies, chosen, strict=True) if yes]


def _share(part: float, whole: float) -> float:
    return float(part / whole) if whole else float("nan")


def _f1(table: Counts) -> float:
    right, matched, wrong, missed = table.sum(axis=0)
    return _share(2 * right, 2 * matched + wrong + missed)


def _precision(table: Counts) -> float:
    right, matched, wrong, _ = table.sum(axis=0)
    return _share(right, matched + wrong)


def _recall(table: Counts) -> float:
    right, matched, _, missed = table.sum(axis=0)
    return _share(right, matched + missed)


def _spans_f1(table: Counts) -> float:
    _, matched, wrong, missed = table.sum(axis=0)
    return _share(2 * matched, 2 * matched + wrong + missed)
