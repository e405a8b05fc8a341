"""Tells a place from a street, a team, a person, a dish or a word that is spelled like it."""

from collections.abc import Sequence
from functools import lru_cache

from spacy.tokens import Doc, Span, Token

from nlp import goods, sides
from nlp.around import LEXICONS, LISTS, Around, look
from nlp.gazetteer import Place
from nlp.lemma import is_word, lemma
from nlp.redaction import lists

STREETS, STREETS_ALWAYS, GROUNDS, OUTLETS, GOODS, MADE_OF, TITLES = (
    frozenset(LISTS[name]) for name in ("streets", "always", "grounds", "outlets", "goods", "made_of", "titles")
)
BEFORE, WORDS, NEVER, MONTHS, PLACES_OF, INSTITUTIONS, FOREIGN, KIN, FOLK, OWNERS, ACTS, DONE = (
    frozenset(LISTS[name])
    for name in (
        "before", "words", "never", "months", "places_of", "institutions", "foreign", "kin", "folk", "owners",
        "acts", "done",
    )
)  # fmt: skip
CLUBS = frozenset(("city", "town", "county"))  # Stoke City, Derby County: unless one of these follows
CIVIC = frozenset(("council", "councillor", "councillors", "centre", "center", "hall", "borough", "court", "hospital"))
DASHES = frozenset("-–")
SMALL_WORDS = frozenset(("of", "and", "the", "on", "in", "under", "upon", "by", "le", "with", "cum", "y", "de", "la"))
COMPASS = frozenset(("north", "south", "east", "west", "upper", "lower", "old", "new", "central", "inner", "outer"))
BIG = 4.3  # weight of a place that most people in Britain know: found in lower case too
TOWN = 3.7  # weight of a small town: believed with less around it than a hamlet
GIVEN = 3  # rank in the list of first names from which a word before a name makes it a person's


def is_place(doc: Doc, span: Span, options: Sequence[Place], home: frozenset[str]) -> list[Place]:
    """The options that the span may mean; none where it is no place."""
    first = span[1 if len(span) > 1 and span[0].lower_ == "the" else 0].text[0]
    upper = first.isupper() or first.isdigit()
    if not upper and len(span) == 1 and is_word(span.text):
        return []  # by far the commonest case
    local = [place for place in options if place.lad in home]
    around = look(doc, span)
    if _part_of_name(around, options, local) or _far_street(span, local):
        return []
    if not upper:
        return _lower(around, options, local)
    kept = local if span.text.lower() in FOREIGN or _own_ground(around, local) else list(options)
    return kept if kept and _capital(around, kept, local) else []


def of_a_ground(span: Span) -> bool:
    """A park, green, common or the like: many towns have one of the same name."""
    return len(span) > 1 and span[-1].lower_ in GROUNDS


def _part_of_name(around: Around, options: Sequence[Place], local: Sequence[Place]) -> bool:
    """A street, team, title, outlet, dish, firm, place abroad or longer name that only holds the place's name."""
    follows, beyond, before = around.follows, around.beyond, around.before
    if follows in ("council", "borough") and any(place.level == "authority" for place in options):
        return False
    if follows in CLUBS and (around.titled or sides.of_a_match(around.doc)):
        return beyond not in CIVIC and beyond not in ("council", "borough")
    if _own_ground(around, local):
        return False
    if follows in STREETS_ALWAYS or follows in GOODS or before.rstrip(".") in TITLES:
        return True
    if around.titled and (follows in STREETS or follows in OUTLETS or follows == "evening"):
        return True
    if follows == "north" and beyond == "end":
        return True
    return _marked(around) or _borne(around)


def _marked(around: Around) -> bool:
    """A handle, a compound, a battle of."""
    before = around.before
    if before == "of" and around.earlier in MADE_OF:
        return True
    return before in ("[", "@") or (around.follows == "-" and len(around.span) == 1)


def _borne(around: Around) -> bool:
    """Goods, a firm, a town abroad or a side in a game bears the name."""
    return goods.is_thing(around) or goods.is_firm(around) or goods.is_abroad(around) or sides.is_side(around)


def _own_ground(around: Around, local: Sequence[Place]) -> bool:
    """Evington Park, Smallthorne Roundabout: in the quarter of the home area whose name it bears."""
    small = any(place.level == "place" and place.weight < BIG for place in local)
    return small and around.follows in GROUNDS and not _wordlike(around.span.text.lower())


def _far_street(span: Span, local: Sequence[Place]) -> bool:
    """A street's name: many towns have one, so only the home area's own counts."""
    return len(span) > 1 and span[-1].lower_ in STREETS_ALWAYS and not local


def _capital(around: Around, options: Sequence[Place], local: Sequence[Place]) -> bool:
    """A capitalised match: the smaller the place and the commoner the word, the more must speak for it."""
    form = around.span.text.lower()
    weight = max(place.weight for place in options)
    if form in NEVER:
        beside = around.before in BEFORE or around.follows in PLACES_OF
        return bool(local) and form not in MONTHS and beside and not around.titled
    if len(around.span) > 1:
        return _several(around, options, local, weight)
    if len(form) < 3 or (around.span.text.isupper() and len(form) < 4):
        return False
    if _a_person(around, form, weight) or _of_a_longer_name(around, form, weight, local):
        return False
    if around.before == "the" and not local and weight < TOWN and around.follows not in PLACES_OF:
        return False  # the Swan, the Oakfield: a house
    if form in lists.first_names() and form in first_names():
        return _beside_a_place(around, local) or (weight >= BIG and not around.titled)
    if _wordlike(form):
        return _word(around, form, local, weight)
    return True


def _several(around: Around, options: Sequence[Place], local: Sequence[Place], weight: float) -> bool:
    """A name of several words: capitalised throughout; not a person's, a church's or a public house's."""
    span = around.span
    authority = any(place.level == "authority" for place in options)
    if not authority and any(map(_lowered, span[1:])):
        words = all(is_word(t.lower_) for t in span if t.text.isalpha())
        return bool(local) and (not words or not around.opens or span[-1].lower_ in PLACES_OF)
    if local:
        return not (around.opens and _of_a_person(around, local))
    small = weight < TOWN
    if small and (span[0].lower_ in ("st", "st.", "saint", "the") or around.before == "the"):
        return False
    return not (small and all(_wordlike(t.lower_) for t in span if t.text.isalpha()) and around.before not in BEFORE)


def _lowered(token: Token) -> bool:
    """A word of a name that would have a capital: not "on", nor what follows a hyphen."""
    hyphened = token.i > 0 and token.nbor(-1).text == "-"
    return token.text.isalpha() and token.text[0].islower() and token.lower_ not in SMALL_WORDS and not hyphened


def _of_a_person(around: Around, options: Sequence[Place]) -> bool:
    """A ward called after a person (Charles Dickens), where nothing says that the ward is meant."""
    span = around.span
    last = span[-1].lower_
    named = lists.first_names().get(span[0].lower_, 0) > GIVEN and last in lists.surnames() and not is_word(last)
    return named and all(place.level == "ward" for place in options) and around.follows not in PLACES_OF


def _a_person(around: Around, form: str, weight: float) -> bool:
    """Golda Meir, Warwick Davis, Shirley's mum: a given name or kin beside it."""
    start = around.span.start
    if _of_ours(around, form):
        return True
    if start and around.doc[start - 1].text[0].isupper() and _given(around.before) and around.before not in BEFORE:
        return not is_word(around.before) or (weight < BIG and start > 1)
    if around.opens and form in lists.surnames() and _acts(around):
        return True
    given = form in first_names() or _given(form)
    if around.follows in ("'s", "’s"):
        return given and around.beyond in KIN
    after = around.follows
    named = around.titled and after not in INSTITUTIONS | STREETS | GROUNDS and after in lists.surnames()
    return given and named


def _of_ours(around: Around, form: str) -> bool:
    """My cousin Preston, our son Ashton."""
    named = form in first_names() or lists.first_names().get(form, 0) > 0
    return named and around.before in FOLK and around.earlier in OWNERS and around.follows not in PLACES_OF


def _acts(around: Around) -> bool:
    """Does what persons do: "gave", "was appointed"."""
    return around.follows in ACTS or (around.follows in ("was", "is", "has", "were") and around.beyond in DONE)


def _of_a_longer_name(around: Around, form: str, weight: float, local: Sequence[Place]) -> bool:
    """Forbury Gardens, Mill Cross: a small place's or a word's name beside a capital that is no institution's."""
    if weight >= TOWN and not _wordlike(form):
        return False
    start = around.span.start
    shouted = around.span.text.isupper()
    if around.titled and around.follows in GROUNDS and _own_ground(around, local):
        return False
    if around.titled and not shouted and around.follows not in INSTITUTIONS and around.follows not in BEFORE:
        return not local or _wordlike(form)
    capital = start > 1 and around.doc[start - 1].text[0].isupper()
    inside = capital and around.earlier[:1].isalpha() and around.before not in BEFORE and around.before not in COMPASS
    return inside and not shouted and not local


def _beside_a_place(around: Around, local: Sequence[Place]) -> bool:
    """A preposition before, or a noun after, that only a place has."""
    if around.before in BEFORE and not (around.before in ("and", "or", "for", "by", "of", "over") and not local):
        return True
    return around.follows in PLACES_OF and (bool(local) or not around.opens)


def _word(around: Around, form: str, local: Sequence[Place], weight: float) -> bool:
    """A name that is also a word: a capital inside a sentence and something beside it that a place has."""
    span = around.span
    if span.text.isupper() and span.start > 0 and around.doc[span.start - 1].text.isupper():
        return False
    if form in MONTHS:
        return (
            not span.text.isupper()
            and around.before in ("near", "from", "at")
            and weight >= TOWN
            and around.follows not in ("to", "until")
        )
    if around.before in BEFORE or (around.before == "the" and local):
        return True
    if around.follows in PLACES_OF:
        return weight >= TOWN or bool(local)
    inside = not around.opens and around.before.isalpha() and around.doc[span.start - 1].text.islower()
    return inside and weight >= TOWN and not around.titled


def _wordlike(form: str) -> bool:
    return is_word(form) or form in WORDS or (form.endswith("s") and is_word(lemma(form)))


def _lower(around: Around, options: Sequence[Place], local: Sequence[Place]) -> list[Place]:
    """A match in lower case: well-known places, and those of the home area, unless it is an ordinary word."""
    span, form = around.span, around.span.text.lower()
    if form in NEVER or form in WORDS or len(form) < 4 or form in FOREIGN:
        return []
    if len(span) > 1:
        if all(_wordlike(token.lower_) for token in span if token.text.isalpha()):
            beside = around.before in BEFORE and around.before not in ("and", "or", "on")
            return list(local) if beside or around.before == "the" else []
        return list(local) or [place for place in options if place.weight >= BIG]
    if is_word(form):
        return []
    if form in first_names() or _given(form):
        beside = around.before in BEFORE or around.before == "the" or around.follows in PLACES_OF
        return list(local) if beside else []
    return list(local) or [place for place in options if place.weight >= BIG]


def _given(word: str) -> bool:
    return lists.first_names().get(word, 0) >= GIVEN


@lru_cache(maxsize=1)
def first_names() -> frozenset[str]:
    """First names that are also names of places (lexicons/first_name_places.txt)."""
    return frozenset((LEXICONS / "first_name_places.txt").read_text(encoding="utf-8").split())
