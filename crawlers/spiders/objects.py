"""JSON APIs whose answers are told by their shape: Reddit, Bluesky, Lemmy and what the other API spiders read."""

from typing import Any

from scrapy.http import Response

from crawlers.items import Entry
from crawlers.objects import entries
from crawlers.spiders.account import Malformed
from crawlers.spiders.base import Found, SourceSpider
from crawlers.spiders.text import json_of


class ObjectsSpider(SourceSpider):
    """Reads the texts out of an API's answer."""

    name = "objects"

    def read(self, response: Response) -> Found:
        """An entry for each text."""
        for entry in self.texts(self.data(response), response.url):
            if entry.url:
                self.account.list(entry.url)
            yield self.account.entry(response.url, entry)

    def data(self, response: Response) -> Any:
        """The answer's JSON; raises Malformed where it is none."""
        try:
            return json_of(response.body)
        except (ValueError, RecursionError) as error:
            raise Malformed("invalid JSON", "the answer is not JSON: look at its address in a browser") from error

    def texts(self, data: Any, url: str) -> list[Entry]:
        """The texts of an answer; raises Malformed where its shape is not known."""
        found = entries(data, url)
        if found is None:
            raise Malformed("unknown answer", "no service known here answers like that: see crawlers/objects")
        return found
