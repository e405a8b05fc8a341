"""A page's own statements about itself: JSON-LD first, then meta elements, then <time>; heuristics only for gaps."""

import json
import re
from collections.abc import Iterator, Mapping
from datetime import datetime
from typing import Any, NamedTuple

from htmldate import find_date

from crawlers.pages.dates import when
from crawlers.pages.plain import tidy, tree_text

DATES = (
    "article:published_time", "og:article:published_time", "datepublished", "parsely-pub-date", "publish-date",
    "pubdate", "sailthru.date", "dc.date.issued", "dcterms.created", "dcterms.issued", "dc.date", "dcterms.date",
    "date", "article:published", "cxenseparse:recs:publishtime", "last-modified", "article:modified_time",
)  # fmt: skip
AUTHORS = ("author", "article:author", "parsely-author", "dc.creator", "dcterms.creator", "byl", "sailthru.author")
TITLES = ("og:title", "twitter:title", "dc.title", "dcterms.title")
ORIGINALS = ("syndication-source", "original-source")
ARTICLE = re.compile(r"Article|Posting|Report$|Review$")
TITLE_ENDS = re.compile(r"\s+[|·–—-]\s+[^|·–—]{2,40}$")  # "Headline | Paper"
LONGEST_SCRIPT = 400_000


class Facts(NamedTuple):
    """What a page says of itself; "" or None where it says nothing."""

    title: str
    published_at: datetime | None
    author: str
    canonical: str
    original: str


def facts_of(tree: Any, url: str) -> Facts:
    """Read the head, the JSON-LD and, for gaps, the body of a parsed page."""
    article = _article(tree)
    meta = _meta(tree)
    return Facts(
        title=_title(tree, article, meta),
        published_at=_published(tree, article, meta, url),
        author=_author(tree, article, meta),
        canonical=_link(tree, "canonical"),
        original=_first(meta, ORIGINALS),
    )


def _article(tree: Any) -> Mapping[str, Any]:
    """The JSON-LD object that describes the article; else any that has a date; else nothing."""
    dated: Mapping[str, Any] = {}
    for script in tree.iter("script"):
        if "ld+json" not in (script.get("type") or "") or len(script.text or "") > LONGEST_SCRIPT:
            continue
        for thing in _things(_json(script.text or "")):
            if ARTICLE.search(_word(thing.get("@type"))):
                return thing
            if not dated and thing.get("datePublished"):
                dated = thing
    return dated


def _json(text: str) -> Any:
    for attempt in (text, text.strip().rstrip(";"), re.sub(r"<!--|-->|/\*.*?\*/", "", text)):
        try:
            return json.loads(attempt, strict=False)
        except (ValueError, RecursionError):
            continue
    return None


def _things(value: Any, depth: int = 0) -> Iterator[Mapping[str, Any]]:
    if depth > 3:
        return
    if isinstance(value, list):
        for item in value:
            yield from _things(item, depth + 1)
    elif isinstance(value, dict):
        yield value
        for inner in ("@graph", "mainEntity", "mainEntityOfPage"):
            yield from _things(value.get(inner), depth + 1)


def _word(value: Any) -> str:
    if isinstance(value, list):
        return " ".join(_word(item) for item in value)
    return value if isinstance(value, str) else ""


def _meta(tree: Any) -> dict[str, str]:
    found: dict[str, str] = {}
    for element in tree.iter("meta"):
        name = element.get("property") or element.get("name") or element.get("itemprop") or ""
        content = (element.get("content") or "").strip()
        if name and content:
            found.setdefault(name.lower(), content)
    return found


def _first(meta: Mapping[str, str], names: tuple[str, ...]) -> str:
    return next((meta[name] for name in names if meta.get(name)), "")


def _link(tree: Any, rel: str) -> str:
    links = (link for link in tree.iter("link") if (link.get("rel") or "").lower() == rel)
    return next((link.get("href", "").strip() for link in links if link.get("href")), "")


def _title(tree: Any, article: Mapping[str, Any], meta: Mapping[str, str]) -> str:
    heads = [tree_text(head) for head in tree.iter("h1")]
    named = _word(article.get("headline")) or _first(meta, TITLES)
    if len(heads) == 1 and heads[0] and (not named or heads[0].casefold() in named.casefold()):
        return heads[0]  # what the reader sees, without the paper's name that the meta elements add
    if named:
        return tidy(TITLE_ENDS.sub("", named))
    titles = (tidy(title.text or "") for title in tree.iter("title"))
    return next((head for head in heads if head), "") or TITLE_ENDS.sub("", next(titles, ""))


def _published(tree: Any, article: Mapping[str, Any], meta: Mapping[str, str], url: str) -> datetime | None:
    for key in ("datePublished", "dateCreated", "uploadDate"):
        found = when(_word(article.get(key)))
        if found:
            return found
    for name in DATES:
        found = when(meta.get(name, ""))
        if found:
            return found
    return _time_element(tree) or _guessed(tree, url)


def _time_element(tree: Any) -> datetime | None:
    """The first <time> that says when; one marked as publication, or in the article, before any other."""
    times = [element for element in tree.iter("time") if element.get("datetime")]
    times.sort(
        key=lambda element: (not _marked(element), not any(up.tag == "article" for up in element.iterancestors()))
    )
    return next((found for element in times if (found := when(element.get("datetime")))), None)


def _marked(element: Any) -> bool:
    marks = f"{element.get('itemprop') or ''} {element.get('class') or ''} {' '.join(element.attrib)}"
    return "publish" in marks.lower() or "pubdate" in marks.lower()


def _guessed(tree: Any, url: str) -> datetime | None:
    """Htmldate's guess from the address and the words, the day only."""
    try:
        return when(find_date(tree, url=url or None, extensive_search=False, original_date=True) or "")
    except (ValueError, TypeError, AttributeError, OverflowError):  # its own slips on odd pages
        return None


def _author(tree: Any, article: Mapping[str, Any], meta: Mapping[str, str]) -> str:
    named = "; ".join(dict.fromkeys(_names(article.get("author"))))
    if named:
        return named
    from_meta = _first(meta, AUTHORS)
    if from_meta and "://" not in from_meta:
        return tidy(from_meta)
    for element in tree.iter("a", "span"):
        if element.get("rel") == "author" or element.get("itemprop") == "author":
            return tree_text(element)
    return ""


def _names(value: Any) -> Iterator[str]:
    if isinstance(value, list):
        for item in value:
            yield from _names(item)
    elif isinstance(value, dict):
        yield from _names(value.get("name"))
    elif isinstance(value, str) and value.strip() and "://" not in value:
        yield tidy(value)
