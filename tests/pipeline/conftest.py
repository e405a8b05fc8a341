"""The demo's week, run once for all tests that look at it: real crawl, real stores, no server left behind."""

import json
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from pipeline.cli.demo import AREA, CRAWLED, Table, local_web, week
from pipeline.settings import Settings
from pipeline.stages.context import Context, open_context

CONTENT = Path(__file__).resolve().parents[2] / "areas" / "demo" / "content"


@dataclass(frozen=True)
class Week:
    """The finished week: its context at the last morning, what the sources held, and the log it left."""

    context: Context
    content: list[dict[str, Any]]
    web: str


@pytest.fixture(scope="session")
def finished_week(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Week]:
    """The week, run once; tests must leave its stores as they are."""
    folder = tmp_path_factory.mktemp("week")
    content = [json.loads(line) for path in sorted(CONTENT.glob("*.jsonl")) for line in path.open(encoding="utf-8")]
    with local_web() as address:
        settings = Settings(data=folder, area=AREA, web=f"http://{address}", loopback=(address,))
        context = open_context(settings, AREA, now=CRAWLED)
        week(context, Table())
        yield Week(context.at(CRAWLED.replace(hour=8, minute=30)), content, address)
        context.close()
