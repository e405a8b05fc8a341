"""What reading a fetch gives: a Page, or the one line that says why not and what to do."""

from pydantic import AwareDatetime

from crawlers.items import Item, Kind


class Page(Item):
    """Text with its time and address; `author` is as the site shows it and goes no further than `extract`."""

    url: str
    title: str
    text: str
    published_at: AwareDatetime | None
    author: str
    language: str
    kind: Kind | None
    place: str
    copy_of: str


class Unreadable(Exception):
    """No text comes of a fetch; counted under `reason`, and `remedy` says what to do."""

    def __init__(self, reason: str, remedy: str) -> None:
        super().__init__(f"{reason}: {remedy}")
        self.reason = reason
        self.remedy = remedy
