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
STREETS, STREETS_ALWAYS, TEAMS, TITLES, BEFORE, WORDS, ABROAD = (
    frozenset(LISTS[name]) for name in ("streets", "always", "teams", "titles", "before", "words", "abroad")
)
CLUBS = frozenset(("city", "town", "county"))  # Stoke City, Derby County: unless one of these follows
CIVIC = frozenset(("council", "councillor", "councillors", "centre", "center", "hall", "borough", "court", "hospital"))
BIG = 4.3  # weight of a place that most people in Britain know: found in lower case too


def is_place(doc: Doc, span: Span, options: Sequence[Place], home: frozenset[str]) -> list[Place]:
    """The options that the span may mean; none where it is no place."""
    before = doc[span.start - 1].text if span.start else ""
    after = [token.text for token in doc[span.end : span.end + 2]]
    local = [place for place in options if place.lad in home]
    if _part_of_name(span, before, after, options) or _far_street(span, local):
        return []
    if span.text[0].isupper() or span.text[0].isdigit():
        likely = _capital(doc, span, before.lower(), after, options)
        return list(options) if likely else []
    return _lower(span, before.lower(), options, local)


def _part_of_name(span: Span, before: str, after: Sequence[str], options: Sequence[Place]) -> bool:
    """A street, team, title, place abroad or longer name that only begins or ends with the place's name."""
    follows = after[0].lower().rstrip(".") if after else ""
    beyond = after[1].lower() if len(after) > 1 else ""
    if follows in ("council", "borough") and any(place.level == "authority" for place in options):
        return False
    if follows in CLUBS:
        return beyond not in CIVIC
    if follows in STREETS_ALWAYS or follows in TEAMS or before.lower().rstrip(".") in TITLES:
        return True
    if follows in STREETS and after[0][:1].isupper():
        return True
    if follows in (",", "") and beyond in ABROAD:
        return True
    return before in ("[", "@", "#") or (follows == "-" and len(span) == 1)


def _far_street(span: Span, local: Sequence[Place]) -> bool:
    """A street's name: many towns have one, so only the home area's own counts."""
    return len(span) > 1 and span[-1].lower_ in STREETS_ALWAYS and not local


def _capital(doc: Doc, span: Span, before: str, after: Sequence[str], options: Sequence[Place]) -> bool:
    """A capitalised match: a word name or first name needs a preposition before it, or not to open the sentence."""
    form = span.text.lower()
    if len(span) > 1:
        return True
    if len(form) < 3 or (span.text.isupper() and len(form) < 4):
        return False
    if form in first_names():
        known = any(place.weight >= BIG for place in options) and not (after and after[0][:1].isupper())
        return before in BEFORE or known
    if is_word(form) or form in WORDS:
        shouting = span.text.isupper() and span.start > 0 and doc[span.start - 1].is_upper
        return not shouting and before in BEFORE
    return True


def _lower(span: Span, before: str, options: Sequence[Place], local: Sequence[Place]) -> list[Place]:
    """A match in lower case: well-known places, and those of the home area, unless it is an ordinary word."""
    form = span.text.lower()
    if is_word(form) or form in WORDS or len(form) < 4:
        return []
    if len(span) > 1 or form in first_names():
        return [place for place in local if before in BEFORE or before == "the"]
    return list(local) or [place for place in options if place.weight >= BIG]


@lru_cache(maxsize=1)
def first_names() -> frozenset[str]:
    """First names that are also names of places (lexicons/first_name_places.txt)."""
    return frozenset((LEXICONS / "first_name_places.txt").read_text(encoding="utf-8").split())
