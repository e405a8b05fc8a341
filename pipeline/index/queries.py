"""Turns what somebody typed into a query of lemmas; a search for a person is refused."""

import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

from nlp import redact
from nlp.redact import Redactor
from pipeline.errors import VaneError
from pipeline.records import Entity, Query

Lemmatise = Callable[[str], list[str]]
QUOTED = re.compile(r'["“”«»]([^"“”«»]*)["“”«»]')


class Refused(VaneError):
    """A search for a person; `count` is all that may be kept of it, the words are never."""

    def __init__(self, count: int) -> None:
        super().__init__("Weathervane does not search for persons: take out the name or handle, search for the claim")
        self.count = count


@dataclass(frozen=True)
class Words:
    """What reading a search needs: the lemmas as both stores hold them, and the finder of names."""

    lemmas: Lemmatise
    redactor: Redactor


def load(area: Path, places: Iterable[str] = ()) -> Words:
    """The shipped reader and redactor for the area in that folder; its `places` are no names. Takes seconds, once."""
    from nlp import annotate  # spaCy and the models take seconds to import

    return Words(lemmas=annotate.load(area).lemmas, redactor=redact.load(places))


def parse(
    text: str,
    words: Words,
    *,
    entity: Entity = Entity.DOCUMENT,
    filters: Mapping[str, tuple[str, ...]] | None = None,
    since: datetime | None = None,
    until: datetime | None = None,
    offset: int = 0,
    limit: int = 20,
) -> Query:
    """The query for a typed text: all words must occur, what stands in quotation marks in that order.

    Raises Refused where the text names a person, a handle or a contact.
    """
    if found := max(len(words.redactor.names(text)), words.redactor.redact(text).count):
        raise Refused(found)
    phrases = [tuple(words.lemmas(quoted)) for quoted in QUOTED.findall(text)]
    page: dict[str, Any] = {"since": since, "until": until, "offset": offset, "limit": limit}
    return Query(
        words=tuple(words.lemmas(QUOTED.sub(" ", text))),
        phrases=tuple(filter(None, phrases)),
        entity=entity,
        filters={field: values for field, values in (filters or {}).items() if values},
        **page,
    )
