"""spaCy component `places`: finds names of the gazetteer in a text and resolves them, or abstains."""

from collections.abc import Iterable, Iterator

from spacy.language import Language
from spacy.matcher import PhraseMatcher
from spacy.tokens import Doc, Span

from nlp.annotations import Mention
from nlp.gazetteer import Place
from nlp.resolve import Candidate, Home, resolve
from nlp.veto import is_place

MENTIONS, HOME = "vane_mentions", "vane_home"


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
            for name in {form for known_as in (place.name, *place.aliases) for form in spellings(known_as)}:
                self._named.setdefault(name, []).append(place)
        self._home = self._homes(frozenset(home))
        self._matcher = PhraseMatcher(self._nlp.vocab, attr="LOWER")
        self._matcher.add("place", list(self._nlp.tokenizer.pipe(self._named)))

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
        own = doc.user_data.get(HOME, "")
        home = self._homes(self._home.lads | {own}) if own else self._home
        candidates = [
            Candidate(span.text, span.start_char, span.end_char, tuple(options))
            for span in _longest(self._matcher(doc, as_spans=True))
            if (options := is_place(doc, span, self._named[span.text.lower()], home.lads))
        ]
        return resolve(candidates, doc.text, home)


def spellings(name: str) -> set[str]:
    """Ways to write a name, in lower case: either apostrophe or none, St with and without its stop."""
    form = name.lower().replace("’", "'")
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
