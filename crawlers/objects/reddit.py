"""Reddit listings and comment threads, as its API and its public .json pages give them."""

from collections.abc import Iterator
from typing import Any
from urllib.parse import urljoin

from crawlers.items import Entry, Kind

SITE = "https://www.reddit.com"
REMOVED = frozenset({"[removed]", "[deleted]", ""})


def read(data: Any, url: str) -> Iterator[Entry] | None:  # noqa: ARG001 - all readers take the address
    """Posts and comments below listings; None where there is no listing."""
    listings = data if isinstance(data, list) else [data]
    if not listings or not all(isinstance(item, dict) and item.get("kind") == "Listing" for item in listings):
        return None
    return (entry for listing in listings for entry in _below(listing))


def _below(top: Any) -> Iterator[Entry]:
    """Depth first, in the order shown, without recursion: threads can be hundreds deep."""
    stack = [top]
    while stack:
        thing = stack.pop()
        if not isinstance(thing, dict) or not isinstance(thing.get("data"), dict):
            continue
        data = thing["data"]
        if thing.get("kind") in {"t1", "t3"}:
            yield from _entry(data)
        replies = data.get("replies")
        children = list(data.get("children") or []) if thing.get("kind") == "Listing" else []
        stack.extend(reversed([*children, *([replies] if isinstance(replies, dict) else [])]))


def _entry(data: dict[str, Any]) -> Iterator[Entry]:
    body = str(data.get("body") or data.get("selftext") or "")
    title = str(data.get("title") or "")
    text = "" if body in REMOVED else body
    if not (text or title):
        return
    yield Entry(
        url=urljoin(SITE, str(data.get("permalink") or _address(data))),
        title=title,
        text=text,
        published=str(data.get("created_utc") or ""),
        author=str(data.get("author") or ""),
        kind=Kind.COMMENT if "body" in data else Kind.SOCIAL,
    )


def _address(data: dict[str, Any]) -> str:
    """A comment's address from its own and its post's number, where the listing leaves it out."""
    post = str(data.get("link_id") or "").removeprefix("t3_")
    return f"/comments/{post}/_/{data.get('id')}/" if post and data.get("id") else ""
