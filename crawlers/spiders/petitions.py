"""Petitions: a list in JSON, and each petition's own JSON where the list leaves its words out."""

from scrapy.http import Response

from crawlers.objects import petitions
from crawlers.spiders.account import Malformed
from crawlers.spiders.base import Found
from crawlers.spiders.objects import ObjectsSpider


class PetitionsSpider(ObjectsSpider):
    """Reads a list of petitions, or one."""

    name = "petitions"

    def read(self, response: Response) -> Found:
        """Petitions with their words, and requests for those that have only a title here."""
        data = self.data(response)
        if isinstance(data, dict) and data.get("data") == []:
            return
        found = petitions.listed(data)
        if not found:
            raise Malformed("unknown answer", "no petitions in it: look at its address in a browser")
        for petition in found:
            if petitions.whole(petition):
                for entry in petitions.read({"data": petition}, response.url) or ():
                    self.account.list(entry.url)
                    yield self.account.entry(response.url, entry)
            else:
                address = petitions.address(petition, response.url)
                self.account.list(address.removesuffix(".json"))
                yield from self.ask(address, self.read)
        following = (data.get("links") or {}).get("next")
        if following:
            yield from self.ask(response.urljoin(str(following)), self.read, keep=False)
