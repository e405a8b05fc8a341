"""From probabilities to labels that agree with each other: the flag and the labels are decided together."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from nlp.axes import NONE, Model
from nlp.labelled import ACTIVE

Row = npt.NDArray[np.float32]
Named = tuple[tuple[str, float], ...]
ONLY_FLAGGED = ("T02", "T03", "T07")  # a call, a threat or a rumour made in this text: by definition its author's own
RULE_SCORE = 1.0
AT_A_GROUP = ("collective_blame", "dehumanisation", "slur_abuse", "exclusion_call")
BLAMED = 0.88  # share of the training texts with such a mechanism that blame the one group they name (2,397 texts)
FIRST_CHOICE = 0.5  # share of the probability of having a narrative at all below which none is named


@dataclass(frozen=True, slots=True)
class Decision:
    """Accepted labels of one text with their probabilities, best first."""

    stance: tuple[str, float]
    mechanisms: Named
    targets: Named
    narratives: Named
    signals: Named
    flag: bool
    flag_score: float
    hate: float
    checkworthy: float


@dataclass(frozen=True, slots=True)
class Facts:
    """What is known of a text besides its probabilities.

    `codes`: the narratives the council watches; `named`: the targets whose people the text names; `rules`: the
    council's own narratives found by rule.
    """

    length: int  # words
    codes: Collection[str]
    named: Collection[str] = ()
    rules: Sequence[str] = ()


NOTHING = Decision(("unrelated", 1.0), (), (), (), (), False, 0.0, 0.0, 0.0)


def decide(rows: Mapping[str, Row], models: Mapping[str, Model], facts: Facts) -> Decision:
    """Decide a text from its probabilities per axis and what else is known of it.

    `flag`, stance, mechanisms and signals depend on no axis that sees which group is meant, so that another group
    gets the same result. A flagged text always has a mechanism or a narrative; an unflagged one has no active stance.
    """
    rules = facts.rules
    flagged = _flagged(rows, models, facts)
    stance = _stance(rows["stance"], models["stance"].classes, flagged, related=bool(rules))
    mechanisms = _accepted(rows, models, "mechanisms") if flagged else ()
    unrelated = stance[0] == "unrelated"
    narratives = () if unrelated else _narratives(rows, models, facts, forced=flagged and not mechanisms and not rules)
    signals = _accepted(rows, models, "signals")
    return Decision(
        stance=stance,
        mechanisms=mechanisms,
        targets=() if unrelated else _blamed(_accepted(rows, models, "targets"), mechanisms, facts.named),
        narratives=(*((code, RULE_SCORE) for code in rules), *narratives),
        signals=tuple(s for s in signals if flagged or s[0] not in ONLY_FLAGGED),
        flag=flagged,
        flag_score=float(rows["flag"][0]),
        hate=float(rows["hate"][0]),
        checkworthy=float(rows["checkworthy"][0]),
    )


def _flagged(rows: Mapping[str, Row], models: Mapping[str, Model], facts: Facts) -> bool:
    over = models["flag"].flags(rows["flag"][0], facts.length) or (bool(facts.rules) and _active(rows, models) > 0.5)
    why = facts.rules or _accepted(rows, models, "mechanisms") or _narratives(rows, models, facts, forced=True)
    return over and bool(why)


def _active(rows: Mapping[str, Row], models: Mapping[str, Model]) -> float:
    return float(sum(p for name, p in zip(models["stance"].classes, rows["stance"], strict=True) if name in ACTIVE))


def _stance(row: Row, classes: Sequence[str], flagged: bool, related: bool) -> tuple[str, float]:
    allowed = [
        (float(p), name)
        for name, p in zip(classes, row, strict=True)
        if (name in ACTIVE) == flagged and not (related and name == "unrelated")
    ]
    score, name = max(allowed)
    return name, score


def _accepted(rows: Mapping[str, Row], models: Mapping[str, Model], axis: str) -> Named:
    model = models[axis]
    scored = zip(model.classes, rows[axis], model.thresholds, strict=True)
    over = [(name, float(p)) for name, p, threshold in scored if p >= threshold]
    return tuple(sorted(over, key=lambda label: -label[1]))


def _blamed(targets: Named, mechanisms: Named, named: Collection[str]) -> Named:
    """The targets read and, where a whole group is attacked and one group only is named, that group."""
    only = set(named) - {name for name, _ in targets}
    if len(named) != 1 or not only or not any(name in AT_A_GROUP for name, _ in mechanisms):
        return targets
    return tuple(sorted([*targets, (only.pop(), BLAMED)], key=lambda label: -label[1]))


def _narratives(rows: Mapping[str, Row], models: Mapping[str, Model], facts: Facts, forced: bool) -> Named:
    """The main narrative where one is likelier than none, or where the flag needs one.

    One that the council does not watch counts as none; one found by rule is not named again.
    """
    ranked = sorted(zip(models["narratives"].classes, map(float, rows["narratives"]), strict=True), key=lambda c: -c[1])
    best = next(((code, score) for code, score in ranked if code != NONE), None)
    none = dict(ranked).get(NONE, 0.0)
    if best is None or not (forced or 1 - none >= FIRST_CHOICE):
        return ()
    return (best,) if best[0] in facts.codes and best[0] not in facts.rules else ()
