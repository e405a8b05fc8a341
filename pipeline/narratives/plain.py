"""Group bare texts by their words alone, for those who have no readings: one id a text, in time order."""

from collections import defaultdict
from collections.abc import Iterable, Iterator
from datetime import datetime, timedelta

from pipeline.narratives.grouping import identity
from pipeline.narratives.window import Window

SPAN = timedelta(days=28)
# Cosine at which a bare text joins its nearest neighbours' narrative; set by benchmarks on news stories.
JOIN = 0.25


def group_texts(texts: Iterable[tuple[str, datetime, str]]) -> Iterator[tuple[str, str]]:
    """(id, narrative id) of each (id, published, lemmas), streaming, in the order given.

    A text joins the narrative with the most similarity among its neighbours above `JOIN`, else it begins one.
    """
    window, narrative_of = Window(SPAN), dict[str, str]()
    for ref, at, lemmas in texts:
        window.expire(at)
        votes: defaultdict[str, float] = defaultdict(float)
        for other, closeness in window.similar(lemmas).items():
            if closeness >= JOIN:
                votes[narrative_of[other]] += closeness
        narrative_of[ref] = min(votes, key=lambda name: (-votes[name], name)) if votes else identity(ref)
        window.add(ref, at, lemmas)
        yield ref, narrative_of[ref]
