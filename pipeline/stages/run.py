"""Stages in their order: once for everything, what follows a crawl, and what a morning needs."""

from collections.abc import Callable, Mapping
from pathlib import Path

from pipeline.areas import history
from pipeline.errors import Incomplete, VaneError
from pipeline.ledger import audit, series
from pipeline.stages.alert import alert
from pipeline.stages.annotate import annotate
from pipeline.stages.context import COMMAND, Context
from pipeline.stages.crawl import crawl
from pipeline.stages.digest import digest, flash
from pipeline.stages.extract import extract
from pipeline.stages.group import group
from pipeline.stages.index import index

__all__ = [
    "alert",
    "annotate",
    "crawl",
    "digest",
    "extract",
    "group",
    "index",
    "load_history",
    "monitor",
    "morning",
    "run",
]


def run(context: Context) -> dict[str, object]:
    """Everything from crawl to index, once."""
    return _in_order(context, crawl, extract, annotate, group, alert, index, flash)


def monitor(context: Context) -> dict[str, object]:
    """Everything after extract; a flash goes out with each new threat or high-priority alert."""
    return _in_order(context, annotate, group, alert, index, flash)


def morning(context: Context) -> dict[str, object]:
    """Group, alert, index and the digest."""
    return _in_order(context, group, alert, index, flash, digest)


def _in_order(context: Context, *steps: Callable[[Context], Mapping[str, object]]) -> dict[str, object]:
    """What each step did, by its name; one that is done but for some records stops none after it.

    Raises Incomplete in the end where there was one.
    """
    done: dict[str, object] = {}
    left = []
    for step in steps:
        try:
            done[step.__name__] = step(context)
        except Incomplete as error:
            done[step.__name__] = error.done
            left.append(str(error))
    if left:
        raise Incomplete("; ".join(left), done)
    return done


def load_history(context: Context, file: Path) -> dict[str, int]:
    """Put the daily counts of a file, from before the area was watched, into its series; twice changes nothing.

    Raises VaneError where the file is not what `areas.history` reads, or goes on to today.
    """
    points = history(context.area, file)
    today = context.area.local_day(context.now)
    late = [point.day for point in points if point.day >= today]
    if late:
        raise VaneError(f"{file}: {min(late)} is not before today ({today}): what is watched now is counted by itself")
    with context.ledger.begin() as tx:
        series.load(tx, context.area.id, points)
        done = {"cells": len(points), "days": len({point.day for point in points})}
        audit.append(tx, actor=COMMAND, action="history", object=context.area.id, at=context.now, detail=done)
    return done
