"""What reading a text gives: labels, mentions of places, evidence, and the Annotation that holds them."""

from collections.abc import Mapping
from typing import Literal

from pydantic import BaseModel, ConfigDict, Field


class Refused(ValueError):
    """Base of what cannot be used as it is: a model, taxonomy, gazetteer or library; the message says what to mend."""


class Record(BaseModel):
    """Base of every record here: frozen and without unknown fields."""

    model_config = ConfigDict(frozen=True, extra="forbid")


class Label(Record):
    """An accepted label of an axis that goes by name (stance, mechanism, target); score 0 to 1."""

    name: str
    score: float


class Code(Record):
    """An accepted label of an axis that goes by code (narrative, signal); score 0 to 1."""

    code: str
    score: float


class Mention(Record):
    """A place named in the text; `lad` is "" where the resolver abstains, `ward` where no ward is meant."""

    kind: Literal["place"] = "place"
    text: str
    start: int  # code points, end exclusive
    end: int
    name: str = ""
    level: Literal["place", "ward", "authority", "region", ""] = ""
    ward: str = ""
    lad: str = ""
    lat: float | None = None
    lon: float | None = None
    score: float = 0.0


class Evidence(Record):
    """A span that moved a label (`axis:code`), with its weight in the model's own units."""

    label: str
    start: int
    end: int
    weight: float


class Annotation(Record):
    """Everything read off one text; lists hold accepted labels only, best first."""

    stance: Label
    mechanisms: tuple[Label, ...] = ()
    targets: tuple[Label, ...] = ()
    narratives: tuple[Code, ...] = ()
    signals: tuple[Code, ...] = ()
    flag: bool = False
    flag_score: float = 0.0
    hate: float = 0.0
    checkworthy: float = 0.0
    claim: str = ""
    mentions: tuple[Mention, ...] = ()
    evidence: tuple[Evidence, ...] = ()
    models: Mapping[str, str] = Field(default_factory=dict)


class Reading(Record):
    """An Annotation with the lemmas the index stores; lemmas keep the text's order, space-joined."""

    annotation: Annotation
    lemmas: str = ""
