"""Lemmy posts and comments, single or in lists."""

from collections.abc import Iterator
from typing import Any
from urllib.parse import urlsplit

from crawlers.items import Entry, Kind


def read(data: Any, url: str) -> Iterator[Entry] | None:
    """Post and comment views; None where there are none."""
    if not isinstance(data, dict):
        return None
    views = [data[name] for name in ("post_view", "comment_view") if isinstance(data.get(name), dict)]
    views += [view for name in ("posts", "comments") for view in data.get(name) or [] if _is_view(view)]
    parts = urlsplit(url)
    return (_entry(view, f"{parts.scheme}://{parts.netloc}") for view in views) if views else None


def _is_view(view: Any) -> bool:
    return isinstance(view, dict) and "creator" in view and ("post" in view or "comment" in view)


def _entry(view: dict[str, Any], server: str) -> Entry:
    comment = view.get("comment")
    thing = comment or view["post"]
    published = str(thing.get("published") or "")
    return Entry(
        url=f"{server}/{'comment' if comment else 'post'}/{thing.get('id')}",
        title="" if comment else str(thing.get("name") or ""),
        text=str((thing.get("content") if comment else thing.get("body")) or ""),
        published=f"{published}Z" if published and published[-1] != "Z" and "+" not in published else published,  # UTC
        author=str((view.get("creator") or {}).get("name") or ""),
        kind=Kind.COMMENT if comment else Kind.SOCIAL,
    )
