"""What is usual and what is not: the C2 window, the tail, outages, bad rows."""

import csv
import gzip
import io
import math
from collections.abc import Iterator, Sequence
from datetime import date, timedelta
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.records import Point
from pipeline.spikes import HEADER, Past, Refused, judged, try_lines, usual

DAY = date(2026, 3, 2)


def rows(counts: Sequence[int | None], name: str = "a", step: int = 1, total: int | None = None) -> Iterator[str]:
    """CSV of one series; None is a missing row."""
    yield "series,date,count" + (",total" if total else "")
    for n, count in enumerate(counts):
        if count is not None:
            yield f"{name},{DAY + timedelta(days=n * step)},{count}" + (f",{total}" if total else "")


def judge(lines: Iterator[str] | Sequence[str]) -> list[dict[str, str]]:
    """Rows that could be read, by column."""
    found = try_lines(lines)
    return [dict(zip(HEADER, row, strict=True)) for row in found if not isinstance(row, Refused)]


def test_without_enough_history_nothing_is_said() -> None:
    """Seven rows before the two guard steps are needed: until then expected, upper and p are empty, alarm 0."""
    found = judge(rows([1] * 11))
    assert [row["p"] == "" for row in found] == [True] * 9 + [False] * 2
    assert all(row["expected"] == row["upper"] == "" and row["alarm"] == "0" for row in found[:9])


def test_a_spike_alarms_and_the_usual_does_not() -> None:
    """Twelve where about one a day is usual alarms; the days before it do not."""
    found = judge(rows([1, 0, 2, 1, 0, 1, 1, 2, 0, 1] * 3 + [12]))
    assert [row["alarm"] for row in found[:-1]] == ["0"] * 30
    assert found[-1]["alarm"] == "1"
    assert float(found[-1]["p"]) < 0.001 < 12
    assert int(found[-1]["upper"]) < 12


def test_the_guard_keeps_a_slow_start_out_of_the_baseline() -> None:
    """Two high days before the one judged do not raise what is expected."""
    quiet = judge(rows([1] * 30 + [1, 1, 9]))[-1]
    slow = judge(rows([1] * 30 + [8, 8, 9]))[-1]
    assert slow["expected"] == quiet["expected"] == "1.0000"


def test_a_missing_row_is_an_outage_not_a_zero() -> None:
    """Ten missing days leave the mean as it was; ten zeros lower it."""
    gap = judge(rows([4] * 15 + [None] * 10 + [4] * 5))[-1]
    zeros = judge(rows([4] * 15 + [0] * 10 + [4] * 5))[-1]
    assert gap["expected"] == "4.0000"
    assert float(zeros["expected"]) < 4


def test_the_step_is_the_commonest_gap() -> None:
    """A weekly series is judged by weeks: 28 of them, not 28 days."""
    found = judge(rows([3] * 20 + [30], step=7))
    assert found[-1]["alarm"] == "1"
    assert found[12]["expected"] == "3.0000"


def test_twice_the_documents_explain_twice_the_count() -> None:
    """With a total, a new source that doubles everything is no alarm; without it, it is one."""
    lines = ["series,date,count,total", *(f"a,{DAY + timedelta(days=n)},10,100" for n in range(30))]
    (scaled,) = judge([*lines, f"a,{DAY + timedelta(days=30)},25,250"])[-1:]
    (plain,) = judge([*lines, f"a,{DAY + timedelta(days=30)},25,"])[-1:]
    assert (scaled["expected"], scaled["alarm"], plain["alarm"]) == ("25.0000", "0", "1")


@given(st.lists(st.integers(0, 40), min_size=1, max_size=60), st.integers(0, 59), st.integers(0, 400))
def test_a_row_is_judged_only_from_rows_before_it(counts: list[int], at: int, other: int) -> None:
    """Changing a later row changes nothing said of an earlier one."""
    changed = [*counts[: at + 1], *(other for _ in counts[at + 1 :])]
    assert judge(rows(counts))[: at + 1] == judge(rows(changed))[: at + 1]


@given(st.lists(st.integers(0, 60), min_size=7, max_size=28), st.integers(0, 200))
def test_p_falls_with_the_count_and_upper_is_its_quantile(past: list[int], count: int) -> None:
    """A higher count is never less unusual, and a count alarms exactly when it is over the upper bound."""
    steps = [Past(number, None) for number in past]
    here, more = judged(steps, count, None), judged(steps, count + 1, None)
    assert here is not None
    assert more is not None
    assert 0 <= more.p <= here.p <= 1
    assert (here.p < 0.001) == (count > here.upper)


def test_the_tail_is_the_sum_of_the_probabilities() -> None:
    """P(3 or more) equals one less the negative-binomial probabilities of 0, 1 and 2, worked out by hand."""
    past = [Past(number, None) for number in (0, 2, 0, 5, 1, 0, 4, 0)]
    found = judged(past, 3, None)
    mean, steps = 12 / 8, 8
    centre = mean + 0.5 / steps
    variance = sum((p.number - mean) ** 2 for p in past) / 7 + centre / steps
    size, chance = centre**2 / (variance - centre), centre / variance
    below = sum(
        math.exp(math.lgamma(k + size) - math.lgamma(size) - math.lgamma(k + 1)) * chance**size * (1 - chance) ** k
        for k in range(3)
    )
    assert found is not None
    assert found.p == pytest.approx(1 - below, rel=1e-9)


def test_one_text_after_an_empty_past_is_no_alarm() -> None:
    """A single count in a series of zeros is not reported as impossible."""
    found = judge(rows([0] * 30 + [1]))[-1]
    assert found["alarm"] == "0"
    assert 0.001 < float(found["p"]) < 0.1


def test_bad_rows_are_named_and_the_rest_goes_on() -> None:
    """Each unreadable row comes back with its line and reason, in its place; every other row is judged."""
    lines = [
        "series,date,count",
        "a,2026-03-01,1",
        "a,yesterday,1",
        "a,2026-03-02,-1",
        "a,2026-03-02",
        ",2026-03-02,1",
        "a,2026-03-01,2",
        "a,2026-03-02,9999999999999999",
        "",
        "b,2026-03-01,1",
    ]
    found = list(try_lines(lines))
    refused = [row for row in found if isinstance(row, Refused)]
    assert [row.line for row in refused] == [3, 4, 5, 6, 7, 8]
    assert all(row.reason for row in refused)
    assert [row[0] for row in found if not isinstance(row, Refused)] == ["a", "b"]


def test_a_wrong_header_says_what_is_wanted() -> None:
    """Without the three columns nothing is guessed."""
    (only,) = try_lines(["day,count", "2026-03-01,3"])
    assert isinstance(only, Refused)
    assert "series,date,count" in only.reason


def test_mixed_series_keep_their_order_and_their_pasts() -> None:
    """Rows of several series come out in the order they went in, each judged by its own past."""
    single = judge(rows([1] * 20 + [9]))
    lines = ["series,date,count"]
    for n, count in enumerate([1] * 20 + [9]):
        lines += [f"a,{DAY + timedelta(days=n)},{count}", f"b,{DAY + timedelta(days=n)},5"]
    both = judge(lines)
    assert [row["series"] for row in both[:4]] == ["a", "b", "a", "b"]
    assert [row for row in both if row["series"] == "a"] == single


def test_usual_leaves_outages_and_the_guard_out() -> None:
    """Daily points: those of the last two days are not in the baseline, missing days are not zeros."""
    points = [Point(area="w", theme="T09", day=DAY - timedelta(days=n), count=2, total=50) for n in range(3, 12)]
    near = [Point(area="w", theme="T09", day=DAY - timedelta(days=n), count=90, total=50) for n in (1, 2)]
    found = usual([*points, *near], DAY, 3, 50)
    assert found is not None
    assert found.expected == pytest.approx(2)
    assert usual(points[:6], DAY, 3, 50) is None


@pytest.mark.shared
def test_c2_agrees_with_the_reference_on_real_shapes(shared: Path) -> None:
    """On simulated surveillance series alarms stay near the level asked for, and real spikes are found more often."""
    source = shared / "datasets" / "aberration" / "weekly_dev.csv.gz"
    with gzip.open(source, "rt") as stream:
        weeks = [row for row in csv.DictReader(stream) if row["rep"] in {"1", "2"}]
    spikes = [int(row["current_spike"]) > 0 for row in weeks]
    first = date(2010, 1, 4)
    table = io.StringIO()
    writer = csv.writer(table)
    writer.writerow(["series", "date", "count"])
    for row in weeks:
        day = first + timedelta(weeks=int(row["week"]))
        writer.writerow([f"{row['scenario']}-{row['rep']}", day.isoformat(), row["y"]])
    found = judge(table.getvalue().splitlines())
    assert len(found) == len(weeks)
    rate = {
        spiked: sum(row["alarm"] == "1" for row, s in zip(found, spikes, strict=True) if s is spiked)
        / max(1, spikes.count(spiked))
        for spiked in (True, False)
    }
    assert rate[False] < 0.05
    assert rate[True] > 3 * rate[False]
