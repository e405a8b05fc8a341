"""Errors that say what happens next."""

from collections.abc import Mapping


class VaneError(Exception):
    """A step cannot go on; the message is one line and says what to do."""


class Incomplete(VaneError):
    """Some records could not be done and all others were; `done` is what the step would have returned."""

    def __init__(self, message: str, done: Mapping[str, object]) -> None:
        super().__init__(message)
        self.done = done


class Quarantine(VaneError):
    """One record is set aside and counted under `reason`; the rest goes on."""

    def __init__(self, reason: str, detail: str = "") -> None:
        super().__init__(f"{reason}: {detail}" if detail else reason)
        self.reason = reason
        self.detail = detail


class Stale(VaneError):
    """Somebody else changed the record since it was read; nothing was written."""
