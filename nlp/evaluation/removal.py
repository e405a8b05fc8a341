"""Does the evidence hold: removing it must lower the flag's score more than removing as many random words."""

from collections.abc import Iterator, Sequence
from typing import Any, NamedTuple

import numpy as np

from nlp import measures
from nlp.annotate import Reader, Text
from nlp.annotations import Annotation
from nlp.phrases import Word, words

SPANS = 3  # of the strongest evidence of a text, of whatever label: about what a reader takes in
DRAWS = 10  # random removals a text is compared with
SEED = 0


class Removal(NamedTuple):
    """A flagged text: its own score, the score without its evidence, and the scores without as many random words."""

    whole: float
    without: float
    random: tuple[float, ...]


def measure(texts: Sequence[Text], found: Sequence[Annotation], reader: Reader) -> dict[str, Any]:
    """The share of flagged texts whose evidence passes (an erasure test; DeYoung et al. 2020, comprehensiveness).

    `against_mean` compares with the mean of ten random removals, `against_one` with the first of them. A text whose
    evidence covers all its words cannot be tested and is counted apart.
    """
    done = list(removals(texts, found, reader))
    beaten = np.array([r.without < np.mean(r.random) for r in done], bool)
    one = np.array([r.without < r.random[0] for r in done], bool)
    flagged = sum(a.flag for a in found)
    return {
        "against_mean": measures.score(measures.share, beaten),
        "against_one": measures.score(measures.share, one),
        "fall_without_evidence": measures.score(np.mean, np.array([r.whole - r.without for r in done])),
        "fall_without_random_words": measures.score(np.mean, np.array([r.whole - np.mean(r.random) for r in done])),
        "not_testable": flagged - len(done),
    }


def removals(texts: Sequence[Text], found: Sequence[Annotation], reader: Reader) -> Iterator[Removal]:
    """One Removal per flagged text that can be tested, in order."""
    chance = np.random.default_rng(SEED)
    cases: list[tuple[float, list[Text]]] = []
    for text, annotation in zip(texts, found, strict=True):
        named, all_words = evidence_words(text.text, annotation), words(text.text)
        if not annotation.flag or not named or len(named) == len(all_words):
            continue
        draws = [chance.choice(len(all_words), len(named), replace=False) for _ in range(DRAWS)]
        removed = ([all_words[at] for at in sorted(chosen)] for chosen in (named, *map(list, draws)))
        shorter = [text._replace(text=_without(text.text, gone)) for gone in removed]
        cases.append((annotation.flag_score, shorter))
    readings = reader.annotate(one for _, shorter in cases for one in shorter)
    for whole, shorter in cases:
        scores = [next(readings).annotation.flag_score for _ in shorter]
        yield Removal(whole, scores[0], tuple(scores[1:]))


def evidence_words(text: str, annotation: Annotation) -> list[int]:
    """Numbers of the words that the strongest evidence spans of a text touch, each span once."""
    best: dict[tuple[int, int], float] = {}
    for evidence in annotation.evidence:
        span = evidence.start, evidence.end
        best[span] = max(best.get(span, evidence.weight), evidence.weight)
    top = sorted(best, key=lambda span: (-best[span], span))[:SPANS]
    return [
        at for at, word in enumerate(words(text)) if any(word.start < end and start < word.end for start, end in top)
    ]


def _without(text: str, removed: Sequence[Word]) -> str:
    pieces, at = [], 0
    for word in removed:
        pieces.append(text[at : word.start])
        at = word.end
    return " ".join("".join([*pieces, text[at:]]).split())
