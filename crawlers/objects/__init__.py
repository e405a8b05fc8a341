"""API objects to entries: one file per service, pure; `entries` tells by the object's shape which it is."""

from collections.abc import Callable, Iterator
from typing import Any

from crawlers.items import Entry
from crawlers.objects import bluesky, lemmy, mastodon, petitions, police, reddit

Reader = Callable[[Any, str], Iterator[Entry] | None]
READERS: tuple[Reader, ...] = (
    mastodon.read,
    reddit.read,
    bluesky.read,
    lemmy.read,
    petitions.read,
    police.read,
)


def entries(data: Any, url: str) -> list[Entry] | None:
    """The texts in an API's answer, in its order; None where no service here is known to answer like that."""
    for reader in READERS:
        found = reader(data, url)
        if found is not None:
            return list(found)
    return None
