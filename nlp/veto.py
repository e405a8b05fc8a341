"""Tells a place from a street, a team, a person or a word that is spelled like it."""

from collections.abc import Sequence
from functools import lru_cache
from pathlib import Path

import yaml
from spacy.tokens import Doc, Span

from nlp.gazetteer import Place
from nlp.lemma import is_word

LEXICONS = Path(__file__).parent / "lexicons"
LISTS: dict[str, list[str]] = yaml.safe_load((LEXICONS / "place_vetoes.yml").read_text(encoding="utf-8"))
STREETS, STREETS_ALWAYS, TEAMS, TITLES, BEFORE = (
    frozenset(LISTS[name]) for name in ("streets", "always", "teams", "titles", "before")
)
BIG = 4.3  # weight of a place that most people in Britain know: found in lower case too


def is_place(doc: Doc, span: Span, options: Sequence[Place], home: frozenset[str]) -> list[Place]:
    """The options that the span may mean; none where it is no place."""
    before = doc[span.start - 1] if span.start else None
    after = doc[span.end] if span.end < len(doc) else None
    if _part_of_name(span, before.text if before else "", after.text if after else "", options):
        return []
    local = [place for place in options if place.lad in home]
    if span.text[0].isupper() or span.text[0].isdigit():
        return list(options) if _capital(doc, span, before.lower_ if before else "") else []
    return _lower(span, before.lower_ if before else "", options, local)


def _part_of_name(span: Span, before: str, after: str, options: Sequence[Place]) -> bool:
    """A street, team, title or longer name that only begins or ends with the place's name."""
    follows, leads = after.lower().rstrip("."), before.lower().rstrip(".")
    council = follows in ("council", "borough", "city") and any(p.level == "authority" for p in options)
    if council:
        return False
    if follows in STREETS_ALWAYS or follows in TEAMS or leads in TITLES:
        return True
    if follows in STREETS and after[:1].isupper():
        return True
    if before in ("[", "@", "#") and follows == "]":
        return True
    return follows == "-" and len(span) == 1


def _capital(doc: Doc, span: Span, before: str) -> bool:
    """A capitalised match: a word name or first name needs a preposition before it, or not to open the sentence."""
    if len(span) > 1:
        return True
    form = span.text.lower()
    if len(form) < 3 or (span.text.isupper() and len(form) < 4):
        return False
    shouting = span.text.isupper() and span.start > 0 and doc[span.start - 1].is_upper
    if form in first_names():
        return before in BEFORE
    if is_word(form):
        opens = span.start == 0 or before in (".", "!", "?", ":", "\n", "“", '"', "'")
        return not opens and not shouting and before in BEFORE
    return True


def _lower(span: Span, before: str, options: Sequence[Place], local: Sequence[Place]) -> list[Place]:
    """A match in lower case: well-known places, and those of the home area, unless it is an ordinary word."""
    form = span.text.lower()
    if len(span) == 1 and (is_word(form) or form in first_names() or len(form) < 4):
        return [place for place in local if before in BEFORE and len(form) > 3 and not is_word(form)]
    if len(span) > 1 and all(is_word(token.lower_) for token in span):
        return [place for place in local if before in BEFORE or before == "the"]
    return list(local) or [place for place in options if place.weight >= BIG]


@lru_cache(maxsize=1)
def first_names() -> frozenset[str]:
    """First names that are also names of places (lexicons/first_name_places.txt)."""
    return frozenset((LEXICONS / "first_name_places.txt").read_text(encoding="utf-8").split())
