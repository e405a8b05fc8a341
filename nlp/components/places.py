"""spaCy component `places`: finds names of the gazetteer in a text and resolves them, or abstains."""

from collections.abc import Iterable, Iterator

from spacy.language import Language
from spacy.matcher import PhraseMatcher
from spacy.tokens import Doc, Span

from nlp.annotations import Mention
from nlp.gazetteer import Place
from nlp.resolve import Candidate, Home, kilometres, resolve
from nlp.veto import TOWN, is_place, of_a_ground

MENTIONS, HOME = "vane_mentions", "vane_home"
REACH_KM = 40.0  # how far from home a park or green is spoken of without its town
SHORT, SHORT_AUTHORITY = 0.3, 1.0  # what a name weighs less where it is only short for another


class Places:
    """A PhraseMatcher over the gazetteer's names; mentions lie in `doc.user_data`."""

    def __init__(self, nlp: Language) -> None:
        self._nlp = nlp
        self._matcher = PhraseMatcher(nlp.vocab, attr="LOWER")
        self._named: dict[str, list[Place]] = {}
        self._home = Home()
        self._middles: dict[str, tuple[float, float]] = {}

    def use(self, places: Iterable[Place], home: Iterable[str] = ()) -> None:
        """Read with these places; `home`: the authorities (LAD codes) texts are about unless they say otherwise."""
        self._named, self._middles = {}, {}
        for place in places:
            if place.level == "authority" and place.lat is not None and place.lon is not None:
                self._middles[place.lad] = (place.lat, place.lon)
            _add(self._named, place)
        by_sound: dict[str, list[Place]] = {}
        for form, bearers in self._named.items():
            by_sound.setdefault(_bare(form), []).extend(bearers)
        shared = {sound: list(dict.fromkeys(bearers)) for sound, bearers in by_sound.items()}
        self._named = {form: shared[_bare(form)] for form in self._named}
        self._home = self._homes(frozenset(home))
        self._matcher = PhraseMatcher(self._nlp.vocab, attr="LOWER")
        self._matcher.add("place", list(self._nlp.tokenizer.pipe(self._named)))

    @property
    def ready(self) -> bool:
        """Whether there is any name to find."""
        return bool(self._named)

    def __call__(self, doc: Doc) -> Doc:
        """Find and resolve the places of one Doc."""
        doc.user_data[MENTIONS] = self._mentions(doc) if self._named else []
        return doc

    def pipe(self, stream: Iterator[Doc], batch_size: int = 256) -> Iterator[Doc]:
        """Find and resolve over a stream."""
        del batch_size  # there is nothing to gain from batches here
        yield from map(self, stream)

    def _homes(self, lads: frozenset[str]) -> Home:
        known = [self._middles[lad] for lad in sorted(lads) if lad in self._middles]
        middle = (sum(p[0] for p in known) / len(known), sum(p[1] for p in known) / len(known)) if known else None
        return Home(lads, middle)

    def _mentions(self, doc: Doc) -> list[Mention]:
        spans = self._matcher(doc, as_spans=True)
        if not spans:
            return []
        own = doc.user_data.get(HOME, "")
        home = self._homes(self._home.lads | {own}) if own else self._home
        candidates = [c for span in _longest(spans) if (c := self._candidate(doc, span, home)) is not None]
        return resolve(candidates, doc.text if len(candidates) > 1 else "", home)

    def _candidate(self, doc: Doc, span: Span, home: Home) -> Candidate | None:
        """The span with what it may mean; None where it is no place. A park far away yields to one at home."""
        named = self._named[span.text.lower()]
        near = _in_reach(span, named, home)
        if len(near) < len(named):
            head = None if near else self._head(span, home)
            if head is not None:
                span, near = head, self._named[head.text.lower()]
            named = near if head is not None or len({place.lad for place in named}) > 1 else named
        options = is_place(doc, span, named, home.lads) if named else []
        return Candidate(span.text, span.start_char, span.end_char, tuple(options)) if options else None

    def _head(self, span: Span, home: Home) -> Span | None:
        """The home area's own quarter with whose name a park's begins."""
        inner = span[: len(span) - 1]
        bearers = self._named.get(inner.text.lower(), [])
        return inner if any(place.lad in home.lads for place in bearers) else None


def _in_reach(span: Span, options: list[Place], home: Home) -> list[Place]:
    """The options of a park or green that are spoken of at home without their town: its own, or those near it."""
    if home.middle is None or not of_a_ground(span) or any(place.lad in home.lads for place in options):
        return options
    middle = home.middle
    return [p for p in options if p.weight >= TOWN or _distance(p, middle) <= REACH_KM]


def _distance(place: Place, middle: tuple[float, float]) -> float:
    """Kilometres; 0 where the place's point is unknown."""
    return 0.0 if place.lat is None or place.lon is None else kilometres((place.lat, place.lon), middle)


def _add(named: dict[str, list[Place]], place: Place) -> None:
    """Enter a place under every way to write it; a short form speaks for a place less than its name does."""
    own = spellings(place.name)
    short = place._replace(weight=place.weight - (SHORT_AUTHORITY if place.level == "authority" else SHORT))
    for form in own:
        named.setdefault(form, []).append(place)
    for form in {form for alias in place.aliases for form in spellings(alias)} - own:
        named.setdefault(form, []).append(place if "council" in form else short)


def _bare(form: str) -> str:
    """A name without the signs that people leave out."""
    return form.replace("'", "").replace("’", "").replace(".", "")


def spellings(name: str) -> set[str]:
    """Ways to write a name, in lower case: either apostrophe or none, St with and without its stop."""
    form = name.lower().replace("’", "'")
    if form.startswith(("st ", "st. ")) and form.endswith("s") and "'" not in form:
        form = f"{form[:-1]}'s"  # St Anns
    forms = {form, form.replace("'", "’"), form.replace("'", "")}
    saints = {f.replace("st ", "st. ", 1) for f in forms if f.startswith("st ")}
    return forms | saints | {f.replace("st. ", "st ", 1) for f in forms if f.startswith("st. ")}


def _longest(spans: Iterable[Span]) -> list[Span]:
    """Spans that do not overlap, longer before shorter, in order of the text."""
    taken: set[int] = set()
    kept = []
    for span in sorted(spans, key=lambda s: (-_length(s), s.start)):
        tokens = range(span.start, span.end)
        if taken.isdisjoint(tokens):
            taken.update(tokens)
            kept.append(span)
    return sorted(kept, key=lambda s: s.start)


def _length(span: Span) -> int:
    """Words of a span; a leading "the" is no reason to prefer it ("Beacon Hotel" before "the Beacon")."""
    return int(span.end - span.start - (span[0].lower_ == "the"))


def make(nlp: Language, name: str) -> Places:
    """Factory for config.cfg; without a gazetteer it finds nothing."""
    del name
    return Places(nlp)


Language.factory("vane_places", func=make)
