"""Obeys robots.txt: a server that fails to give it forbids everything, and its Crawl-delay is kept."""

from typing import Any, Self

from scrapy import signals
from scrapy.crawler import Crawler
from scrapy.downloadermiddlewares.robotstxt import RobotsTxtMiddleware
from scrapy.exceptions import IgnoreRequest
from scrapy.http import Request, Response
from scrapy.utils.httpobj import urlparse_cached

from crawlers.items import Outcome

FORBID_ALL = b"User-agent: *\nDisallow: /\n"
SERVER_ERROR = 500
CLIENT_ERROR = 400


class ForbiddenByRobots(IgnoreRequest):
    """robots.txt does not want us there."""


class Robots(RobotsTxtMiddleware):
    """Scrapy's middleware with RFC 9309's rules for errors: 4xx allows, 5xx forbids, no answer is no fetch."""

    def __init__(self, crawler: Crawler) -> None:
        super().__init__(crawler)
        self._unreachable: dict[str, Exception] = {}

    async def process_request(self, request: Request, spider: Any = None) -> None:  # noqa: ARG002 - Scrapy's signature
        """Let a request through, refuse it, or pass on why robots.txt could not be had."""
        if request.meta.get("dont_obey_robotstxt"):
            return
        parser = await self.robot_parser(request)
        failed = self._unreachable.get(urlparse_cached(request).netloc)
        if failed is not None:
            raise failed
        try:
            self.process_request_2(parser, request)
        except IgnoreRequest as error:
            raise ForbiddenByRobots(str(error)) from error

    async def _parse_robots(self, response: Response, netloc: str, request: Request) -> None:
        if response.status >= SERVER_ERROR:
            self._count(Outcome.ROBOTS_FAILED)
            response = response.replace(body=FORBID_ALL)
        elif response.status >= CLIENT_ERROR:
            self._count(Outcome.ROBOTS_ABSENT)
            response = response.replace(body=b"")
        else:
            self._count(Outcome.ROBOTS_READ)
        await super()._parse_robots(response, netloc, request)

    def _robots_error(self, exc: Exception, netloc: str) -> None:
        self._count(Outcome.ROBOTS_FAILED)
        self._unreachable[netloc] = exc
        super()._robots_error(exc, netloc)

    def _count(self, outcome: Outcome) -> None:
        """Put a request for robots.txt into the crawl's account; Scrapy's own tools keep none."""
        account = getattr(self.crawler.spider, "account", None)
        if account is not None:
            account.count_beside(outcome)


class CrawlDelay:
    """Extension that slows a host down to what its robots.txt asks, which Scrapy reads and leaves aside."""

    def __init__(self, crawler: Crawler) -> None:
        self.crawler = crawler

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> Self:
        """Scrapy's way to make one."""
        extension = cls(crawler)
        crawler.signals.connect(extension.keep, signals.robots_parsed)
        return extension

    def keep(self, robotparser: Any, request: Request) -> None:
        """Set the host's delay to the larger of ours and theirs."""
        asked = robotparser.rp.crawl_delay(self.crawler.settings["ROBOTSTXT_USER_AGENT"])
        if not asked or self.crawler.engine is None:
            return
        downloader = self.crawler.engine.downloader
        host = downloader.get_slot_key(request)
        delay = max(float(asked), self.crawler.settings.getfloat("DOWNLOAD_DELAY"))
        downloader.per_slot_settings[host] = {"delay": delay}
        if host in downloader.slots:
            downloader.slots[host].delay = delay
