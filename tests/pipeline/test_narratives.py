"""Grouping: what joins, what stays apart, and that cutting the work up changes nothing."""

import time
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from crawlers.items import Kind
from pipeline.narratives import collected, group, series_cells, themes
from pipeline.records import AnnotatedDocument, Narrative
from tests.pipeline.samples import BOROUGH, OTHER, WARD, at, make

LONDON = ZoneInfo("Europe/London")


def narrative_of(found: list[AnnotatedDocument]) -> dict[str, str]:
    """Narrative by document, of one run."""
    grouping = group(found, [], [], authorities=[BOROUGH])
    return {member.document: member.narrative for member in grouping.members}


def test_the_same_claim_in_one_ward_is_one_narrative() -> None:
    """Three texts with one code about one ward join, however differently they put it."""
    found = [
        make("a", 0, "mattresses going into the Beacon for the boat people"),
        make("b", 5, "they think we are daft, it is signed and sealed"),
        make("c", 30, "is it true what they say of the hotel?", stance="asks"),
    ]
    assert len(set(narrative_of(found).values())) == 1


def test_two_named_places_with_other_words_are_two_narratives() -> None:
    """The same code in one ward about two hotels is two narratives where the words differ too."""
    found = [
        make("a", 0, "mattresses going into the Beacon", places=("Beacon Hotel",)),
        make("b", 1, "coaches seen outside lodge yesterday night", places=("Anchor Lodge",)),
    ]
    assert len(set(narrative_of(found).values())) == 2


def test_codes_and_wards_part_narratives() -> None:
    """Another code, or another ward with other words, is another narrative."""
    found = [
        make("a", 0, "mattresses going into the Beacon"),
        make("b", 1, "mattresses going into the Beacon", code="N02"),
        make("c", 2, "coach with blacked out windows by our church hall", areas=(OTHER,)),
    ]
    assert len(set(narrative_of(found).values())) == 3


def test_a_doubtful_code_gives_way_to_the_place() -> None:
    """A flagged text about the same hotel whose code was little more than a guess joins the hotel's narrative."""
    first = make("a", 0, "mattresses going into the Beacon", places=("Beacon Hotel",))
    about = {"code": "N16", "places": ("Beacon Hotel",)}
    guess = make("b", 1, "half six, bring flags, they snuck it past us", code_score=0.3, **about)  # type: ignore[arg-type]
    sure = make("c", 2, "the planning lady took money for it", code_score=0.9, **about)  # type: ignore[arg-type]
    told = narrative_of([first, guess, sure])
    assert told["a"] == told["b"] != told["c"]
    lawful = make("b", 1, "half six, bring flags", stance="campaigns", code_score=0.3, **about)  # type: ignore[arg-type]
    told = narrative_of([first, lawful])
    assert told["a"] != told["b"]


def test_a_text_without_a_ward_joins_the_only_narrative_that_fits() -> None:
    """A text about the borough joins the ward's narrative when there is one, and none when there are two."""
    ward, other = make("a", 0, "one two three"), make("b", 1, "four five six", areas=(OTHER,))
    borough = make("c", 2, "seven eight nine", areas=(BOROUGH,))
    joined = narrative_of([ward, borough])
    assert joined["c"] == joined["a"]
    apart = narrative_of([ward, other, borough])
    assert len(set(apart.values())) == 3


def test_after_28_silent_days_the_claim_is_a_new_narrative() -> None:
    """A claim that comes back after more than 28 days begins anew; after 27 it goes on."""
    assert len(set(narrative_of([make("a", 0), make("b", 24 * 27)]).values())) == 1
    assert len(set(narrative_of([make("a", 0), make("b", 24 * 29)]).values())) == 2


def test_without_a_code_place_words_and_signal_decide() -> None:
    """Dispute texts about one pitch join; a dispute about parking elsewhere in the ward does not."""
    found = [
        make("a", 0, "cricket lot took our pitch at the rec again", code="", signals=("T09",)),
        make("b", 3, "we booked the pitch at the rec for cricket in february", code="", signals=("T09", "T06")),
        make("c", 4, "parking on the pavement outside mosque every friday", code="", signals=("T09",)),
        make("d", 5, "cricket lot took our pitch at the rec again", code="", signals=("T14",)),
    ]
    of = narrative_of(found)
    assert of["a"] == of["b"]
    assert len({of["a"], of["c"], of["d"]}) == 3


def test_a_syndicated_copy_joins_its_original() -> None:
    """A declared copy is in its original's narrative whatever was read off it, also when it comes first."""
    original = make("a", 1, "mattresses at the Beacon", kind=Kind.NEWS, stance="reports")
    late = make("b", 2, "other words", kind=Kind.NEWS, stance="reports", code="N02", areas=(OTHER,), story="a")
    early = make("c", 0, "other words", kind=Kind.NEWS, stance="reports", areas=(OTHER,), story="a")
    assert len(set(narrative_of([original, late]).values())) == 1
    assert len(set(narrative_of([early, original]).values())) == 1


def test_out_of_scope_texts_get_no_narrative() -> None:
    """A text that is not local, and one without narrative, signal and mechanism, is in no narrative."""
    found = [make("a", 0, areas=()), make("b", 1, code="", stance="unrelated")]
    assert not any(item.in_scope for item in found)
    assert narrative_of(found) == {}


def test_the_statement_is_the_first_asserting_members_claim() -> None:
    """A question opens the narrative, the first asserting text gives it its statement, a later one changes nothing."""
    found = [
        make("a", 0, "Is the Beacon shut? Anyone know?", stance="asks"),
        make("b", 1, "First line. And more.", claim="The Beacon houses asylum seekers."),
        make("c", 2, claim="Another claim."),
    ]
    (narrative,) = group(found, [], [], authorities=[BOROUGH]).narratives
    assert narrative.statement == "The Beacon houses asylum seekers."
    (alone,) = group(found[:1], [], [], authorities=[BOROUGH]).narratives
    assert alone.statement == "Is the Beacon shut?"


def test_a_statement_that_a_person_wrote_stays() -> None:
    """When a person renamed the narrative before anybody asserted it, the machine leaves the name."""
    first, second = make("a", 0, "Is the Beacon shut?", stance="asks"), make("b", 1)
    (narrative,) = group([first], [], [], authorities=[BOROUGH]).narratives
    renamed = narrative.model_copy(update={"statement": "The Beacon is to be a hostel"})
    (after,) = group([second], [renamed], [(first, renamed.id)], authorities=[BOROUGH]).narratives
    assert after.statement == "The Beacon is to be a hostel"
    assert (after.first_seen, after.last_seen) == (at(0), at(1))


WORDS = st.lists(st.sampled_from(["van", "hotel", "flats", "pitch", "cricket", "vote", "row", "coach"]), min_size=2)
TEXTS = st.lists(
    st.builds(
        lambda words, code, area, stance, hours, place, score: {
            "text": " ".join(words), "code": code, "areas": area, "stance": stance, "hours": hours, "places": place,
            "code_score": score,
        },
        WORDS,
        st.sampled_from(["N01", "N02", ""]),
        st.sampled_from([(WARD,), (OTHER,), (WARD, OTHER), (BOROUGH,)]),
        st.sampled_from(["asserts", "asks", "reports"]),
        st.integers(0, 24 * 70),
        st.sampled_from([(), ("Beacon Hotel",), ("Rec",)]),
        st.sampled_from([0.9, 0.3]),
    ),
    min_size=1,
    max_size=25,
)  # fmt: skip


@settings(max_examples=60, deadline=None)
@given(TEXTS, st.integers(0, 25), st.randoms(use_true_random=False))
def test_two_halves_give_what_one_run_gives(texts: list[dict[str, object]], cut: int, order: object) -> None:
    """Grouping in two runs, the second rebuilt from the first's members, equals one run; input order is no matter."""
    found = [make(f"d{n}", signals=("T09",), **text) for n, text in enumerate(texts)]  # type: ignore[arg-type]
    found.sort(key=lambda item: (item.document.published_at, item.document.id))
    shuffled = list(found)
    order.shuffle(shuffled)  # type: ignore[attr-defined]
    whole = group(shuffled, [], [], authorities=[BOROUGH])
    first = group(found[:cut], [], [], authorities=[BOROUGH])
    of = {member.document: member.narrative for member in first.members}
    second = group(
        found[cut:], first.narratives, [(item, of[item.document.id]) for item in found[:cut]], authorities=[BOROUGH]
    )
    merged: dict[str, Narrative] = {n.id: n for n in (*first.narratives, *second.narratives)}
    assert {*first.members, *second.members} == set(whole.members)
    assert merged == {narrative.id: narrative for narrative in whole.narratives}


def test_cost_grows_with_the_texts_not_their_square() -> None:
    """Eight times the texts take well under sixty-four times the time."""

    def seconds(number: int) -> float:
        found = [
            make(f"d{n}", n / 10, f"w{n} w{n * 7 % 97} w{n * 5 % 89} hotel beacon", code="" if n % 2 else "N01",
                 signals=("T14",), areas=(f"ward{n % 20}",))
            for n in range(number)
        ]  # fmt: skip
        began = time.process_time()
        group(found, [], [], authorities=[BOROUGH])
        return time.process_time() - began

    seconds(50)
    assert seconds(2000) < 25 * max(seconds(250), 0.02)


def test_series_cells_follow_the_local_day_and_leave_jokes_and_copies_out() -> None:
    """A text at 23:30 UTC in summer counts on the next local day; satire has no signal, a copy no count."""
    late = make("a", 15.5, signals=("T14",))
    joke = make("b", 1, stance="satire", signals=("T14",))
    copy = make("c", 2, story="a")
    day, next_day = at(0).date(), at(24).date()
    cells = series_cells([late, joke, copy], LONDON)
    assert dict(cells) == {(WARD, "N01", next_day): 1, (WARD, "T14", next_day): 1, (WARD, "N01", day): 1}
    assert dict(collected([late, joke, copy], LONDON)) == {next_day: 1, day: 2}
    assert themes(joke) == ("N01",)


@pytest.mark.parametrize("stance", ["asserts", "asks", "corrects", "official"])
def test_a_code_carries_over_stances(stance: str) -> None:
    """Questions and corrections are in the narrative they speak of."""
    assert len(set(narrative_of([make("a", 0), make("b", 1, stance=stance)]).values())) == 1
