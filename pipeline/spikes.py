"""What is usual for a daily count, and whether today's is not: EARS C2 with a tail probability; pure."""

import csv
import math
from collections import Counter, deque
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import NamedTuple

from scipy.special import betainc, gammainc

from pipeline.records import Point

# EARS C2 (Hutwagner et al. 2003): the mean and variance of a baseline that ends two steps before the step judged, so
# that a slow start does not raise its own bar. 28 steps hold every weekday four times; under 7 nothing is said.
BASELINE = 28
GUARD = 2
LEAST = 7
ALPHA = 0.001
HEADER = ("series", "date", "count", "expected", "upper", "p", "alarm")


@dataclass(frozen=True)
class Usual:
    """What a series' past says of one step: the mean, the highest usual count, and the chance of so many or more."""

    expected: float
    upper: int
    p: float


class Past(NamedTuple):
    """One step of a baseline: the number counted, and the documents collected (None where nobody counted them)."""

    number: int
    total: int | None


def judged(past: Sequence[Past], count: int, total: int | None, *, alpha: float = ALPHA) -> Usual | None:
    """Judge a count by its baseline; None with fewer than `LEAST` steps of it.

    Counts are scaled to the documents collected at the step judged, where those are known. The tail is negative
    binomial with the baseline's mean and variance, Poisson where the variance is not larger: EARS itself uses the
    normal tail, which alarms far too often at counts of 0 to 3 (Noufaily et al. 2013 give the same remedy for
    Farrington's method). Half a case spread over the baseline, and the variance of the mean, keep an empty past from
    making one text an alarm.
    """
    if len(past) < LEAST:
        return None
    scaled = [_scaled(step, total) for step in past]
    steps = len(scaled)
    middle = sum(scaled) / steps
    mean = middle + 0.5 / steps
    spread = sum((value - middle) ** 2 for value in scaled) / (steps - 1)
    variance = max(spread, mean) + mean / steps
    return Usual(expected=middle, upper=_upper(mean, variance, alpha), p=_tail(count, mean, variance))


def _scaled(step: Past, total: int | None) -> float:
    return step.number * total / step.total if total and step.total else float(step.number)


def _tail(count: int, mean: float, variance: float) -> float:
    """Chance of `count` or more."""
    if count <= 0:
        return 1.0
    if variance <= mean * (1 + 1e-9):
        return float(gammainc(count, mean))
    size = mean * mean / (variance - mean)
    return float(betainc(count, size, 1 - size / (size + mean)))


def _upper(mean: float, variance: float, alpha: float) -> int:
    """The highest count that is no alarm: the smallest u with P(more than u) < alpha."""
    low, high = 0, 1
    while _tail(high + 1, mean, variance) >= alpha:
        low, high = high, high * 2
    while low < high:
        middle = (low + high) // 2
        if _tail(middle + 1, mean, variance) < alpha:
            high = middle
        else:
            low = middle + 1
    return low


def usual(points: Iterable[Point], day: date, count: int, total: int | None) -> Usual | None:
    """Judge a day's count by the daily points before it; a day that has no point was an outage, not a zero."""
    past = [Past(point.count, point.total) for point in points if GUARD < (day - point.day).days <= GUARD + BASELINE]
    return judged(past, count, total)


@dataclass(frozen=True)
class Refused:
    """A row that could not be read: its line number in the file, and why."""

    line: int
    reason: str
    row: str


@dataclass
class _Series:
    """One series as far as it was read: its steps of late, and how often each gap came."""

    recent: deque[tuple[date, Past]] = field(default_factory=lambda: deque(maxlen=4 * (BASELINE + GUARD)))
    gaps: Counter[int] = field(default_factory=Counter)

    def judge(self, day: date, step: Past, alpha: float) -> Usual | None:
        """Judge a row by those before it, then remember it."""
        gap = min(self.gaps, key=lambda days: (-self.gaps[days], days), default=1)
        near, far = (GUARD + 0.5) * gap, (GUARD + BASELINE + 0.5) * gap
        past = [earlier for at, earlier in self.recent if near < (day - at).days <= far]
        if self.recent:
            self.gaps[(day - self.recent[-1][0]).days] += 1
        self.recent.append((day, step))
        return judged(past, step.number, step.total, alpha=alpha)


def try_lines(lines: Iterable[str], *, alpha: float = ALPHA) -> Iterator[tuple[str, ...] | Refused]:
    """Rows of `HEADER` for CSV rows `series,date,count[,total]`, streaming, in order; bad rows come back as Refused.

    Rows of one series come in date order; series may be mixed. The step is the commonest gap so far, a missing row an
    outage. `expected,upper,p` are "" without enough history and alarm is then 0.
    """
    rows = csv.reader(lines)
    columns = [name.strip() for name in next(rows, [])]
    if columns[:3] != ["series", "date", "count"] or columns[3:] not in ([], ["total"]):
        yield Refused(1, "the header must read series,date,count or series,date,count,total", ",".join(columns))
        return
    known: dict[str, _Series] = {}
    for row in rows:
        read = _read(row, columns, known) if row else None
        if isinstance(read, str):
            yield Refused(rows.line_num, read, ",".join(row))
        elif read is not None:
            name, day, step = read
            found = known.setdefault(name, _Series()).judge(day, step, alpha)
            yield (name, day.isoformat(), str(step.number), *_cells(found, alpha))


def _cells(found: Usual | None, alpha: float) -> tuple[str, ...]:
    if found is None:
        return "", "", "", "0"
    return f"{found.expected:.4f}", str(found.upper), f"{found.p:.3g}", str(int(found.p < alpha))


def _read(row: Sequence[str], columns: Sequence[str], known: dict[str, _Series]) -> tuple[str, date, Past] | str:
    """The series, day and numbers of a row, or why it cannot be read."""
    if len(row) != len(columns):
        return f"{len(columns)} fields are wanted, {len(row)} found"
    name, day_text, *numbers = (cell.strip() for cell in row)
    try:
        day = date.fromisoformat(day_text)
    except ValueError:
        return f"the date {day_text!r} is not of the form 2026-09-07"
    if not name:
        return "the series has no name"
    if not all(_whole(number) for number in numbers[:1]) or not all(_whole(n) or not n for n in numbers[1:]):
        return "count and total must be whole numbers of 0 or more"
    if name in known and known[name].recent[-1][0] >= day:
        return "the date is not after the one before it in the series"
    total = int(numbers[1]) if len(numbers) > 1 and numbers[1] else None
    return name, day, Past(int(numbers[0]), total)


def _whole(text: str) -> bool:
    return text.isascii() and text.isdigit() and math.log10(int(text) + 1) < 12
