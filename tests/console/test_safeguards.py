"""What protects every page: tokens on forms, roles, headers, sizes, and files nobody needs a sign-in for."""

import re

import pytest

from console.access import RIGHTS, May
from pipeline.ledger import reviews, sources
from pipeline.records import Role
from tests.console import seed
from tests.console.conftest import Site
from tests.console.test_alert import PAGE, REVIEW, RIGHT, stored

SWITCH = f"/switch/{seed.FEED}"
PAGES = {
    "/queue": May.READ,
    PAGE: May.READ,
    "/tasks": May.READ,
    "/why-not": May.READ,
    "/search": May.SEARCH,
    "/report": May.PASTE,
    "/sources": May.SOURCES,
    f"/sources/{seed.FEED}": May.SOURCES,
    SWITCH: May.SWITCH,
    "/switch/everything": May.SWITCH,
    "/audit": May.AUDIT,
}
FORMS: dict[str, tuple[str, dict[str, object]]] = {
    REVIEW: ("reviewer", RIGHT),
    f"{PAGE}/reviews/none/undo": ("reviewer", {"reason": "x"}),
    "/report": ("reviewer", {"text": "x", "heard": "message"}),
    "/search": ("reviewer", {"q": "mill"}),
    SWITCH: ("engineer", {"reason": "x"}),
    "/sign-out": ("reviewer", {}),
}


@pytest.mark.parametrize("path", FORMS)
def test_a_form_without_its_token_is_refused(site: Site, path: str) -> None:
    """Without the session's token, or with another session's, a form gets 403 and nothing is written."""
    name, fields = FORMS[path]
    person = site.signed_in(name)
    before = len(site.entries())
    other = re.search(r'name="token" value="([^"]+)"', site.signed_in("analyst").get("/queue").text)
    assert other is not None
    for token in ({}, {"token": ""}, {"token": other[1]}):
        answer = person.client.post(path, data={"revision": "1", **fields, **token})
        assert answer.status_code == 403
        assert "This form can no longer be sent" in answer.text
    assert len(site.entries()) == before + 1  # the other one's sign-in
    assert stored(site).revision == 1


def test_the_sign_in_form_has_a_token_too(site: Site) -> None:
    """A sign-in form that another site sends is refused."""
    person = site.visitor()
    answer = person.client.post("/sign-in", data={"name": "reviewer", "password": seed.PASSWORD})
    assert answer.status_code == 403


@pytest.mark.parametrize("role", Role)
def test_roles_open_their_pages_only(site: Site, role: Role) -> None:
    """A page that is not for the role says plainly what it may not; one that is for it opens."""
    person = site.signed_in(role.value)
    for path, wanted in PAGES.items():
        answer = person.get(path)
        if wanted in RIGHTS[role]:
            assert answer.status_code == 200, path
        else:
            assert answer.status_code == 403, path
            assert f"You are signed in as {role.value}. This role may not {wanted.value}." in answer.text


@pytest.mark.parametrize("name", ["engineer", "governance"])
def test_a_role_that_may_not_review_cannot_send_the_form_either(site: Site, name: str) -> None:
    """With a good token but the wrong role a review is refused and nothing is written."""
    person = site.signed_in(name)
    token = re.search(r'name="token" value="([^"]+)"', person.get("/sources").text)
    assert token is not None
    answer = person.client.post(REVIEW, data={**RIGHT, "revision": "1", "token": token[1]})
    assert answer.status_code == 403
    with site.ledger.read() as tx:
        assert reviews.of_alert(tx, seed.ALERT) == []


def test_governance_reads_an_alert_and_is_told_it_may_not_review(site: Site) -> None:
    """The page says so where the form would be."""
    page = site.signed_in("governance").get(PAGE).text
    assert "may read this alert but may not review it" in page
    assert "Save the decision" not in page


def test_headers(site: Site) -> None:
    """Every answer, an error too, carries the strict policy; pages are never cached, files may be."""
    person = site.signed_in("reviewer")
    for path, status in (("/queue", 200), ("/nothing", 404), ("/sign-in", 200), ("/audit", 403)):
        answer = person.get(path)
        assert answer.status_code == status
        policy = answer.headers["content-security-policy"].split("; ")
        for rule in ("default-src 'none'", "script-src 'self'", "style-src 'self'", "frame-ancestors 'none'"):
            assert rule in policy
        assert "base-uri 'none'" in policy
        assert "form-action 'self'" in policy
        assert answer.headers["cache-control"] == "no-store"
        assert answer.headers["x-content-type-options"] == "nosniff"
        assert answer.headers["referrer-policy"] == "no-referrer"
    for path in ("/assets/govuk-frontend.min.css", "/static/console.css", "/static/start.js"):
        answer = site.visitor().get(path)
        assert answer.status_code == 200
        assert answer.headers["cache-control"] == "max-age=3600"


def test_an_answer_to_a_fault_carries_the_policy(site: Site) -> None:
    """When the ledger breaks, the page says so without telling what, and has the policy."""
    person = site.signed_in("reviewer")
    with site.ledger.begin() as tx:
        tx.exec_driver_sql("ALTER TABLE alerts RENAME TO gone")
    person.client._transport.raise_server_exceptions = False
    answer = person.get("/queue")
    assert answer.status_code == 500
    assert "Something went wrong" in answer.text
    assert "gone" not in answer.text
    assert "default-src 'none'" in answer.headers["content-security-policy"]
    assert answer.headers["cache-control"] == "no-store"


def test_pages_hold_nothing_inline(site: Site) -> None:
    """No page has a style attribute, an inline script or an event handler, which the policy would stop."""
    seen = ""
    for role in Role:
        person = site.signed_in(role.value)
        seen += "".join(person.get(path).text for path, wanted in PAGES.items() if wanted in RIGHTS[role])
    assert not re.search(r"<[a-z][^>]*\s(style|on[a-z]+)=", seen)
    assert "<style" not in seen
    assert set(re.findall(r"<script[^>]*>[^<]*</script>", seen)) == {
        '<script type="module" src="/static/start.js"></script>'
    }
    assert "http" not in re.sub(r"https://calder\.example/\S+|http://www.w3.org/2000/svg", "", seen)


def test_bodies_have_a_limit(site: Site) -> None:
    """A form longer than any of ours is refused before it is read, and so is one of unknown length."""
    person = site.signed_in("reviewer")
    assert person.client.post(REVIEW, content=b"x" * (256 * 1024 + 1)).status_code == 413
    assert person.client.post(REVIEW, content=iter([b"x"])).status_code == 411


def test_a_form_of_the_wrong_shape_is_answered_in_words(site: Site) -> None:
    """A number that is none gets a page that says what to do, not a fault."""
    person = site.signed_in("reviewer")
    answer = person.send(REVIEW, PAGE, revision="many")
    assert answer.status_code == 400
    assert "Go back and try again" in answer.text
    assert person.get("/why-not?page=x").status_code == 400


def test_switching_needs_a_reason_and_leaves_an_entry(site: Site) -> None:
    """A source is switched off with a reason, which the list shows, and on again; both are in the chain."""
    person = site.signed_in("governance")
    assert person.send(SWITCH, SWITCH, reason="").status_code == 400
    assert person.send(SWITCH, SWITCH, reason="Licence in doubt").status_code == 303
    with site.ledger.read() as tx:
        assert sources.switched_off(tx, seed.FEED) == "Licence in doubt"
    assert "Licence in doubt" in person.get("/sources").text
    assert person.send(SWITCH, SWITCH, reason="Licence on file").status_code == 303
    with site.ledger.read() as tx:
        assert sources.switched_off(tx, seed.FEED) == ""
    assert [(entry.action, entry.object) for entry in site.entries()[1:]] == [
        ("switch off", seed.FEED),
        ("switch on", seed.FEED),
    ]


def test_everything_can_be_switched_off(site: Site) -> None:
    """One switch stops every source, and says so on top of the list."""
    person = site.signed_in("engineer")
    assert person.send("/switch/everything", "/switch/everything", reason="An election is near").status_code == 303
    with site.ledger.read() as tx:
        assert sources.switched_off(tx, seed.FEED) == "An election is near"
    assert "Everything is switched off: An election is near" in person.get("/sources").text


def test_the_audit_list_tells_when_the_chain_is_broken(site: Site) -> None:
    """It says that all entries hold, and after one was changed in the database which one does not."""
    person = site.signed_in("governance")
    person.get(PAGE)
    page = person.get("/audit").text
    assert "All 2 entries hold" in page
    assert page.index("view alert") < page.index("sign in")
    with site.ledger.begin() as tx:
        for [trigger] in tx.exec_driver_sql(
            "SELECT name FROM sqlite_master WHERE tbl_name = 'audit' AND type = 'trigger'"
        ):
            tx.exec_driver_sql(f"DROP TRIGGER {trigger}")  # as somebody would who tampers with the file
        tx.exec_driver_sql("UPDATE audit SET actor = 'nobody' WHERE seq = 1")
    assert "audit chain broken at entry 1" in person.get("/audit").text


def test_the_audit_list_has_pages(site: Site) -> None:
    """Fifty entries a page, newest first."""
    person = site.signed_in("governance")
    for _ in range(60):
        person.get(PAGE)
    assert "/audit?page=2" in person.get("/audit").text
    second = person.get("/audit?page=2").text
    assert second.count("view alert") == 10
    assert "/audit?page=1" in second


def test_a_source_that_left_is_history(site: Site) -> None:
    """A source that is no longer declared is named as such, below the others, and cannot be switched."""
    person = site.signed_in("engineer")
    assert f"/switch/{seed.FEED}" in person.get("/sources").text
    with site.ledger.begin() as tx:
        assert sources.retire(tx, seed.AREA, [], seed.NOW) == [seed.FEED]
    page = person.get("/sources").text
    assert f"/switch/{seed.FEED}" not in page
    assert page.index("No longer declared") < page.index(seed.source().name)
    assert "No source is declared yet" in page
    one = person.get(f"/sources/{seed.FEED}").text
    assert "No longer declared" in one
    assert "Switch" not in one
    assert person.get(f"/switch/{seed.FEED}").status_code == 404
