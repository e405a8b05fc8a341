"""Splits a text into sentences, simply: at end marks and line breaks, not after abbreviations or inside numbers."""

import re

END = re.compile(r"(?<=[.!?…])['\"”’)]*\s+(?=[^\sa-z])|\s*\n+\s*|(?<=[!?])\s+")
SHORT = re.compile(
    r"(?:\b(?:mr|mrs|ms|dr|st|rd|cllr|rev|sgt|no|nos|approx|e\.g|i\.e|a\.m|p\.m)|\b[A-Z])\.$", re.IGNORECASE
)
LONGEST = 100  # sentences looked at: a page of minutes, not a book


def split(text: str) -> list[str]:
    """The sentences of a text in order, stripped; empty ones are left out."""
    pieces: list[str] = []
    at = 0
    for match in END.finditer(text):
        if (
            match.start() > at
            and "\n" not in match.group()
            and SHORT.search(text[max(0, match.start() - 8) : match.start()])
        ):
            continue
        pieces.append(text[at : match.start()].strip())
        at = match.end()
        if len(pieces) >= LONGEST:
            break
    pieces.append(text[at:].strip() if len(pieces) < LONGEST else "")
    return [piece for piece in pieces if piece]
