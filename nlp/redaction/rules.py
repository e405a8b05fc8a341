"""Finds names by lists and three rules: the plain method that the trained reader is measured against."""

from collections.abc import Sequence

from nlp.redaction import lists
from nlp.redaction.tokens import Token

COMMON = 3  # rank from which a first name is taken without more evidence


def find(tokens: Sequence[Token]) -> list[bool]:
    """Which tokens belong to a person's name: a listed first name, what is capitalised after one or after a title."""
    names = [False] * len(tokens)
    for at, token in enumerate(tokens):
        if token.kind not in ("word", "tag") or not token.text[0].isupper():
            continue
        before = tokens[at - 1] if at else None
        if before is None or before.kind != "word":
            names[at] = _first(token.text) and at + 1 < len(tokens)
        elif names[at - 1] or before.text.casefold() in lists.PERSONAL:
            names[at] = token.text.casefold() not in lists.PERSONAL
        else:
            names[at] = _first(token.text)
    return names


def find_in_query(tokens: Sequence[Token]) -> list[bool]:
    """The same for a search, which is rarely capitalised: a first name and what follows it if that is a surname."""
    names = [False] * len(tokens)
    for at, token in enumerate(tokens):
        word = token.text.casefold()
        after_name = at > 0 and names[at - 1]
        names[at] = word in lists.surnames() if after_name else _first(word) and at + 1 < len(tokens)
    return names


def _first(word: str) -> bool:
    return lists.first_names().get(word.casefold(), 0) >= COMMON
