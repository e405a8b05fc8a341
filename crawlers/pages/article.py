"""The article's own text from a parsed page: trafilatura, behind a gate that notices when it lost most of it."""

from typing import Any

from lxml import etree
from lxml import html as parser
from readability import Document as Readable
from trafilatura import extract
from trafilatura.settings import Extractor

from crawlers.pages.page import Unreadable
from crawlers.pages.plain import FRAME, UNSEEN, tidy, tree_text

LEAST_WORDS = 8
SHORT = 60  # words; a shorter result is compared with what the page's paragraphs hold
LOST = 0.5  # of the words in the paragraphs: below this share a second opinion is asked
WORDLESS = (
    "script",
    "style",
    "noscript",
    "template",
    "svg",
    "iframe",
    "input",
    "button",
    "select",
    "option",
    "link",
    "picture",
    "source",
    "video",
    "audio",
    "canvas",
    "object",
    "embed",
    "map",
)
PRECISE = Extractor(precision=True, comments=False, tables=True, output_format="txt")


def parse(text: str) -> Any:
    """The page's tree; raises Unreadable where there is nothing to parse."""
    try:
        tree = parser.document_fromstring(text.encode("utf-8", "replace"), parser=parser.HTMLParser(encoding="utf-8"))
    except (etree.ParserError, etree.XMLSyntaxError, ValueError) as error:
        raise Unreadable("no text", "the page is empty: look at its address in a browser") from error
    return tree


def text_of(tree: Any, source: str) -> str:
    """The article's text; `source` is the page as text, for a second opinion; the tree loses its wordless elements."""
    slim(tree)
    held = _held(tree)
    text = tidy(extract(tree, options=PRECISE) or "")
    words = len(text.split())
    if words >= max(SHORT, held * LOST):
        return text
    second = _second_opinion(source)
    if len(second.split()) > max(words, LEAST_WORDS) * 2 and held > words:
        text = second
    if len(text.split()) < LEAST_WORDS:
        text = tree_text(_main(tree), UNSEEN | FRAME)
    return text


def slim(tree: Any) -> None:
    """Take out in place what never holds an article's words: half the elements, and a fifth of the reading time."""
    etree.strip_elements(tree, *WORDLESS, etree.Comment, with_tail=False)


def _held(tree: Any) -> int:
    """Words in paragraphs long enough to be prose."""
    counts = (len("".join(paragraph.itertext()).split()) for paragraph in tree.iter("p"))
    return sum(count for count in counts if count > LEAST_WORDS)


def _second_opinion(source: str) -> str:
    try:
        return tree_text(parser.fromstring(Readable(source).summary(html_partial=True)))
    except Exception:  # noqa: BLE001 - readability raises its own Unparseable and lxml's; the first opinion stands
        return ""


def _main(tree: Any) -> Any:
    for name in ("article", "main", "body"):
        found = tree.find(f".//{name}")
        if found is not None:
            return found
    return tree
