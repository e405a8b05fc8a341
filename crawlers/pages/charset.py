"""Bytes to text: by what the server and the page say of their charset, unless the bytes themselves say otherwise."""

import codecs
import re

from crawlers.pages.page import Unreadable

BOMS = ((codecs.BOM_UTF8, "utf-8"), (codecs.BOM_UTF16_LE, "utf-16-le"), (codecs.BOM_UTF16_BE, "utf-16-be"))
IN_HEADER = re.compile(r"charset=[\"']?([\w.:-]+)", re.IGNORECASE)
IN_PAGE = re.compile(
    rb"""<meta[^>]{0,200}charset=["']?\s*([\w.:-]+)|<\?xml[^>]{0,100}encoding=["']([\w.:-]+)""", re.IGNORECASE
)
LOOKED_AT = 4096  # a page must name its charset early
BROKEN_SHARE = 0.05  # of the characters beyond ASCII: one cut advertisement is no wrong charset


def decode(body: bytes, content_type: str = "") -> str:
    """The page as text; raises Unreadable where the declared charset does not fit the bytes."""
    for bom, name in BOMS:
        if body.startswith(bom):
            return body[len(bom) :].decode(name, "replace")
    try:
        return body.decode("utf-8")  # hardly any text in another charset is valid UTF-8 by chance
    except UnicodeDecodeError:
        pass
    name = declared(body, content_type) or "windows-1252"
    text = body.decode(name, "replace")
    if _broken(text) > BROKEN_SHARE:
        raise Unreadable("wrong charset", f"the bytes are not the {name} it claims to be: save the page as UTF-8")
    return text


def declared(body: bytes, content_type: str) -> str:
    """The charset that header or page names, by Python's name; "" where none is named or known."""
    found = IN_HEADER.search(content_type)
    inside = IN_PAGE.search(body[:LOOKED_AT])
    for name in (found[1] if found else "", *(_ascii(part) for part in (inside.groups() if inside else ()))):
        try:
            known = codecs.lookup(name).name if name else ""
        except LookupError:
            continue
        if known:
            return "windows-1252" if known == "iso8859-1" else known  # as every browser reads it
    return ""


def _ascii(name: bytes | None) -> str:
    return (name or b"").decode("ascii", "ignore")


def _broken(text: str) -> float:
    beyond = sum(1 for character in text if character > "\x7f")
    return text.count("\ufffd") / beyond if beyond else 0.0
