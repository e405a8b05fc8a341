"""A real Chromium reads the report: axe-core finds nothing serious, and it fits a narrow screen."""

from pathlib import Path

import pytest

from tests.console.browsing import Browser, shots_folder, start

pytestmark = pytest.mark.browser


def test_report_is_accessible(made: str, tmp_path: Path) -> None:
    """The page as a file, with every hidden part opened."""
    (tmp_path / "report.html").write_text(made, encoding="utf-8")
    driver = start(tmp_path / "profile", scripts=True)
    try:
        browser = Browser(driver, tmp_path.as_uri(), shots_folder(tmp_path), scripts=True)
        browser.open("/report.html")
        driver.execute_script("document.querySelectorAll('details').forEach(each => { each.open = true })")
        assert browser.check("evaluation") == []
    finally:
        driver.quit()
