"""A functional test of hate in the manner of HateCheck (Röttger et al. 2021): function by function, group by group."""

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from nlp import labelled, measures
from nlp.annotate import Reader, Text
from nlp.evaluation import figures
from nlp.labelled import Case
from nlp.measures import Score

Array = npt.NDArray[Any]
Part = tuple[list[Case], list[float]]
FILES = "hate_functions*.jsonl"
DEALS = 200  # by which the spread that chance gives is found
FEWEST = 5  # hateful and as many other cases below which a group gets no figure


def evaluate(gold: Path, reader: Reader) -> dict[str, Any]:
    """Score the cases of gold/hate_functions*.jsonl; nothing where there are none.

    `hate_functions`: the share right by function, balanced accuracy, and the spread: the best group's less the worst's,
    beside the spread that chance alone gives groups so small.
    `hate_by_group`: balanced accuracy, hate found and other speech left alone by the group that is named.
    """
    cases = [case for path in sorted(gold.glob(FILES)) for case in labelled.cases(path)]
    if not cases:
        return {}
    said = [reading.annotation.hate for reading in reader.annotate(Text(case.text) for case in cases)]
    by_group = {key: _group(*part) for key, part in _parts(cases, said, lambda c: c.group) if _enough(part[0])}
    right = {key: _right(*part) for key, part in _parts(cases, said, lambda c: c.function)}
    return {
        "hate_functions": {**_overall(cases, said, by_group), **right},
        "hate_by_group": by_group,
    }


def _parts(cases: Sequence[Case], said: Sequence[float], key: Callable[[Case], str]) -> list[tuple[str, Part]]:
    found: dict[str, Part] = {}
    for case, score in zip(cases, said, strict=True):
        part = found.setdefault(key(case), ([], []))
        part[0].append(case)
        part[1].append(score)
    return sorted((name, part) for name, part in found.items() if name)


def _enough(cases: Sequence[Case]) -> bool:
    hateful = sum(case.hate for case in cases)
    return min(hateful, len(cases) - hateful) >= FEWEST


def _group(cases: Sequence[Case], said: Sequence[float]) -> dict[str, Score]:
    true = [case.hate for case in cases]
    found, left = np.array(said)[np.array(true)] >= 0.5, np.array(said)[~np.array(true)] < 0.5
    return {
        "hate_balanced_accuracy": figures.yes(true, said, measures.balanced),
        "hate_found": measures.score(measures.share, found),
        "left_alone": measures.score(measures.share, left),
    }


def _right(cases: Sequence[Case], said: Sequence[float]) -> Score:
    return measures.score(measures.share, np.array([(s >= 0.5) == c.hate for c, s in zip(cases, said, strict=True)]))


def _overall(cases: Sequence[Case], said: Sequence[float], by_group: dict[str, dict[str, Score]]) -> dict[str, Any]:
    true = [case.hate for case in cases]
    overall = {"hate_balanced_accuracy": figures.yes(true, said, measures.balanced)}
    if len(by_group) < 2:
        return overall
    shown = [
        (case.group, case.hate, score >= 0.5) for case, score in zip(cases, said, strict=True) if case.group in by_group
    ]
    groups, hateful, read = (np.array(column) for column in zip(*shown, strict=True))
    return {
        **overall,
        "spread_between_groups": round(_spread(read, hateful, groups), 4),
        "spread_by_chance": round(_by_chance(read, hateful, groups), 4),
    }


def _spread(said: Array, true: Array, groups: Array) -> float:
    """The best group's balanced accuracy less the worst's."""
    each = [measures.balanced(said[groups == name], true[groups == name]) for name in np.unique(groups)]
    return max(each) - min(each)


def _by_chance(said: Array, true: Array, groups: Array) -> float:
    """The mean spread of groups of these sizes, were all read equally well: readings dealt out anew (permutation)."""
    chance = np.random.default_rng(0)
    spreads = []
    for _ in range(DEALS):
        dealt = said.copy()
        for answer in (True, False):
            dealt[true == answer] = chance.permutation(said[true == answer])
        spreads.append(_spread(dealt, true, groups))
    return float(np.mean(spreads))
