"""Splits a text into words, marks and signs with their offsets, the same way for learning and for reading."""

import re
from typing import NamedTuple

from nlp.redaction.patterns import URL

_TOKEN = re.compile(
    rf"(?P<mark>\[(?:name|handle|contact)\])|(?P<url>{URL.pattern})"
    r"|(?P<tag>\#\w+)"
    r"|(?P<word>[^\W\d_](?:[^\W\d_]|[\u0300-\u036f])*(?:['’ʼ`][^\W\d_]+)*)"
    r"|(?P<number>\d[\d.,:]*)|(?P<sign>\S)",
    re.IGNORECASE | re.VERBOSE,
)
_OWNER = re.compile(r"['’ʼ`][sS]$")
_HUMP = re.compile(r"[^\W\d_]+?(?=[A-Z][a-z])|[^\W\d_]+|\d+|_")


class Token(NamedTuple):
    """A piece of text: kind is word, mark (already redacted), url, number, sign or tag (a word of a hashtag)."""

    text: str
    start: int
    end: int
    kind: str


def split(text: str) -> list[Token]:
    """All tokens in order; `'s` and the words of a #CamelCase tag are tokens of their own."""
    tokens: list[Token] = []
    for match in _TOKEN.finditer(text):
        kind, start, piece = str(match.lastgroup), match.start(), match[0]
        if kind == "tag":
            tokens.append(Token("#", start, start + 1, "sign"))
            tokens += [
                Token(m[0], start + 1 + m.start(), start + 1 + m.end(), "tag") for m in _HUMP.finditer(piece[1:])
            ]
        elif kind == "word" and (owner := _OWNER.search(piece)) and owner.start():
            cut = start + owner.start()
            tokens.append(Token(piece[: owner.start()], start, cut, "word"))
            tokens.append(Token(owner[0], cut, match.end(), "sign"))
        else:
            tokens.append(Token(piece, start, match.end(), kind))
    return tokens
