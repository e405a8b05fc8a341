"""Errors that say what happens next."""


class VaneError(Exception):
    """A step cannot go on; the message is one line and says what to do."""


class Quarantine(VaneError):
    """One record is set aside and counted under `reason`; the rest goes on."""

    def __init__(self, reason: str, detail: str = "") -> None:
        super().__init__(f"{reason}: {detail}" if detail else reason)
        self.reason = reason
        self.detail = detail


class Stale(VaneError):
    """Somebody else changed the record since it was read; nothing was written."""
