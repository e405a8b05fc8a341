"""An HTML fragment or tree to plain text: blocks on lines of their own, scripts and styles gone."""

import html as entities
import re
from typing import Any

from lxml import etree
from lxml import html as parser

from crawlers.persons import without_handle

BLOCK_NAMES = """
address article aside blockquote br dd div dl dt fieldset figcaption figure footer form h1 h2 h3 h4 h5 h6 header hr li
main nav ol p pre section table tbody td tfoot th thead tr ul
"""
BLOCKS = frozenset(BLOCK_NAMES.split())
UNSEEN = frozenset({"script", "style", "noscript", "template", "svg", "iframe", "head"})
FRAME = frozenset({"nav", "header", "footer", "aside", "form", "button", "select"})  # round a page's own text
URL = re.compile(r"https?://[^\s<>\"')\]]+")
SPACES = re.compile(r"[^\S\n]+")
LINES = re.compile(r"\s*\n\s*")


def text_of(fragment: str) -> str:
    """Plain text of an HTML fragment; text without any tag only has its entities resolved."""
    if "<" not in fragment:
        return tidy(entities.unescape(fragment))
    try:
        return tree_text(parser.fromstring(f"<div>{fragment}</div>"))
    except (etree.ParserError, etree.XMLSyntaxError, ValueError):
        return tidy(entities.unescape(re.sub(r"<[^>]*>", " ", fragment)))


def tree_text(tree: Any, without: frozenset[str] = UNSEEN) -> str:
    """Plain text of an element, leaving out the elements named in `without`."""
    pieces: list[str] = []
    _walk(tree, without, pieces)
    return tidy("".join(pieces))


def _walk(top: Any, without: frozenset[str], pieces: list[str]) -> None:
    """Depth first without recursion, so that a deeply nested page cannot exhaust the stack."""
    skipped: Any = None
    for event, node in etree.iterwalk(top, events=("start", "end", "comment", "pi")):
        if event == "start" and skipped is None:
            if node.tag in without:
                skipped = node
            else:
                pieces.append(("\n" if node.tag in BLOCKS else "") + (node.text or ""))
        elif event != "start":
            if node is skipped:
                skipped = None
            if skipped is None and node is not top:
                pieces.append(("\n" if node.tag in BLOCKS else "") + (node.tail or ""))


def tidy(text: str) -> str:
    """One space where there were several, one line break between blocks; addresses of posts lose their handles."""
    spaced = LINES.sub("\n", SPACES.sub(" ", text.replace("\x00", ""))).strip()
    return URL.sub(lambda match: without_handle(match[0]), spaced) if "://" in spaced else spaced
