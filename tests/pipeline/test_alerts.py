"""From flags to alerts: the gate, the counting, the priority, the updates, the voids."""

from datetime import date, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from crawlers.items import Kind
from pipeline.alerts import RULES
from pipeline.alerts.evidence import count
from pipeline.alerts.priority import band
from pipeline.alerts.voids import due
from pipeline.areas import Myth, Trigger
from pipeline.records import AlertKind, AlertState, AnnotatedDocument, Change, Priority, TaskState
from tests.pipeline.samples import BOROUGH, OTHER, WARD, at, make
from tests.pipeline.samples_area import LONDON, Town, Watch

FOUR = [make(f"v{n}", n, f"text {n} about the hotel") for n in range(4)]


def rules(judgement: object) -> set[str]:
    """Rules that kept something back."""
    return {entry.rule for entry in judgement.whynot}  # type: ignore[attr-defined]


DRAWN = st.tuples(st.integers(0, 60), st.integers(0, 5), st.integers(0, 2), st.sampled_from(["", "x0", "x1"]))
USUAL = {(WARD, "T09"): [0, 1, 0, 0, 1, 0, 0] * 4}
ASKING = [make(f"q{n}", 24 * n, f"where do we vote {n}?", stance="asks", code="N15") for n in range(3)]


class TestGate:
    def test_a_rumour_by_three_voices_in_a_ward_raises_one_alert(self) -> None:
        """Three flagged texts by three voices on one day make one alert of a narrative in the ward."""
        (alert,) = Watch().look(at(8), *FOUR[:3]).alerts
        assert (alert.kind, alert.area, alert.code) == (AlertKind.NARRATIVE, WARD, "N01")
        assert (alert.voices, alert.posts, alert.state) == (3, 3, AlertState.OPEN)
        assert alert.raised_at == alert.updated_at == at(8)

    def test_a_single_flagged_text_never_alerts(self) -> None:
        """One flagged text is kept back for want of evidence, however hostile."""
        judgement = Watch().look(at(8), make("a", 0, mechanisms=("dehumanisation",), hate=0.99, targets=("migrants",)))
        assert not judgement.alerts
        assert rules(judgement) == {"evidence"}

    def test_one_voice_on_one_day_is_one_voice(self) -> None:
        """Ten posts by one voice on one day in one class are too little."""
        posts = [make(f"a{n}", n / 2, f"hotel {n}", voice="one") for n in range(10)]
        judgement = Watch().look(at(8), *posts)
        assert not judgement.alerts

    @pytest.mark.parametrize(
        "texts",
        [
            [make("a", 0, voice="one"), make("b", 24, voice="one"), make("c", 48, voice="one")],
            [make("a", 0), make("b", 1, kind=Kind.COMMENT)],
        ],
        ids=["posts on three days", "two source classes"],
    )
    def test_the_other_two_ways_to_enough_evidence(self, texts: list[AnnotatedDocument]) -> None:
        """Posts on three days by one voice, or two source classes, are enough."""
        assert len(Watch().look(at(50), *texts).alerts) == 1

    @pytest.mark.parametrize(
        "marks",
        [
            {"signals": ("T03",), "mechanisms": ("threat",), "stance": "incites"},
            {"signals": ("T02",), "mechanisms": ("unlawful_call",), "stance": "incites"},
        ],
        ids=["threat", "unlawful call"],
    )
    def test_threats_and_unlawful_calls_need_no_second_text(self, marks: dict[str, object]) -> None:
        """A single threat or call to an unlawful act alerts at once, with or without a narrative code."""
        for code in ("N01", ""):
            (alert,) = Watch().look(at(1), make("a", 0, code=code, **marks)).alerts  # type: ignore[arg-type]
            assert {part.name: part.points for part in alert.parts}["step"] == 3

    @pytest.mark.parametrize(
        "marks",
        [
            {"mechanisms": ("unlawful_call",)},
            {"signals": ("T02",)},
            {"signals": ("T03",), "mechanisms": ("unlawful_call",)},
            {"signals": ("T02",), "mechanisms": ("unlawful_call",), "signal_score": 0.7},
        ],
    )
    def test_one_doubtful_reading_is_not_urgent(self, marks: dict[str, Any]) -> None:
        """A single text counts alone only where signal and mechanism say the same and both surely."""
        assert not Watch().look(at(1), make("a", 0, stance="incites", **marks)).alerts

    @pytest.mark.parametrize(("scores", "alerts"), [((0.9, 0.9), 1), ((0.9, 0.7), 0), ((0.7, 0.7, 0.7), 1)])
    def test_two_posts_count_where_both_are_sure(self, scores: tuple[float, ...], alerts: int) -> None:
        """Two posts in two source classes are evidence where both are read surely; three bear each other out."""
        kinds = (Kind.SOCIAL, Kind.COMMENT, Kind.SOCIAL)
        texts = [make(f"a{n}", n, kind=k, score=s) for n, (k, s) in enumerate(zip(kinds, scores, strict=False))]
        assert len(Watch().look(at(8), *texts).alerts) == alerts

    def test_an_alert_is_named_after_the_place_of_those_who_tell_it(self) -> None:
        """Minutes and notices beside a rumour name many places; the title is the one the rumour names."""
        told = [make(f"a{n}", n, f"hotel {n}", places=("Beacon Hotel",)) for n in range(3)]
        notices = [make(f"o{n}", n, stance="official", kind=Kind.OFFICIAL, places=("Town Hall",)) for n in range(5)]
        (alert,) = Watch().look(at(8), *told, *notices).alerts
        assert "Beacon Hotel" in alert.title
        assert "Town Hall" not in alert.title

    def test_a_call_inside_a_dispute_is_told_as_the_dispute(self) -> None:
        """Three posts of a dispute, the last of them an unlawful call: one alert, with all three."""
        quarrel = [
            make(
                f"a{n}",
                n,
                f"cricket has the rec on sunday again and our kids have nowhere to play football {n}",
                code="",
                signals=("T09",),
                places=("The Rec",),
            )
            for n in range(2)
        ]
        call = make(
            "c",
            2,
            "cricket has the rec on sunday and our kids have nowhere to play football",
            code="",
            signals=("T09", "T02"),
            mechanisms=("unlawful_call",),
            stance="incites",
            places=("The Rec",),
        )
        (alert,) = Watch().look(at(3), *quarrel, call).alerts
        assert alert.kind is AlertKind.NARRATIVE
        assert alert.posts == 3

    @pytest.mark.parametrize("stance", ["asks", "reports", "corrects", "official", "campaigns", "testimony", "satire"])
    def test_nothing_but_flagged_stances_raises_a_narrative(self, stance: str) -> None:
        """Questions, reports, corrections, notices, campaigns, testimony and jokes by many raise no narrative alert."""
        texts = [make(f"a{n}", n, f"hotel {n}", stance=stance) for n in range(6)]
        assert not Watch().look(at(8), *texts).alerts

    def test_they_count_toward_spread(self) -> None:
        """Beside enough flagged texts they make the spread wider."""
        more = [make(f"r{n}", n, "hotel", stance="reports") for n in range(4)]
        (alone,) = Watch().look(at(8), *FOUR[:3]).alerts
        (wide,) = Watch().look(at(8), *FOUR[:3], *more).alerts
        assert wide.posts == 7
        assert wide.parts[0].points > alone.parts[0].points
        assert wide.stances == {"asserts": 3, "reports": 4}

    def test_what_is_not_local_is_listed_and_raises_nothing(self) -> None:
        """Flagged texts that are about no area of ours are kept back by locality."""
        judgement = Watch().look(at(8), *(make(f"a{n}", n, areas=()) for n in range(4)))
        assert not judgement.alerts
        assert rules(judgement) == {"locality"}

    def test_what_is_published_after_now_is_not_looked_at(self) -> None:
        """A run sees nothing of the future: with the third voice still to come there is no alert."""
        watch = Watch()
        assert not watch.look(at(1.5), *FOUR[:3]).alerts
        assert watch.look(at(2.5)).alerts

    def test_the_bin_names_the_first_rule_that_fails(self) -> None:
        """Questions fail at the flag, one claim at the evidence; the table holds all rules in that order."""
        asked = Watch().look(at(8), *(make(f"a{n}", n, stance="asks") for n in range(2)))
        alone = Watch().look(at(8), make("a", 0))
        assert [rules(found) for found in (asked, alone)] == [{"flag"}, {"evidence"}]
        assert list(RULES) == ["flag", "evidence", "novelty", "news"]

    def test_a_silent_week_raises_nothing_new(self) -> None:
        """What has been silent for more than seven days is no news to anybody."""
        watch = Watch()
        assert not watch.look(at(24 * 8), *FOUR[:3]).alerts

    def test_the_budget_keeps_the_rest_in_the_bin(self) -> None:
        """At most so many alerts a local day, the most pressing first; the others are listed with their score."""
        watch = Watch(place=Town(alert_budget=1))
        calm = [make(f"c{n}", n, f"flats {n}", code="N02") for n in range(3)]
        hot = [make(f"h{n}", n, f"hotel {n}", mechanisms=("collective_blame",)) for n in range(3)]
        judgement = watch.look(at(8), *calm, *hot)
        assert [alert.code for alert in judgement.alerts] == ["N01"]
        (over,) = [entry for entry in judgement.whynot if entry.rule == "budget"]
        assert over.score is not None
        assert over.code == "N02"
        assert not [alert for alert in watch.look(at(9)).alerts if alert.code == "N02"]
        assert [alert.code for alert in watch.look(at(24)).alerts] == ["N02"]

    def test_low_priority_goes_to_the_bin(self) -> None:
        """Under four points nothing is raised, and the bin says so."""
        plain = [make(f"a{n}", n, f"word {n}", areas=(BOROUGH,), score=0.3) for n in range(3)]
        judgement = Watch().look(at(8), *plain)
        assert not judgement.alerts
        (entry,) = judgement.whynot
        assert entry.rule == "priority"
        assert entry.score is not None
        assert entry.score < 4


class TestCounting:
    def test_voices_of_two_keys_are_not_added_up(self) -> None:
        """Texts of one day read under two days' keys: the larger number counts, for they may be the same people."""
        texts = [make(f"a{n}", n, voice_day=date(2026, 9, 7)) for n in range(3)]
        texts += [make(f"b{n}", n, voice_day=date(2026, 9, 9)) for n in range(2)]
        assert count(texts, LONDON).voices == 3

    def test_a_window_has_the_voices_of_its_largest_day(self) -> None:
        """Two voices a day for three days are two, not six."""
        texts = [make(f"a{n}", 24 * (n // 2) + n % 2) for n in range(6)]
        assert count(texts, LONDON).voices == 2

    def test_a_publisher_is_one_voice_and_a_copy_no_post(self) -> None:
        """Three pieces of one paper are one voice; a copy in another paper is one more outlet of the same story."""
        own = [make(f"a{n}", n, kind=Kind.NEWS, source="courier") for n in range(3)]
        copy = make("b", 4, kind=Kind.NEWS, source="wick_fm", story="a0")
        found = count([*own, copy], LONDON)
        assert (found.voices, found.posts, found.outlets) == (1, 3, 1)

    def test_one_address_counts_once(self) -> None:
        """Two records of one URL of one source are one text, the newest version."""
        first, second = make("a", 0, url="http://x.test/1"), make("b", 1, url="http://x.test/1", version=2)
        assert count([first, second], LONDON).posts == 1

    @given(
        st.lists(st.tuples(st.integers(0, 60), st.integers(0, 5), st.integers(0, 2), st.sampled_from(["", "x0", "x1"])))
    )
    def test_voices_never_exceed_posts_nor_posts_texts(self, drawn: list[tuple[int, int, int, str]]) -> None:
        """Whatever comes, voices <= posts <= texts, and posts by day add up to the posts."""
        texts = [
            make(
                f"x{n}",
                hours,
                voice=f"v{voice}",
                voice_day=date(2026, 9, 7 + key),
                story=story if story != f"x{n}" else "",
            )
            for n, (hours, voice, key, story) in enumerate(drawn)
        ]
        found = count(texts, LONDON)
        assert found.voices <= found.posts <= len(texts)
        assert sum(found.posts_on.values()) == found.posts
        assert found.posts + found.outlets == len(texts)


class TestRise:
    def test_a_dispute_by_several_voices_is_a_rise(self) -> None:
        """Where 0 to 1 a day is usual, four voices telling a dispute in a day raise an alert without any narrative."""
        texts = [
            make(f"a{n}", n, f"{word} at the rec", code="", signals=("T09",), stance=stance, places=("The Rec",))
            for n, (word, stance) in enumerate(
                [
                    ("our pitch", "asserts"),
                    ("we booked", "testimony"),
                    ("double booking", "campaigns"),
                    ("row", "reports"),
                ]
            )
        ]
        (alert,) = Watch(past=USUAL).look(at(8), *texts).alerts
        assert (alert.kind, alert.subject, alert.area) == (AlertKind.RISE, "T09", WARD)
        assert any("usual is 0–1 a day" in sentence for sentence in alert.sentences)

    def test_what_is_usual_is_no_rise(self) -> None:
        """Where three a day are usual, three are none: kept back by novelty."""
        texts = [make(f"a{n}", n, code="", signals=("T09",), stance="testimony", places=("Rec",)) for n in range(3)]
        judgement = Watch(past={(WARD, "T09"): [3, 2, 3, 4] * 7}).look(at(8), *texts)
        assert not judgement.alerts
        assert "novelty" in rules(judgement)

    @pytest.mark.parametrize(
        ("signal", "stance"),
        [("T15", "corrects"), ("T16", "reports"), ("T09", "satire"), ("T09", "unrelated")],
    )
    def test_positives_jokes_and_chatter_raise_nothing(self, signal: str, stance: str) -> None:
        """Corrections and good news never raise an alert, nor do satire and unrelated texts."""
        texts = [make(f"a{n}", n, code="", signals=(signal,), stance=stance, places=("The Rec",)) for n in range(9)]
        judgement = Watch(past=USUAL).look(at(10), *texts)
        assert not judgement.alerts
        assert not [entry for entry in judgement.whynot if entry.kind is AlertKind.RISE]

    def test_a_rise_needs_a_past(self) -> None:
        """On the first days of watching nothing can be called unusual."""
        texts = [make(f"a{n}", n, code="", signals=("T14",), stance="campaigns", places=("Hall",)) for n in range(5)]
        judgement = Watch(days=3).look(at(8), *texts)
        assert not judgement.alerts
        assert any("no baseline" in entry.reason for entry in judgement.whynot)

    def test_a_narrative_alert_covers_the_rises_in_its_texts(self) -> None:
        """Signals whose texts a narrative alert shows raise no second alert."""
        texts = [make(f"a{n}", n, f"hotel {n}", signals=("T14",)) for n in range(4)]
        judgement = Watch().look(at(8), *texts)
        assert [alert.kind for alert in judgement.alerts] == [AlertKind.NARRATIVE]
        assert "covered" in rules(judgement)

    def test_what_a_rumour_says_rises_with_the_rumour_only(self) -> None:
        """Distrust in a rumour of one voice raises nothing before the rumour passes; a call to act in it does."""
        texts = [make(f"a{n}", n, f"hotel {n}", signals=("T14",), voice="one") for n in range(3)]
        asked = [make(f"b{n}", n, f"hotel b{n}", signals=("T14",), stance="campaigns") for n in range(3)]
        watch = Watch(past=USUAL)
        assert not [a for a in watch.look(at(8), *texts, *asked).alerts if a.kind is AlertKind.RISE]

    def test_rumours_of_one_post_are_no_rise_together(self) -> None:
        """Distrust in three rumours of one post each is told by those; three posts that are no rumour are weighed."""
        shared: dict[str, Any] = {"signals": ("T14",), "places": ("Hall",), "voice": "one"}
        rumours = [make(f"a{n}", 24 * n, f"{n} {n}", **shared, code=f"N{n + 11}") for n in range(3)]
        told = [make(f"a{n}", 24 * n, f"{n} {n}", **shared, code="", stance="testimony") for n in range(3)]
        kept = [
            [e.rule for e in Watch(past=USUAL).look(at(60), *texts).whynot if e.kind is AlertKind.RISE]
            for texts in (rumours, told)
        ]
        assert kept == [["covered"], ["priority"]]

    def test_distrust_without_a_rumour_rises(self) -> None:
        """The same signal told by residents on a watched subject, where nobody spreads a rumour, is a rise."""
        texts = [
            make(f"a{n}", n, f"hotel {n}", signals=("T14",), stance="testimony", places=("Hall",)) for n in range(9)
        ]
        assert [alert.kind for alert in Watch(past=USUAL).look(at(8), *texts).alerts] == [AlertKind.RISE]

    @pytest.mark.parametrize(("score", "enough"), [(0.9, True), (0.7, False)])
    def test_one_frontline_note_counts_where_it_is_read_surely(self, score: float, enough: bool) -> None:
        """What one frontline worker tells needs no second text, unless the machine is not sure what it says."""
        note = make("f", 1, code="", signals=("T06",), stance="reports", kind=Kind.FRONTLINE, signal_score=score)
        (entry,) = [e for e in Watch(past=USUAL).look(at(10), note).whynot if e.kind is AlertKind.RISE]
        assert entry.rule == ("priority" if enough else "evidence")

    def test_two_posts_may_be_chance(self) -> None:
        """A rise of two posts loses two points however surely read; a third by the same voice gives them back."""
        shared: dict[str, Any] = {"code": "", "signals": ("T08",), "stance": "testimony", "places": ("Hall",)}
        posts = [
            make(f"a{n}", n, f"hall {n}", **shared, voice="one", kind=kind)
            for n, kind in enumerate([Kind.SOCIAL, Kind.COMMENT, Kind.SOCIAL])
        ]
        two, three = (
            next(e.score for e in Watch(past=USUAL).look(at(10), *posts[:n]).whynot if e.rule == "priority")
            for n in (2, 3)
        )
        assert (two, three) == (1, 3)

    def test_a_rise_of_doubtful_readings_counts_less(self) -> None:
        """Half of a rise's readings below 0.6 take two points, as those of a narrative below 0.5 do."""
        shared: dict[str, Any] = {"code": "", "signals": ("T14",), "stance": "campaigns", "places": ("Hall",)}
        sure, doubtful = (
            Watch(past=USUAL).look(
                at(10), *(make(f"a{n}", n, f"hall {n}", **shared, signal_score=score) for n in range(9))
            )
            for score in (0.65, 0.55)
        )
        (alert,) = sure.alerts
        (entry,) = [entry for entry in doubtful.whynot if entry.rule == "priority"]
        assert entry.score == alert.score - 2


class TestPriority:
    def test_the_score_is_the_sum_of_its_parts(self) -> None:
        """Each part explains itself, stays in its range, and together they are the score."""
        texts = [make(f"a{n}", n, f"hotel {n}", mechanisms=("threat",), signals=("T03", "T01")) for n in range(13)]
        (alert,) = Watch().look(at(14), *texts).alerts
        assert alert.score == sum(part.points for part in alert.parts)
        ranges = {"spread": (0, 4), "step": (0, 3), "harm": (0, 3), "reach": (0, 3), "trigger": (0, 2), "void": (0, 2)}
        ranges |= {"corrected": (-2, 0), "confidence": (-2, 0)}
        assert [part.name for part in alert.parts] == list(ranges)
        for part in alert.parts:
            low, high = ranges[part.name]
            assert low <= part.points <= high
            assert part.reason
        assert {part.name: part.points for part in alert.parts}["spread"] == 4

    @pytest.mark.parametrize(
        ("score", "priority"),
        [(4, Priority.LOW), (7, Priority.LOW), (8, Priority.MEDIUM), (11, Priority.MEDIUM), (12, Priority.HIGH)],
    )
    def test_bands(self, score: int, priority: Priority) -> None:
        """4 to 7 is low, 8 to 11 medium, 12 and more high."""
        assert band(score) is priority

    def test_correction_trigger_and_low_confidence(self) -> None:
        """A correction takes two, uncertain readings two; an event at a named place within 72 hours adds two."""
        day, site = date(2026, 9, 9), ("Beacon Hotel",)
        fair = Trigger(name="Fair", kind="festival", start=day, end=day, places=site)
        texts = [make(f"a{n}", n, f"hotel {n}", places=site, score=0.3, targets=("migrants",)) for n in range(5)]
        denial = make("d", 5, stance="official", kind=Kind.OFFICIAL, signals=("T15",))
        (alert,) = Watch(place=Town(triggers=[fair])).look(at(8), *texts, denial).alerts
        points = {part.name: part.points for part in alert.parts}
        assert (points["trigger"], points["corrected"], points["confidence"], points["void"]) == (2, -2, -2, 0)
        assert alert.low_confidence

    def test_same_sentence_other_group_same_score(self) -> None:
        """Who is blamed changes nothing: group swap gives the same parts."""

        def parts(group: str) -> object:
            texts = [
                make(f"a{n}", n, f"hotel {n}", mechanisms=("collective_blame",), targets=(group,)) for n in range(3)
            ]
            return Watch().look(at(8), *texts).alerts[0].parts

        assert parts("muslims") == parts("white_british") == parts("jews")


class TestUpdates:
    def test_judging_again_changes_nothing(self) -> None:
        """The same texts at the same or a later hour give no alert, task or new reason."""
        watch = Watch()
        first = watch.look(at(8), *FOUR)
        again = watch.look(at(8))
        assert first.alerts
        assert not again.alerts
        assert again.whynot == first.whynot
        assert not watch.look(at(30)).alerts

    def test_an_alert_is_updated_not_raised_twice(self) -> None:
        """More texts make the same alert grow: one more revision, and its history says what changed."""
        watch = Watch()
        (first,) = watch.look(at(2.5), *FOUR[:3]).alerts
        (second,) = watch.look(at(8), FOUR[3], make("n", 5, "hotel", places=("Quayside Lane",))).alerts
        assert (second.id, second.raised_at, second.revision) == (first.id, first.raised_at, 2)
        assert set(first.documents) < set(second.documents)
        assert "2 new texts (now 5 posts)" in second.history[-1].what
        assert "new place: Quayside Lane" in second.history[-1].what

    @pytest.mark.parametrize("state", [AlertState.REVIEWED, AlertState.CLOSED])
    def test_a_persons_state_stays_until_something_material(self, state: AlertState) -> None:
        """A reviewed or closed alert takes in evidence and keeps its state; a new call to act reopens it."""
        watch = Watch()
        (alert,) = watch.look(at(2.5), *FOUR[:3]).alerts
        seen = Change(at=at(3), what="reviewed", actor="user")
        closed = at(3) if state is AlertState.CLOSED else None
        watch.alerts[alert.id] = alert.model_copy(
            update={"state": state, "closed_at": closed, "revision": 2, "history": (*alert.history, seen)}
        )
        (grown,) = watch.look(at(8), FOUR[3]).alerts
        assert (grown.state, grown.closed_at) == (state, closed)
        (back,) = watch.look(
            at(12), make("i", 10, stance="incites", mechanisms=("unlawful_call",), signals=("T02",))
        ).alerts
        assert (back.state, back.closed_at) == (AlertState.OPEN, None)
        assert "reopened" in back.history[-1].what

    def test_texts_that_left_are_not_taken_off(self) -> None:
        """When retention has deleted texts an update keeps their ids, posts, stances and voices."""
        watch = Watch()
        (alert,) = watch.look(at(2.5), *FOUR[:3]).alerts
        watch.texts = [item for item in watch.texts if item.document.id != "v0"]
        (after,) = watch.look(at(8), FOUR[3]).alerts
        assert "v0" in after.documents
        assert (after.posts, after.voices, after.stances) == (4, 3, {"asserts": 4})
        assert alert.posts == 3

    def test_one_story_in_two_wards_is_one_alert_until_the_other_has_evidence_of_its_own(self) -> None:
        """A rumour that touches a second ward updates its alert; three voices of its own there raise a second."""
        watch = Watch()
        van = [make(f"a{n}", n, f"white van {n}", code="N19") for n in range(3)]
        (first,) = watch.look(at(2.5), *van).alerts
        (grown,) = watch.look(at(5), make("b", 4, "van here as well", code="N19", areas=(OTHER,))).alerts
        assert grown.id == first.id
        assert any("Also told of Cinder Hill" in sentence for sentence in grown.sentences)
        more = [make(f"c{n}", 6 + n, f"van again {n}", code="N19", areas=(OTHER,)) for n in range(2)]
        areas = {alert.area for alert in watch.look(at(9), *more).alerts}
        assert OTHER in areas

    def test_texts_without_a_ward_count_with_the_ward_of_their_story(self) -> None:
        """One text names the ward, two name none: one alert in the ward, and it says how many name none."""
        texts = [make("a", 0), make("b", 1, areas=(BOROUGH,)), make("c", 2, areas=(BOROUGH,))]
        (alert,) = Watch().look(at(8), *texts).alerts
        assert alert.area == WARD
        assert any("name no ward" in sentence and "2" in sentence for sentence in alert.sentences)

    @settings(max_examples=25, deadline=None)
    @given(st.permutations(range(8)))
    def test_the_order_of_input_changes_nothing(self, order: list[int]) -> None:
        """Ids, scores and documents of alerts do not depend on the order the texts are handed over in."""
        texts = [make(f"x{n}", n, f"hotel {n}", code=("N01", "N02")[n % 2], areas=((WARD,), (OTHER,))[n % 3 == 0])
                 for n in range(8)]  # fmt: skip
        plain = Watch().look(at(9), *texts)
        assert Watch().look(at(9), *(texts[n] for n in order)) == plain

    def test_excerpts_are_three_by_different_voices(self) -> None:
        """At most three excerpts, of flagged texts, by as many voices as there are."""
        loud = [make(f"l{n}", n, f"hotel {n}", voice="loud") for n in range(5)]
        (alert,) = Watch().look(at(9), *loud, make("m", 6, voice="m"), make("n", 7, voice="n")).alerts
        assert len(alert.excerpts) == 3
        assert {"m", "n"} < {piece.document for piece in alert.excerpts}

    def test_no_title_or_sentence_holds_anybodys_words(self) -> None:
        """What goes out in a digest is the taxonomy's name, places and numbers."""
        texts = [make(f"a{n}", n, f"shibboleth {n}", claim="shibboleth claim") for n in range(3)]
        judgement = Watch().look(at(8), *texts)
        (alert,) = judgement.alerts
        assert "shibboleth" not in " ".join([alert.title, *alert.sentences, *(part.reason for part in alert.parts)])


class TestVoids:
    def test_a_cluster_of_questions_is_a_task_never_an_alert(self) -> None:
        """Questions on three days open one task for the owner of the fact, due the next working day at noon."""
        myth = Myth(id="M1", claim="Where people vote has moved", narrative="N15", status="false", answer="No.",
                    owner="Electoral Services Manager", since=date(2026, 9, 1))  # fmt: skip
        judgement = Watch(place=Town(myths=[myth])).look(at(50), *ASKING)
        assert not judgement.alerts
        (task,) = judgement.tasks
        assert (task.owner, task.area, task.code, task.state) == (myth.owner, WARD, "N15", TaskState.OPEN)
        assert task.question == "where do we vote 0?"
        assert task.due == datetime(2026, 9, 10, 12, tzinfo=LONDON)

    def test_two_questions_are_no_cluster(self) -> None:
        """Two questions open nothing."""
        assert not Watch().look(at(50), *ASKING[:2]).tasks

    def test_an_official_answer_closes_it_and_keeps_it_from_opening(self) -> None:
        """An authority's later word in the same narrative answers the task; one that came first opens none."""
        answer = make("o", 52, stance="official", code="N15", kind=Kind.OFFICIAL)
        watch = Watch()
        watch.look(at(50), *ASKING)
        (done,) = watch.look(at(53), answer).tasks
        assert (done.state, done.answered_by) == (TaskState.ANSWERED, "o")
        assert not watch.look(at(54)).tasks
        early = make("o", 30, stance="official", code="N15", kind=Kind.OFFICIAL)
        assert not Watch().look(at(50), early, *ASKING).tasks

    def test_a_residents_answer_is_no_official_one(self) -> None:
        """A resident's correction leaves the task open."""
        watch = Watch()
        watch.look(at(50), *ASKING)
        assert not watch.look(at(53), make("r", 52, stance="corrects", code="N15", signals=("T15",))).tasks

    def test_more_questions_join_the_open_task(self) -> None:
        """The task grows; it is not opened twice."""
        watch = Watch()
        watch.look(at(50), *ASKING)
        (grown,) = watch.look(at(74), make("q9", 73, "where do we vote?", stance="asks", code="N15")).tasks
        assert len(grown.documents) == 4
        assert len(watch.tasks) == 1

    @pytest.mark.parametrize(
        ("now", "day"),
        [
            (datetime(2026, 9, 11, 9, tzinfo=LONDON), 14),
            (datetime(2026, 9, 13, 23, 30, tzinfo=LONDON), 14),
            (datetime(2026, 9, 14, 0, 30, tzinfo=LONDON), 15),
        ],
    )
    def test_due_is_noon_of_the_next_working_day(self, now: datetime, day: int) -> None:
        """Friday and the weekend give Monday, local time."""
        assert due(now, Town()) == datetime(2026, 9, day, 12, tzinfo=LONDON)

    def test_a_bank_holiday_is_no_working_day(self) -> None:
        """The calendar's bank holidays are passed over."""
        holiday = Trigger(name="x", kind="bank_holiday", start=date(2026, 9, 14), end=date(2026, 9, 14))
        friday = datetime(2026, 9, 11, 9, tzinfo=LONDON)
        assert due(friday, Town(triggers=[holiday])) - friday > timedelta(days=4)
