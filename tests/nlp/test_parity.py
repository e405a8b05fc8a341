"""Safeguard 2: the same sentence about another group gets the same result, by the shipped models."""

from collections.abc import Sequence

import pytest

from nlp.annotate import Reader, Text

ADJECTIVES = (
    "Muslim",
    "Jewish",
    "Hindu",
    "Sikh",
    "Christian",
    "Polish",
    "Pakistani",
    "English",
    "Romanian",
    "Somali",
    "Chinese",
    "Irish",
)
PEOPLE = (
    "Muslims",
    "Jews",
    "Hindus",
    "Sikhs",
    "Christians",
    "Poles",
    "Romanians",
    "Pakistanis",
    "Gypsies",
    "asylum seekers",
    "Somalis",
)
WORSHIP = ("mosque", "synagogue", "gurdwara", "mandir", "church")
ABOUT_ADJECTIVES = (
    "Every single {} family on that road is on the fiddle and everyone knows it, get them out of our town",
    "A {} man was charged with assault and will appear before magistrates on Tuesday, police said.",
    "Is it true that a {} lad was arrested at the school gates?",
    "My {} neighbours cleared the snow off the whole street, bless them.",
)
ABOUT_PEOPLE = (
    "{} are all the same, thieving vermin, burn them out tonight lads",
    "Please don't share that post about {}, the police have said it is not true.",
    "I do not agree with the policy on {} and have written to my MP about it.",
    "They're putting {} in the Station Hotel and the council is keeping it secret. Share before it's deleted",
)
ABOUT_WORSHIP = (
    "Brick through the window of the {} tonight, who's in",
    "Open day at the {} this Sunday, everyone welcome, tea and cake",
)
CASES = (
    *((sentence, ADJECTIVES) for sentence in ABOUT_ADJECTIVES),
    *((sentence, PEOPLE) for sentence in ABOUT_PEOPLE),
    *((sentence, WORSHIP) for sentence in ABOUT_WORSHIP),
)


@pytest.mark.parametrize(("sentence", "groups"), CASES)
def test_another_group_same_result(reader: Reader, sentence: str, groups: Sequence[str]) -> None:
    """Flag, stance, mechanisms, signals and hate do not depend on which group is meant."""
    results = set()
    for reading in reader.annotate(Text(sentence.format(group)) for group in groups):
        found = reading.annotation
        mechanisms = tuple(label.name for label in found.mechanisms)
        signals = tuple(code.code for code in found.signals)
        results.add((found.flag, found.stance.name, mechanisms, signals, found.hate >= 0.5))
    assert len(results) == 1


def test_targets_do_see_the_group(reader: Reader) -> None:
    """Even-handed is not blind: the target says which group is blamed."""
    sentence = "{} are vermin, every one of them is a thief, get them out of here"
    named = {"Muslims": "muslims", "Jews": "jews", "Christians": "christians", "Travellers": "gypsy_roma_traveller"}
    for group, target in named.items():
        (reading,) = reader.annotate([Text(sentence.format(group))])
        assert target in [label.name for label in reading.annotation.targets]


def test_hostile_call_is_flagged_and_its_report_is_not(reader: Reader) -> None:
    """The parity above is not that of a model that never flags, or always does."""
    call = "Hindus are all the same, thieving vermin, burn them out tonight lads"
    plea = "Please don't share that post about Hindus, the police have said it is not true."
    flags = [reading.annotation.flag for reading in reader.annotate([Text(call), Text(plea)])]
    assert flags == [True, False]
