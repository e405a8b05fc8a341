"""Petitions as petition.parliament.uk and councils' copies of its software give them."""

from collections.abc import Iterator
from typing import Any
from urllib.parse import urljoin

from crawlers.items import Entry, Kind


def read(data: Any, url: str) -> Iterator[Entry] | None:
    """A petition, or a list of them with their full words; None for anything else."""
    found = listed(data)
    if not found:
        return None
    return (entry for petition in found for entry in _entries(petition, url))


def listed(data: Any) -> list[dict[str, Any]]:
    """The petition objects of an answer."""
    inside = data.get("data") if isinstance(data, dict) else None
    items = inside if isinstance(inside, list) else [inside]
    return [item for item in items if isinstance(item, dict) and isinstance(item.get("attributes"), dict)
            and "action" in item["attributes"]]  # fmt: skip


def whole(petition: dict[str, Any]) -> bool:
    """Whether a list gives the petition's own words and not its title alone."""
    return "background" in petition["attributes"]


def address(petition: dict[str, Any], url: str) -> str:
    """Where the petition's own JSON is."""
    link = (petition.get("links") or {}).get(
        "self"
    ) or f"{url.split('?')[0].removesuffix('.json')}/{petition.get('id')}.json"
    return urljoin(url, str(link))


def _entries(petition: dict[str, Any], url: str) -> Iterator[Entry]:
    facts = petition["attributes"]
    is_list_item = "links" in petition
    page = (address(petition, url) if is_list_item else url).removesuffix(".json")
    yield Entry(
        url=page,
        title=str(facts.get("action") or ""),
        text="\n".join(str(facts[name]) for name in ("background", "additional_details") if facts.get(name)),
        published=str(facts.get("opened_at") or facts.get("open_at") or facts.get("created_at") or ""),
        author=str(facts.get("creator_name") or ""),
        kind=Kind.PETITION,
    )
    response = facts.get("government_response")
    if isinstance(response, dict) and (response.get("details") or response.get("summary")):
        yield Entry(
            url=f"{page}?reveal_response=yes",  # the site's own address of the response
            title=f"Response: {facts.get('action') or ''}",
            text="\n".join(str(response[name]) for name in ("summary", "details") if response.get(name)),
            published=str(response.get("responded_on") or response.get("created_at") or ""),
            kind=Kind.OFFICIAL,
        )
