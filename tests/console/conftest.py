"""A console over a seeded ledger, and browsers that have signed in to it."""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from functools import cached_property
from pathlib import Path

import pytest
from fastapi import FastAPI
from fastapi.testclient import TestClient
from httpx import Response

from console.app import create
from pipeline.ledger import Ledger, audit
from pipeline.records import AuditEntry
from pipeline.settings import Settings
from tests.console import seed


@dataclass
class Clock:
    """A clock that stands until it is moved."""

    now: datetime = seed.NOW

    def __call__(self) -> datetime:
        return self.now

    def forward(self, **by: float) -> None:
        """Move on; takes what timedelta takes."""
        self.now += timedelta(**by)


@dataclass
class Site:
    """A console, its ledger and its clock."""

    settings: Settings
    ledger: Ledger
    clock: Clock = field(default_factory=Clock)

    @cached_property
    def app(self) -> FastAPI:
        """The console, made when first visited."""
        return create(self.settings, seed.AREA, clock=self.clock)

    def visitor(self) -> "Person":
        """Somebody who has not signed in, with a browser of their own."""
        return Person(TestClient(self.app, follow_redirects=False))

    def signed_in(self, name: str) -> "Person":
        """A user of that name (the users are named for their roles), signed in."""
        person = self.visitor()
        assert person.sign_in(name).status_code == 303
        return person

    def entries(self) -> list[AuditEntry]:
        """The audit chain, oldest first."""
        with self.ledger.read() as tx:
            return audit.entries(tx, limit=1000)[::-1]


@dataclass
class Person:
    """A browser without JavaScript."""

    client: TestClient

    def get(self, path: str) -> Response:
        """Open a page."""
        answer: Response = self.client.get(path)
        return answer

    def send(self, path: str, page: str, **fields: object) -> Response:
        """Open `page`, take over the hidden fields of its form for `path`, and send the form."""
        answer: Response = self.client.post(path, data={**hidden(self.get(page).text, path), **fields})
        return answer

    def sign_in(self, name: str, password: str = seed.PASSWORD, to: str = "") -> Response:
        """Send the sign-in form."""
        return self.send("/sign-in", f"/sign-in?to={to}", name=name, password=password)


def hidden(page: str, action: str) -> dict[str, str]:
    """The hidden fields of the form that is sent to `action`."""
    [form] = re.findall(rf'<form[^>]*action="{re.escape(action)}"[^>]*>(.*?)</form>', page, re.DOTALL)
    return dict(re.findall(r'<input type="hidden" name="([^"]+)" value="([^"]*)"', form))


@pytest.fixture
def site(tmp_path: Path) -> Iterator[Site]:
    """A seeded ledger and what serves it."""
    settings = Settings(data=tmp_path)
    ledger = Ledger(settings.ledger_url)
    ledger.migrate()
    seed.fill(ledger)
    site = Site(settings, ledger)
    yield site
    ledger.close()
    if "app" in site.__dict__:
        site.app.state.desk.close()
