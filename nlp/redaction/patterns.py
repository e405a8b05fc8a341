"""Handles, e-mail addresses, phone and identity numbers by their form, and handles inside web addresses."""

import re
from bisect import bisect_right
from collections.abc import Iterator
from dataclasses import dataclass

NAME, HANDLE, CONTACT = "[name]", "[handle]", "[contact]"


@dataclass(frozen=True, slots=True)
class Span:
    """A stretch of text to replace: code points, end exclusive; `mark` is what stands there afterwards."""

    start: int
    end: int
    mark: str


URL = re.compile(
    r"""(?:https?://|www\.)[^\s<>"“”]+
    |(?<![\w@.-])(?:(?:m|mobile|old|en-gb)\.)?
     (?:x|twitter|facebook|fb|instagram|tiktok|threads|reddit|bsky|linkedin|youtube|t|snapchat|telegram)
     \.(?:com|app|net|me)/[^\s<>"“”]+""",
    re.IGNORECASE | re.VERBOSE,
)
# the part of an address that names an account, on the platforms that put it there
_ACCOUNT = re.compile(
    r"""(?P<keep>/(?:users?|u|profile|accounts?|channels?|people|in|c|members?|authors?)/)(?P<who>[^/?\#\s\[\]]+)
    |(?P<keep2>^(?:https?://)?(?:[\w-]+\.)?(?:x|twitter|facebook|fb|instagram|threads|snapchat|t|telegram|tiktok)
      \.(?:com|net|me)/(?:add/|s/)?)
      (?!(?:share|sharer|search|hashtag|i|intent|home|explore|groups|events|watch|p|reel|reels|stories|story\.php|
        permalink\.php|photo|photo\.php|marketplace|login|pages|tag|discover|joinchat)(?:[/?\#]|$))(?P<who2>[^/?\#\s\[\]]+)
    |(?P<keep3>/)(?P<who3>(?:@|%40)[^/?\#\s\[\]]+)
    |(?P<keep4>[?&](?:user|username|screen_name|handle|author|profile|account)=)(?P<who4>[^&\#\s\[\]]+)""",
    re.IGNORECASE | re.VERBOSE,
)
_MAIL = r"(?<![\w.+@-])(?<![\w.+'-]')(?:mailto:)?[\w.+'-]*[\w+]@[\w-]+(?:\.[\w-]+)+"
_PHONE = (
    r"(?<![\w.,£$€/-])(?!\d{1,2}-\d{1,2}-\d{2,4}(?!\d))"
    r"(?:(?:\+|00)44[\s-]?(?:\(0\)[\s-]?)?|\(0|0)(?:\)?[\s-]{0,2}\d){9,10}(?![\w-]|[.,]\d)"
)
_ABROAD = r"(?<![\w+])\+(?!44)\d{1,3}(?:[\s().-]{0,2}\d){7,12}(?!\w)"
_INSURANCE = r"(?<!\w)[A-Za-z]{2}(?:[\s-]?\d\d){3}[\s-]?[A-Da-d](?!\w)"
_HEALTH = r"(?<![\w-])\d{3}[ -]\d{3}[ -]\d{4}(?![\w-])"
CONTACTS = re.compile("|".join((_MAIL, _PHONE, _ABROAD, _INSURANCE, _HEALTH)))
HANDLES = re.compile(  # the last form is that of Mill_Lane_Moaner: nobody writes words so
    r"""(?<![\w@/.+\[-])@(?!\d{1,2}(?:[.:]\d\d)?\s?(?:am|pm)?(?!\w))\w(?:[\w.-]*\w)?(?:@[\w-]+(?:\.[\w-]+)+)?
    |(?<![\w/])/?[uU]/[A-Za-z0-9][\w-]{2,19}(?!\w)
    |(?<![\w:])did:(?:plc|web):[\w.:-]*\w
    |(?<![\w.-])[\w-]+(?:\.[\w-]+)*\.bsky\.social(?!\w)
    |(?<![\w/\#.*\[&=?-])[A-Za-z][A-Za-z0-9]*(?:_[A-Za-z0-9]+)+(?!\w|\.\w|/)""",
    re.VERBOSE,
)
PROTECTED = re.compile(r"\[(?:name|handle|contact)\]")


def spans(text: str) -> list[Span]:
    """Everything a form gives away, in order, without overlaps; web addresses lose only the account."""
    found: list[Span] = []
    addresses = [match.span() for match in URL.finditer(text)]
    for start, end in addresses:
        found.extend(Span(start + s, start + e, HANDLE) for s, e in accounts(text[start:end]))
    for pattern, mark in ((CONTACTS, CONTACT), (HANDLES, HANDLE)):
        at = [match.span() for match in pattern.finditer(text)]
        found.extend(Span(s, e, mark) for s, e in at if not _touches(addresses, s, e))
    return disjoint(found)


def _touches(addresses: list[tuple[int, int]], first: int, last: int) -> bool:
    """Whether a stretch shares a character with one of the addresses, which stand in order."""
    at = bisect_right(addresses, first, key=lambda address: address[1])
    return at < len(addresses) and addresses[at][0] < last


def accounts(url: str) -> Iterator[tuple[int, int]]:
    """Where an address names an account: offsets in it."""
    for match in _ACCOUNT.finditer(url):
        group = next(name for name in ("who", "who2", "who3", "who4") if match[name] is not None)
        start, end = match.span(group)
        end -= len(match[group]) - len(match[group].rstrip(".,;:!)'’"))
        if end > start:
            yield start, end


def disjoint(found: list[Span]) -> list[Span]:
    """The spans in order; of overlapping ones the first, and of those that start together the longest."""
    kept: list[Span] = []
    for span in sorted(found, key=lambda s: (s.start, -s.end)):
        if not kept or span.start >= kept[-1].end:
            kept.append(span)
    return kept


def replace(text: str, found: list[Span]) -> str:
    """The text with every span replaced by its mark."""
    parts, at = [], 0
    for span in found:
        parts += [text[at : span.start], span.mark]
        at = span.end
    return "".join((*parts, text[at:]))
