"""Copies labelled texts with other names, casings and marks, so that context is learnt and not a list of people."""

import random
import re
from collections import defaultdict
from collections.abc import Callable, Iterator
from pathlib import Path

from nlp.redaction import lists
from nlp.redaction.corpora import PERSON, Example

COMPOSED = lists.FOLDER / "surnames_by_heritage.txt"
JOINS = frozenset({" ", "-", ". ", " - "})
TITLED = re.compile(r"(?:\b(?:Mr|Mrs|Ms|Miss|Dr|Cllr|Councillor|PC|Sgt|Inspector|Judge|Rev|Imam|Prof)\.?) $")
KIN = re.compile(r"\b(?:mate|our|brother|sister|auntie|uncle|nan|cousin) $", re.IGNORECASE)


def composed_surnames(path: Path = COMPOSED) -> dict[str, list[str]]:
    """Surnames by heritage."""
    lines = path.read_text(encoding="utf-8").splitlines()
    pairs = [line.split("\t") for line in lines if line and not line.startswith("#")]
    return {heritage: names.split() for heritage, names in pairs}


class Forge:
    """Draws first names from the whole register and surnames of every heritage, listed or invented by their letters."""

    def __init__(self, seed: int) -> None:
        self.random = random.Random(seed)  # noqa: S311 - drawing training names, not secrets
        register = lists.first_names()
        self._register = sorted(register)
        self._usual = sorted(name for name, rank in register.items() if rank >= 4)
        self._census = sorted(lists.surnames())
        self._heritages = sorted(composed_surnames().items())
        self._chain: dict[str, str] = defaultdict(str)
        for name in [
            *self._register,
            *self._census,
            *(n.casefold() for _, ns in self._heritages for n in ns for _ in range(9)),
        ]:
            marked = f"^^{name}$"
            for at in range(2, len(marked)):
                self._chain[marked[at - 2 : at]] += marked[at]

    def first(self) -> str:
        """A first name: half of the time any of the register, else a usual or an invented one."""
        draw = self.random.random()
        if draw < 0.2:
            return self.invented()
        return self.random.choice(self._register if draw < 0.65 else self._usual).capitalize()

    def last(self) -> str:
        """A surname: every heritage as often, else of the census, else invented."""
        draw = self.random.random()
        if draw < 0.5:
            return self.random.choice(self.random.choice(self._heritages)[1])
        if draw < 0.7:
            return self.random.choice(self._census).capitalize()
        return self.invented()

    def invented(self) -> str:
        """A word that reads like a name and is in no list."""
        while True:
            name = "^^"
            while name[-1] != "$" and len(name) < 14:
                name += self.random.choice(self._chain[name[-2:]])
            name = name.strip("^$")
            if len(name) > 3:
                return name.capitalize()

    def full(self) -> str:
        """A first name and a surname, now and then with a middle name, an initial or a particle."""
        draw = self.random.random()
        middle = ""
        if draw < 0.08:
            middle = self.first() + " "
        elif draw < 0.14:
            middle = self.random.choice("ABCDEGHJKLMNPRSTW") + ". "
        elif draw < 0.20:
            middle = (
                self.random.choice(["bin", "al", "van", "de", "Ben", "El", "ap", "Singh", "Kaur", "Mac", "da"]) + " "
            )
        elif draw < 0.26:
            return f"{self.first()} {self.last()}-{self.last()}"
        return f"{self.first()} {middle}{self.last()}"


def renamed(one: Example, forge: Forge) -> Example:
    """The example with every person given another name; the same word in it gets the same replacement."""
    text, flags, at = "", bytearray(), 0
    known: dict[str, str] = {}
    for start, end in persons(one):
        name = _like(one.text[start:end], forge, known)
        text += one.text[at:start] + name
        flags += one.flags[at:start] + bytes([PERSON]) * len(name)
        at = end
    return Example(text + one.text[at:], bytes(flags + one.flags[at:]), one.source)


def filled(one: Example, forge: Forge) -> Example:
    """A gold text with drawn names for its [name] marks."""
    text, flags = "", bytearray()
    for piece in re.split(r"(\[name\])", one.text):
        name = piece
        if piece == "[name]":
            single = forge.random.random() < 0.6
            surname = TITLED.search(text) is not None and not KIN.search(text)
            name = (forge.last() if surname else forge.first()) if single else forge.full()
        text += name
        flags += bytes([PERSON if piece == "[name]" else 0]) * len(name)
    return Example(text, bytes(flags), one.source)


def lowered(one: Example) -> Example:
    """The example as typed by someone who never presses shift."""
    return _recased(one, str.lower)


def raised(one: Example) -> Example:
    """The example in capitals."""
    return _recased(one, str.upper)


def marked(one: Example, forge: Forge) -> Example:
    """The example with some of its persons already replaced by [name]."""
    text, flags, at = "", bytearray(), 0
    for start, end in persons(one):
        if forge.random.random() < 0.6:
            text += one.text[at:start] + "[name]"
            flags += one.flags[at:start] + bytes(6)
            at = end
    return Example(text + one.text[at:], bytes(flags + one.flags[at:]), one.source)


def query(one: Example, forge: Forge) -> Iterator[Example]:
    """Searches such as a person would type: a few words around each name, in lower case, and the same without it."""
    for start, end in persons(one):
        before = re.findall(r"[\w'’]+", one.text[max(0, start - 40) : start])[-2:]
        after = re.findall(r"[\w'’]+", one.text[end : end + 40])[:2]
        before, after = before[forge.random.randrange(3) :], after[: forge.random.randrange(3)]
        parts = [(word, 0) for word in before] + [(one.text[start:end], PERSON)] + [(word, 0) for word in after]
        for chosen in (parts, [part for part in parts if not part[1]]):
            text = " ".join(word for word, _ in chosen).lower()
            flags = b"\0".join(bytes([flag]) * len(word) for word, flag in chosen)
            if text and len(text) == len(flags):
                yield Example(text, flags, "query")


def persons(one: Example) -> list[tuple[int, int]]:
    """Stretches of the text that name one person."""
    found: list[tuple[int, int]] = []
    for match in re.finditer(rb"\x01+", one.flags):
        if found and one.text[found[-1][1] : match.start()] in JOINS:
            found[-1] = (found[-1][0], match.end())
        else:
            found.append(match.span())
    return found


def _like(name: str, forge: Forge, known: dict[str, str]) -> str:
    """A drawn name in the casing and of the size of the given one."""
    words = name.replace(". ", " ").split()
    key = name.casefold()
    if key not in known:
        if len(words) == 1:
            first = lists.first_names().get(key, 0) >= 2
            known[key] = forge.first() if first else forge.last()
        else:
            known[key] = forge.full()
            parts = known[key].split()
            known.setdefault(words[0].casefold(), parts[0])
            known.setdefault(words[-1].casefold(), parts[-1])
    drawn = known[key]
    if name.isupper() and len(name) > 2:
        return drawn.upper()
    return drawn.lower() if name.islower() else drawn


def _recased(one: Example, change: Callable[[str], str]) -> Example:
    text, flags = "", bytearray()
    for char, flag in zip(one.text, one.flags, strict=True):
        new = change(char)
        text += new
        flags += bytes([flag]) * len(new)
    return Example(text, bytes(flags), one.source)
