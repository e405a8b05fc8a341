"""First names, surnames, public roles and titles: what is known of a word before its sentence is read."""

import gzip
from collections.abc import Iterable, Sequence
from functools import cache
from pathlib import Path

FOLDER = Path(__file__).parents[1] / "lexicons"
Phrases = dict[str, frozenset[tuple[str, ...]]]  # by first word

_PERSONAL = """
mr mrs miss ms mx dr doctor prof professor sir dame lord lady baroness baron cllr councillor cllrs councillors
alderman rev revd reverend fr father sister brother imam mufti maulana mawlana molvi sheikh shaykh rabbi
rebbetzin canon pastor vicar bishop archbishop archdeacon deacon minister granthi giani bhai bibi hafiz haji
hajji sergeant sgt pc pcso wpc dc ds di dci dcs det detective constable inspector insp superintendent supt
chief commissioner cpl corporal captain capt major maj colonel col lieutenant lt judge recorder magistrate
justice coroner nurse matron headteacher head uncle aunty auntie aunt nan nana grandad granny gran mum dad
cousin mate bro sis mayor mp msp am private pte king queen prince princess duke duchess president chair
chairman chairwoman manager coach striker defender keeper pilot solicitor barrister driver victim defendant
suspect witness resident landlord landlady barber baker butcher shopkeeper volunteer volunteers teacher tutor
chef farmer historian campaigner organiser singer actor actress officer governor secretary leader director founder
owner trustee midwife carer pharmacist consultant neighbour curate warden ranger coroner curator goalkeeper
midfielder chaplain cleric deputy baroness chancellor ex-councillor interpreter rapper comedian
author playwright
"""
PERSONAL = frozenset(_PERSONAL.split())  # titles, callings and kin that stand before a name

_FORMAL = "mr mrs ms dr prof sir cllr cllrs councillor councillors rev revd fr pc pcso dc sgt imam rabbi mp msp"
FORMAL = frozenset(_FORMAL.split())  # titles that are never a name themselves
OFFICES = frozenset({"chancellor", "speaker", "minister", "majesty", "mufti", "baroness", "coach", "bailie", "provost"})
# what follows one of these is no person
CALLED = frozenset({"storm", "hurricane", "operation", "exercise", "hms", "hmp", "rms", "mv", "raf"})
SAINTS = frozenset({"st", "saint", "saints", "sts"})


def words_of(phrase: str) -> tuple[str, ...]:
    """A phrase as the splitter would give its words, lower-cased and without an ending 's."""
    words = phrase.casefold().replace("’", "'").replace("-", " ").replace("&", " ").split()
    return tuple(word.removesuffix("'s") for word in words)


@cache
def first_names() -> dict[str, int]:
    """First names of England and Wales, with 1 (3 to 5 children since 1996) to 5 (over 2,000); a top 100 has 4."""
    return _ranked(FOLDER / "first_names.txt.gz")


@cache
def surnames() -> dict[str, int]:
    """Surnames, with 1 (rank 20,001 to 50,000) to 5 (the first 100)."""
    return _ranked(FOLDER / "surnames.txt.gz")


@cache
def public_roles() -> Phrases:
    """Office holders and royals whose names stay, as lower-case words."""
    lines = (FOLDER / "public_roles.txt").read_text(encoding="utf-8").splitlines()
    return phrases(line for line in lines if line.strip() and not line.startswith("#"))


@cache
def no_persons() -> Phrases:
    """Firms, charities, characters, clubs and places named like persons, as lower-case words."""
    lines = (FOLDER / "not_persons_phrases.txt").read_text(encoding="utf-8").splitlines()
    return phrases(line for line in lines if line.strip() and not line.startswith("#"))


def phrases(names: Iterable[str]) -> Phrases:
    """Names as word sequences by their first word, for `covered`."""
    found: dict[str, set[tuple[str, ...]]] = {}
    for name in names:
        if words := words_of(name):
            found.setdefault(words[0], set()).add(words)
    return {first: frozenset(rest) for first, rest in found.items()}


def covered(words: Sequence[str], known: Phrases) -> list[tuple[int, int]]:
    """Where known phrases stand in the words: first and past-the-last index, the longest at each place."""
    found, at = [], 0
    while at < len(words):
        fits = [p for p in known.get(words[at], ()) if tuple(words[at : at + len(p)]) == p]
        if fits:
            size = max(map(len, fits))
            found.append((at, at + size))
            at += size
        else:
            at += 1
    return found


def _ranked(path: Path) -> dict[str, int]:
    """Lines `rank TAB name name ...` as name -> rank."""
    ranked: dict[str, int] = {}
    with gzip.open(path, "rt", encoding="utf-8") as lines:
        for line in lines:
            rank, names = line.split("\t")
            ranked.update(dict.fromkeys(names.split(), int(rank)))
    return ranked
