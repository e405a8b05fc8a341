"""What all spiders share: asking politely, one counted outcome an address, and pages visited again."""

from collections.abc import AsyncIterator, Callable, Iterator
from traceback import extract_tb
from typing import Any

from scrapy import Request, Spider
from scrapy.exceptions import IgnoreRequest
from scrapy.http import Response
from twisted.python.failure import Failure

from crawlers.items import Entry, Fetch, Outcome, Validator
from crawlers.persons import leads_to_person, without_handle
from crawlers.spiders import visits
from crawlers.spiders.account import Account, Malformed
from crawlers.spiders.faults import fault

Found = Iterator[Request | Fetch]
Read = Callable[[Response], Found]
LIST_OF_ADDRESSES = "text/uri-list"  # RFC 2483: one address a line, each read like the seed
NOT_MODIFIED = 304


class SourceSpider(Spider):
    """Asks a source's addresses; a kind of spider says in `read` what an answer holds."""

    name = "source"
    closed_by: frozenset[int] = frozenset({401, 403, 451})  # statuses that mean: not for us

    def __init__(self, account: Account, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.account = account
        self.job = account.job
        self.source = account.job.source
        self.now = account.started

    async def start(self) -> AsyncIterator[Any]:
        """The source's own addresses, then the articles that are due again."""
        for request in self.first():
            yield request
        for url, known in self.job.state.validators.items():
            if known.page and visits.due(known, self.now):
                for found in self.ask_page(url):
                    yield found

    def first(self) -> Iterator[Request]:
        """Where a crawl begins."""
        yield from self.ask(self.source.url, self.read, seed=True)

    def read(self, response: Response) -> Found:
        """What the seed's answer holds; raises Malformed."""
        raise NotImplementedError

    def read_page(self, response: Response) -> Found:
        """An article: its bytes, read later by `extract`."""
        hint = response.meta.get("hint") or Entry()
        yield self.account.page(response.url, response.body, _header(response, "Content-Type"), hint)

    def ask(
        self,
        url: str,
        read: Read,
        *,
        seed: bool = False,
        page: bool = False,
        keep: bool = True,
        hint: Entry | None = None,
    ) -> Iterator[Request]:
        """A request for an address, unless it was asked before or the cap is reached.

        `keep` remembers its ETag for the next crawl; `hint` is what a feed said of the page, and stands in for it where
        the page cannot be had.
        """
        if not self.account.ask(url, seed):
            return
        known = self._remembered(url)
        headers = visits.conditions(known, self.now, failing=self.job.state.failures > 0)
        meta = {"asked": url, "read": read, "page": page, "keep": keep, "hint": hint, "conditional": bool(headers)}
        yield Request(url, self.answered, headers=headers, meta=meta, errback=self.failed, dont_filter=True)

    def ask_page(self, url: str, hint: Entry | None = None) -> Found:
        """A request for an article, if it is new or due again.

        A person's own page is not fetched: it is counted, and what a feed said of it stands in for it.
        """
        if why := leads_to_person(url):
            self.account.turn_away(url, f"{why}; the feed's own words are read" if hint else "")
            yield from self._instead({"asked": url, "hint": hint})
        elif visits.due(self._remembered(url), self.now):
            yield from self.ask(url, self.read_page, page=True, hint=hint)

    def _remembered(self, url: str) -> Validator | None:
        """What is remembered of an address, by what may be kept of it."""
        return self.account.validators.get(without_handle(url))

    def answered(self, response: Response) -> Found:
        """Count the answer's outcome and pass on what it holds."""
        url = response.meta["asked"]
        outcome, why = self.outcome(response)
        if outcome is Outcome.NOT_MODIFIED:
            self._remember(response, None)
        if outcome is not Outcome.FETCHED:
            self.account.count(url, outcome, why)
            yield from self._instead(response.meta)
            return
        yield from self._take(response, url)

    def _take(self, response: Response, url: str) -> Found:
        known = self._remembered(url)
        same = known is not None and known.body_hash == visits.fingerprint(response.body)
        try:
            found = [] if same and response.meta["page"] else list(self._held(response))
        except Malformed as error:
            self.account.count(url, Outcome.UNREADABLE, str(error))
            yield from self._instead(response.meta)
            return
        except Exception as error:
            self.account.broken.append(f"{type(error).__name__} while reading an answer: {_spot(error)}")
            raise
        self._remember(response, response.body)
        self.account.count(url, Outcome.UNCHANGED if same else Outcome.FETCHED)
        for item in found:
            if isinstance(item, Request):
                yield item
            elif not same:  # what has not changed was handed on before
                self._put(item)

    def _put(self, found: Fetch) -> None:
        try:
            self.account.put(found)
        except Exception as error:
            self.account.broken.append(f"{type(error).__name__} while writing what was read: {_spot(error)}")
            raise

    def _held(self, response: Response) -> Found:
        if _header(response, "Content-Type").startswith(LIST_OF_ADDRESSES):
            for line in response.body.decode("utf-8", "replace").splitlines():
                if line.strip() and not line.startswith("#"):
                    yield from self.ask(response.urljoin(line.strip()), response.meta["read"])
            return
        yield from response.meta["read"](response)

    def outcome(self, response: Response) -> tuple[Outcome, str]:
        """What a status means; a line about it where it is no good."""
        status = response.status
        if status == NOT_MODIFIED:
            return Outcome.NOT_MODIFIED, ""
        if status in self.closed_by:
            return Outcome.CLOSED, f"the server answers {status}: the source is not open to us; note it as a blind spot"
        if status in {404, 410}:
            return Outcome.NOT_FOUND, "the address is gone: look for the new one"
        if 300 <= status < 400:
            return Outcome.REFUSED, "it leads to an address that is not fetched: look at where it goes"
        if not 200 <= status < 300:
            return Outcome.SERVER_ERROR, f"the server answers {status}: it is tried again later"
        return Outcome.FETCHED, ""

    def failed(self, failure: Failure) -> Found:
        """Count the outcome of a request that got no answer."""
        request = failure.request  # type: ignore[attr-defined]
        outcome, why = fault(failure.value or IgnoreRequest("no reason given"), request.url)
        self.account.count(request.meta["asked"], outcome, why)
        yield from self._instead(request.meta)

    def _instead(self, meta: dict[str, Any]) -> Found:
        """A feed's own words where its article could not be had; "not modified" has nothing to replace."""
        hint = meta.get("hint")
        if hint is not None and self._remembered(meta["asked"]) is None:
            self._put(self.account.entry(meta["asked"], hint))
        return
        yield  # a generator, like all of Scrapy's callbacks

    def _remember(self, response: Response, body: bytes | None) -> None:
        if not response.meta["keep"]:
            return
        headers = {name: _header(response, name) for name in ("etag", "last-modified")}
        url, page, conditional = (response.meta[name] for name in ("asked", "page", "conditional"))
        kept = without_handle(url)  # such a page is asked again only where a source links to it again
        seen = visits.seen(self._remembered(url), self.now, headers, body, page and kept == url, conditional)
        self.account.validators[kept] = seen


def _spot(error: BaseException) -> str:
    """Where our code went wrong; never the message, which may quote a text."""
    frame = extract_tb(error.__traceback__)[-1]
    return f"{frame.filename}:{frame.lineno}"


def _header(response: Response, name: str) -> str:
    return bytes(response.headers.get(name, b"") or b"").decode("latin-1")
