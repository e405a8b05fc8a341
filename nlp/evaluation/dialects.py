"""Tells written dialect by words of lexicons/dialects.yml; used to measure, never in service."""

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import yaml

from nlp.phrases import Phrases, words

LEXICON = Path(__file__).parents[1] / "lexicons" / "dialects.yml"
ENOUGH = 2  # different likely words of one dialect that count as one sure word


class Dialects:
    """Finds written dialect; the lexicon says its limits."""

    def __init__(self, lexicon: Mapping[str, Mapping[str, Any]]) -> None:
        self.names = {code: str(entry["name"]) for code, entry in lexicon.items()}
        self._sure = Phrases({code: entry["sure"] for code, entry in lexicon.items()})
        self._likely = Phrases({f"{code} {word}": [word] for code, e in lexicon.items() for word in e["likely"]})

    @classmethod
    def load(cls, path: Path = LEXICON) -> "Dialects":
        """The lexicon of a YAML file; every scalar is a string."""
        return cls(yaml.load(path.read_text(encoding="utf-8"), Loader=yaml.BaseLoader))  # noqa: S506  BaseLoader makes only strings

    def find(self, text: str) -> list[str]:
        """Codes of the dialects a text is written in, in the lexicon's order; none for most texts."""
        forms = [word.form for word in words(text)]
        sure = {found.name for found in self._sure.find(forms)}
        likely = _counts({found.name for found in self._likely.find(forms)})
        return [code for code in self.names if code in sure or likely.get(code, 0) >= ENOUGH]


def _counts(names: Sequence[str] | set[str]) -> dict[str, int]:
    counts: dict[str, int] = {}
    for name in names:
        code = name.split(" ", 1)[0]
        counts[code] = counts.get(code, 0) + 1
    return counts
