"""How often a source is asked: by what it brings, within what its catalogue entry allows."""

import os
import subprocess
import sys
from datetime import datetime, timedelta
from typing import Any

import pytest

from crawlers.items import Crawl, Source, SourceState
from pipeline.cli.stages import NOTHING_DUE
from pipeline.ledger import sources
from pipeline.stages import pace, run, status
from pipeline.stages.context import Context
from tests.pipeline.stages.conftest import START, drop

REGISTER = {"owner": "x", "basis": "x", "licence": "x", "robots": "x", "fields_kept": (), "fields_dropped": ()}
NAMED = {"id": "paper", "name": "Paper", "class": "news", "spider": "feed", "url": "https://paper.example/rss"}
MINUTE = timedelta(minutes=1)


def source(**more: Any) -> Source:
    """A source asked every quarter of an hour at most."""
    return Source.model_validate({**NAMED, **REGISTER, "scope": "local", "every_min": 15, **more})


def crawled(state: SourceState, at: datetime) -> Crawl:
    """A crawl that took a minute."""
    return Crawl(id="c", source="paper", started_at=at, finished_at=at + MINUTE, state=state)


def waits(asked: Source, news: list[int]) -> list[float]:
    """The minutes to the next crawl after each of a row of crawls that brought so many new documents."""
    state, now, found = SourceState(source="paper"), START, []
    for new in news:
        state = pace.after(asked, crawled(state, now), new)
        assert state.due_at is not None
        found.append((state.due_at - now) / MINUTE)
        now = state.due_at
    return found


def test_a_quiet_source_is_asked_less_and_less() -> None:
    """From its shortest wait a source that brings nothing comes to once a day, in about five silent days."""
    found = waits(source(), [0] * 40)
    assert found[:3] == [15, 18.75, 15 * 1.25**2]
    assert found == sorted(found)
    assert found[-1] == 24 * 60
    assert sum(found[: found.index(24 * 60)]) == pytest.approx(5 * 24 * 60, rel=0.2)


def test_news_bring_it_back() -> None:
    """Once a quiet source brings something new, the third crawl after it comes after half an hour at most."""
    found = waits(source(), [0] * 40 + [3, 1, 1, 1])
    assert found[-4:] == [360, 90, 22.5, 15]


@pytest.mark.parametrize(
    ("declared", "shortest", "longest"),
    [
        ({}, 15, 1440),
        ({"every_min": 5}, 10, 1440),
        ({"every_min": 60, "longest_min": 90}, 60, 90),
        ({"expect": {"silence_h": 8}}, 15, 240),
        ({"every_min": 1440}, 1440, 1440),
    ],
)
def test_limits_of_the_catalogue(declared: dict[str, Any], shortest: int, longest: int) -> None:
    """No wait is shorter than every_min or ten minutes, or longer than a day, longest_min, half of silence_h."""
    found = waits(source(**declared), [1] * 5 + [0] * 60 + [1] * 8)
    assert (min(found), max(found)) == (shortest, longest)


def test_a_failure_leaves_the_wait() -> None:
    """A failing crawl neither lengthens nor shortens the wait; the source is due again when its back-off is over."""
    quiet = SourceState(source="paper", wait_min=400, failures=1, retry_at=START + timedelta(hours=1))
    state = pace.after(source(), crawled(quiet, START), 0)
    assert (state.wait_min, state.due_at) == (400, START + 15 * MINUTE)


def test_when_it_is_due() -> None:
    """A timetable that starts a little early does not miss its turn; a moment of another clock holds nothing up."""
    state = SourceState(source="paper", due_at=START)
    assert pace.due(source(), state, START - 3 * MINUTE)
    assert not pace.due(source(), state, START - 4 * MINUTE)
    assert pace.due(source(), SourceState(source="paper"), START)
    assert pace.due(source(), SourceState(source="paper", due_at=START + timedelta(days=300)), START)


def test_a_source_that_is_not_due_is_left_alone(elsewhere: Context) -> None:
    """Without a named source the wait is obeyed and counted, a day in one account; one that is named is asked."""
    drop(elsewhere, "a", "the bins on Mill Lane were not emptied")
    assert run.crawl(elsewhere) == {"notes": "crawled"}
    assert run.extract(elsewhere)["new"] == 1
    for minutes in (2, 4, 6):
        assert run.crawl(elsewhere.at(START + minutes * MINUTE)) == {"notes": "not due"}
        assert run.extract(elsewhere) == {}
    assert status.outcomes(elsewhere)["crawl"] == {"fetched": 1, "not due": 3}
    assert status.counts(elsewhere)["crawls"] == 2
    assert run.crawl(elsewhere.at(START + 8 * MINUTE), ["notes"], due=True) == {"notes": "not due"}
    assert run.crawl(elsewhere.at(START + 8 * MINUTE), ["notes"]) == {"notes": "crawled"}


def test_the_ledger_remembers_the_wait(elsewhere: Context) -> None:
    """What a crawl brought decides the wait that the ledger holds: nothing new lengthens it, a new note shortens it."""
    found = []
    for hours, name in enumerate(["a", "", "", "b"]):
        later = elsewhere.at(START + timedelta(hours=hours))
        if name:
            drop(later, name, f"the {name} bus did not come")
        run.crawl(later)
        run.extract(later)
        with later.ledger.read() as tx:
            found.append(sources.state(tx, "notes").wait_min)
    assert found == [15, 18.75, 23.4375, 15]


def test_the_command_says_when_nothing_was_due(elsewhere: Context) -> None:
    """`vane crawl --due` of a source that is not due ends with the code that a timetable skips at; else with 0."""
    drop(elsewhere, "a", "the bins on Mill Lane were not emptied")
    run.crawl(elsewhere)
    run.extract(elsewhere)
    settings = elsewhere.settings
    env = {**os.environ, "VANE_DATA": str(settings.data), "VANE_AREAS": str(settings.areas)}
    command = [sys.executable, "-c", "from pipeline.cli import main; main()", "crawl", "--area", "elsewhere"]
    now = ["--now", (START + MINUTE).isoformat()]
    for more, code in ((["--source", "notes", "--due"], NOTHING_DUE), ([], 0)):
        done = subprocess.run([*command, *more, *now], env=env, check=False, capture_output=True, text=True)
        assert (done.returncode, "not due" in done.stdout) == (code, True), done.stderr
