"""The labels of taxonomy.yml, read strictly, with the narratives a council added by cue words."""

from collections.abc import Collection
from pathlib import Path

import yaml
from pydantic import BaseModel, ConfigDict, Field, ValidationError

from nlp.annotations import Refused
from nlp.phrases import Found, Phrases, words

SHIPPED = Path(__file__).parent / "taxonomy.yml"


class TaxonomyRefused(Refused):
    """A taxonomy that cannot be used; the message names the file, the field and the remedy."""


class _Strict(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class Narrative(_Strict):
    """A narrative: what it is about and what to leave alone; with `cues` it works by rule.

    A cue is a word or phrase whose last word may end in *, which takes any ending; `a + b` fires where both are found.
    """

    name: str
    about: str
    leave_alone: tuple[str, ...] = ()
    cues: tuple[str, ...] = ()
    examples: tuple[str, ...] = ()


class Signal(_Strict):
    """A sign of tension; `eep` is its default dimension."""

    name: str
    eep: str
    about: str


class Taxonomy(_Strict):
    """All axes; codes are stable, words may be edited."""

    stances: dict[str, str]
    mechanisms: dict[str, str]
    targets: dict[str, tuple[str, ...]]
    narratives: dict[str, Narrative] = Field(default_factory=dict)
    signals: dict[str, Signal] = Field(default_factory=dict)


class Rules:
    """Finds the narratives that work by cue words."""

    def __init__(self, taxonomy: Taxonomy) -> None:
        self._cues: list[tuple[str, Phrases, frozenset[str]]] = []
        for code, narrative in taxonomy.narratives.items():
            for cue in narrative.cues:
                parts = [part.strip() for part in cue.split("+")]
                lists = {f"{code}: {part}": [part] for part in parts}
                self._cues.append((code, Phrases(lists), frozenset(lists)))

    def find(self, text: str) -> dict[str, list[tuple[int, int]]]:
        """Codes whose cue the text holds, with the cue's places (code points)."""
        if not self._cues:
            return {}
        text_words = words(text)
        forms = [word.form for word in text_words]
        found: dict[str, list[tuple[int, int]]] = {}
        for code, phrases, needed in self._cues:
            hits: list[Found] = phrases.find(forms)
            if {hit.name for hit in hits} >= needed:
                places = [(text_words[hit.first].start, text_words[hit.after - 1].end) for hit in hits]
                found.setdefault(code, []).extend(places)
        return found


def load(path: Path | None = None) -> Taxonomy:
    """Read a taxonomy; raises TaxonomyRefused for an unknown field or an example that no cue of its narrative finds."""
    file = path or SHIPPED
    try:
        taxonomy = Taxonomy.model_validate(yaml.safe_load(file.read_text(encoding="utf-8")))
    except yaml.YAMLError as error:
        raise TaxonomyRefused(f"{file}: {' '.join(str(error).split())}; mend the YAML") from error
    except ValidationError as error:
        first = error.errors()[0]
        where = ".".join(map(str, first["loc"]))
        raise TaxonomyRefused(f"{file}: {where}: {first['msg'].lower()}; mend or remove it") from error
    _check_examples(taxonomy, file)
    return taxonomy


def check_read(taxonomy: Taxonomy, known: Collection[str]) -> None:
    """Raises TaxonomyRefused for a narrative that nothing reads: no model (`known` lists theirs) and no cues."""
    for code, narrative in taxonomy.narratives.items():
        if code not in known and not narrative.cues:
            raise TaxonomyRefused(f"narratives.{code}: no model reads it and it has no cues; add cues and an example")


def _check_examples(taxonomy: Taxonomy, file: Path) -> None:
    try:
        rules = Rules(taxonomy)
    except ValueError as error:
        raise TaxonomyRefused(f"{file}: narratives.{error}") from error
    for code, narrative in taxonomy.narratives.items():
        for example in narrative.examples if narrative.cues else ():
            if code not in rules.find(example):
                raise TaxonomyRefused(
                    f"{file}: narratives.{code}: no cue finds the example {example!r}; add a cue or drop it"
                )
