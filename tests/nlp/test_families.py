"""Gold texts are no copies of each other and no sentence filled with other words."""

from nlp import families, labelled
from tests.nlp.evaluation.making import gold

ONE_IN = 1000  # texts of one frame among the gold: minutes and notices have turns that many people use
FRAME = "They have put the {} into the {} behind the {} and nobody was asked about it until it was done"
FILLED = [
    ("Syrians", "barracks", "park"),
    ("students", "old mill", "station"),
    ("prisoners", "Grange", "school"),
    ("machines", "library", "baths"),
]

SAID = [
    "Anyone know why the baths are shut again? Third week now",
    "My bin has gone and so has next door's, cheers",
    "The vicar says the roof will be done by Easter, we shall see",
    "Lovely turn out for the plant swap today",
]


def test_a_copy_is_found() -> None:
    """The same words with another start are a near-duplicate, but for the two sides of a contrast pair."""
    said = "they are moving the clinic to the ring road and the bus does not stop there on a Sunday"
    one, other = gold(1, text=f"Heard {said}"), gold(2, text=f"Apparently {said}")
    assert list(families.near_duplicates([one, other, gold(3, text="The pool shuts at noon on Friday, sorry all")]))
    paired = [text.model_copy(update={"pair": "p1"}) for text in (one, other)]
    assert not list(families.near_duplicates(paired))


def test_slot_filling_is_found() -> None:
    """One sentence with other nouns is a family; four texts by people are none."""
    filled = [gold(at, text=FRAME.format(*words)) for at, words in enumerate(FILLED)]
    (family,) = families.template_families(filled)
    assert {text.id for text in family} == {text.id for text in filled}
    assert families.template_families([gold(at, text=text) for at, text in enumerate(SAID)]) == []


def test_the_gold_holds_no_copies_and_no_large_family() -> None:
    """No test text is a near-duplicate of a training text, few training texts are of each other, no frame is common."""
    training, held_out = labelled.training(), labelled.held_out()
    tested = {text.id for text in held_out}
    pairs = [(one.id, other.id) for one, other in families.near_duplicates([*training, *held_out])]
    assert [pair for pair in pairs if (pair[0] in tested) != (pair[1] in tested)] == []
    assert len(pairs) <= len(training) / ONE_IN
    largest = max(map(len, families.template_families([*training, *held_out])), default=0)
    assert largest <= len(training) / ONE_IN


def test_a_pair_stays_in_its_file() -> None:
    """A pair's name is used in one file of gold texts: two writers' "p1" would tie strangers together in the folds."""
    holders: dict[str, set[str]] = {}
    for path in sorted(labelled.GOLD.glob("t*.jsonl")):
        for text in labelled.read([path]):
            holders.setdefault(text.pair, set()).add(path.name)
    assert {pair: names for pair, names in holders.items() if pair and len(names) > 1} == {}


def test_the_card_counts_what_is_there() -> None:
    """The data card's table names every file of gold texts with its number of texts and of flagged ones."""
    card = (labelled.GOLD / "README.md").read_text(encoding="utf-8")
    rows = [line.split("|") for line in card.splitlines() if line.startswith("| t") and ".jsonl" in line]
    told = {row[1].strip(): (int(row[2]), int(row[4])) for row in rows}
    files = sorted(labelled.GOLD.glob("t*.jsonl"))
    counted = {path.name: (len(texts := list(labelled.read([path]))), sum(t.flag for t in texts)) for path in files}
    assert told == counted
