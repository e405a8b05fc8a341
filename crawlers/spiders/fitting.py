"""Which spider reads an answer, and what it would make of it: each that may is tried on the bytes."""

import re
import tempfile
from collections import Counter
from html import unescape
from pathlib import Path
from typing import Any, NamedTuple
from urllib.parse import urljoin

from lxml import html as parser
from scrapy import Request
from scrapy.http import Response, TextResponse

from crawlers import objects, pages
from crawlers.addresses import host
from crawlers.inbox import Writer
from crawlers.items import Entry, Fetch, Kind, Probe, Sample, Selectors, Shape, SourceState
from crawlers.pages import charset
from crawlers.pages.page import Unreadable
from crawlers.spiders import KINDS
from crawlers.spiders.account import Account, Malformed
from crawlers.spiders.job import Job
from crawlers.spiders.text import json_of

SHOWN = 5
HEADLINE_WORDS = 4  # a link with fewer is a menu's
HEADLINES = 3  # links of one kind that make a list
ANY_LINK = "a[href]"
ROOT = re.compile(rb"<(?:\w+:)?([a-z]\w*)", re.IGNORECASE)  # not <?xml, not <!doctype
LISTS = frozenset({b"urlset", b"sitemapindex"})
PAGES = frozenset({b"html", b"head", b"body", b"main", b"div", b"section", b"article", b"ul", b"table", b"p"})
MODERNGOV = re.compile(rb"mgWebService|mgContent|mgMainTxt|ieListMeetings|mgCalendar", re.IGNORECASE)
TITLE = re.compile(rb"<(?:\w+:)?title[^>]*>(?:<!\[CDATA\[)?(.{1,200}?)(?:\]\]>)?</", re.IGNORECASE | re.DOTALL)
FEED_TYPES = ("application/rss+xml", "application/atom+xml", "application/feed+json")
CLASSES = {
    "moderngov": Kind.COMMITTEE,
    "petitions": Kind.PETITION,
    "police": Kind.POLICE,
    "mastodon": Kind.SOCIAL,
    "csv": Kind.FRONTLINE,
    "objects": Kind.SOCIAL,
}


class Answer(NamedTuple):
    """What an address answered."""

    url: str
    body: bytes
    content_type: str


class Read(NamedTuple):
    """What a spider made of an answer: texts it holds and addresses to ask next, with what it refused."""

    texts: list[Fetch]
    leads: list[Request]
    account: Account
    tree: Any  # of a listing that is a page, else None
    links: str  # the selector its leads were taken by


def fit(job: Job, answer: Answer) -> Probe:
    """Try the spiders that may read such an answer; the first that gets something out of it fits."""
    if not answer.body.strip():
        return Probe(url=answer.url, fault="the answer is empty: look at the address in a browser")
    faults, empty = [], ""
    for spider in _candidates(answer):
        try:
            found = _tried(job, answer, spider)
        except Malformed as error:
            faults.append(f"{spider}: {error}")
            continue
        if found.texts or found.leads:
            return _told(job, answer, spider, found)
        empty = empty or spider
    if empty:
        why = f"the {empty} spider reads it, but there is nothing in it now: look at it again when there is news"
        return Probe(url=answer.url, spider=empty, name=_name(answer), class_=_class(answer, empty, []), fault=why)
    return Probe(url=answer.url, fault="no spider reads it: " + "; ".join(faults))


def _candidates(answer: Answer) -> tuple[str, ...]:
    """Spiders that may read it, the most particular first."""
    start = answer.body[:4000].lstrip(b"\xef\xbb\xbf \r\n\t")
    if start[:1] in {b"{", b"["}:
        return ("feed", "petitions", _service(answer))
    if _root(answer.body) in LISTS | PAGES:
        return ("listing",)
    return ("feed", "moderngov") if start[:1] == b"<" or b"\x00" in start else ("csv", "feed")


def _root(body: bytes) -> bytes:
    """The name of the first element, without its prefix."""
    found = ROOT.search(body[:4000])
    return found[1].lower() if found else b""


def _service(answer: Answer) -> str:
    """The spider for a JSON service, told by the shape of its objects."""
    try:
        data: Any = json_of(answer.body)
    except (ValueError, RecursionError):
        return "objects"
    if objects.mastodon.read(data, answer.url) is not None and "/timelines/" in answer.url:
        return "mastodon"  # it knows the way to the next page
    first = next((reader for reader in objects.READERS if reader(data, answer.url) is not None), None)
    return "police" if first is objects.police.read else "objects"


def _tried(job: Job, answer: Answer, spider: str) -> Read:
    kind = _class(answer, spider, [])
    tree = _tree(answer) if spider == "listing" else None
    links = "" if tree is None else _headlines(tree, answer.url)
    named = {"spider": spider, "url": answer.url, "class_": kind, "selectors": Selectors(links=links or ANY_LINK)}
    source = job.source.model_copy(update=named)
    whole = job.model_copy(update={"source": source, "state": SourceState(source=source.id)})
    with tempfile.TemporaryDirectory() as folder, Writer(Path(folder), job.crawl_id) as writer:
        account = Account(whole, writer)
        headers = {"Content-Type": answer.content_type} if answer.content_type else {}
        response: Response = TextResponse(answer.url, body=answer.body, headers=headers)
        found = list(KINDS[spider](account).read(response))
    texts = [item for item in found if isinstance(item, Fetch)]
    return Read(texts, [item for item in found if isinstance(item, Request)], account, tree, links)


def _told(job: Job, answer: Answer, spider: str, found: Read) -> Probe:
    crawl = found.account.close()
    samples = [_sample(job, item) for item in found.texts[:SHOWN]]
    return Probe(
        spider=spider,
        url=answer.url,
        name=_name(answer),
        class_=_class(answer, spider, found.texts),
        texts=len(found.texts),
        leads=len(found.leads),
        samples=(*samples, *(_lead(job, item) for item in found.leads[: SHOWN - len(samples)])),
        links=found.links,
        better=() if found.tree is None else _better(found.tree, answer),
        article=None if found.tree is None else _sample(job, _page(job, answer)),
        refusals=tuple(item for item in crawl.refusals if not item.reason.startswith("timeout"))[:SHOWN],
    )


def _page(job: Job, answer: Answer) -> Fetch:
    """The answer as an article of its own."""
    return Fetch(
        id="1", url=answer.url, fetched_at=job.clock(), shape=Shape.PAGE,
        content_type=answer.content_type, body=answer.body,
    )  # fmt: skip


def _sample(job: Job, fetch: Fetch) -> Sample:
    """A text as `extract` would read it."""
    try:
        page = pages.read(fetch, job.source, job.clock())
    except Unreadable as error:
        return Sample(url=fetch.url, title=f"not readable: {error.reason}")
    return Sample(url=page.url, title=page.title, text=page.text, published_at=page.published_at)


def _lead(job: Job, request: Request) -> Sample:
    """An address to be asked, with what a feed said of it."""
    hint: Entry = request.meta.get("hint") or Entry()
    if not (hint.title or hint.text):
        return Sample(url=request.url)
    named = Fetch(id="1", url=request.url, fetched_at=job.clock(), shape=Shape.ENTRY, entry=hint)
    told = _sample(job, named)
    return told.model_copy(update={"title": told.title or told.text, "text": ""})


def _name(answer: Answer) -> str:
    """What the answer calls itself, "" where it has no name."""
    found = TITLE.search(answer.body[:50_000])
    words = unescape(found[1].decode("utf-8", "replace")) if found else ""
    return " ".join(re.sub(r"<[^>]*>", " ", words).split())[:80]


def _class(answer: Answer, spider: str, texts: list[Fetch]) -> Kind:
    """The class to suggest: by the texts' own kind, the spider, or whose address it is."""
    kinds = Counter(item.entry.kind for item in texts if item.entry.kind)
    if kinds:
        return kinds.most_common(1)[0][0]
    if spider in CLASSES:
        return CLASSES[spider]
    server = host(answer.url)
    if server.endswith(".police.uk"):
        return Kind.POLICE
    if server.endswith((".gov.uk", ".nhs.uk", ".parliament.uk")):
        return Kind.COMMITTEE if MODERNGOV.search(answer.body) else Kind.OFFICIAL
    return Kind.NEWS


def _tree(answer: Answer) -> Any:
    if _root(answer.body) in LISTS:
        return None
    try:
        return parser.document_fromstring(charset.decode(answer.body, answer.content_type))
    except (Unreadable, ValueError):
        return None


def _better(tree: Any, answer: Answer) -> tuple[str, ...]:
    """Feeds that a page names, and the XML service of a committee system."""
    links = tree.iterfind(".//link[@href]")
    named = [link.get("href") for link in links if (link.get("type") or "").lower() in FEED_TYPES]
    feeds = [f"feed {urljoin(answer.url, address)}" for address in named]
    service = [f"moderngov service of {urljoin(answer.url, '/')}"] if MODERNGOV.search(answer.body) else []
    return tuple(dict.fromkeys([*service, *feeds]))[:SHOWN]


def _headlines(tree: Any, url: str) -> str:
    """The selector of the links that look most like headlines: many of one kind, each of some words, on this host."""
    seen: Counter[str] = Counter()
    for link in tree.iterfind(".//a[@href]"):
        long = len(link.text_content().split()) >= HEADLINE_WORDS
        if long and host(urljoin(url, link.get("href"))) == host(url):
            seen.update(_selectors(link))
    best = max(seen, key=lambda selector: seen[selector], default=ANY_LINK)
    return best if seen[best] >= HEADLINES else ANY_LINK


def _selectors(link: Any) -> list[str]:
    """How a link may be told from others, the plainest first: its class, its parent's, its parent's name."""
    parent = link.getparent()
    own, above = (_plain_class(element) for element in (link, parent))
    names = [f"a.{own}"] if own else []
    names += [f".{above} > a"] if above else []
    return names or ([f"{parent.tag} > a"] if parent.tag in {"h2", "h3", "h4", "li", "td"} else [])


def _plain_class(element: Any) -> str:
    first = (element.get("class") or "").split()[:1]
    return first[0] if first and re.fullmatch(r"[A-Za-z][\w-]*", first[0]) else ""
