"""What an error between us and a server counts as, and the line that says what to do."""

from scrapy.exceptions import (
    CannotResolveHostError,
    DownloadCancelledError,
    DownloadTimeoutError,
    IgnoreRequest,
    ResponseDataLossError,
)

from crawlers.addresses import host
from crawlers.items import Outcome
from crawlers.middlewares.guard import REFUSED_NAMES, RefusedAddress
from crawlers.middlewares.robots import ForbiddenByRobots
from crawlers.middlewares.unpack import Damaged

# In this order: an error is of the first kind that fits.
KINDS: tuple[tuple[type[BaseException], Outcome, str], ...] = (
    (RefusedAddress, Outcome.REFUSED, "{error}: only public addresses are fetched"),
    (ForbiddenByRobots, Outcome.ROBOTS, "robots.txt forbids it: ask the owner, or leave the source out"),
    (DownloadCancelledError, Outcome.OVERSIZED, "larger than 8 MB: no text is that long"),
    (DownloadTimeoutError, Outcome.TIMEOUT, "no answer in time: it is tried again later"),
    (ResponseDataLossError, Outcome.UNREADABLE, "the answer was cut off: it is fetched again next time"),
    (CannotResolveHostError, Outcome.UNREACHABLE, "its name does not resolve: look for the new address"),
    (IgnoreRequest, Outcome.SERVER_ERROR, "it redirects in circles: look at it in a browser"),
    (BaseException, Outcome.UNREACHABLE, "no connection ({name}): it is tried again later"),
)


def fault(error: BaseException, url: str) -> tuple[Outcome, str]:
    """Outcome and line of an error."""
    if isinstance(error, Damaged):
        return Outcome.OVERSIZED if error.reason == "oversized" else Outcome.UNREADABLE, str(error)
    if host(url) in REFUSED_NAMES:
        return Outcome.REFUSED, "its name leads to an address that is not public"
    if "DOWNLOAD_MAXSIZE" in str(error):  # Scrapy's own unpacking says it in words only
        return Outcome.OVERSIZED, "larger than 8 MB unpacked: no text is that long"
    kind = next(kind for kind in KINDS if isinstance(error, kind[0]))
    return kind[1], kind[2].format(error=error, name=type(error).__name__)
