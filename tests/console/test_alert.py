"""The alert page, reviews and undoing them."""

from datetime import timedelta

import pytest

from pipeline.ledger import alerts, reviews
from pipeline.records import Alert, AlertState, Change
from tests.console import seed
from tests.console.conftest import Person, Site, hidden

PAGE = f"/alerts/{seed.ALERT}"
REVIEW = f"{PAGE}/review"
RIGHT: dict[str, object] = {
    "decision": "respond",
    "reason": "The housing service can say who moved in",
    "response": "yes",
    "duty": "Good relations, newcomers",
    "signposts": ["Victim support"],
}


def stored(site: Site, ref: str = seed.ALERT) -> Alert:
    """The alert as the ledger has it."""
    with site.ledger.read() as tx:
        found = alerts.get(tx, ref)
    assert found is not None
    return found


def machine_update(site: Site) -> None:
    """What the alert stage does when more posts come in."""
    old = stored(site)
    change = Change(at=seed.NOW + timedelta(minutes=1), what="12 posts now")
    update = {"posts": 12, "revision": old.revision + 1, "history": (*old.history, change)}
    with site.ledger.begin() as tx:
        alerts.write(tx, seed.AREA, [old.model_copy(update=update)])


def test_the_page_shows_why_it_was_raised(site: Site) -> None:
    """Every part of the score with its reason, the sentences, stances, the linked task and the history are there."""
    page = site.signed_in("reviewer").get(PAGE).text
    for text in (
        "9 posts by 6 voices since 09:10",
        "the council denied it at 08:00",
        "Corrected already",
        "Say it is true",
        "Is it true that the mill has been let?",
        "Ropery",
        "the machine: raised",
        "Claim status: unverified",
    ):
        assert text in page, text


def test_texts_are_closed_until_asked_for(site: Site) -> None:
    """Excerpt and claim stand in a closed details element, behind a warning; a link opens them all."""
    person = site.signed_in("reviewer")
    page = person.get(PAGE).text
    before, inside = page.split('<details class="govuk-details vane-veiled" id="text-1">')
    assert "They say the old mill" not in before
    assert "it may be distressing" in inside.split("</summary>")[0]
    assert seed.STATEMENT not in page.split('id="claim">')[0]
    assert seed.task().question not in page.split('id="question-1">')[0]
    assert 'vane-veiled" id="text-1" open>' in person.get(f"{PAGE}?texts=shown").text
    assert [entry.detail["texts"] for entry in site.entries()[1:]] == ["blurred", "shown"]


def test_evidence_is_marked_with_its_label_in_words(site: Site) -> None:
    """A mark holds the words that moved the label, and says which label to those who cannot see it."""
    page = site.signed_in("reviewer").get(PAGE).text
    assert "<mark>" in page
    marked = page.split("<mark>")[1].split("</mark>")[0]
    assert "for newcomers only" in marked
    assert "narrative: Queue-jumping and favouritism" in marked


def test_a_view_is_in_the_chain(site: Site) -> None:
    """Opening an alert leaves an entry with the staff login and the alert."""
    site.signed_in("governance").get(PAGE)
    last = site.entries()[-1]
    assert (last.actor, last.action, last.object) == ("governance", "view alert", seed.ALERT)


def test_a_review_is_saved_with_its_audit_entry(site: Site) -> None:
    """The review, the alert's new state and revision, and the entry are there; the next alert is offered."""
    person = site.signed_in("reviewer")
    answer = person.send(REVIEW, PAGE, **RIGHT)
    assert answer.status_code == 303
    after = stored(site)
    assert (after.state, after.revision, after.closed_at) == (AlertState.REVIEWED, 2, None)
    with site.ledger.read() as tx:
        [review] = reviews.of_alert(tx, seed.ALERT)
    assert (review.reviewer, review.decision.value, review.response_required) == ("reviewer", "respond", True)
    assert list(review.signposts) == ["Victim support"]
    last = site.entries()[-1]
    assert (last.actor, last.action, last.detail["decision"]) == ("reviewer", "review", "respond")
    page = person.get(answer.headers["location"]).text
    assert "Your decision is saved" in page
    assert "Talk of a march" in page


def test_names_in_a_reason_are_taken_out(site: Site) -> None:
    """What staff type is stored without persons, like everything else (safeguard 1)."""
    typed = {"reason": "Mr Tariq Mahmood rang and says it is settled", "duty": "told by @wick_lad_77"}
    site.signed_in("reviewer").send(REVIEW, PAGE, **{**RIGHT, **typed})
    with site.ledger.read() as tx:
        [review] = reviews.of_alert(tx, seed.ALERT)

    assert review.reason == "Mr [name] rang and says it is settled"
    assert review.equality_duty == "told by [handle]"


@pytest.mark.parametrize("decision", ["no response", "not harmful"])
def test_a_reasoned_no_closes_the_alert(site: Site, decision: str) -> None:
    """Both decisions without a response close it, from which its retention counts."""
    site.signed_in("analyst").send(REVIEW, PAGE, **{**RIGHT, "decision": decision, "response": "no"})
    after = stored(site)
    assert (after.state, after.closed_at) == (AlertState.CLOSED, seed.NOW)


@pytest.mark.parametrize(
    ("change", "field", "says"),
    [
        ({"reason": " "}, "reason", "Give a reason for your decision"),
        ({"reason": "x" * 2001}, "reason", "2,000 characters or fewer"),
        ({"decision": ""}, "decision", "Choose a decision"),
        ({"response": ""}, "response", "Say whether a response is required"),
        ({"response": "no"}, "response", "so a response is required"),
        ({"decision": "not harmful"}, "response", "You chose not to respond"),
        ({"signposts": ["Somewhere else"]}, "signposts", "Choose signposts from the list"),
    ],
)
def test_a_wrong_form_is_shown_again_with_what_was_typed(
    site: Site, change: dict[str, object], field: str, says: str
) -> None:
    """The summary links to the field, what was typed stays, and nothing is written."""
    answer = site.signed_in("reviewer").send(REVIEW, PAGE, **{**RIGHT, **change})
    assert answer.status_code == 400
    summary = answer.text.split("There is a problem")[1].split("</ul>")[0]
    assert f'href="#{field}"' in summary
    assert says in summary
    assert f'id="{field}"' in answer.text
    assert str(RIGHT["duty"]) in answer.text
    assert stored(site).revision == 1


def test_a_stale_form_keeps_what_was_typed_and_says_what_changed(site: Site) -> None:
    """After a colleague's decision and a machine's update nothing is saved, both are named, and sending again works."""
    mine, colleague = site.signed_in("reviewer"), site.signed_in("analyst")
    fields = hidden(mine.get(PAGE).text, REVIEW)
    assert colleague.send(REVIEW, PAGE, **{**RIGHT, "reason": "Housing knows"}).status_code == 303
    machine_update(site)
    site.clock.forward(minutes=5)
    answer = mine.client.post(REVIEW, data={**fields, **RIGHT})
    assert answer.status_code == 409
    meanwhile = answer.text.split('id="meanwhile"')[1].split("</ul>")[0]
    assert "analyst: Reviewed: respond. Reason given: Housing knows" in meanwhile
    assert "the machine: 12 posts now" in meanwhile
    assert "raised" not in meanwhile
    assert str(RIGHT["reason"]) in answer.text
    assert 'value="Victim support" checked' in answer.text
    assert stored(site).revision == 3
    again = mine.client.post(REVIEW, data={**hidden(answer.text, REVIEW), **RIGHT})
    assert again.status_code == 303
    with site.ledger.read() as tx:
        assert [review.reviewer for review in reviews.of_alert(tx, seed.ALERT)] == ["analyst", "reviewer"]


def undo(person: Person, site: Site, **fields: object) -> tuple[int, str]:
    """Undo the newest review of the alert; the answer's status and text."""
    with site.ledger.read() as tx:
        path = f"{PAGE}/reviews/{reviews.of_alert(tx, seed.ALERT)[-1].id}/undo"
    answer = person.send(path, path, **fields)
    return answer.status_code, answer.text


def test_a_review_can_be_undone(site: Site) -> None:
    """The alert is open again, the review stays with who undid it and why, and the chain has it."""
    person = site.signed_in("reviewer")
    person.send(REVIEW, PAGE, **{**RIGHT, "decision": "no response", "response": "no"})
    assert undo(person, site, reason="")[0] == 400
    assert undo(person, site, reason="Wrong alert")[0] == 303
    after = stored(site)
    assert (after.state, after.closed_at, after.revision) == (AlertState.OPEN, None, 3)
    with site.ledger.read() as tx:
        [review] = reviews.of_alert(tx, seed.ALERT)
    assert (review.undone_by, review.undone_reason, review.undone_at) == ("reviewer", "Wrong alert", seed.NOW)
    assert site.entries()[-1].action == "undo review"
    assert "Undone by reviewer" in person.get(PAGE).text


def test_undoing_the_second_review_leaves_the_first(site: Site) -> None:
    """The alert goes back to what the decision that still holds made of it."""
    person = site.signed_in("reviewer")
    person.send(REVIEW, PAGE, **RIGHT)
    site.clock.forward(minutes=1)
    person.send(REVIEW, PAGE, **{**RIGHT, "decision": "no response", "response": "no"})
    assert undo(person, site, reason="Too soon")[0] == 303
    assert stored(site).state is AlertState.REVIEWED


def test_undoing_is_guarded_like_reviewing(site: Site) -> None:
    """A colleague's undoing in between is named, and what was typed stays."""
    mine, colleague = site.signed_in("reviewer"), site.signed_in("analyst")
    mine.send(REVIEW, PAGE, **RIGHT)
    with site.ledger.read() as tx:
        path = f"{PAGE}/reviews/{reviews.of_alert(tx, seed.ALERT)[0].id}/undo"
    fields = hidden(mine.get(path).text, path)
    assert undo(colleague, site, reason="Not ours")[0] == 303
    answer = mine.client.post(path, data={**fields, "reason": "Mine"})
    assert answer.status_code == 409
    assert "Reason given: Not ours" in answer.text
    with site.ledger.read() as tx:
        assert reviews.of_alert(tx, seed.ALERT)[0].undone_reason == "Not ours"


def test_an_alert_of_another_area_is_not_there(site: Site) -> None:
    """The console serves one area: an alert of another one is not found, nor one that does not exist."""
    with site.ledger.begin() as tx:
        alerts.write(tx, "elsewhere", [seed.alert(id="far")])
    person = site.signed_in("reviewer")
    assert person.get("/alerts/far").status_code == 404
    assert person.get("/alerts/none").status_code == 404
    assert [entry.action for entry in site.entries()] == ["sign in"]


def test_texts_are_escaped(site: Site) -> None:
    """Markup in a title or an excerpt is shown, never run, and only web addresses are linked."""
    bad = "<script>alert(1)</script>"
    old = seed.alert().excerpts[0]
    excerpt = old.model_copy(update={"text": bad, "spans": ((0, 8, "signal:T01"),), "url": "javascript:alert(1)"})
    with site.ledger.begin() as tx:
        alerts.write(tx, seed.AREA, [seed.alert(title=bad, excerpts=(excerpt,), revision=2)])
    page = site.signed_in("reviewer").get(PAGE).text
    assert bad not in page
    assert "&lt;script&gt;" in page
    assert "javascript:" not in page
