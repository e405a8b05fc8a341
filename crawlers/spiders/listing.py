"""Listing pages and sitemaps: their links lead to the pages."""

from collections.abc import Iterator
from urllib.parse import urlsplit

from lxml import etree
from lxml import html as parser
from scrapy.http import Response

from crawlers import markup
from crawlers.addresses import canonical, host
from crawlers.pages import charset
from crawlers.pages.files import unpacked
from crawlers.pages.page import Unreadable
from crawlers.persons import leads_to_person
from crawlers.spiders.account import Malformed
from crawlers.spiders.base import Found, SourceSpider

NOT_PAGES = (".pdf", ".jpg", ".jpeg", ".png", ".gif", ".webp", ".mp3", ".mp4", ".doc", ".docx", ".xls", ".xlsx", ".zip")


class ListingSpider(SourceSpider):
    """Reads a listing page by its selectors, or a sitemap, and asks the pages on the same host."""

    name = "listing"

    def read(self, response: Response) -> Found:
        """Requests for the pages that a listing or a sitemap names."""
        body = self._body(response)
        if body.lstrip().startswith((b"<?xml", b"<urlset", b"<sitemapindex")) and b"<html" not in body[:2000].lower():
            yield from self._sitemap(response, body)
            return
        yield from self._listing(response, body)

    def _body(self, response: Response) -> bytes:
        """A sitemap may be a .gz file of its own."""
        if not response.body.startswith(b"\x1f\x8b"):
            return response.body
        try:
            return unpacked(response.body)
        except Unreadable as error:
            raise Malformed(error.reason, error.remedy) from error

    def _sitemap(self, response: Response, body: bytes) -> Found:
        try:
            root = markup.tree(body)
        except markup.Bomb as error:
            raise Malformed("XML bomb", str(error)) from error
        except ValueError as error:
            raise Malformed("malformed sitemap", f"{error}: tell its owner") from error
        if markup.local(root) not in {"urlset", "sitemapindex"}:
            raise Malformed("malformed sitemap", f"it is <{markup.local(root)}>: take another spider")
        for item in root:
            address = response.urljoin(markup.field(item, "loc"))
            if markup.local(item) == "sitemap" and host(address) == host(self.source.url):
                yield from self.ask(address, self.read)
            elif markup.local(item) == "url":
                yield from self._page(address)

    def _listing(self, response: Response, body: bytes) -> Found:
        try:
            text = charset.decode(body, bytes(response.headers.get("Content-Type", b"") or b"").decode("latin-1"))
            tree = parser.document_fromstring(text)
        except Unreadable as error:
            raise Malformed(error.reason, error.remedy) from error
        except (etree.ParserError, ValueError) as error:
            raise Malformed("malformed page", "nothing in it: look at its address in a browser") from error
        for link in self._links(tree, self.source.selectors.links):
            yield from self._page(response.urljoin(link))
        if self.source.selectors.next:
            for link in self._links(tree, self.source.selectors.next):
                yield from self.ask(response.urljoin(link), self.read)

    @staticmethod
    def _links(tree: parser.HtmlElement, selector: str) -> Iterator[str]:
        for element in tree.cssselect(selector):
            link = (element.get("href") or "").strip()
            if link and not link.startswith(("#", "javascript:", "mailto:", "tel:")):
                yield link

    def _page(self, url: str) -> Found:
        """A page of the same host that is no file and not the listing itself; a person's own is only counted."""
        plain = url.split("#")[0]
        if host(plain) != host(self.source.url) or urlsplit(plain).path.lower().endswith(NOT_PAGES):
            return
        person = leads_to_person(plain)  # without its handle it would pass for the listing
        if not person and canonical(plain) == canonical(self.source.url):
            return
        if not person:
            self.account.list(plain)
        yield from self.ask_page(plain)
