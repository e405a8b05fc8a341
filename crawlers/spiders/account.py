"""Counts one outcome for every address asked, and passes what was found on to the inbox; knows no Scrapy."""

from collections import Counter
from datetime import datetime
from urllib.parse import urlsplit

from crawlers.addresses import canonical
from crawlers.inbox import Writer
from crawlers.items import Crawl, Entry, Fetch, Outcome, Refusal, Shape, Validator
from crawlers.persons import without_handle
from crawlers.spiders import visits
from crawlers.spiders.job import Job

SHOWN = 200  # refusals kept in full; a file with ten thousand bad rows is told by the first


class Malformed(Exception):
    """An answer that cannot be read: why, and what to do."""

    def __init__(self, reason: str, remedy: str) -> None:
        super().__init__(f"{reason}: {remedy}")


class Account:
    """One crawl's numbers: requests made or held back equal the sum over outcomes when it is closed."""

    def __init__(self, job: Job, writer: Writer) -> None:
        self.job = job
        self.started = job.clock()
        self.validators: dict[str, Validator] = dict(job.state.validators)
        self.broken: list[str] = []  # unexpected errors: the crawl is not carried out
        self._writer = writer
        self._asked: set[str] = set()
        self._open: set[str] = set()
        self._seeds: dict[str, Outcome | None] = {}
        self._outcomes: Counter[Outcome] = Counter()
        self._refusals: list[Refusal] = []
        self._more = 0
        self._away: set[str] = set()
        self._listed: dict[str, None] = {}
        self._number = 0

    def ask(self, url: str, seed: bool = False) -> bool:
        """Note that an address is asked; False when it was asked before or the cap is reached, which is counted."""
        if url in self._asked:
            return False
        self._asked.add(url)
        if seed:
            self._seeds[url] = None
        if len(self._asked) > self.job.source.cap:
            self.count(url, Outcome.OVER_CAP)
            return False
        self._open.add(url)
        return True

    def turn_away(self, url: str, why: str = "") -> None:
        """The one outcome of an address that is not asked because of what it is; it takes nothing of the cap."""
        if url not in self._away:
            self._away.add(url)
            self.count(url, Outcome.REFUSED, why)

    def count(self, url: str, outcome: Outcome, why: str = "") -> None:
        """The one outcome of an address; `why` adds a line to the refusals."""
        self._open.discard(url)
        self._outcomes[outcome] += 1
        if url in self._seeds:
            self._seeds[url] = outcome
        if why:
            self.refuse(url, f"{outcome.value}: {why}")

    def count_beside(self, outcome: Outcome) -> None:
        """The one outcome of a request that no spider made: robots.txt, once a host."""
        self._outcomes[outcome] += 1

    def refuse(self, where: str, reason: str) -> None:
        """A record or address that gave nothing, with reason and remedy."""
        if len(self._refusals) < SHOWN:
            self._refusals.append(Refusal(where=without_handle(where), reason=reason))
        else:
            self._more += 1

    def list(self, url: str) -> None:
        """The source names this address, fetched or not."""
        plain = canonical(url)
        if plain:
            self._listed[plain] = None

    def put(self, found: Fetch) -> None:
        """Something to extract; it gets its running number."""
        self._number += 1
        self._writer.add(found.model_copy(update={"id": str(self._number)}))

    def page(self, url: str, body: bytes, content_type: str, hint: Entry) -> Fetch:
        """A page's bytes, with what a feed said of it."""
        return Fetch(
            id="", url=without_handle(url), fetched_at=self.job.clock(), shape=Shape.PAGE,
            content_type=content_type, body=body, entry=_without_handle(hint),
        )  # fmt: skip

    def entry(self, url: str, entry: Entry) -> Fetch:
        """A ready-made text from the answer at `url`."""
        plain, now = without_handle(url), self.job.clock()
        return Fetch(id="", url=plain, fetched_at=now, shape=Shape.ENTRY, entry=_without_handle(entry))

    def close(self) -> Crawl:
        """The account; whatever is still open ran out of time."""
        for url in sorted(self._open):
            self.count(url, Outcome.TIMEOUT, "the crawl's time was over: raise its cap of seconds or lower its cap")
        if self._more:
            self._refusals.append(Refusal(where=self.job.source.url, reason=f"and {self._more} more like these"))
        finished = self._finished()
        seeds = [outcome for outcome in self._seeds.values() if outcome is not None]
        return Crawl(
            id=self.job.crawl_id,
            source=self.job.source.id,
            started_at=self.started,
            finished_at=finished,
            outcomes={outcome.value: number for outcome, number in sorted(self._outcomes.items())},
            refusals=tuple(self._refusals),
            listed=tuple(self._listed),
            state=visits.after(self.job.state, seeds, self.validators, finished),
        )

    def _finished(self) -> datetime:
        return max(self.job.clock(), self.started)


def _without_handle(entry: Entry) -> Entry:
    return entry.model_copy(update={"url": without_handle(entry.url)})


def place(url: str) -> str:
    """Host and path of an address, for the log: no query, no handle."""
    parts = urlsplit(without_handle(url))
    return f"{parts.netloc}{parts.path}"
