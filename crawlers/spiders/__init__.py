"""One file per spider kind; `KINDS` is the registry that a source's `spider` names."""

from crawlers.spiders.base import SourceSpider
from crawlers.spiders.feed import FeedSpider
from crawlers.spiders.listing import ListingSpider
from crawlers.spiders.mastodon import MastodonSpider
from crawlers.spiders.moderngov import ModernGovSpider
from crawlers.spiders.objects import ObjectsSpider
from crawlers.spiders.petitions import PetitionsSpider
from crawlers.spiders.police import PoliceSpider
from crawlers.spiders.table import TableSpider

KINDS: dict[str, type[SourceSpider]] = {
    spider.name: spider
    for spider in (
        FeedSpider,
        ListingSpider,
        MastodonSpider,
        ModernGovSpider,
        ObjectsSpider,
        PetitionsSpider,
        PoliceSpider,
        TableSpider,
    )
}
