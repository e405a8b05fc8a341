"""Finds gold texts that are copies of each other, or one sentence filled with other words: neither teaches anything."""

from collections import Counter, defaultdict
from collections.abc import Callable, Iterator, Sequence
from itertools import combinations

from nlp.labelled import GoldText
from nlp.phrases import words
from nlp.similarity import stopwords

RUN = 4  # words of a run that copies share (the shingles of Broder 1997)
COPIED = 0.5  # share of the shorter text's runs above which two texts are near-duplicates
FRAME_RUN = 8  # the same for a text whose content words are hidden, which says little in four
TOLD = 4  # words of such a run that must not be hidden
FILLED = 0.5
SHORTEST = 7  # words below which texts are alike by chance
COMMON_RUN = 40  # texts sharing a run above which it is a turn of phrase and is not looked at
HIDDEN = "_"

Pair = tuple[GoldText, GoldText]


def near_duplicates(texts: Sequence[GoldText]) -> Iterator[Pair]:
    """Pairs of texts that share half of their runs of four words; the two sides of a contrast pair may."""
    yield from _sharing(_long(texts), lambda text: _runs(_forms(text), RUN), COPIED)


def template_families(texts: Sequence[GoldText], smallest: int = 3) -> list[list[GoldText]]:
    """Groups of texts with one frame: alike once every content word is hidden. Of `smallest` texts and more."""
    kept = stopwords()
    alike = _sharing(_long(texts), lambda text: _frames(text, kept), FILLED)
    return [group for group in _joined(alike) if len(group) >= smallest]


def _sharing(
    texts: Sequence[GoldText], runs: Callable[[GoldText], set[tuple[str, ...]]], least: float
) -> Iterator[Pair]:
    found = [runs(text) for text in texts]
    holders: dict[tuple[str, ...], list[int]] = defaultdict(list)
    for at, own in enumerate(found):
        for run in own:
            holders[run].append(at)
    shared = Counter(pair for at in holders.values() if len(at) <= COMMON_RUN for pair in combinations(at, 2))
    for (one, other), count in shared.items():
        first, second = texts[one], texts[other]
        if count >= least * min(len(found[one]), len(found[other])) and not (first.pair and first.pair == second.pair):
            yield first, second


def _runs(forms: Sequence[str], length: int) -> set[tuple[str, ...]]:
    return {tuple(forms[at : at + length]) for at in range(max(len(forms) - length + 1, 1))} if forms else set()


def _forms(text: GoldText) -> list[str]:
    return [word.form for word in words(text.text)]


def _long(texts: Sequence[GoldText]) -> list[GoldText]:
    return [text for text in texts if len(_forms(text)) >= SHORTEST]


def _frames(text: GoldText, kept: frozenset[str]) -> set[tuple[str, ...]]:
    """The text's runs with the content words hidden; those that say too little are left out."""
    masked = [form if form in kept else HIDDEN for form in _forms(text)]
    return {run for run in _runs(masked, FRAME_RUN) if sum(form != HIDDEN for form in run) >= TOLD}


def _joined(pairs: Iterator[Pair]) -> list[list[GoldText]]:
    groups: dict[str, list[GoldText]] = {}
    for one, other in pairs:
        first, second = groups.setdefault(one.id, [one]), groups.setdefault(other.id, [other])
        if first is not second:
            first.extend(second)
            groups.update((text.id, first) for text in second)
    return list({id(group): group for group in groups.values()}.values())
