"""How often each narrative that works by rule fires, on gold test texts and on ordinary British documents."""

from collections.abc import Iterable, Sequence
from typing import NamedTuple

from nlp import measures
from nlp.annotations import Refused
from nlp.labelled import GoldText
from nlp.measures import Score
from nlp.taxonomy import Rules, Taxonomy

MOST_PER_1000 = 1.0  # ordinary documents a rule may fire on before it is too wide to be of use


class NoRules(Refused):
    """A taxonomy in which no narrative has cue words."""


class Firing(NamedTuple):
    """How often one narrative's rule fires: gold test texts, those of them that are flagged, ordinary documents."""

    code: str
    name: str
    gold: int
    gold_flagged: int
    gold_texts: int
    ordinary: Score | None  # per 1,000; None where there are no ordinary documents
    by_kind: dict[str, int]  # ordinary documents it fires on

    @property
    def too_wide(self) -> bool:
        """Whether it fires on more ordinary documents than a rule should."""
        return self.ordinary is not None and self.ordinary.value > MOST_PER_1000


def fire(taxonomy: Taxonomy, gold: Sequence[GoldText], ordinary: Iterable[tuple[str, str]]) -> list[Firing]:
    """A Firing per narrative with cue words, on gold texts and (kind, text) of ordinary documents.

    Reads words only: no model is asked, so no look at the test part is counted. Raises NoRules.
    """
    codes = {code: narrative.name for code, narrative in taxonomy.narratives.items() if narrative.cues}
    if not codes:
        raise NoRules("no narrative here has cues: add N21 with cues and examples (areas/README.md shows one)")
    rules = Rules(taxonomy)
    in_gold = [(text.flag, rules.find(text.text)) for text in gold]
    in_ordinary = [(kind, rules.find(text)) for kind, text in ordinary]
    return [_firing(code, name, in_gold, in_ordinary) for code, name in codes.items()]


def sentence(firing: Firing) -> str:
    """A Firing in words."""
    gold = f"{firing.gold} of {firing.gold_texts:,} gold test texts ({firing.gold_flagged} of them harmful)"
    if firing.ordinary is None:
        return f"{firing.code} {firing.name}: {gold}; ordinary documents not read (give --datasets)"
    kinds = ", ".join(f"{kind} {count}" for kind, count in sorted(firing.by_kind.items()))
    total = sum(firing.by_kind.values())
    rate = f"{total} of {firing.ordinary.cases:,} ordinary documents, {firing.ordinary.value:g} in 1,000"
    return f"{firing.code} {firing.name}: {gold}; {rate}{f' ({kinds})' if kinds else ''}"


def _firing(
    code: str,
    name: str,
    gold: Sequence[tuple[bool, dict[str, list[tuple[int, int]]]]],
    ordinary: Sequence[tuple[str, dict[str, list[tuple[int, int]]]]],
) -> Firing:
    flags = [flag for flag, found in gold if code in found]
    kinds = [kind for kind, found in ordinary if code in found]
    rate = measures.per_1000([code in found for _, found in ordinary]) if ordinary else None
    return Firing(code, name, len(flags), sum(flags), len(gold), rate, {kind: kinds.count(kind) for kind in kinds})
