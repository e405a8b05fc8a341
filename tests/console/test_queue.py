"""The queue, the tasks and the why-not bin."""

from datetime import timedelta

from pipeline.ledger import alerts
from pipeline.records import AlertState
from tests.console import seed
from tests.console.conftest import Site


def test_the_most_pressing_alert_comes_first(site: Site) -> None:
    """Open alerts by score, each with priority, place and sentences."""
    page = site.signed_in("reviewer").get("/queue").text
    assert page.index("Queue-jumping and favouritism in Ropery") < page.index("Talk of a march")
    for text in ("Medium", "priority 9", "Ropery", "9 posts by 6 voices", "Open (2)", "Closed (0)"):
        assert text in page, text


def test_states_filter_the_queue(site: Site) -> None:
    """Only alerts of the chosen state are listed; an unknown state shows the open ones; nothing there is said so."""
    with site.ledger.begin() as tx:
        alerts.write(tx, seed.AREA, [seed.alert(state=AlertState.CLOSED, closed_at=seed.NOW)])
    person = site.signed_in("reviewer")
    assert "Talk of a march" not in person.get("/queue?state=closed").text
    assert "in Ropery" in person.get("/queue?state=closed").text
    assert "No alert is reviewed" in person.get("/queue?state=reviewed").text
    assert "Talk of a march" in person.get("/queue?state=nonsense").text


def test_tasks_show_owner_and_what_is_overdue(site: Site) -> None:
    """A task stands with its owner and due time, its question closed until asked for, and turns overdue."""
    person = site.signed_in("analyst")
    page = person.get("/tasks").text
    assert seed.task().question not in page.split('id="question-1">')[0]
    assert 'id="question-1" open>' in person.get("/tasks?texts=shown").text
    assert "Housing service" in page
    assert "Overdue" not in page
    site.clock.now += timedelta(days=2)
    assert "Overdue" in site.signed_in("analyst").get("/tasks").text


def test_the_bin_names_the_rule(site: Site) -> None:
    """What was kept back stands with rule and reason, and can be narrowed to a rule."""
    person = site.signed_in("governance")
    for path in ("/why-not", "/why-not?rule=evidence"):
        page = person.get(path).text
        assert "Too little evidence" in page
        assert "2 posts by 1 voice on one day" in page
    assert "Nothing was kept back" in person.get("/why-not?rule=budget").text
