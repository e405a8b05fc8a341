"""Splits a text into sentences, simply: at end marks and line breaks, not after abbreviations or inside numbers."""

import re

END = re.compile(r"(?<=[.!?…])(?P<quote>['\"”’)]*)\s+(?=[^\sa-z])|(?<!\s)[^\S\n]*\n\s*|(?<=[!?])\s+")
SHORT = re.compile(
    r"(?:\b(?:mr|mrs|ms|dr|st|rd|cllr|rev|sgt|no|nos|approx|e\.g|i\.e|a\.m|p\.m)|\b[A-Z])\.$", re.IGNORECASE
)


def split(text: str) -> list[str]:
    """The sentences of a text in order, stripped; empty ones are left out."""
    return [text[start:end] for start, end in spans(text)]


def spans(text: str) -> list[tuple[int, int]]:
    """Where the sentences of a text stand (code points, end exclusive), without the spaces around them."""
    found: list[tuple[int, int]] = []
    start = 0
    for match in END.finditer(text):
        if match.start() > start and "\n" not in match.group() and _abbreviated(text, match.start()):
            continue
        found.append(_trimmed(text, start, match.end("quote") if match["quote"] else match.start()))
        start = match.end()
    found.append(_trimmed(text, start, len(text)))
    return [(first, after) for first, after in found if first < after]


def _abbreviated(text: str, end: int) -> bool:
    return bool(SHORT.search(text[max(0, end - 8) : end]))


def _trimmed(text: str, start: int, end: int) -> tuple[int, int]:
    piece = text[start:end]
    return start + len(piece) - len(piece.lstrip()), start + len(piece.rstrip())
