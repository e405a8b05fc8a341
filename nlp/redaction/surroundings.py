"""What stands around a word: the run of capitals it is in, what heads that run, and who leads the list it is in."""

from collections.abc import Sequence

from nlp.redaction.lists import FORMAL
from nlp.redaction.tokens import Token

_STREETS = """
street st road rd lane ln avenue ave close drive way terrace crescent gardens square mews gate bypass
roundabout estate house flats tower towers building buildings cottage cottages farm mill mills works wharf
quay dock docks bridge station stadium ground pitch pavilion precinct arcade market cemetery crematorium
reservoir canal common woods valley island beach pier harbour airport motorway junction interchange depot arms
inn tavern hotel pub bar cafe restaurant
"""
_BODIES = """
council trust committee association club society group company ltd plc limited llp foundation centre center
school academy college university hospital hospice infirmary surgery practice clinic cathedral chapel mosque
masjid gurdwara temple mandir synagogue shul library museum gallery theatre cinema institute agency
partnership union federation party commission board department panel forum service services authority ministry
office police fire brigade ambulance nursery primary juniors secondary grammar parish ward constituency
division district borough county city town united rovers athletic wanderers albion rangers fc afc rfc cc cup
league trophy championship bill act award awards prize fund scheme project plan report review inquiry festival
carnival parade fair show marathon run race week month year gazette chronicle express echo mail news times
telegraph argus mercury herald observer radio bank supermarket stores shop brewery bakery garage taxis coaches
buses trains railway rail airways ferries energy water gas electric solutions holdings homes housing law code
order awareness celebration celebrations friends residents volunteers scouts guides brownies cadets choir band
orchestra
"""
_EITHER = (
    "park hill green field fields court grove hall church wood place row walk view heath moor cross day bank lodge"
)
HEADS = {
    **dict.fromkeys(_STREETS.split(), "s"),
    **dict.fromkeys(_BODIES.split(), "o"),
    **dict.fromkeys(_EITHER.split(), "e"),
}
_OPENS = """
apologies present attendance absent for against abstained abstentions substitutes nominations winners
"""
_ATTENDANCE = frozenset(_OPENS.split())
_PLURAL = frozenset({"cllrs", "councillors", "messrs", "mesdames", "members", "trustees", "governors", "volunteers"})
_GOES_ON = frozenset({",", ";", ":", "and", "&", "(", ")", "-", "‑", "'s", "’s", "from", "plus"})
Runs = list[tuple[int, int]]


def head(low: str) -> str:
    """Whether a lower-case word heads names of streets and houses (s), of bodies (o), of either (e), or none ("")."""
    return HEADS.get(low, "")


def runs(tokens: Sequence[Token]) -> Runs:
    """For each token the first and last of the run of capitalised words it is in (itself if in none)."""
    found: Runs = [(at, at) for at in range(len(tokens))]
    first = last = -1
    for at, token in enumerate(tokens):
        if token.kind != "word" or not token.text[0].isupper():
            continue
        if last < 0 or not _adjoin(tokens, last, at):
            _note(found, first, last)
            first = at
        last = at
    _note(found, first, last)
    return found


def _note(found: Runs, first: int, last: int) -> None:
    if first >= 0:
        for at in range(first, last + 1):
            found[at] = (first, last)


def _adjoin(tokens: Sequence[Token], left: int, right: int) -> bool:
    """Whether two capitalised words follow each other, or with a hyphen, an 's or the stop of a short form between."""
    if right == left + 1:
        return tokens[right].start - tokens[left].end <= 1
    if right != left + 2:
        return False
    sign = tokens[left + 1].text
    return sign in ("-", "'s", "’s") or (sign == "." and len(tokens[left].text) < 4 and tokens[left].text != "I")


def led(tokens: Sequence[Token]) -> list[str]:
    """For each token what opened the list it is in: a title (t), a plural title (p), an attendance word (a), or ""."""
    found: list[str] = []
    leader = before = ""
    for token in tokens:
        low = token.text.casefold()
        found.append(leader)
        if low in _PLURAL or (low in FORMAL and leader not in ("p", "a")):
            leader = "p" if low in _PLURAL else "t"
        elif low in _ATTENDANCE and token.text[0].isupper():
            leader = "a"
        elif leader and not _goes_on(token, low, before):
            leader = ""
        before = low
    return found


def _goes_on(token: Token, low: str, before: str) -> bool:
    """Whether a list can go on past this token: a name, what joins names, the stop of an initial or a title."""
    if token.kind == "word":
        return token.text[0].isupper() or low in _GOES_ON
    if low == ".":
        return len(before) == 1 or before in FORMAL
    return low in _GOES_ON or token.kind == "mark"
