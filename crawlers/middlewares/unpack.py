"""Unpacks gzip before Scrapy looks at it: whole or not at all, so that the charset is told from the page's bytes."""

from scrapy.exceptions import IgnoreRequest
from scrapy.http import Request, Response
from scrapy.responsetypes import responsetypes

from crawlers.pages.files import unpacked
from crawlers.pages.page import Unreadable
from crawlers.settings import LARGEST


class Damaged(IgnoreRequest):
    """A body that cannot be unpacked; counted as unreadable or oversized, with the remedy."""

    def __init__(self, reason: str, remedy: str) -> None:
        super().__init__(f"{reason}: {remedy}")
        self.reason = reason
        self.remedy = remedy


class Unpack:
    """Downloader middleware at 595, before Scrapy's own at 590.

    Without it Scrapy guesses the charset on packed bytes, which halves its speed, and takes half a gzip for a page.
    """

    def process_response(self, request: Request, response: Response) -> Response:
        """The response with its gzip body unpacked; other encodings are left to Scrapy."""
        encoding = b",".join(response.headers.getlist("Content-Encoding")).strip().lower()
        if encoding not in {b"gzip", b"x-gzip"} or request.method == "HEAD" or not response.body:
            return response
        try:
            body = unpacked(response.body, LARGEST)
        except Unreadable as error:
            raise Damaged(error.reason, error.remedy) from error
        headers = response.headers.copy()
        del headers["Content-Encoding"]
        kind = responsetypes.from_args(headers=headers, url=response.url, body=body)
        return kind(url=response.url, status=response.status, headers=headers, body=body, request=request)
