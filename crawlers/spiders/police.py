"""Police: a force's news feed, or the objects of data.police.uk."""

from scrapy.http import Response

from crawlers.spiders.base import Found
from crawlers.spiders.feed import FeedSpider
from crawlers.spiders.objects import ObjectsSpider


class PoliceSpider(ObjectsSpider, FeedSpider):
    """Reads whichever of the two the address answers with."""

    name = "police"

    def read(self, response: Response) -> Found:
        """Entries of a feed, or texts of API objects."""
        is_feed = response.body.lstrip()[:1] == b"<"
        yield from FeedSpider.read(self, response) if is_feed else ObjectsSpider.read(self, response)
