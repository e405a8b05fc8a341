"""Says in words how a source is doing; pure."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

GONE = (5, "No longer declared", "govuk-tag--grey", "its file is refused or gone: it is not asked")


@dataclass(frozen=True)
class Health:
    """One source's line: its declaration, its state in words, and its last 24 hours. A low rank needs somebody."""

    source: Any  # crawlers.items.Source
    rank: int
    word: str
    colour: str
    note: str
    last_success: datetime | None
    outcomes: Mapping[str, int]
    documents: int

    @property
    def gone(self) -> bool:
        """Whether it is only told of as history."""
        return self.rank == GONE[0]


def judge(
    source: Any,
    state: Any,
    *,
    gone: bool,
    off: str,
    outcomes: Mapping[str, int],
    documents: int,
    now: datetime,
) -> Health:
    """The health of a registered source from what the ledger remembers of it (its SourceState)."""
    rank, word, colour, note = GONE if gone else _verdict(source, state, off, now)
    return Health(source, rank, word, colour, note, state.last_success, outcomes, documents)


def _verdict(source: Any, state: Any, off: str, now: datetime) -> tuple[int, str, str, str]:
    if off:
        return 2, "Switched off", "govuk-tag--grey", off
    if not source.enabled:
        return 4, "Not in use", "govuk-tag--grey", "the declaration says enabled: false"
    if state.failures >= 1:
        return 0, "Failing", "govuk-tag--red", f"failures count {state.failures:g}"
    if state.last_success is None:
        return 1, "Not read yet", "govuk-tag--yellow", "no crawl has succeeded so far"
    silence = timedelta(hours=source.expect.silence_h)
    if now - state.last_success > silence:
        return 0, "Silent", "govuk-tag--red", f"nothing for more than {source.expect.silence_h} hours"
    return 3, "Working", "govuk-tag--green", ""
