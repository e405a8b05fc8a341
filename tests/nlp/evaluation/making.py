"""Gold texts and annotations made by hand."""

from typing import Any

from nlp.annotations import Annotation, Code, Label
from nlp.labelled import GoldText


def gold(number: int, **fields: Any) -> GoldText:
    """A text about nothing here, but for the fields given."""
    return GoldText.model_validate(
        {"id": f"G{number}", "text": "Bins again", "stance": "unrelated", "flag": False} | fields
    )


def read(stance: str = "unrelated", **fields: Any) -> Annotation:
    """An annotation without a label, but for the fields given; narratives and signals by code, others by name."""
    for axis, kind in (("narratives", Code), ("signals", Code), ("mechanisms", Label), ("targets", Label)):
        key = "code" if kind is Code else "name"
        fields[axis] = tuple(kind.model_validate({key: name, "score": 0.9}) for name in fields.get(axis, ()))
    score = fields.pop("stance_score", 0.9)
    return Annotation(stance=Label(name=stance, score=score), **fields)
