"""Options that many commands share, and the context they make."""

import logging
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from typing import Annotated

import typer

from pipeline.errors import VaneError
from pipeline.settings import load
from pipeline.stages.context import Context, open_context

log = logging.getLogger(__name__)
AreaOption = Annotated[str, typer.Option("--area", help="Id of the area (a folder with an area.yml).")]
FromOption = Annotated[str, typer.Option("--from", help="Only what was published at or after this time (ISO 8601).")]
ToOption = Annotated[str, typer.Option("--to", help="Only what was published before this time (ISO 8601).")]
NowOption = Annotated[str, typer.Option("--now", help="Run as if it were this time (ISO 8601); the clock otherwise.")]
SourceOption = Annotated[list[str], typer.Option("--source", help="Only this source; may be given again.")]


def moment(text: str, option: str) -> datetime | None:
    """The time an option gives, UTC where it names no zone; None for an empty one."""
    if not text:
        return None
    try:
        found = datetime.fromisoformat(text)
    except ValueError as error:
        raise VaneError(f"{option} {text} is no time: write it like 2026-09-09T08:30:00+01:00") from error
    return found if found.tzinfo else found.replace(tzinfo=UTC)


@contextmanager
def context(area: str, now: str = "", since: str = "", until: str = "") -> Iterator[Context]:
    """The context the options describe; its stores are closed afterwards."""
    window = {"since": moment(since, "--from"), "until": moment(until, "--to")}
    opened = open_context(load(), area, now=moment(now, "--now"), **window)
    log.info("begin %s at %s", area, opened.now.isoformat())
    try:
        yield opened
    finally:
        opened.close()
