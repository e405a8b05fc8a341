"""Tells goods, firms and towns abroad from the place here whose name they bear."""

from nlp.around import LISTS, Around

THINGS, MADE, FIRMS, FIRM_WORDS, ABROAD, SETTLED = (
    frozenset(LISTS[name]) for name in ("things", "made", "firms", "firm_words", "abroad", "settled")
)


def is_thing(around: Around) -> bool:
    """Wellington boots, Beef Wellington; and what any town may make: Kendal mint cake."""
    name, after = around.span.text.lower(), f"{around.follows} {around.word(1)}"
    if {f"{name} {around.follows}", f"{around.before} {name}"} & THINGS:
        return True
    return after in MADE


def is_firm(around: Around) -> bool:
    """A bank or building society called after a town: Halifax mortgage, Cheltenham & Gloucester account."""
    name = around.span.text.lower()
    if f"{around.follows} {around.word(1)}" == "building society":
        return True
    if around.follows in ("&", "and") and around.beyond in FIRMS:
        return name in FIRMS and _banks(around, 2)
    return name in FIRMS and _banks(around, 0)


def _banks(around: Around, ahead: int) -> bool:
    """What only a bank has, so many words after the name."""
    word, then = around.word(ahead), around.word(ahead + 1)
    if word in FIRM_WORDS:
        return then != "for"  # Coventry account for half of it
    return (word == "bank" and then in FIRM_WORDS) or (word, then) == ("building", "society")


def is_abroad(around: Around) -> bool:
    """Perth, Australia; Perth in Australia: a country or state whose settlers took our names along."""
    if around.follows in (",", "") and (around.beyond in ABROAD or f"{around.beyond} {around.word(2)}" in ABROAD):
        return True
    if around.follows != "in":
        return False
    at = 2 if around.beyond == "the" else 1
    words = [around.word(at + ahead) for ahead in range(3)]
    return any(" ".join(words[:count]) in SETTLED for count in (1, 2, 3))
