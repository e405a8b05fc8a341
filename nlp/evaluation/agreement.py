"""How well two labellings of the same texts agree: chance-corrected for single labels, by overlap for sets."""

from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from nlp import labelled, measures
from nlp.annotations import Refused
from nlp.evaluation import figures
from nlp.labelled import GoldText, Labels
from nlp.measures import Score

Array = npt.NDArray[Any]
SECOND = "second.jsonl"  # beside the gold: the same texts, labelled again from the bare text
SETS = ("mechanisms", "targets", "signals")


def read(gold: Path) -> dict[str, Any] | None:
    """Agreement of gold/second.jsonl with the gold texts of the same ids; None where there is no such file.

    Raises Refused where it names a text that no gold file holds.
    """
    path = gold / SECOND
    if not path.is_file():
        return None
    first = {text.id: text for text in (*labelled.training(gold), *labelled.held_out(gold))}
    second = list(labelled.second(path))
    if unknown := sorted(each.id for each in second if each.id not in first):
        raise Refused(f"{path}: no gold text has the id {unknown[0]}; mend or remove that line")
    return agreement(first, second)


def agreement(first: Mapping[str, GoldText], second: Iterable[Labels]) -> dict[str, Any]:
    """Per axis Cohen's kappa, or the mean Jaccard overlap and the F1 of sets, with intervals; and how many texts."""
    pairs = [(first[each.id], each) for each in second]
    kappas: dict[str, list[tuple[Any, Any]]] = {
        "stance": [(a.stance, b.stance) for a, b in pairs],
        "narrative": [(a.narrative or "", b.narrative or "") for a, b in pairs],
        "flag": [(a.flag, b.flag) for a, b in pairs],
        "hate": [(a.hate, b.hate) for a, b in pairs],
        "checkworthy": [(a.checkworthy, b.checkworthy) for a, b in pairs],
    }
    result: dict[str, Any] = {"texts": len(pairs), "kappa": {}, "same": {}, "jaccard": {}, "f1": {}}
    for axis, rows in kappas.items():
        left, right = (np.array([row[side] for row in rows]) for side in (0, 1))
        result["kappa"][axis] = measures.score(measures.kappa, left, right)
        result["same"][axis] = measures.score(measures.same, left, right)
    for axis in SETS:
        sets = [(getattr(a, axis), getattr(b, axis)) for a, b in pairs]
        result["jaccard"][axis] = measures.score(np.mean, np.array([_overlap(a, b) for a, b in sets]))
        result["f1"][axis] = _f1([a for a, _ in sets], [b for _, b in sets])
    return result


def _f1(first: Sequence[Sequence[str]], second: Sequence[Sequence[str]]) -> Score:
    return figures.micro(first, second) if first else measures.score(measures.share, np.array([]))


def _overlap(first: Sequence[str], second: Sequence[str]) -> float:
    """Jaccard's overlap; two empty sets agree wholly."""
    together = {*first, *second}
    return len({*first} & {*second}) / len(together) if together else 1.0
