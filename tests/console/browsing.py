"""A real Chromium at a console that uvicorn serves from the environment alone."""

import json
import os
import shutil
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import pytest
from selenium import webdriver
from selenium.webdriver.chrome.options import Options
from selenium.webdriver.chrome.service import Service
from selenium.webdriver.common.action_chains import ActionChains
from selenium.webdriver.common.by import By
from selenium.webdriver.common.keys import Keys
from selenium.webdriver.remote.webelement import WebElement
from selenium.webdriver.support.ui import WebDriverWait

from pipeline.settings import ROOT, Settings
from tests.console import seed

AXE = ROOT / "node_modules" / "axe-core" / "axe.min.js"
FLAGS = (
    "--headless",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--lang=en-GB",
    "--window-size=1200,1000",
)
WAIT = 60  # seconds, for a machine with much else to do
NO_SCRIPTS = {"profile.managed_default_content_settings.javascript": 2}


@dataclass
class Browser:
    """Chromium at a running console; pictures go into `shots`."""

    driver: webdriver.Chrome
    url: str
    shots: Path
    scripts: bool

    def open(self, path: str) -> None:
        """Go to a page."""
        self.driver.get(self.url + path)

    def find(self, css: str) -> WebElement:
        """The first such element, as soon as it is there."""
        return WebDriverWait(self.driver, WAIT).until(lambda driver: driver.find_element(By.CSS_SELECTOR, css))

    def click(self, css: str) -> None:
        """Click, with the pointer."""
        self.find(css).click()

    def press(self, *keys: str) -> None:
        """Press keys, wherever the focus is."""
        ActionChains(self.driver).send_keys(*keys).perform()

    def tab_to(self, css: str) -> None:
        """Press Tab until the element has the focus; every link and button on the way shows that it has it."""
        for _ in range(150):
            active = self.driver.switch_to.active_element
            if active.tag_name in {"a", "button", "summary"}:
                shown = [active.value_of_css_property(name) for name in ("outline-style", "box-shadow")]
                assert shown != ["none", "none"], active.get_attribute("outerHTML")
            if self.driver.execute_script("return document.activeElement.matches(arguments[0])", css):
                return
            self.press(Keys.TAB)
        pytest.fail(f"no way to {css} by keyboard")

    def text(self) -> str:
        """What can be read on the page."""
        return self.find("body").text

    def at(self, path: str) -> None:
        """Wait until the browser is at that address."""
        WebDriverWait(self.driver, WAIT).until(lambda driver: driver.current_url.startswith(self.url + path))

    def keep(self, name: str) -> None:
        """Save a picture of the whole page."""
        height = self.driver.execute_script("return document.documentElement.scrollHeight") if self.scripts else 2400
        self.driver.set_window_size(1200, max(1000, height + 150))
        self.driver.save_screenshot(str(self.shots / f"{name}.png"))
        self.driver.set_window_size(1200, 1000)

    def check(self, name: str) -> list[str]:
        """Serious and critical findings of axe-core on the page as it is; it must fit 320 pixels; keeps a picture."""
        self.keep(f"page-{name}")
        self.driver.set_script_timeout(WAIT)
        self.driver.execute_script(AXE.read_text(encoding="utf-8"))
        run = "const done = arguments[arguments.length - 1]; axe.run().then(done)"
        found = self.driver.execute_async_script(run)
        assert len(found["passes"]) > 10, "axe-core did not look"
        narrow = {"width": 320, "height": 800, "deviceScaleFactor": 1, "mobile": False}
        self.driver.execute_cdp_cmd("Emulation.setDeviceMetricsOverride", narrow)
        wide = self.driver.execute_script("return document.documentElement.scrollWidth")
        self.driver.execute_cdp_cmd("Emulation.clearDeviceMetricsOverride", {})
        assert wide <= 320, f"{name} has to be scrolled sideways on a narrow screen"
        bad = [each for each in found["violations"] if each["impact"] in {"serious", "critical"}]
        return [f"{name}: {each['id']}: {json.dumps([node['html'] for node in each['nodes'][:3]])}" for each in bad]


@contextmanager
def served(settings: Settings, log: Path) -> Iterator[str]:
    """The address of a console, served as production does; a fault in its log fails the test."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    command = [sys.executable, "-m", "uvicorn", "--factory", "console.app:from_environment", "--port", str(port)]
    environ = {name: value for name, value in os.environ.items() if not name.startswith("VANE_")}
    environ |= {"VANE_DATA": str(settings.data), "VANE_AREA": seed.AREA}
    with log.open("wb") as output:
        server = subprocess.Popen(command, env=environ, stdout=output, stderr=output, cwd=ROOT)
        try:
            _wait(f"http://127.0.0.1:{port}/healthz", server)
            yield f"http://127.0.0.1:{port}"
        finally:
            server.terminate()
            server.wait(timeout=WAIT)
    assert b"Traceback" not in log.read_bytes()


def _wait(address: str, server: "subprocess.Popen[bytes]") -> None:
    for _ in range(WAIT * 5):
        assert server.poll() is None, "the console stopped while starting"
        try:
            with urllib.request.urlopen(address) as answer:  # noqa: S310 — our own loopback address
                assert answer.read() == b"ok"
                return
        except OSError:
            time.sleep(0.2)
    pytest.fail("the console did not start")


def shots_folder(otherwise: Path) -> Path:
    """Where pictures go: the folder in SCREENSHOTS, else the one given."""
    folder = Path(os.environ.get("SCREENSHOTS", "") or otherwise)
    folder.mkdir(parents=True, exist_ok=True)
    return folder


def start(profile: Path, *, scripts: bool) -> webdriver.Chrome:
    """Chromium with a fresh profile, with JavaScript or without."""
    binary, driver = shutil.which("chromium"), shutil.which("chromedriver")
    if binary is None or driver is None:
        pytest.fail("chromium and chromedriver are missing: apt-get install chromium chromium-driver")
    options = Options()
    options.binary_location = binary
    for flag in (*FLAGS, f"--user-data-dir={profile}"):
        options.add_argument(flag)
    if not scripts:
        options.add_experimental_option("prefs", NO_SCRIPTS)
    options.set_capability("goog:loggingPrefs", {"browser": "ALL"})
    return webdriver.Chrome(options=options, service=Service(driver))
