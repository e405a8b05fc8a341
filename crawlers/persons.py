"""Which addresses are a person's own, and how the address of a post reads without its author's handle."""

import re
from urllib.parse import parse_qs, urlsplit, urlunsplit

# Organisations prove who they are by a domain that only public bodies can have.
PUBLIC_BODIES = (".gov.uk", ".police.uk", ".nhs.uk", ".parliament.uk")

# Sites where a first path segment is an account unless it is one of these words.
ACCOUNT_SITES = frozenset({"x.com", "twitter.com", "facebook.com", "instagram.com", "threads.net", "tiktok.com"})
NOT_ACCOUNTS = frozenset({"search", "hashtag", "i", "home", "explore", "groups", "events", "tag", "share"})

PERSON_PATHS = re.compile(
    r"""/(?:
        @[\w.-]+                                  # Mastodon, Threads, TikTok, YouTube, Medium
      | (?:users?|u|profiles?|people|in|authors?|members?)/[^/?]+  # forums, Reddit, Bluesky, LinkedIn
      | profile\.php                              # Facebook
      | api/v\d/accounts/[^/?]+                   # Mastodon's account timelines
    )""",
    re.VERBOSE | re.IGNORECASE,
)
PERSON_QUERIES = frozenset({"author", "user", "username", "screen_name", "account", "account_id", "actor", "creator"})

# A post's address with a handle in it: what stays is the site and the post's own number.
POSTS = (
    (re.compile(r"^/@[^/]+/(?:statuses/)?(\d+)/?$"), r"/web/statuses/\1"),
    (re.compile(r"^/users/[^/]+/statuses/(\d+).*$"), r"/web/statuses/\1"),
    (re.compile(r"^/ap/users/[^/]+/statuses/(\d+).*$"), r"/web/statuses/\1"),
    (re.compile(r"^/(?!i/|web/)[^/]+/status(?:es)?/(\d+).*$"), r"/i/status/\1"),
    (re.compile(r"^/profile/[^/]+/post/(\w+).*$"), r"/post/\1"),
)
HANDLE_SEGMENT = re.compile(r"/(?:@[\w.-]+(?:@[\w.-]+)?|(?:users?|u|profile)/[^/]+)(?=/|$)", re.IGNORECASE)


def person_directed(url: str) -> str:
    """Why this address follows one person, in a few words; "" where it does not."""
    parts = urlsplit(url)
    host = (parts.hostname or "").removeprefix("www.").removeprefix("mobile.").removeprefix("m.")
    if _organisation_feed(parts.query):
        return ""
    if PERSON_PATHS.search(parts.path):
        return "it is a person's profile or timeline"
    first = parts.path.strip("/").split("/")[0].lower()
    if host in ACCOUNT_SITES and first and first not in NOT_ACCOUNTS:
        return f"it is an account on {host}"
    return _person_query(parts.query)


def _organisation_feed(query: str) -> bool:
    actors = parse_qs(query).get("actor", [])
    return bool(actors) and all(actor.lower().endswith(PUBLIC_BODIES) for actor in actors)


def _person_query(query: str) -> str:
    asked = parse_qs(query)
    if PERSON_QUERIES & {name.lower() for name in asked}:
        return "its query asks for one person's texts"
    if any("from:" in value.lower() for values in asked.values() for value in values):
        return "its search is for one person's texts"
    return ""


def without_handle(url: str) -> str:
    """The address of a post by its number alone, so that it names nobody; other addresses lose handle segments only."""
    parts = urlsplit(url)
    for pattern, plain in POSTS:
        if pattern.match(parts.path):
            return urlunsplit((parts.scheme, parts.netloc, pattern.sub(plain, parts.path), "", ""))
    path = HANDLE_SEGMENT.sub("", parts.path)
    return url if path == parts.path else urlunsplit((parts.scheme, parts.netloc, path or "/", "", ""))
