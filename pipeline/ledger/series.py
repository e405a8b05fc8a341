"""Area series: how many documents on a theme, an area and a local day, and how many were collected in all."""

from collections import Counter
from collections.abc import Iterable
from datetime import date

from sqlalchemy import select, update

from pipeline.ledger.store import Tx, upsert
from pipeline.ledger.tables import series, totals
from pipeline.records import Point


def add(tx: Tx, council: str, counts: Counter[tuple[str, str, date]], collected: Counter[date]) -> None:
    """Add newly grouped documents: `counts` by (area, theme, day), `collected` by day."""
    blank = [{"area": area, "theme": theme, "day": day, "number": 0} for area, theme, day in sorted(counts)]
    upsert(tx, series, blank, replace=False)
    for (area, theme, day), number in sorted(counts.items()):
        cell = (series.c.area == area) & (series.c.theme == theme) & (series.c.day == day)
        tx.execute(update(series).where(cell).values(number=series.c.number + number))
    upsert(tx, totals, [{"council": council, "day": day, "number": 0} for day in sorted(collected)], replace=False)
    for day, number in sorted(collected.items()):
        cell = (totals.c.council == council) & (totals.c.day == day)
        tx.execute(update(totals).where(cell).values(number=totals.c.number + number))


def load(tx: Tx, council: str, points: Iterable[Point]) -> None:
    """Set series to known counts: what an installation brings from before."""
    found = list(points)
    keys = {"area", "theme", "day"}
    upsert(tx, series, [{**point.model_dump(include=keys), "number": point.count} for point in found])
    days = {point.day: point.total for point in found}
    upsert(tx, totals, [{"council": council, "day": day, "number": total} for day, total in sorted(days.items())])


def between(tx: Tx, council: str, *, first: date, last: date) -> list[Point]:
    """Every cell of the council's areas with first <= day <= last, with that day's total."""
    query = (
        select(series, totals.c.number.label("total"))
        .join(totals, (totals.c.day == series.c.day) & (totals.c.council == council))
        .where(series.c.day >= first, series.c.day <= last)
        .order_by(series.c.area, series.c.theme, series.c.day)
    )
    rows = tx.execute(query)
    return [Point(area=row.area, theme=row.theme, day=row.day, count=row.number, total=row.total) for row in rows]


def collected(tx: Tx, council: str, *, first: date, last: date) -> dict[date, int]:
    """Documents collected on each local day; a missing day is an outage, not a zero."""
    query = select(totals.c.day, totals.c.number).where(totals.c.council == council)
    query = query.where(totals.c.day >= first, totals.c.day <= last)
    return {day: number for day, number in tx.execute(query)}
