"""Signing in and out."""

import time

import pytest

from console.passwords import Passwords
from console.views.sign_in import LOCKED, WRONG, safe
from pipeline.ledger import users
from pipeline.records import Role, User
from pipeline.settings import Settings
from tests.console import seed
from tests.console.conftest import Site


def test_every_page_needs_a_sign_in(site: Site) -> None:
    """Without a session every page but the health check leads to the sign-in form, which comes back to the page."""
    person = site.visitor()
    for path in ("/queue", f"/alerts/{seed.ALERT}", "/tasks", "/why-not", "/search", "/report", "/sources", "/audit"):
        answer = person.get(path)
        assert answer.status_code == 303, path
        assert answer.headers["location"].startswith("/sign-in?to=/"), path
    assert person.get("/healthz").text == "ok"


def test_sign_in_leads_to_the_page_asked_for(site: Site) -> None:
    """After signing in the page that was asked for opens, and the chain has the sign-in under the staff login."""
    answer = site.visitor().sign_in("reviewer", to="/alerts/alert-one")
    assert answer.headers["location"] == "/alerts/alert-one"
    assert [(entry.actor, entry.action) for entry in site.entries()] == [("reviewer", "sign in")]


def test_cookie_flags(site: Site) -> None:
    """The session cookie is HttpOnly and SameSite=Strict, and with HTTPS Secure and bound to the host."""
    plain = site.visitor().sign_in("reviewer").headers["set-cookie"]
    assert "HttpOnly" in plain
    assert "SameSite=Strict" in plain
    assert "Secure" not in plain
    site.app.state.desk.close()
    del site.app
    site.settings = Settings(**{**site.settings.model_dump(), "console_url": "https://vane.example"})
    person = site.visitor()
    person.client.base_url = "https://testserver"
    secure = person.sign_in("reviewer")
    assert secure.status_code == 303
    assert "__Host-weathervane=" in secure.headers["set-cookie"]
    assert "; Secure" in secure.headers["set-cookie"]
    assert secure.headers["strict-transport-security"]


def test_wrong_password_and_unknown_user_read_the_same(site: Site) -> None:
    """The answer does not tell whether a user exists, and what was typed as an unknown name is not kept."""
    known, unknown = site.visitor().sign_in("reviewer", "wrong"), site.visitor().sign_in("no-such-user", "wrong")
    assert known.status_code == unknown.status_code == 400
    assert WRONG in known.text
    assert WRONG in unknown.text
    assert [entry.actor for entry in site.entries()] == ["reviewer", "unknown"]


def test_an_unknown_user_costs_the_same_work() -> None:
    """For a user who does not exist a whole argon2 check is done."""
    passwords = Passwords()
    user = User(name="a", role=Role.REVIEWER, password_hash=passwords._nobody)
    times: dict[bool, list[float]] = {True: [], False: []}
    for _ in range(5):
        for known in (True, False):
            start = time.process_time()
            assert not passwords.right(user if known else None, "wrong")
            times[known].append(time.process_time() - start)
    assert min(times[False]) > 0.5 * min(times[True])


def test_five_wrong_tries_lock_the_name(site: Site) -> None:
    """After five wrong tries even the right password is refused for fifteen minutes, for unknown names too."""
    for name in ("reviewer", "no-such-user"):
        for _ in range(users.MOST_FAILURES):
            assert site.visitor().sign_in(name, "wrong").status_code == 400
        assert LOCKED in site.visitor().sign_in(name).text
    site.clock.forward(minutes=15)
    assert site.visitor().sign_in("reviewer").status_code == 303


def test_sign_out_ends_the_session_for_every_holder_of_the_cookie(site: Site) -> None:
    """A copy of the cookie made before signing out opens nothing afterwards."""
    person = site.signed_in("reviewer")
    stolen = dict(person.client.cookies)
    assert person.send("/sign-out", "/queue").status_code == 303
    person.client.cookies.update(stolen)
    assert person.get("/queue").status_code == 303
    assert site.entries()[-1].action == "sign out"


def test_a_session_ends_after_an_hour_without_use(site: Site) -> None:
    """59 minutes are fine, an hour is not."""
    person = site.signed_in("reviewer")
    site.clock.forward(minutes=59)
    assert person.get("/queue").status_code == 200
    site.clock.forward(minutes=60)
    assert person.get("/queue").status_code == 303


def test_a_session_ends_after_eight_hours_of_use(site: Site) -> None:
    """Using it all the time does not carry a session past a working day."""
    person = site.signed_in("reviewer")
    for _ in range(15):
        site.clock.forward(minutes=30)
        assert person.get("/queue").status_code == 200
    site.clock.forward(minutes=30)
    assert person.get("/queue").status_code == 303


def test_a_user_taken_off_or_with_a_new_password_is_out_at_once(site: Site) -> None:
    """The ledger decides at every request, not the cookie."""
    person = site.signed_in("reviewer")
    with site.ledger.begin() as tx:
        users.write(tx, User(name="reviewer", role=Role.REVIEWER, password_hash=seed.HASH + "x"))
    assert person.get("/queue").status_code == 303
    other = site.signed_in("analyst")
    with site.ledger.begin() as tx:
        users.write(tx, User(name="analyst", role=Role.ANALYST, password_hash=seed.HASH, active=False))
    assert other.get("/queue").status_code == 303


def test_a_forged_cookie_opens_nothing(site: Site) -> None:
    """A cookie signed with another installation's key is no session."""
    person = site.signed_in("reviewer")
    value = person.client.cookies["weathervane"]
    person.client.cookies.clear()
    person.client.cookies.set("weathervane", value[:-2] + ("aa" if value[-2:] != "aa" else "bb"))
    assert person.get("/queue").status_code == 303


@pytest.mark.parametrize("to", ["//evil.example", "https://evil.example", "/\\evil.example", "/a\nb", "queue"])
def test_sign_in_returns_to_this_console_only(to: str) -> None:
    """No address of another site is ever followed after signing in."""
    assert safe(to) == ""
    assert safe("/alerts/a1") == "/alerts/a1"
