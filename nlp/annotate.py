"""annotate(texts): one stream of texts in, one stream of readings out, in order and in constant memory."""

import gc
import logging
from collections.abc import Iterable, Iterator, Mapping
from itertools import islice
from pathlib import Path
from typing import Any, NamedTuple

import spacy
import yaml
from spacy.attrs import IS_UPPER, LOWER
from spacy.language import Language
from spacy.tokens import Doc
from spacy.util import load_config
from threadpoolctl import ThreadpoolController  # type: ignore[import-untyped]

from nlp import gazetteer, tokenising
from nlp import taxonomy as taxonomies
from nlp.annotations import Annotation, Code, Label, Reading
from nlp.components import axes as axes_component
from nlp.components import lemmas as lemmas_component
from nlp.components import places as places_component

log = logging.getLogger(__name__)
CONFIG = Path(__file__).parent / "config.cfg"
DATA = Path(__file__).parent.parent / "data"
BATCH = 256  # texts between two emptyings of spaCy's store of strings; larger batches gain nothing
LONGEST = 1_000_000_000  # characters: spaCy's own limit is for parsers, and none runs here
LEXEMES = (LOWER, IS_UPPER)  # what is worked out for each new word: all that a component asks for
COMPONENTS = (lemmas_component, places_component, axes_component)  # importing them registers their factories


class Text(NamedTuple):
    """A text to read: its kind where known, and the LAD code its source belongs to."""

    text: str
    kind: str = ""
    home: str = ""


class Reader:
    """Reads texts with one spaCy pipeline; made by `load`."""

    def __init__(self, nlp: Language, taxonomy: taxonomies.Taxonomy) -> None:
        self._nlp = nlp
        self._axes: axes_component.Reading = nlp.get_pipe("axes")
        self._axes.use(taxonomy)
        self._threads = ThreadpoolController()  # products here are too small to share: a second thread only waits
        self.models: Mapping[str, str] = dict(self._versions(taxonomy))

    def annotate(self, texts: Iterable[Text]) -> Iterator[Reading]:
        """A Reading per text, in order, streaming; memory stays flat however many texts come."""
        stream = iter(texts)
        while batch := list(islice(stream, BATCH)):
            with self._nlp.memory_zone(), self._threads.limit(limits=1, user_api="blas"):
                readings = [self._reading(doc) for doc in self._nlp.pipe(map(self._doc, batch))]
            yield from readings

    @property
    def knows_places(self) -> bool:
        """Whether there is a gazetteer to find places with."""
        places: places_component.Places = self._nlp.get_pipe("places")
        return places.ready

    def lemmas(self, query: str) -> list[str]:
        """The lemmas of a search query, as the index stores them."""
        with self._nlp.memory_zone():
            doc = self._nlp.get_pipe("lemmas")(tokenising.doc(self._nlp, query))
            return list(doc.user_data[lemmas_component.LEMMAS])

    def _doc(self, text: Text) -> Doc:
        doc = tokenising.doc(self._nlp, text.text)
        doc.user_data[axes_component.TEXT] = text.text
        doc.user_data[axes_component.KIND] = text.kind
        doc.user_data[places_component.HOME] = text.home
        return doc

    def _reading(self, doc: Doc) -> Reading:
        found = doc.user_data
        decision = found[axes_component.DECISION]
        annotation = Annotation(
            stance=_label(decision.stance),
            mechanisms=tuple(map(_label, decision.mechanisms)),
            targets=tuple(map(_label, decision.targets)),
            narratives=tuple(map(_code, decision.narratives)),
            signals=tuple(map(_code, decision.signals)),
            flag=decision.flag,
            flag_score=_rounded(decision.flag_score),
            hate=_rounded(decision.hate),
            checkworthy=_rounded(decision.checkworthy),
            claim=found[axes_component.CLAIM],
            mentions=tuple(found[places_component.MENTIONS]),
            evidence=tuple(found[axes_component.EVIDENCE]),
            models=self.models,
        )
        return Reading(annotation=annotation, lemmas=" ".join(found[lemmas_component.LEMMAS]))

    def _versions(self, taxonomy: taxonomies.Taxonomy) -> Iterator[tuple[str, str]]:
        yield from self._axes.axes.versions.items()
        yield from ((f"narrative:{code}", "rule") for code, n in taxonomy.narratives.items() if n.cues)


def load(area: Path | None = None, taxonomy: Path | None = None, national: Path | None = None) -> Reader:
    """A Reader with the shipped models.

    `area`: an area folder; its gazetteer, its authorities (home) and its own taxonomy.yml are used; `taxonomy` wins.
    `national`: the gazetteer of `vane data fetch` (default: below data/); without any gazetteer no place is found.
    Raises ModelRefused, TaxonomyRefused or GazetteerRefused with what to do.
    """
    nlp = spacy.util.load_model_from_config(load_config(CONFIG), auto_fill=True)
    nlp.max_length = LONGEST
    getters = nlp.vocab.lex_attr_getters
    nlp.vocab.lex_attr_getters = {attribute: getters[attribute] for attribute in LEXEMES if attribute in getters}
    own = area / "taxonomy.yml" if area else None
    reader = Reader(nlp, taxonomies.load(taxonomy or (own if own and own.is_file() else None)))
    _use_places(nlp.get_pipe("places"), area, national or DATA / gazetteer.NATIONAL)
    gc.freeze()  # models and gazetteer stay: the collector need not walk through them again with every batch
    return reader


def _use_places(component: places_component.Places, area: Path | None, national: Path) -> None:
    own = list(gazetteer.read(area / "gazetteer.csv")) if area and (area / "gazetteer.csv").is_file() else []
    everywhere = list(gazetteer.read(national)) if national.is_file() else []
    if not own and not everywhere:
        log.warning("no gazetteer at %s: no places will be found; run `vane data fetch`", national)
    real = {place.lad for place in everywhere}
    home = _authorities(area)
    if home and not home & real:
        everywhere = []  # a made-up borough is no part of the country
    known = {(place.name.lower(), place.lad, place.ward) for place in own}
    rest = [place for place in everywhere if (place.name.lower(), place.lad, place.ward) not in known]
    component.use([*own, *rest], home)


def _authorities(area: Path | None) -> set[str]:
    """LAD codes of an area.yml; an authority is a code or a mapping with one."""
    if area is None or not (area / "area.yml").is_file():
        return set()
    listed: list[Any] = yaml.safe_load((area / "area.yml").read_text(encoding="utf-8")).get("authorities") or []
    return {str(one.get("code") or one.get("lad")) if isinstance(one, dict) else str(one) for one in listed}


def _label(pair: tuple[str, float]) -> Label:
    return Label(name=pair[0], score=_rounded(pair[1]))


def _code(pair: tuple[str, float]) -> Code:
    return Code(code=pair[0], score=_rounded(pair[1]))


def _rounded(score: float) -> float:
    return round(min(1.0, max(0.0, score)), 4)
