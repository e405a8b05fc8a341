"""When something was published, from any of the forms that feeds, pages and tables write; a bare time is British."""

import re
from datetime import datetime, timedelta
from email.utils import parsedate_to_datetime
from zoneinfo import ZoneInfo

from crawlers.pages.page import Unreadable

BRITISH = ZoneInfo("Europe/London")
EARLIEST = 1995  # the web's texts begin there; what is older is a mistake
MONTH_NAMES = """jan january|feb february|mar march|apr april|may|jun june|jul july|aug august|sep sept september
|oct october|nov november|dec december"""
MONTHS = {name: number for number, names in enumerate(MONTH_NAMES.split("|"), start=1) for name in names.split()}
NUMBERS = re.compile(
    r"^(\d{1,2})[/.-](\d{1,2})[/.-](\d{4})(?:[ ,T]+(\d{1,2})[:.](\d{2})\s*([ap]\.?m\.?)?)?", re.IGNORECASE
)
DAY_FIRST = re.compile(r"(\d{1,2})(?:st|nd|rd|th)?\s+([A-Za-z]{3,9})\.?,?\s+(\d{4})(?:\D{1,5}(\d{1,2})[:.](\d{2}))?")
MONTH_FIRST = re.compile(r"([A-Za-z]{3,9})\.?\s+(\d{1,2})(?:st|nd|rd|th)?,?\s+(\d{4})(?:\D{1,5}(\d{1,2})[:.](\d{2}))?")


def when(written: str) -> datetime | None:
    """An aware moment, or None where the words are no date."""
    written = written.strip()
    if not written:
        return None
    for reader in (_iso, _epoch, _mail, _words, _numbers):
        try:
            found = reader(written)
        except (ValueError, TypeError, IndexError, OverflowError):
            continue
        if found is not None:
            return found if found.tzinfo else found.replace(tzinfo=BRITISH)
    return None


def published(written: str, now: datetime) -> datetime | None:
    """The moment a text gives for itself; raises Unreadable for words that are no date and for dates that cannot be."""
    found = when(written)
    if found is None and written.strip():
        raise Unreadable("date not read", "it is no date: write it like 2026-09-07T18:20:00+01:00")
    if found is not None and not sensible(found, now):
        raise Unreadable(
            "date out of range", f"{found.date()} is before {EARLIEST} or in the future: mend it at the source"
        )
    return found


def sensible(moment: datetime, now: datetime) -> bool:
    """Whether a text can have been published then: not before the web, at most a day ahead of the clock."""
    return moment.year >= EARLIEST and moment <= now + timedelta(days=1)


def _iso(written: str) -> datetime | None:
    return datetime.fromisoformat(written.replace("Z", "+00:00") if written.endswith("Z") else written)


def _epoch(written: str) -> datetime | None:
    if not re.fullmatch(r"\d{9,10}(\.\d+)?|\d{12,13}", written):
        return None
    seconds = float(written)
    return datetime.fromtimestamp(seconds / 1000 if seconds > 1e11 else seconds, BRITISH)


def _mail(written: str) -> datetime | None:
    return parsedate_to_datetime(written)


def _numbers(written: str) -> datetime | None:
    found = NUMBERS.match(written)
    if not found:
        return None
    day, month, year, hour, minute, half = found.groups()
    return datetime(int(year), int(month), int(day), _hour(hour, half), int(minute or 0))  # noqa: DTZ001 - `when` adds it


def _hour(hour: str | None, half: str | None) -> int:
    number = int(hour or 0)
    return number % 12 + (12 if half.lower().startswith("p") else 0) if half else number


def _words(written: str) -> datetime | None:
    for pattern, (day, month) in ((DAY_FIRST, (1, 2)), (MONTH_FIRST, (2, 1))):
        found = pattern.search(written)
        if found and found[month].lower() in MONTHS:
            clock = int(found[4] or 0), int(found[5] or 0)
            return datetime(int(found[3]), MONTHS[found[month].lower()], int(found[day]), *clock)  # noqa: DTZ001
    return None
