"""What an area's folder says a run should raise, beside what it raised (`expected.yml`; the demo has one)."""

from collections.abc import Sequence
from typing import Any, TypeVar

import yaml

from pipeline.ledger import alerts
from pipeline.records import Alert, Task
from pipeline.stages.context import Context

Found = TypeVar("Found", Alert, Task)


def report(context: Context) -> str:
    """A table: each expected story with what was raised for it, what was raised for it again, then everything else."""
    wanted = yaml.safe_load((context.area.folder / "expected.yml").read_text(encoding="utf-8"))
    with context.ledger.read() as tx:
        raised = alerts.many(tx, context.area.id)
        tasks = alerts.open_tasks(tx, context.area.id)
    lines = ["", f"{'expected':<52} raised"]
    stories = [*wanted["alerts"], *wanted["tasks"]]
    left: list[Alert | Task] = [*_match(context, wanted["alerts"], raised, lines)]
    left += _match(context, wanted["tasks"], tasks, lines)
    met = sum(1 for line in lines[2:] if "missing" not in line)
    again = [item for item in left if any(_fits(item, story) for story in stories)]
    rest = [item for item in left if item not in again]
    for name, items in (("one of these, raised again", again), ("nothing else", rest)):
        lines += [f"{name:<52} {_named(context, item)}" for item in items]
    counts = f"{met} of {len(stories)} expected, {len(again)} raised again, {len(rest)} unexpected"
    return "\n".join([*lines, counts])


def _match(
    context: Context, wanted: Sequence[dict[str, Any]], raised: Sequence[Found], lines: list[str]
) -> list[Found]:
    """Write a line for each expected story; returns what no story expected."""
    rest = list(raised)
    for story in wanted:
        fits = [item for item in rest if _fits(item, story)]
        found = _named(context, fits[0]) if fits else "missing"
        lines.append(f"{story['story']} {story['about']:<49} {found}")
        if fits:
            rest.remove(fits[0])
    return rest


def _fits(item: Alert | Task, story: dict[str, Any]) -> bool:
    return item.code in story["codes"] and item.area in story["areas"]


def _named(context: Context, item: Alert | Task) -> str:
    where = context.area.area_name(item.area)
    if isinstance(item, Alert):
        return f"{item.code} {where}: {item.priority.value} ({item.score}), {item.posts} posts, {item.voices} voices"
    return f"{item.code} {where}: task for {item.owner}, {len(item.documents)} questions"
