"""The brief and the flash: what is in them, what must not be, and that a mail programme can show them."""

import re
from datetime import timedelta
from itertools import pairwise

import pytest
from lxml import html

from crawlers.items import Kind
from pipeline import digest
from pipeline.records import Alert, AlertState, Digest, Priority, Rendered, SourceHealth, Task, TaskState, WhyNot
from tests.pipeline.samples import WARD, at, make
from tests.pipeline.samples_area import LONDON, NAMES, Town, Watch

CONSOLE = "https://vane.example"


def alert(**more: object) -> Alert:
    """A real alert on three texts that say a word no digest may hold."""
    texts = [
        make(f"a{n}", n, f"shibboleth {n} & <b>hotel</b>", claim="shibboleth", places=("Beacon",)) for n in range(3)
    ]
    return Watch().look(at(8), *texts).alerts[0].model_copy(update=more)


def make_digest(**more: object) -> Digest:
    """A digest of a Tuesday with one of everything."""
    given: dict[str, object] = {
        "area": "demo",
        "area_name": "Calderwick",
        "zone": LONDON,
        "now": at(23.5),
        "alerts": [alert()],
        "tasks": [],
        "positives": [],
        "whynot": [],
        "health": [SourceHealth(source="courier", name="Courier", documents=7, last_success=at(23))],
        "unread": {},
        "audit_seq": 41,
        "audit_head": "cafe" * 16,
        "place_name": Town().area_name,
        "names": NAMES,
    }
    return digest.make(**{**given, **more})  # type: ignore[arg-type]


def both(rendered: Rendered) -> str:
    """Everything that goes out, as one text without markup."""
    return f"{rendered.subject}\n{rendered.text}\n{html.fromstring(rendered.html).text_content()}"


def test_the_digest_has_one_id_an_area_and_local_day() -> None:
    """Half past eleven at night in UTC is the next day in summer time, and the id says so."""
    made = make_digest(now=at(15.5))
    assert (made.id, made.day.isoformat()) == ("demo-2026-09-08", "2026-09-08")


def test_an_alert_is_told_by_its_sentences_and_link() -> None:
    """Title, priority, what was counted, and where to look stand in both parts of the mail."""
    found = alert()
    rendered = digest.render(make_digest(alerts=[found]), CONSOLE)
    for text in (rendered.text, html.fromstring(rendered.html).text_content()):
        assert found.title in text
        assert "3 posts by at least 3 voices" in text
        assert f"({found.priority.value})" in text
    assert f"{CONSOLE}/alerts/{found.id}" in rendered.text
    assert rendered.subject == "Weathervane Calderwick, Tuesday 8 September 2026: 1 alert"


def test_nobodys_words_go_out() -> None:
    """Digest and flash hold no text of the public, though alert, question and why-not have some."""
    asked = [make(f"q{n}", 24 * n, f"shibboleth {n}?", stance="asks", code="N15") for n in range(3)]
    (task,) = Watch().look(at(50), *asked).tasks
    assert "shibboleth" in task.question
    positive = make("p", 1, "shibboleth", stance="corrects", signals=("T15",))
    made = make_digest(tasks=[task], positives=[positive])
    assert "shibboleth" not in both(digest.render(made, CONSOLE))
    assert "shibboleth" not in both(digest.flash(alert(), "Wharfside", CONSOLE))


def test_open_tasks_only_with_owner_and_due() -> None:
    """A void is named with who owes the answer and until when; an answered one is not listed."""
    task = Task(id="t1", question="?", area=WARD, code="N15", owner="Electoral Services Manager", due=at(26),
                narrative="n1", documents=("a", "b", "c"), opened_at=at(1))  # fmt: skip
    text = digest.render(make_digest(tasks=[task]), CONSOLE).text
    assert "Electoral Services Manager, by 11:00 on Tuesday 8 September" in text
    closed = task.model_copy(update={"state": TaskState.ANSWERED})
    assert "Electoral" not in digest.render(make_digest(tasks=[closed]), CONSOLE).text


def test_positives_are_publishers_headlines_and_a_count_of_residents() -> None:
    """Good news has its headline and link; residents' is one line."""
    news = make("n", 1, "text", kind=Kind.NEWS, stance="reports", signals=("T16",), title="Clubs share the pitch")
    resident = make("r", 2, "text", stance="corrects", signals=("T15",))
    text = digest.render(make_digest(positives=[news, resident]), CONSOLE).text
    assert "Clubs share the pitch" in text
    assert "1 by residents" in text


def test_what_was_kept_back_is_counted_and_the_nearly_raised_named() -> None:
    """Budget and priority cases stand under "also seen"; every rule is counted in plain words."""
    base = {"kind": "narrative", "area": WARD, "subject": "n", "code": "N01", "posts": 2, "at": at(1)}
    entries = [
        WhyNot(id="w1", title="Named", rule="budget", reason="12 alerts were raised today already", score=5, **base),
        WhyNot(id="w2", title="Counted", rule="evidence", reason="too little", **base),
    ]
    text = digest.render(make_digest(whynot=entries), CONSOLE).text
    assert "Named" in text
    assert "Counted" not in text
    assert "kept back, too little evidence: 1" in text


def test_blind_spots_are_always_told() -> None:
    """Silent sources, languages that are not read, and the places no crawler may look are named every day."""
    health = [
        SourceHealth(source="a", name="Courier", documents=0, last_success=at(23.5) - timedelta(hours=30)),
        SourceHealth(source="b", name="Wick FM", documents=3, last_success=None),
        SourceHealth(source="c", name="Petitions", documents=3, last_success=at(23), note="switched off"),
        SourceHealth(source="d", name="Healthy", documents=3, last_success=at(23)),
    ]
    spots = make_digest(health=health, unread={"Polish": 4}).blind_spots
    assert spots[:4] == (
        "Courier: not read for 30 hours.",
        "Wick FM: never read yet.",
        "Petitions: switched off.",
        "Texts in languages that are not read: 4 in Polish.",
    )
    assert all(name in spots[-1] for name in ("X", "Facebook", "WhatsApp", "Nextdoor"))


def test_a_calm_day_says_so() -> None:
    """With nothing raised the digest still goes out, and says that nothing was."""
    rendered = digest.render(make_digest(alerts=[]), CONSOLE)
    assert rendered.subject.endswith("nothing raised")
    assert "Nothing was raised." in rendered.text


def test_one_page_even_on_a_bad_day() -> None:
    """Forty alerts and two hundred kept back make no more than twelve and five entries."""
    base = {"kind": "narrative", "area": WARD, "subject": "n", "code": "N01", "posts": 2, "at": at(1)}
    seen = [WhyNot(id=f"w{n}", title="t", rule="budget", reason="r", **base) for n in range(200)]
    made = make_digest(alerts=[alert(id=f"a{n}") for n in range(40)], whynot=seen)
    assert len(made.items) == 17
    assert made.counts["alerts"] == 40
    assert len(digest.render(made, CONSOLE).text.splitlines()) < 130


def test_the_chain_head_stands_in_every_digest() -> None:
    """The audit chain's number and head go out, so that a cut-off end is noticed."""
    rendered = digest.render(make_digest(), CONSOLE)
    assert "41: " + "cafe" * 16 in rendered.text
    assert "cafe" * 16 in rendered.html


def test_the_html_is_plain_and_whole() -> None:
    """A language, one first heading, no skipped level, nothing fetched from anywhere, and markup in data is escaped."""
    made = make_digest(alerts=[alert(title="<script>alert(1)</script>")])
    rendered = digest.render(made, CONSOLE)
    page = html.fromstring(rendered.html)
    assert page.get("lang") == "en-GB"
    levels = [int(tag.tag[1]) for tag in page.iter("h1", "h2", "h3")]
    assert levels.count(1) == 1
    assert all(after - before <= 1 for before, after in pairwise(levels))
    assert not page.xpath("//script | //img | //link | //iframe | //style | //@onclick")
    assert not re.search(r"url\(|@import|src=", rendered.html)
    assert "<script>" not in rendered.html


@pytest.mark.parametrize(
    ("change", "urgent"),
    [
        ({}, False),
        ({"priority": Priority.HIGH}, True),
        ({"priority": Priority.HIGH, "state": AlertState.REVIEWED}, False),
    ],
)
def test_what_is_flashed(change: dict[str, object], urgent: bool) -> None:
    """High priority goes out at once; what a person has looked at does not again."""
    assert digest.needs_flash(alert(**change)) is urgent


def test_a_threat_is_flashed_whatever_its_score() -> None:
    """A threat in a single text is flashed, and once more only when it also becomes high."""
    text = make("a", 0, mechanisms=("threat",), signals=("T03",), stance="incites")
    (found,) = Watch().look(at(1), text).alerts
    assert found.priority is not Priority.HIGH
    assert digest.needs_flash(found)
    high = found.model_copy(update={"priority": Priority.HIGH})
    assert digest.flash_ref(found) != digest.flash_ref(high)
    assert digest.flash_ref(found) == digest.flash_ref(found.model_copy(update={"revision": 9}))


def test_a_flash_shows_its_parts() -> None:
    """The flash says what gives the priority, part by part, and that the reading is a machine's."""
    found = alert()
    rendered = digest.flash(found, "Wharfside", CONSOLE)
    assert rendered.ref == digest.flash_ref(found)
    for part in found.parts:
        assert (f"{part.name} {part.points:+d}: {part.reason}" in rendered.text) is bool(part.points)
    assert "machine reading" in rendered.text
