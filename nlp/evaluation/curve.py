"""The learning curve that `vane train` leaves beside the models: how the figures rise with the number of gold texts."""

import json
from pathlib import Path
from typing import Any

from pydantic import BaseModel, ConfigDict, TypeAdapter, ValidationError

from nlp.annotations import Refused

FIGURES = ("flag_f1", "stance_accuracy", "narrative_accuracy", "signals_f1")


class Point(BaseModel):
    """The figures of models that learnt from so many gold texts, on texts of authors they did not see."""

    model_config = ConfigDict(frozen=True, extra="ignore")

    texts: int
    flag_f1: float
    stance_accuracy: float
    narrative_accuracy: float
    signals_f1: float


def read(path: Path) -> list[dict[str, Any]]:
    """The points in order of texts; none where there is no such file. Raises Refused for one that is no curve."""
    if not path.is_file():
        return []
    try:
        points = TypeAdapter(list[Point]).validate_python(json.loads(path.read_text(encoding="utf-8")))
    except (json.JSONDecodeError, ValidationError) as error:
        raise Refused(f"{path}: {str(error).splitlines()[0]}; remove it or run `vane train`") from error
    return [point.model_dump() for point in sorted(points, key=lambda point: point.texts)]
