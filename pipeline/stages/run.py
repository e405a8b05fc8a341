"""Stages in their order: once for everything, what follows a crawl, and what a morning needs."""

from pathlib import Path

from pipeline.areas import history
from pipeline.errors import VaneError
from pipeline.ledger import series
from pipeline.stages.alert import alert
from pipeline.stages.annotate import annotate
from pipeline.stages.context import Context
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
    return {"crawl": crawl(context), "extract": extract(context), **monitor(context)}


def monitor(context: Context) -> dict[str, object]:
    """Everything after extract; a flash goes out with each new threat or high-priority alert."""
    done: dict[str, object] = {"annotate": annotate(context), "group": group(context), "alert": alert(context)}
    return {**done, "index": index(context), "flash": flash(context)}


def morning(context: Context) -> dict[str, object]:
    """Group, alert, index and the digest."""
    done: dict[str, object] = {"group": group(context), "alert": alert(context), "index": index(context)}
    return {**done, "flash": flash(context), "digest": digest(context)}


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
    return {"cells": len(points), "days": len({point.day for point in points})}
