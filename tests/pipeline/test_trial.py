"""Saved files of a real council: a rumour by four voices raises an alert and is reviewed, its look-alike does not."""

import csv
import random
from collections.abc import Iterator, Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from fastapi.testclient import TestClient

from console.app import create
from nlp import labelled
from nlp.annotate import Reader, Text
from pipeline.cli.admin import write_user
from pipeline.cli.demo import local_web
from pipeline.cli.real import declare
from pipeline.ledger import Ledger, alerts, reviews
from pipeline.records import Alert, AlertState, Role
from pipeline.settings import Settings
from pipeline.stages import datasets, trial
from pipeline.stages.context import open_context
from pipeline.stages.init import init
from tests.console.conftest import Person

NOW = datetime(2026, 11, 10, 12, 0, tzinfo=UTC)
SEED = 20261121
NARRATIVE = "N01"  # the commonest rumour of all
PLACE = "Royton"


@pytest.fixture(scope="module")
def council(shared: Path, tmp_path_factory: pytest.TempPathFactory) -> Settings:
    """Settings with an area folder for Oldham made from the open geography."""
    settings = Settings(data=tmp_path_factory.mktemp("oldham"), area="oldham")
    datasets.fetch(settings, shared / "datasets", ["geography"])
    init(settings, "oldham")
    return settings


def drawn(*, flagged: bool) -> list[str]:
    """Four texts of the gold test part on one narrative, by seed, read rightly or not."""
    texts = [t.text for t in labelled.held_out() if t.narrative == NARRATIVE and t.flag is flagged]
    return random.Random(SEED).sample(texts, 4)


def moved(reader: Reader, texts: Sequence[str]) -> Iterator[str]:
    """The same texts about Royton."""
    for text, reading in zip(texts, reader.annotate(Text(text) for text in texts), strict=True):
        told = text
        for mention in sorted(reading.annotation.mentions, key=lambda mention: -mention.start):
            told = told[: mention.start] + PLACE + told[mention.end :]
        yield told if PLACE in told else f"{told} ({PLACE})"


def crawled(settings: Settings, folder: Path, texts: Sequence[str]) -> list[Alert]:
    """The alerts of a week in which these texts came in, each by its own voice."""
    folder.mkdir()
    with (folder / "posts.csv").open("w", encoding="utf-8", newline="") as out:
        table = csv.writer(out)
        table.writerow(("published_at", "text", "kind", "voice"))
        for number, text in enumerate(texts):
            table.writerow(((NOW - timedelta(minutes=30 + number)).isoformat(), text, "social", f"voice {number}"))
    with local_web("--from", str(folder)) as address:
        area = settings.data / "areas" / "oldham"
        declare(folder, address, area)
        here = settings.model_copy(update={"web": f"http://{address}", "loopback": (address,)})
        context = open_context(here, "oldham", now=NOW)
        trial.whole(context, None)
        with context.ledger.read() as tx:
            found = alerts.many(tx, "oldham")
        context.close()
    return found


def at(council: Settings, folder: Path) -> Settings:
    """The council's settings with stores of their own."""
    own = council.model_copy(update={"data": folder})
    for part in ("areas", "geography"):
        (folder / part).parent.mkdir(parents=True, exist_ok=True)
        _copy(council.data / part, folder / part)
    return own


def _copy(source: Path, target: Path) -> None:
    import shutil

    shutil.copytree(source, target)


@pytest.fixture
def reader(council: Settings) -> Any:
    """The reader with the council's places."""
    context = open_context(council, "oldham", now=NOW)
    yield context.reader
    context.close()


@pytest.mark.shared
def test_a_rumour_by_four_voices_is_raised_and_reviewed(council: Settings, reader: Reader, tmp_path: Path) -> None:
    """Four harmful texts in one ward on one day are one alert, which a reviewer decides in the console."""
    settings = at(council, tmp_path / "data")
    texts = list(moved(reader, drawn(flagged=True)))
    [alert] = [item for item in crawled(settings, tmp_path / "from", texts) if item.code == NARRATIVE]
    ledger = Ledger(settings.ledger_url)
    write_user(ledger, "reviewer", Role.REVIEWER, "three random words")
    person = Person(TestClient(create(settings, "oldham", clock=lambda: NOW), follow_redirects=False))
    person.sign_in("reviewer", "three random words")

    assert alert.title in person.get("/queue").text
    decided = {"decision": "respond", "reason": "the Home Office can say", "response": "yes"}
    assert person.send(f"/alerts/{alert.id}/review", f"/alerts/{alert.id}", **decided).status_code == 303
    with ledger.read() as tx:
        after = alerts.get(tx, alert.id)
        assert after is not None
        assert after.state is AlertState.REVIEWED
        assert len(reviews.of_alert(tx, alert.id)) == 1


@pytest.mark.shared
def test_its_look_alike_by_four_voices_is_not(council: Settings, reader: Reader, tmp_path: Path) -> None:
    """Four lawful texts on the same subject in the same ward raise no alert."""
    settings = at(council, tmp_path / "data")

    assert crawled(settings, tmp_path / "from", list(moved(reader, drawn(flagged=False)))) == []
