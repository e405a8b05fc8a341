"""A real Chromium works an alert: as it is, without JavaScript, and by keyboard only; axe-core reads every page."""

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from selenium import webdriver
from selenium.webdriver.common.keys import Keys

from pipeline.index import open_index
from pipeline.ledger import Ledger, alerts
from pipeline.records import AlertState, Entity, IndexRecord
from pipeline.settings import Settings
from tests.console import seed
from tests.console.browsing import Browser, served, shots_folder, start

pytestmark = pytest.mark.browser
ALERT = f"/alerts/{seed.ALERT}"


@pytest.fixture(scope="module")
def shots(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Where pictures go: the folder in SCREENSHOTS, else a temporary one."""
    return shots_folder(tmp_path_factory.mktemp("shots"))


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    """A seeded ledger and index."""
    settings = Settings(data=tmp_path / "data")
    ledger = Ledger(settings.ledger_url)
    ledger.migrate()
    seed.fill(ledger)
    ledger.close()
    index = open_index(settings)
    index.prepare()
    fields = {"id": "d1", "entity": Entity.DOCUMENT, "version": 1, "text": seed.TEXT, "lemmas": "old mill"}
    index.put([IndexRecord.model_validate({**fields, "at": seed.NOW, "kind": "social", "areas": (seed.WARD,)})])
    index.refresh()
    index.close()
    return settings


@pytest.fixture
def chromium(settings: Settings, shots: Path, tmp_path: Path) -> Iterator[Callable[[bool], Browser]]:
    """Starts a Chromium at a running console; the argument says whether with JavaScript."""
    started: list[webdriver.Chrome] = []
    with served(settings, tmp_path / "console.log") as url:

        def begin(scripts: bool) -> Browser:
            started.append(start(tmp_path / "profile", scripts=scripts))
            return Browser(started[-1], url, shots, scripts)

        yield begin
        for each in started:
            each.quit()


def sign_in(browser: Browser, name: str) -> None:
    """Sign in as the user of that name."""
    browser.open("/sign-in")
    browser.find("#name").send_keys(name)
    browser.find("#password").send_keys(seed.PASSWORD)
    browser.click("main form button[type=submit]")


def work_an_alert(browser: Browser, prefix: str) -> None:
    """Sign in, open the queue and the alert, ask for a text, review, undo, and read it all in the audit list."""
    sign_in(browser, "reviewer")
    browser.at("/queue")
    browser.keep(f"{prefix}-queue")
    browser.click(".vane-queue a")
    browser.at(ALERT)
    assert "They say the old mill" not in browser.text()
    browser.keep(f"{prefix}-alert")
    browser.click("#text-1 summary")
    assert "They say the old mill" in browser.text()
    browser.click("#decision-3")
    browser.find("#reason").send_keys("Nobody needs an answer to this")
    browser.click("#response-2")
    browser.click("form[action$=review] button")
    browser.at(f"{ALERT}?done=reviewed")
    browser.keep(f"{prefix}-reviewed")
    browser.click(".govuk-summary-card__actions a")
    browser.find("#reason").send_keys("The wrong alert")
    browser.click("form[action$=undo] button")
    browser.at(f"{ALERT}?done=undone")
    assert "Undone by reviewer" in browser.text()
    browser.click("form[action='/sign-out'] button")
    browser.at("/sign-in")
    sign_in(browser, "governance")
    browser.at("/audit")
    browser.keep(f"{prefix}-audit")
    for action in ("view alert", "review", "undo review", "sign out", "entries hold"):
        assert action in browser.text(), action


def open_again(settings: Settings) -> bool:
    """Whether the ledger has the alert open, after two changes."""
    ledger = Ledger(settings.ledger_url)
    with ledger.read() as tx:
        found = alerts.get(tx, seed.ALERT)
    ledger.close()
    return found is not None and (found.state, found.revision) == (AlertState.OPEN, 3)


def test_an_alert_is_worked(chromium: Callable[[bool], Browser], settings: Settings) -> None:
    """As it is, with JavaScript: the whole of a review, and the browser had nothing to complain about."""
    browser = chromium(True)
    browser.open("/sign-in")
    assert browser.find("body.js-enabled")
    work_an_alert(browser, "as-it-is")
    assert open_again(settings)
    complaints = browser.driver.get_log("browser")  # type: ignore[no-untyped-call]
    assert [entry["message"] for entry in complaints] == []


def test_an_alert_is_worked_without_javascript(chromium: Callable[[bool], Browser], settings: Settings) -> None:
    """With JavaScript off everything works the same."""
    browser = chromium(False)
    browser.open("/sign-in")
    assert "js-enabled" not in (browser.find("body").get_attribute("class") or "")
    work_an_alert(browser, "no-javascript")
    assert open_again(settings)


def test_an_alert_is_worked_by_keyboard(chromium: Callable[[bool], Browser], settings: Settings) -> None:
    """Without a pointer: Tab, arrows, Space and Enter do all of it, and the focus can be seen all the way."""
    browser = chromium(True)
    browser.open("/sign-in")
    browser.press(Keys.TAB)
    assert browser.driver.switch_to.active_element.text == "Skip to main content"
    browser.press(Keys.ENTER)
    browser.tab_to("#name")
    browser.press("reviewer", Keys.TAB, seed.PASSWORD, Keys.ENTER)
    browser.at("/queue")
    browser.tab_to(".vane-queue a")
    browser.press(Keys.ENTER)
    browser.at(ALERT)
    browser.tab_to("#text-1 summary")
    browser.press(Keys.SPACE)
    assert "They say the old mill" in browser.text()
    review_by_keyboard(browser)
    browser.tab_to(".govuk-summary-card__actions a")
    browser.press(Keys.ENTER)
    browser.find("form[action$=undo]")
    browser.tab_to("#reason")
    browser.press("The wrong alert", Keys.TAB, Keys.ENTER)
    browser.at(f"{ALERT}?done=undone")
    assert open_again(settings)
    browser.tab_to("form[action='/sign-out'] button")
    browser.press(Keys.ENTER)
    browser.at("/sign-in")
    browser.tab_to("#name")
    browser.press("governance", Keys.TAB, seed.PASSWORD, Keys.ENTER)
    browser.at("/audit")
    assert "undo review" in browser.text()
    browser.keep("keyboard-audit")


def review_by_keyboard(browser: Browser) -> None:
    """A reasoned no: a mistake first, whose summary takes the focus and leads to the field."""
    browser.tab_to("#decision")
    browser.press(Keys.SPACE, Keys.ARROW_DOWN, Keys.ARROW_DOWN)
    browser.tab_to("#response")
    browser.press(Keys.SPACE, Keys.ARROW_RIGHT)
    browser.tab_to("form[action$=review] button")
    browser.press(Keys.ENTER)
    browser.at(f"{ALERT}/review")
    browser.find(".govuk-error-summary")
    browser.keep("keyboard-mistake")
    browser.tab_to(".govuk-error-summary a")
    browser.press(Keys.ENTER, "Nobody needs an answer to this")
    browser.tab_to("form[action$=review] button")
    browser.press(Keys.ENTER)
    browser.at(f"{ALERT}?done=reviewed")


def test_every_page_is_accessible(chromium: Callable[[bool], Browser]) -> None:
    """axe-core finds no serious or critical violation on any page, with errors and with texts open too."""
    browser = chromium(True)
    browser.open("/sign-in")
    found = browser.check("sign-in")
    browser.click("main form button[type=submit]")
    browser.find(".govuk-error-summary")
    found += browser.check("sign-in-wrong")
    sign_in(browser, "reviewer")
    browser.at("/queue")
    for name, path in {
        "queue": "/queue",
        "queue-empty": "/queue?state=closed",
        "alert": ALERT,
        "alert-open": f"{ALERT}?texts=shown",
        "tasks": "/tasks",
        "why-not": "/why-not",
        "report": "/report",
        "search": "/search",
        "sources": "/sources",
        "source": f"/sources/{seed.FEED}",
        "forbidden": "/audit",
        "missing": "/alerts/none",
    }.items():
        browser.open(path)
        found += browser.check(name)
    found += check_forms(browser)
    assert found == []


def check_forms(browser: Browser) -> list[str]:
    """The pages that come after sending a form: mistakes, results, undoing, switching."""
    browser.open(ALERT)
    browser.click("form[action$=review] button")
    browser.find(".govuk-error-summary")
    found = browser.check("alert-wrong")
    browser.open("/report")
    browser.click("form[action='/report'] button")
    browser.find(".govuk-error-summary")
    found += browser.check("report-wrong")
    browser.open("/search")
    browser.find("#q").send_keys("mill")
    browser.click("form[action='/search'] button")
    browser.find("#results")
    browser.click("form[action='/search'] details summary")
    found += browser.check("search-results")
    browser.open("/")
    browser.click("form[action='/sign-out'] button")
    sign_in(browser, "governance")
    browser.at("/audit")
    found += browser.check("audit")
    browser.open("/switch/everything")
    return found + browser.check("switch")
