"""Dictionary forms of English words: exceptions first, then endings taken off and checked against known words."""

from functools import lru_cache
from pathlib import Path

LEXICONS = Path(__file__).parent / "lexicons"
VOWELS = "aeiou"


@lru_cache(maxsize=1)
def _exceptions() -> dict[str, str]:
    """Irregular forms by form (lexicons/irregular.txt: `lemma form form ...` a line)."""
    found: dict[str, str] = {}
    for line in (LEXICONS / "irregular.txt").read_text(encoding="utf-8").splitlines():
        if line and not line.startswith("#"):
            base, *forms = line.split()
            found.update(dict.fromkeys(forms, base))
    return found


@lru_cache(maxsize=1)
def _known() -> frozenset[str]:
    """Words seen in running text, against which a shortened form is checked."""
    return frozenset((LEXICONS / "words.txt").read_text(encoding="utf-8").split())


@lru_cache(maxsize=20_000)
def lemma(form: str) -> str:
    """The dictionary form of a word in lower case; the word itself where no rule applies."""
    form = form.replace("’", "'").removesuffix("'s").removesuffix("'") or form
    if form in _exceptions():
        return _exceptions()[form]
    if len(form) < 4 or not form.isalpha():
        return form
    for candidate in _candidates(form):
        if candidate in _known():
            return candidate
    return _unknown(form)


def _candidates(form: str) -> list[str]:
    """Possible bases, likeliest first."""
    if form.endswith("ies"):
        return [form[:-3] + "y", form[:-1]]
    if form.endswith(("ches", "shes", "sses", "xes", "zes", "oes")):
        return [form[:-2], form[:-1]]
    if form.endswith("s") and not form.endswith(("ss", "us", "is")):
        return [form[:-1]]
    if form.endswith("ied"):
        return [form[:-3] + "y"]
    if form.endswith("ed"):
        return _bases(form[:-2])
    if form.endswith("ing"):
        return _bases(form[:-3])
    return []


def _bases(stem: str) -> list[str]:
    """What may stand before -ed or -ing: the stem with e, undoubled, or as it is."""
    if len(stem) < 2 or not any(letter in VOWELS + "y" for letter in stem):
        return []
    doubled = len(stem) > 2 and stem[-1] == stem[-2] and stem[-1] not in "lsfz"
    first = [stem[:-1], stem] if doubled else [stem, stem + "e"]
    if len(stem) > 2 and stem[-1] == stem[-2]:
        first.append(stem[:-1])
    # short vowel + consonant would have doubled ("hoping" is hope, "hopping" is hop): prefer the e
    lone = len(stem) > 2 and stem[-1] not in VOWELS + "wxy" and stem[-2] in VOWELS and stem[-3] not in VOWELS
    soft = stem[-1] in "cvuz" or stem.endswith(("dg", "bl", "tl", "pl", "gl"))
    return [stem + "e", *first] if soft or (lone and len(stem) <= 4) else first


def _unknown(form: str) -> str:
    """A word no list knows: only the plural s is taken off."""
    if form.endswith("s") and not form.endswith(("ss", "us", "is", "as", "os")):
        return form[:-3] + "y" if form.endswith("ies") and len(form) > 4 else form[:-1]
    return form


def is_word(form: str) -> bool:
    """Whether a form in lower case is an ordinary word (seen in lower case in running text)."""
    return form in _known() or form in _exceptions()
