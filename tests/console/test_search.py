"""Search with facets, the refusal of searches for persons, and the intake of what people were told."""

from datetime import timedelta
from pathlib import Path

import pytest

from pipeline.index import open_index, queries
from pipeline.index.queries import Words
from pipeline.ledger import documents, retention
from pipeline.records import Entity, IndexRecord
from pipeline.settings import ROOT
from tests.console import seed
from tests.console.conftest import Person, Site

NAME = "ahmed hussain"


@pytest.fixture(scope="session")
def words() -> Words:
    """The shipped reader and redactor, loaded once."""
    return queries.load(ROOT / "areas" / "demo")


@pytest.fixture
def reviewer(site: Site, words: Words) -> Person:
    """A reviewer at a console whose index holds two texts, an alert and a narrative."""
    index = open_index(site.settings)
    index.prepare()
    index.put(_records(words))
    index.refresh()
    index.close()
    site.app.state.desk._words = words
    return site.signed_in("reviewer")


def _records(words: Words) -> list[IndexRecord]:
    def record(ref: str, entity: Entity, text: str, **more: object) -> IndexRecord:
        fields = {"id": ref, "entity": entity, "version": 1, "text": text, "at": seed.NOW}
        return IndexRecord.model_validate({**fields, "lemmas": " ".join(words.lemmas(text)), **more})

    return [
        record("d1", Entity.DOCUMENT, seed.TEXT, kind="social", stance="asserts", areas=(seed.WARD,), source=seed.FEED),
        record("d2", Entity.DOCUMENT, "The mill opens as flats in May", kind="news", stance="reports"),
        record(seed.ALERT, Entity.ALERT, "", title="Queue-jumping in Ropery", state="open", lemmas="queue jump"),
        record("n1", Entity.NARRATIVE, seed.STATEMENT, narratives=("N02",)),
    ]


def test_words_are_searched_as_lemmas(site: Site, reviewer: Person) -> None:
    """Another form of the word finds both texts; they are closed until asked for; the chain holds the lemmas."""
    page = reviewer.send("/search", "/search", q="mills").text
    assert "2 found" in page
    assert 'vane-veiled" id="hit-1">' in page
    last = site.entries()[-1]
    assert (last.action, last.object, last.detail["words"], last.detail["results"]) == ("search", "document", "mill", 2)
    assert 'id="hit-1" open>' in reviewer.send("/search", "/search", q="mills", texts="shown").text


def test_facets_count_and_narrow_down(site: Site, reviewer: Person) -> None:
    """The kinds that were found are offered with their counts, and ticking one leaves its texts."""
    page = reviewer.send("/search", "/search", q="mill").text
    assert "Social media post (1)" in page
    assert "News (1)" in page
    narrowed = reviewer.send("/search", "/search", q="mill", kind="news").text
    assert "1 found" in narrowed
    assert 'value="news" checked' in narrowed
    assert site.entries()[-1].detail["filters"] == "kind"


def test_a_phrase_keeps_its_order(reviewer: Person) -> None:
    """Words in quotation marks, straight or curly, are found in that order only."""
    assert "1 found" in reviewer.send("/search", "/search", q="“old mill”").text
    assert "0 found" in reviewer.send("/search", "/search", q='"mill old"').text


def test_alerts_and_days(reviewer: Person) -> None:
    """Alerts are found and linked; a day before they were raised holds none."""
    page = reviewer.send("/search", "/search", q="queue", entity="alert").text
    assert f'href="/alerts/{seed.ALERT}"' in page
    assert "0 found" in reviewer.send("/search", "/search", q="", until="2026-11-03").text
    assert "2 found" in reviewer.send("/search", "/search", q="", until="2026-11-04").text
    assert "Give days as in" in reviewer.send("/search", "/search", since="yesterday").text


@pytest.mark.parametrize("typed", [NAME, "mill @somebody", "call 07700 900123"])
def test_a_search_for_a_person_is_refused_and_never_kept(site: Site, reviewer: Person, typed: str) -> None:
    """The refusal is in the chain with a count only; no byte of the ledger holds what was typed."""
    answer = reviewer.send("/search", "/search", q=typed)
    assert answer.status_code == 400
    assert "does not search for persons" in answer.text
    last = site.entries()[-1]
    assert (last.action, last.detail) == ("search refused", {"names": 1})
    kept = b"".join(path.read_bytes() for path in site.settings.data.glob("ledger*"))
    for word in typed.replace("@", "").split():
        if word not in {"mill", "call"}:
            assert word.encode() not in kept.lower(), word


def test_a_report_is_redacted_and_kept(site: Site, reviewer: Person) -> None:
    """A pasted rumour becomes a document without the name in it, dated when it was heard; the chain has the paste."""
    text = "My neighbour Ahmed Hussain says the mill is let to newcomers, ring 07700 900123"
    when = {"day": "2026-11-03", "time": "18:30"}
    answer = reviewer.send("/report", "/report", text=text, heard="message", place="Ropery", **when)
    assert answer.headers["location"] == "/report?done=reported"
    with site.ledger.read() as tx:
        [found] = documents.unannotated(tx, seed.AREA, since=None, until=None, limit=10)
    assert found.published_at == seed.NOW.replace(day=3, hour=18, minute=30)
    assert found.first_fetched_at == seed.NOW
    assert found.kind.value == "message"
    assert "Hussain" not in found.full_text
    assert "900123" not in found.full_text
    assert site.entries()[-1].action == "paste"
    kept = b"".join(path.read_bytes() for path in Path(site.settings.data).glob("ledger*"))
    assert b"Hussain" not in kept


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"text": ""}, "text"),
        ({"text": "x" * 5001}, "text"),
        ({"heard": ""}, "heard"),
        ({"day": "3.11.2026"}, "day"),
        ({"day": "2026-11-05"}, "day"),
        ({"day": "2026-09-01"}, "day"),
        ({"day": "2026-11-03", "time": "late"}, "day"),
    ],
)
def test_a_wrong_report_is_shown_again(site: Site, change: dict[str, str], field: str) -> None:
    """What was typed stays, the error is linked to its field, nothing is written."""
    person = site.signed_in("analyst")
    right = {"text": "The mill is let", "heard": "frontline", "place": "Larchfield"}
    answer = person.send("/report", "/report", **{**right, **change})
    assert answer.status_code == 400
    assert f'href="#{field}"' in answer.text
    assert "Larchfield" in answer.text
    with site.ledger.read() as tx:
        assert documents.unannotated(tx, seed.AREA, since=None, until=None, limit=10) == []


def test_a_report_without_a_day_is_of_now(site: Site, reviewer: Person) -> None:
    """Leaving day and time empty dates it at the moment it was sent."""
    site.clock.now += timedelta(minutes=7)
    reviewer.send("/report", "/report", text="They say the baths will close", heard="frontline")
    with site.ledger.read() as tx:
        [found] = documents.unannotated(tx, seed.AREA, since=None, until=None, limit=10)
    assert found.published_at == site.clock.now


def test_a_report_of_deleted_words_says_so(site: Site, reviewer: Person) -> None:
    """Words deleted when their time was over are not saved; the form says so and what to do, and that then works."""
    text = "They say the baths will close"
    reviewer.send("/report", "/report", text=text, heard="frontline")
    with site.ledger.begin() as tx:
        [found] = documents.unannotated(tx, seed.AREA, since=None, until=None, limit=10)
        retention.remove(tx, seed.AREA, [found.id], site.clock.now)
    answer = reviewer.send("/report", "/report", text=text, heard="frontline")
    assert answer.status_code == 400
    assert "Not saved: a report in these very words was deleted" in answer.text
    assert "add where you heard it this time" in answer.text
    assert f">{text}</textarea>" in answer.text
    assert site.entries()[-1].detail["outcome"] == "deleted before"
    again = reviewer.send("/report", "/report", text=f"{text}, told at the market", heard="frontline")
    assert again.headers["location"] == "/report?done=reported"


def test_a_report_that_is_here_already_says_so(site: Site, reviewer: Person) -> None:
    """The same words sent twice are one document, and whoever sent them is told."""
    for done in ("reported", "known"):
        answer = reviewer.send("/report", "/report", text="They say the baths will close", heard="frontline")
        assert answer.headers["location"] == f"/report?done={done}"
    assert "is here already" in reviewer.get("/report?done=known").text
    with site.ledger.read() as tx:
        assert len(documents.unannotated(tx, seed.AREA, since=None, until=None, limit=10)) == 1
