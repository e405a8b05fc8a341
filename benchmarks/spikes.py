"""Spikes: `python -m benchmarks.spikes [FOLDER]` measures detection at equal false alarms, and rows a second.

FOLDER holds the aberration series (../shared/datasets/aberration): 96 simulated weekly series with trend, season,
dispersion and past spikes. On the last 49 weeks of each, k standard deviations (of the 52 weeks before, current spike
taken out) are added to one week at a time; each detector's threshold is set so that it alarms on 0.1 % of the weeks
without a spike. The same table says what the fixed level alpha = 0.001 gives, and what R's EARS C2 gave on the spikes
that came with the data.
"""

import csv
import gzip
import random
import statistics
import sys
import time
from collections.abc import Callable, Sequence
from datetime import date, timedelta
from pathlib import Path

from pipeline.spikes import ALPHA, BASELINE, GUARD, Past, judged, try_lines

FOLDER = Path("../shared/datasets/aberration")
WEEKS = 49
RATE = 0.001  # of weeks without a spike
Detector = Callable[[Sequence[int], int], float]


def ours(past: Sequence[int], count: int) -> float:
    """EARS C2 with the negative-binomial tail: minus p."""
    found = judged([Past(number, None) for number in past[-BASELINE - GUARD : -GUARD]], count, None)
    return -found.p if found else -1.0


def c2_normal(past: Sequence[int], count: int) -> float:
    """EARS C2 as published, 28 weeks: standard deviations above the mean."""
    return _above(past[-BASELINE - GUARD : -GUARD], count)


def naive(past: Sequence[int], count: int) -> float:
    """Mean and standard deviation of the 28 weeks before, no guard."""
    return _above(past[-BASELINE:], count)


def _above(past: Sequence[int], count: int) -> float:
    spread = statistics.stdev(past)
    return (count - statistics.fmean(past)) / spread if spread else float(count - past[-1]) * 1e6


def load(folder: Path) -> dict[tuple[str, str], list[tuple[int, int]]]:
    """Count and spike cases by week of each series."""
    found: dict[tuple[str, str], list[tuple[int, int]]] = {}
    with gzip.open(folder / "weekly_dev.csv.gz", "rt", encoding="utf-8") as stream:
        for row in csv.DictReader(stream):
            week = int(row["y"]), int(row["current_spike"])
            found.setdefault((row["scenario"], row["rep"]), []).append(week)
    return found


def detection(
    series: dict[tuple[str, str], list[tuple[int, int]]], detect: Detector
) -> tuple[dict[int, float], list[float]]:
    """Probability of detection by spike size, and the scores of the weeks without a spike."""
    calm: list[float] = []
    hit: dict[int, list[float]] = {5: [], 10: []}
    for weeks in series.values():
        clean = [number - spike for number, spike in weeks]
        for at in range(len(weeks) - WEEKS, len(weeks)):
            past = clean[:at]
            calm.append(detect(past, clean[at]))
            spread = statistics.stdev(past[-52:])
            for size in hit:
                hit[size].append(detect(past, clean[at] + max(1, round(size * spread))))
    limit = sorted(calm)[-max(1, round(RATE * len(calm)))]
    return {size: statistics.fmean(score > limit for score in scores) for size, scores in hit.items()}, calm


def with_data(folder: Path, series: dict[tuple[str, str], list[tuple[int, int]]]) -> str:
    """Alarms at alpha = 0.001 on the series' own spikes beside R's EARS C2 (baseline 7, same level)."""
    reference: dict[tuple[str, str, int], bool] = {}
    with gzip.open(folder / "weekly_dev_r_reference.csv.gz", "rt", encoding="utf-8") as stream:
        for row in csv.DictReader(stream):
            reference[row["scenario"], row["rep"], int(row["week"])] = row["c2_alarm"] == "1"
    table: dict[tuple[bool, str], list[bool]] = {}
    for key, weeks in series.items():
        counts = [number for number, _ in weeks]
        for at in range(len(weeks) - WEEKS, len(weeks)):
            spiked = weeks[at][1] > 0
            table.setdefault((spiked, "ours"), []).append(-ours(counts[:at], counts[at]) < ALPHA)
            table.setdefault((spiked, "R"), []).append(reference[(*key, at)])
    share = {cell: statistics.fmean(alarms) for cell, alarms in table.items()}
    lines = [
        f"  {name:<28} {share[False, who]:>14.2%} {share[True, who]:>12.2f}"
        for name, who in (("C2, negative binomial", "ours"), ("R surveillance, C2", "R"))
    ]
    return "\n".join([f"  {'at alpha = 0.001':<28} {'false alarms':>14} {'detected':>12}", *lines])


def speed(rows: int = 60_000, names: int = 60) -> float:
    """Rows of CSV judged in a second of processor time."""
    draw = random.Random(7)
    first = date(2024, 1, 1)
    lines = ["series,date,count,total"]
    for day in range(rows // names):
        at = first + timedelta(days=day)
        lines += [f"s{name},{at},{draw.choice((0, 0, 0, 1, 1, 2, 5))},{draw.randint(50, 80)}" for name in range(names)]
    began = time.process_time()
    judged_rows = sum(1 for _ in try_lines(lines))
    return judged_rows / (time.process_time() - began)


def main(folder: Path) -> None:
    """Print the tables."""
    series = load(folder)
    print(f"{len(series)} series, last {WEEKS} weeks; probability of detection at {RATE:.1%} false alarms")
    print(f"  {'':<28} {'10 SD':>8} {'5 SD':>8} {'false alarms at alpha':>24}")
    detectors = (("C2, negative binomial", ours), ("C2, normal", c2_normal), ("mean + 2 SD", naive))
    nominal = {"C2, negative binomial": -ALPHA, "C2, normal": 3.09, "mean + 2 SD": 2.0}
    for name, detect in detectors:
        found, calm = detection(series, detect)
        own = statistics.fmean(score > nominal[name] for score in calm)
        print(f"  {name:<28} {found[10]:>8.2f} {found[5]:>8.2f} {own:>24.2%}")
    print(with_data(folder, series))
    print(f"  speed: {speed():,.0f} rows a second of one core")


if __name__ == "__main__":
    main(Path(sys.argv[1]) if len(sys.argv) > 1 else FOLDER)
