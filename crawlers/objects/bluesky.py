"""Bluesky posts in feeds, searches, threads and quotes."""

from collections.abc import Iterator
from typing import Any

from crawlers.items import Entry, Kind

SITE = "https://bsky.app"
HOLDERS = ("feed", "posts", "thread", "replies", "parent", "post")


def read(data: Any, url: str) -> Iterator[Entry] | None:  # noqa: ARG001 - all readers take the address
    """Posts wherever the API puts them; None where there are none."""
    if not isinstance(data, dict) or not any(holder in data for holder in HOLDERS):
        return None
    found = {str(post["uri"]): post for post in _posts(data)}
    return (_entry(post) for post in found.values()) if found else None


def _posts(top: Any) -> Iterator[dict[str, Any]]:
    stack = [top]
    while stack:
        item = stack.pop()
        if isinstance(item, list):
            stack.extend(reversed(item))
        elif isinstance(item, dict):
            if str(item.get("uri", "")).startswith("at://") and isinstance(item.get("record"), dict):
                yield item
            stack.extend(item[holder] for holder in reversed(HOLDERS) if isinstance(item.get(holder), dict | list))


def _entry(post: dict[str, Any]) -> Entry:
    record = post["record"]
    languages = record.get("langs") or [""]
    return Entry(
        url=f"{SITE}/post/{str(post['uri']).rsplit('/', 1)[-1]}",  # the record's number; account and handle left out
        text=str(record.get("text") or ""),
        published=str(record.get("createdAt") or post.get("indexedAt") or ""),
        author=str((post.get("author") or {}).get("handle") or ""),
        language=str(languages[0]),
        kind=Kind.SOCIAL,
    )
