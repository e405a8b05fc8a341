"""Names and handles planted in every field that a crawl brings are in no store, sink, backup or log (safeguard 1)."""

import json
from collections.abc import Iterator
from pathlib import Path

import pytest
import zstandard
from sqlalchemy import select

from pipeline.ledger import backup
from pipeline.ledger.tables import documents
from pipeline.stages import run
from pipeline.stages.context import Context, open_context
from pipeline.stages.retain import retain
from tests.crawlers.conftest import Web
from tests.crawlers.conftest import web as web
from tests.pipeline.stages.conftest import START
from tests.pipeline.stages.conftest import elsewhere as elsewhere
from tests.pipeline.test_week import PLANTED, every_byte

NAME, OTHER_NAME, HANDLE, MAIL, PHONE = PLANTED
SAID = f"{NAME} and {OTHER_NAME} said that {HANDLE} lies about the hotel; mail {MAIL} or ring {PHONE}"
HANDLES = ("bob_77.12", "wick_lass_81", "moorside_max99", "vale_gull_5", "lockgate_lil3", "tarn_tom_46")
SLUG = "/news/ottoline-braithwaite-jailed/"  # the publisher's address of the article: kept as it is
REGISTER = """name: One
class: {kind}
spider: {spider}
url: {url}
scope: local
every_min: 15
delay_s: 0
owner: the council
basis: public task
licence: own texts
robots: allowed
fields_kept: [text]
fields_dropped: [author]
"""
ITEM = "<item><title>{title}</title><link>BASE{path}</link><description>{text}</description>{more}</item>"
RSS = '<rss version="2.0" xmlns:dc="http://purl.org/dc/elements/1.1/"><channel><title>V</title>{items}</channel></rss>'
DATE = "<pubDate>Mon, 07 Sep 2026 06:00:00 GMT</pubDate>"
ARTICLE = f"""<!doctype html><html><head><title>Court: {NAME}</title><meta name="author" content="{OTHER_NAME}">
</head><body><article><h1>Court: {NAME}</h1>
<p>{SAID}. See BASE/members/{HANDLES[0]}/ for more of what was said on the day in the town hall.</p>
<p>The council said that the hotel stays open and that the works end on Friday next week.</p></article></body></html>"""
CELLS = (
    (f"{SAID} once", f"https://forum.example/members/{HANDLES[0]}/", HANDLES[1]),
    (f"{SAID} twice", f"https://forum.example/members/{HANDLES[2]}/", NAME),
    (f"{SAID} at https://forum.example/%40{HANDLES[3]}", f"https://forum.example/t/5?author={HANDLES[4]}", HANDLE),
)


def feed(kind: str) -> str:
    """A feed of one text with its author as people write it."""
    path = SLUG if kind == "news" else f"/members/{HANDLES[0]}/posts/7"
    more = f"{DATE}<author>{MAIL} ({NAME})</author><dc:creator>{HANDLES[5]}</dc:creator>"
    return RSS.format(items=ITEM.format(title=f"Court: {NAME}", path=path, text=SAID, more=more))


def status_of(number: int, handle: str) -> dict[str, object]:
    """A Mastodon post that says and links to whom it must not."""
    link = f'<a href="https://m.example/@{handle}" class="u-url mention">@<span>{handle}</span></a>'
    account = {"acct": handle, "username": handle, "display_name": NAME, "url": f"https://m.example/@{handle}"}
    address = f"https://m.example/@{handle}/{number}"
    content = f"<p>{link} {SAID} number {number}</p>"
    return {
        "id": str(number),
        "created_at": START.isoformat(),
        "content": content,
        "account": account,
        "url": address,
        "uri": address,
    }


@pytest.fixture
def planted(elsewhere: Context, web: Web) -> Iterator[Context]:
    """An area with a table, two feeds, an article and a timeline to crawl."""
    for name, kind, spider in (("paper", "news", "feed"), ("talk", "comment", "feed"), ("town", "social", "mastodon")):
        declared = REGISTER.format(kind=kind, spider=spider, url=f"{web.base}/{name}")
        (elsewhere.area.folder / "sources" / f"{name}.yml").write_text(f"id: {name}\n{declared}")
    web.put("/paper", feed("news"), "application/rss+xml")
    web.put("/talk", feed("comment"), "application/rss+xml")
    web.put(SLUG, ARTICLE)
    web.put("/town", json.dumps([status_of(n, HANDLES[n]) for n in range(3)]), "application/json")
    rows = "".join(f'{START.isoformat()},"{text}",{url},{voice}\n' for text, url, voice in CELLS)
    (elsewhere.area.folder / "drop" / "notes" / "a.csv").write_text(f"published_at,text,url,voice\n{rows}")
    settings = elsewhere.settings.model_copy(update={"loopback": (web.host,), "contact": "tests@example.org"})
    context = open_context(settings, "elsewhere", now=START)
    yield context
    context.close()


def addresses(context: Context) -> list[str]:
    """The kept addresses, without the server's port."""
    with context.ledger.read() as tx:
        found = tx.execute(select(documents.c.source, documents.c.url)).all()
    return sorted(f"{source} {url.partition('//')[2].partition('/')[2].strip('/')}".strip() for source, url in found)


def test_no_planted_person_is_in_any_store(
    planted: Context, tmp_path: Path, caplog: pytest.LogCaptureFixture, capfd: pytest.CaptureFixture[str]
) -> None:
    """Text, title, author and address of a feed, an article, a table and an API lose names, handles and contacts.

    No text is lost with its handle: each is kept once, and the article by its publisher's address.
    """
    with caplog.at_level("DEBUG"):
        run.run(planted)
        run.morning(planted)
        backup.dump(planted.ledger, tmp_path / "backup.zst")
        kept = addresses(planted)
        retain(planted)
    with (tmp_path / "backup.zst").open("rb") as raw:
        saved = zstandard.ZstdDecompressor().stream_reader(raw).read()
    logged = "".join([caplog.text, *capfd.readouterr()])  # ours, and what the crawls' own processes wrote
    places = [*every_byte(planted.settings.data), ("backup", saved), ("log", logged.encode())]
    parts = [part for plant in PLANTED for part in plant.split() if len(part) > 4 and not part.isdigit()]
    words = {*PLANTED, *parts, *HANDLES, PHONE.replace(" ", "")}

    found = {(name, word) for name, content in places for word in words if word.lower().encode() in content.lower()}
    assert found == set()
    posts = [f"town web/statuses/{number}" for number in range(3)]
    assert kept == ["notes", "notes", "notes t/5", f"paper {SLUG.strip('/')}", "talk posts/7", *posts]
