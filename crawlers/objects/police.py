"""data.police.uk objects that hold words: priorities, descriptions, events. Counts and officers' profiles hold none."""

from collections.abc import Iterator
from typing import Any

from crawlers.items import Entry, Kind

# Fields by which the API's objects with words are known, and those that are always there without any.
MARKS = (
    {"issue", "action"},
    {"title", "description", "start_date"},
    {"description", "centre"},
    {"description", "engagement_methods"},
    {"name", "rank"},
    {"category", "month"},
    {"crime", "outcomes"},
    {"object_of_search"},
)


def read(data: Any, url: str) -> Iterator[Entry] | None:
    """Texts of one object or a list; empty for the API's wordless objects, None for what is not its own."""
    items = data if isinstance(data, list) else [data]
    known = [item for item in items if isinstance(item, dict) and any(mark <= set(item) for mark in MARKS)]
    if not known or len(known) < len(items):
        return None
    return (entry for item in known for entry in _entries(item, url))


def _entries(item: dict[str, Any], url: str) -> Iterator[Entry]:
    if "issue" in item:
        words = "".join(str(item[name]) for name in ("issue", "action") if item.get(name))
        yield _entry(url, "Neighbourhood priority", words, str(item.get("issue-date") or ""))
    elif "rank" in item:
        return  # an officer's profile: a person
    elif item.get("description") and ("centre" in item or "start_date" in item or "engagement_methods" in item):
        title = str(item.get("title") or item.get("name") or "")
        yield _entry(
            str(item.get("url_force") or url), title, str(item["description"]), str(item.get("start_date") or "")
        )


def _entry(url: str, title: str, words: str, published: str) -> Entry:
    return Entry(url=url, title=title, text=words, html=True, published=published, kind=Kind.POLICE)
