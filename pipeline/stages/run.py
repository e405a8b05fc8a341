"""Stages in their order: once for everything, what follows a crawl, and what a morning needs."""

from pipeline.areas import history
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


def load_history(context: Context) -> dict[str, int]:
    """Put the daily counts from before the area was watched into its series."""
    points = history(context.area)
    with context.ledger.begin() as tx:
        series.load(tx, context.area.id, points)
    return {"cells": len(points)}
