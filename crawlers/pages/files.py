"""Saved pages on disk, for `vane try extract`: text, title and date of each, or why there is none."""

import zlib
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path
from typing import NamedTuple

from crawlers.addresses import canonical
from crawlers.items import utc
from crawlers.pages import article, charset
from crawlers.pages.facts import facts_of
from crawlers.pages.page import Unreadable

NAMES = ("*.html", "*.htm", "*.html.gz")
LARGEST = 8 << 20  # bytes of a page, unpacked; the crawler takes no more either


class Reject(NamedTuple):
    """A file that could not be read: its place in name order, why, and its name."""

    line: int
    reason: str
    record: str


def extract_file(path: Path, base: Path | None = None, latest: datetime | None = None) -> dict[str, str | None]:
    """`{file, url, title, text, published_at}` of a saved page; `file` is relative to `base`.

    A date after `latest` is left out. Raises Unreadable with reason and remedy.
    """
    text = charset.decode(content(path))
    tree = article.parse(text)
    facts = facts_of(tree, "")
    moment = facts.published_at
    if moment and latest and moment > latest:
        moment = None
    return {
        "file": str(path.relative_to(base)) if base else path.name,
        "url": canonical(facts.canonical),
        "title": facts.title,
        "text": article.text_of(tree, text),
        "published_at": utc(moment) if moment else None,
    }


def extract_folder(folder: Path) -> Iterator[dict[str, str | None] | Reject]:
    """Every saved page below a folder in name order; one that fails is a Reject, and the rest goes on."""
    found = sorted(
        {path for name in NAMES for path in folder.rglob(name)}, key=lambda path: str(path.relative_to(folder))
    )
    for number, path in enumerate(found, start=1):
        try:
            yield extract_file(path, folder)
        except Unreadable as error:
            yield Reject(number, str(error), str(path.relative_to(folder)))


def content(path: Path) -> bytes:
    """The bytes of a saved page, unpacked up to a limit; raises Unreadable for a damaged or too large one."""
    body = path.read_bytes()
    return unpacked(body) if body.startswith(b"\x1f\x8b") else _small(body)


def unpacked(body: bytes, largest: int = LARGEST) -> bytes:
    """Gunzip, whole or not at all: raises Unreadable where the end is missing or the size a bomb's."""
    try:
        stream = zlib.decompressobj(zlib.MAX_WBITS | 16)
        plain = stream.decompress(body, largest + 1)
    except zlib.error as error:
        raise Unreadable("damaged gzip", "it cannot be unpacked: fetch it again") from error
    if len(plain) <= largest and not stream.eof:
        raise Unreadable("truncated gzip", "its end is missing: fetch it again")
    return _small(plain, largest)


def _small(body: bytes, largest: int = LARGEST) -> bytes:
    if len(body) > largest:
        raise Unreadable("oversized", f"more than {largest >> 20} MB: no article is that long")
    return body
