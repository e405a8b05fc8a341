"""Which addresses are a person's own, and how the address of a post reads without its author's handle."""

import posixpath
import re
from collections.abc import Iterator
from unicodedata import normalize
from urllib.parse import SplitResult, parse_qsl, unquote, urlsplit, urlunsplit

from crawlers import sites

# Organisations prove who they are by a domain that only public bodies can have.
PUBLIC_BODIES = (".gov.uk", ".police.uk", ".nhs.uk", ".parliament.uk")
ORGANISATION_FEED = "/app.bsky.feed.getauthorfeed"  # the one call whose `actor` may be such a domain

YOUTUBE_CHANNEL = re.compile(r"^/(?:channel|c)/[^/]+", re.IGNORECASE)

# A part of a path that is somebody's account: a source may not follow one, and no kept address holds one.
ACCOUNT = r"""
        @[^/]+                                    # Mastodon, Threads, TikTok, YouTube, Medium
      | (?:users?|u|profiles?|members?|authors?)/[^/]+    # forums, Reddit, Bluesky
      | profile\.php                              # Facebook
      | r/u_[^/]+                                 # a Reddit account as a subreddit
      | api/v\d/accounts/[^/]+                    # Mastodon's account timelines
"""
# Newspapers have sections of these names: a source of that address is refused, an article's address keeps them.
SECTION = r"(?:people|in)/[^/]+"
PERSON_PATHS = re.compile(rf"/(?:{ACCOUNT}|{SECTION})", re.VERBOSE | re.IGNORECASE)
# An article that such a part of the path only leads to: its own words, three or more of them, come after that part.
PASSING = re.compile(
    r"/(?:members?|authors?|people|in)/(?:[^/@]+/)+\w+(?:-\w+){2,}(?:\.\w+)?$"
    r"|/(?:people|in)/\w+(?:-\w+){3,}(?:\.\w+)?$",
    re.IGNORECASE,
)
HANDLE_SEGMENT = re.compile(rf"/(?:{ACCOUNT})(?=/|$)", re.VERBOSE | re.IGNORECASE)
PERSON_QUERIES = frozenset(
    {
        *("author", "authors", "author_id", "author_name", "user", "users", "user_id", "username", "screen_name"),
        *("account", "account_id", "acct", "handle", "actor", "creator", "mentions", "channel_id"),
        "playlist_id",  # somebody's choice of videos
    }
)
# What asks for one person in the words of a search: from:alice, author:alice, @alice, alice@mastodon.example.
PERSON_SEARCH = re.compile(
    r"(?<![a-z])(?:from|to|authors?|users?|username|account|mentions?):\s*\S|@(?!\d+\.\d)\w", re.IGNORECASE
)

# A post's address with a handle in it: what stays is the site and the post's own number.
POSTS = (
    (re.compile(r"^/@[^/]+/(?:statuses/)?(\d+)/?$"), r"/web/statuses/\1"),
    (re.compile(r"^/users/[^/]+/statuses/(\d+).*$"), r"/web/statuses/\1"),
    (re.compile(r"^/ap/users/[^/]+/statuses/(\d+).*$"), r"/web/statuses/\1"),
    (re.compile(r"^/(?!i/|web/)[^/]+/status(?:es)?/(\d+).*$"), r"/i/status/\1"),
    (re.compile(r"^/profile/[^/]+/post/(\w+).*$"), r"/post/\1"),
)
INNER = re.compile(r"https?:/+(\S+)", re.IGNORECASE)  # one slash where a path was made plain
HANDLE_SIGN = re.compile(r"%(?:25)*40")


def person_directed(url: str) -> str:
    """Why this address follows one person or hides whom it follows, in a few words; "" where it does not.

    Read as a server would read it: without percent signs, double slashes and dots, however often they were put on.
    """
    parts = urlsplit(url)
    return _followed(parts, _plain_path(parts.path))


def leads_to_person(url: str) -> str:
    """Why a page that a source links to is a person's own; "" for an article whose path only holds such a part."""
    parts = urlsplit(url)
    return _followed(parts, PASSING.sub("/", _plain_path(parts.path)))


def _followed(parts: SplitResult, path: str) -> str:
    host = (parts.hostname or "").rstrip(".")
    if PERSON_PATHS.search(path) or (sites.of(host, sites.YOUTUBE) and YOUTUBE_CHANNEL.match(path)):
        return "it is a person's profile or timeline"
    if _account_of(host, path):
        return f"it is an account on {host}"
    if service := sites.personal(host):
        return f"it is somebody's own site on {service}: an organisation has an address of its own"
    if sites.is_proxy(host):
        return "it stands before the site that is read: take that site's own address"
    return _inner(parts, path) or _person_query(path, parts.query)


def _inner(parts: SplitResult, path: str) -> str:
    """Why an address that this one hands on, in its path or query, follows a person."""
    found = INNER.search(f"{path}?{_plain(parts.query)}")
    return person_directed(f"https://{found[1]}") if found else ""


def _plain(text: str) -> str:
    """Unquoted until nothing changes, and with full-width letters and signs as plain ones."""
    for _ in range(5):
        before, text = text, unquote(text)
        if text == before:
            break
    return normalize("NFKC", text)


def _plain_path(path: str) -> str:
    return "/" + posixpath.normpath(_plain(path)).lstrip("/.")


def _account_of(host: str, path: str) -> str:
    """The account that the address begins with, on sites where addresses do; "" elsewhere."""
    first = path.strip("/").split("/")[0].lower()
    return first if sites.of(host, sites.ACCOUNT_SITES) and first not in sites.NOT_ACCOUNTS else ""


def _asked(query: str) -> Iterator[tuple[str, str]]:
    """Names and values of a query, plain; some servers part them by semicolons."""
    for name, value in parse_qsl(query.replace(";", "&"), keep_blank_values=True):
        yield _plain(name).lower(), _plain(value)


def _person_query(path: str, query: str) -> str:
    for name, value in _asked(query):
        if name == "actor" and path.lower().endswith(ORGANISATION_FEED) and value.lower().endswith(PUBLIC_BODIES):
            continue  # a public body's own feed; nothing else of the address is excused by it
        if _names_person(name):
            return "its query asks for one person's texts"
        if PERSON_SEARCH.search(value):
            return "its search is for one person's texts"
    return ""


def _names_person(name: str) -> bool:
    """Whether a parameter asks for a person; `filter[author]` does like `author`."""
    return not PERSON_QUERIES.isdisjoint(re.findall(r"\w+", name))


def without_handle(url: str) -> str:
    """The address of a post by its number alone, so that it names nobody; other addresses lose handles only.

    A person's own page, which ends in the handle, leaves its site's front page: nothing else in it is about a text.
    """
    parts = urlsplit(url)
    host = (parts.hostname or "").rstrip(".")
    if service := sites.personal(host):
        return without_handle(urlunsplit(parts._replace(netloc=service)))
    plain = HANDLE_SIGN.sub("@", parts.path)
    for pattern, numbered in POSTS:
        if pattern.match(plain):
            return urlunsplit((parts.scheme, parts.netloc, pattern.sub(numbered, plain), "", ""))
    copied = sites.is_proxy(host) and not plain.startswith("/i/status/")
    if copied or _inner(parts, _plain_path(parts.path)):
        return urlunsplit((parts.scheme, parts.netloc, "/", "", ""))
    path = _without_accounts(host, plain)
    if path != plain:
        return urlunsplit((parts.scheme, parts.netloc, path, "", ""))
    query = _without_persons(parts.query)
    return url if query == parts.query else urlunsplit(parts._replace(query=query))


def _without_accounts(host: str, path: str) -> str:
    """A path without its handle segments; "/" where it ends in one."""
    left = HANDLE_SEGMENT.sub("", path)
    if left != path:
        return left if left.strip("/") and not _ends_in_handle(path) else "/"
    if _account_of(host, path):
        return "/" + "/".join(path.strip("/").split("/")[1:])
    return path


def _ends_in_handle(path: str) -> bool:
    return any(match.end() == len(path.rstrip("/")) for match in HANDLE_SEGMENT.finditer(path.rstrip("/")))


def _without_persons(query: str) -> str:
    """A query without the parameters that name a person."""
    return "&".join(part for part in query.split("&") if not _names_person(_plain(part.partition("=")[0]).lower()))
