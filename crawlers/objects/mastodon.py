"""Mastodon statuses: timelines, single posts, threads, searches and edit histories."""

from collections.abc import Iterator
from typing import Any
from urllib.parse import urlsplit

from crawlers.items import Entry, Kind


def read(data: Any, url: str) -> Iterator[Entry] | None:
    """Statuses wherever the API puts them; None where there are none."""
    found = [item for item in _items(data) if _is_status(item)]
    return (_entry(status, url) for status in found) if found else None


def _items(data: Any) -> list[Any]:
    if isinstance(data, list):
        return data
    if not isinstance(data, dict):
        return []
    nested = [data.get(name) for name in ("statuses", "ancestors", "descendants")]
    return [data, *(item for part in nested if isinstance(part, list) for item in part)]


def _is_status(item: Any) -> bool:
    return isinstance(item, dict) and "content" in item and "account" in item and "created_at" in item


def _entry(status: dict[str, Any], url: str) -> Entry:
    """A status or the status it passes on; its own number on this server is its address."""
    shown = status.get("reblog") or status
    account = shown.get("account") or {}
    warning = str(shown.get("spoiler_text") or "")
    content = str(shown.get("content") or "")
    return Entry(
        url=f"{_server(url)}/web/statuses/{shown['id']}" if shown.get("id") else "",
        text=f"<p>{warning}</p>{content}{_poll(shown)}" if warning else f"{content}{_poll(shown)}",
        html=True,
        published=str(shown.get("created_at") or ""),
        author=str(account.get("acct") or account.get("username") or ""),
        language=str(shown.get("language") or ""),
        kind=Kind.SOCIAL,
    )


def _poll(status: dict[str, Any]) -> str:
    options = (status.get("poll") or {}).get("options") or []
    return "".join(f"<p>{option.get('title', '')}</p>" for option in options)


def _server(url: str) -> str:
    parts = urlsplit(url)
    return f"{parts.scheme}://{parts.netloc}"
