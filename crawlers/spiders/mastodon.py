"""Mastodon's public tag timelines, page by page."""

import re
from datetime import timedelta

from scrapy.http import Response

from crawlers.items import Entry
from crawlers.pages.dates import when
from crawlers.spiders.base import Found
from crawlers.spiders.objects import ObjectsSpider

NEXT = re.compile(r'<([^>]+)>;\s*rel="next"')
OVERLAP = timedelta(hours=24)  # posts federate late: a page back is read again


class MastodonSpider(ObjectsSpider):
    """Reads a tag's timeline back to where the last crawl began; 401 and 422 mean it is closed, not broken."""

    name = "mastodon"
    closed_by = frozenset({401, 403, 422, 451})

    def read(self, response: Response) -> Found:
        """The statuses of a page, and the request for the next."""
        data = self.data(response)
        if data == []:
            return
        found = self.texts(data, response.url)
        for entry in found:
            self.account.list(entry.url)
            yield self.account.entry(response.url, entry)
        link = NEXT.search(bytes(response.headers.get("Link", b"") or b"").decode("latin-1"))
        if link and not self._known(found):
            yield from self.ask(response.urljoin(link[1]), self.read, keep=False)

    def _known(self, found: list[Entry]) -> bool:
        """Whether all of a page was there at the last good crawl."""
        last = self.job.state.last_success
        if last is None:
            return False
        return all((when(entry.published) or last) < last - OVERLAP for entry in found)
