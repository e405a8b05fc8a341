"""What a text adds to the area series: its themes, by area and local day."""

from collections import Counter
from collections.abc import Iterable
from datetime import date
from zoneinfo import ZoneInfo

from pipeline.records import AnnotatedDocument

IDLE = frozenset({"satire", "unrelated"})  # stances that are no sign of tension, whatever signal was read


def themes(item: AnnotatedDocument) -> tuple[str, ...]:
    """The main narrative code of a text and its signal codes."""
    reading = item.annotation
    signals = () if reading.stance.name in IDLE else item.likely_signals
    return tuple(dict.fromkeys([*(code.code for code in reading.narratives[:1]), *signals]))


def series_cells(items: Iterable[AnnotatedDocument], zone: ZoneInfo) -> Counter[tuple[str, str, date]]:
    """Texts by (area, theme, local day of publication); a syndicated copy is not counted beside its original."""
    cells: Counter[tuple[str, str, date]] = Counter()
    for item in items:
        if not item.document.story:
            day = item.document.published_at.astimezone(zone).date()
            cells.update((area, theme, day) for area in item.areas for theme in themes(item))
    return cells


def collected(items: Iterable[AnnotatedDocument], zone: ZoneInfo) -> Counter[date]:
    """All texts collected, by local day of publication: what the series are measured against."""
    return Counter(item.document.published_at.astimezone(zone).date() for item in items)
