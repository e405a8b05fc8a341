"""Group swap: the same sentence about another group, by which even-handedness is measured."""

from collections.abc import Iterator

from nlp.groups import Groups
from nlp.phrases import words

# Groups by kind: a faith is swapped for a faith, an origin for an origin, so that the sentence still makes sense
KINDS = (
    ("muslims", "jews", "hindus", "sikhs", "christians"),
    (
        "pakistani_heritage",
        "south_asian",
        "east_european",
        "white_british",
        "black",
        "arab_turkish_kurdish",
        "east_asian",
        "gypsy_roma_traveller",
    ),
    ("asylum_seekers", "migrants"),
    ("lgbt", "trans"),
    ("older_people", "young_people", "women", "disabled"),
)
SHOWN = {
    "black": {"one": "Nigerian", "many": "Nigerians"},
    "white_british": {"one": "English", "many": "English people"},
}


def swaps(text: str, groups: Groups) -> Iterator[tuple[str, str]]:
    """(target, text) with every group of a kind replaced by another of the same kind; slurs stay where they are."""
    units = [unit for unit in groups.hide(words(text)) if unit.form in ("§one", "§many", "§worship")]
    for kind in KINDS:
        present = [unit for unit in units if unit.target in kind]
        for other in kind if present else ():
            if {unit.target for unit in present} == {other}:
                continue
            pieces, at = [], 0
            for unit in present:
                role = {"§one": "one", "§many": "many", "§worship": "worship"}[unit.form]
                pieces += [text[at : unit.start], _word(groups, other, role, text[unit.start : unit.end])]
                at = unit.end
            swapped = "".join(pieces) + text[at:]
            if swapped != text:  # a group that has no word for any role present
                yield other, swapped


def _word(groups: Groups, target: str, role: str, instead_of: str) -> str:
    """The group's first word for a role; the old word where the group has none (no worship of an origin)."""
    shown = SHOWN.get(target, {}).get(role)
    terms = groups.terms.get((target, role), ())
    if shown is None and not terms:
        return instead_of
    word = shown or terms[0]
    return word[0].upper() + word[1:] if role != "worship" else word
