"""Pages and entries to text, date, address and language; what cannot be read is named and does not stop the rest."""

import gzip
import os
import time
from datetime import UTC, datetime
from pathlib import Path

import pytest

from crawlers.items import Entry, Fetch, Kind, Shape, Source
from crawlers.pages import Page, Reject, Unreadable, extract_file, extract_folder, read, read_many
from crawlers.pages.dates import when
from crawlers.pages.language import language_of
from crawlers.pages.plain import text_of
from crawlers.pages.pool import SHORT
from crawlers.pages.read import attempt
from tests.crawlers.conftest import source

NOW = datetime(2026, 9, 13, 12, tzinfo=UTC)
SOURCE = Source.model_validate(source("feed", "https://paper.example/rss.xml"))
PARAGRAPHS = "".join(
    f"<p>{text}</p>"
    for text in (
        "The footbridge over the canal will open again on Monday after three weeks of repairs, the council said.",
        "Engineers found rust in two of the beams and had to order steel from a mill that no longer makes that size.",
        "Traders in the market said that they had lost about a third of their takings while the bridge was shut.",
        "The work cost less than was set aside, and the rest will pay for new lights along the towpath.",
    )
)
FACTS = """<script type="application/ld+json">{"@context":"https://schema.org","@graph":[{"@type":"Organization"},
{"@type":"NewsArticle","headline":"Bridge to open","datePublished":"2026-09-07T06:00:00Z",
"author":[{"@type":"Person","name":"Jo Writer"},{"name":"Sam Writer"}]}]}</script>"""


def page(body: str | bytes, url: str = "https://paper.example/a", kind: str = "text/html", **hint: str) -> Fetch:
    """A fetched page."""
    data = body.encode() if isinstance(body, str) else body
    entry = Entry.model_validate(hint)
    return Fetch(id="1", url=url, fetched_at=NOW, shape=Shape.PAGE, content_type=kind, body=data, entry=entry)


def html(head: str = "", body: str = PARAGRAPHS) -> str:
    """An article as papers print it, frame and all."""
    return (
        f'<!doctype html><html lang="en"><head><meta charset="utf-8">{head}</head><body><nav><a href="/">Home</a>'
        f"<a href='/sport'>Sport</a></nav><main><article><h1>Bridge to open</h1>{body}</article></main>"
        "<aside><h2>Most read</h2><a href='/b'>Ten best pies in town</a></aside><footer>Cookie policy</footer></body>"
        "</html>"
    )


def entry(**fields: object) -> Fetch:
    """A ready-made text."""
    given = Entry.model_validate(fields)
    return Fetch(id="1", url="https://paper.example/rss.xml", fetched_at=NOW, shape=Shape.ENTRY, entry=given)


def test_an_article() -> None:
    """Text without the frame, and what the page's own JSON-LD says of it."""
    found = read(page(html(FACTS)), SOURCE, NOW)
    assert found.title == "Bridge to open"
    assert found.published_at == datetime(2026, 9, 7, 6, tzinfo=UTC)
    assert found.author == "Jo Writer; Sam Writer"
    assert "towpath" in found.text
    assert not any(framed in found.text for framed in ("Cookie", "pies", "Sport"))


@pytest.mark.parametrize(
    ("head", "body"),
    [
        ('<meta property="article:published_time" content="2026-09-07T06:00:00Z">', ""),
        ('<meta name="DC.date.issued" content="2026-09-07T07:00:00+01:00">', ""),
        ("", '<p>By us <time datetime="2026-09-07T06:00:00Z">today</time></p>'),
    ],
)
def test_dates_without_json_ld(head: str, body: str) -> None:
    """Meta elements, then <time>."""
    assert read(page(html(head, body + PARAGRAPHS)), SOURCE, NOW).published_at == datetime(2026, 9, 7, 6, tzinfo=UTC)


def test_a_feed_fills_the_gaps() -> None:
    """Where a page says neither when nor who, the feed's word counts; an impossible date of the page counts less."""
    known = {"published": "2026-09-06T10:00:00Z", "author": "Desk", "title": "From the feed"}
    found = read(page(html(), **known), SOURCE, NOW)
    assert (found.published_at, found.author) == (datetime(2026, 9, 6, 10, tzinfo=UTC), "Desk")
    wrong = FACTS.replace("2026-09-07", "2203-09-07")
    assert read(page(html(wrong), **known), SOURCE, NOW).published_at == found.published_at


@pytest.mark.parametrize("written", ["2203-01-01T00:00:00Z", "1970-01-01T00:00:00Z", "2026-09-15T12:00:01Z"])
def test_impossible_dates(written: str) -> None:
    """A date before 1995 or more than a day ahead is no date of a text."""
    with pytest.raises(Unreadable) as told:
        read(entry(text="Some words", published=written), SOURCE, NOW)
    assert told.value.reason == "date out of range"


def test_own_address_and_copies() -> None:
    """A canonical link within the site is the page's address; one to another site, or a syndication mark, is a copy."""
    tracked = page(html(), "https://www.paper.example/a?utm_source=x&id=2#top")
    assert read(tracked, SOURCE, NOW).url == "https://www.paper.example/a?id=2"
    own = read(page(html('<link rel="canonical" href="/news/bridge">')), SOURCE, NOW)
    assert (own.url, own.copy_of) == ("https://paper.example/news/bridge", "")
    copied = read(page(html('<link rel="canonical" href="https://other.example/bridge">')), SOURCE, NOW)
    assert (copied.url, copied.copy_of) == ("https://paper.example/a", "https://other.example/bridge")
    marked = read(page(html('<meta name="syndication-source" content="https://other.example/b">')), SOURCE, NOW)
    assert marked.copy_of == "https://other.example/b"
    home = read(page(html('<link rel="canonical" href="https://paper.example/">')), SOURCE, NOW)
    assert home.url == "https://paper.example/a"


def test_charsets() -> None:
    """Bytes win over what is claimed where they are UTF-8; a claim that does not fit is told, a stray byte is not."""
    text = "Café prices rise by £2 — “too much”, says the owner of the café by the canal bridge."
    for name in ("utf-8", "windows-1252", "utf-16"):
        body = html(body=f"<p>{text}</p>").replace('<meta charset="utf-8">', "").encode(name)
        assert text in read(page(body, kind=f"text/html; charset={name}"), SOURCE, NOW).text
    assert text in read(page(html(body=f"<p>{text}</p>"), kind="text/html; charset=iso-8859-1"), SOURCE, NOW).text
    with pytest.raises(Unreadable) as told:
        read(page(f"<p>{text}</p>".encode("windows-1252"), kind="text/html; charset=utf-8"), SOURCE, NOW)
    assert told.value.reason == "wrong charset"
    stray = html(body=f"<p>{text * 20}</p>").encode().replace(b"canal", b"can\xe9al", 1)
    assert "too much" in read(page(stray), SOURCE, NOW).text


@pytest.mark.parametrize("body", ["", " ", "<html></html>", "<script>x</script>"])
def test_nothing_to_read(body: str) -> None:
    """An empty page is told, not passed on."""
    with pytest.raises(Unreadable) as told:
        read(page(body), SOURCE, NOW)
    assert told.value.reason == "no text"


def test_short_pages_and_deep_ones_are_read() -> None:
    """A notice of a line arrives; so does a page nested a thousand deep."""
    assert (
        "closed"
        in read(page("<body><div>The Market Hall is closed on Thursday for repairs.</div></body>"), SOURCE, NOW).text
    )
    deep = "<div>" * 1000 + "<p>The Market Hall is closed on Thursday for repairs.</p>"
    assert isinstance(read_or(page(deep)), Page | Unreadable)


def read_or(fetch: Fetch) -> Page | Unreadable:
    """The page or why there is none."""
    try:
        return read(fetch, SOURCE, NOW)
    except Unreadable as error:
        return error


def test_a_post() -> None:
    """A post's HTML becomes text with its hashtag and mention; the address of a post in it loses its handle."""
    content = (
        '<p><span class="h-card"><a href="https://m.example/@al">@<span>al</span></a></span> again? '
        '<a href="https://m.example/tags/calderwick">#<span>Calderwick</span></a></p><p>see '
        '<a href="x"><span class="invisible">https://</span><span>m.example/@al/123</span></a></p>'
    )
    found = read(
        entry(text=content, html=True, kind="social", url="https://m.example/web/statuses/5", author="al"), SOURCE, NOW
    )
    assert found.text == "@al again? #Calderwick\nsee https://m.example/web/statuses/123"
    assert (found.kind, found.author) == (Kind.SOCIAL, "al")


def test_entries() -> None:
    """A title alone is the text; entities are resolved; nothing at all is told."""
    assert (
        read(entry(title="Fish &amp; chips are back at the pier"), SOURCE, NOW).text
        == "Fish & chips are back at the pier"
    )
    with pytest.raises(Unreadable):
        read(entry(html=True, text="<p> </p>"), SOURCE, NOW)


@pytest.mark.parametrize(
    ("text", "language"),
    [
        ("ta ra chuck, am off t'shops wi me mam then back for us tea nowt doing later like", "en"),
        ("Toot number 29! #fgiztsshwi", "en"),
        ("GET IN!!! 3-0", "en"),
        ("Bonne nuit", "en"),  # too short to be sure, so it is read
        (
            "Der Bürgermeister hat gestern gesagt, dass die Stadt keine neuen Wohnungen bauen wird, weil Geld fehlt.",
            "de",
        ),
        ("La ville est en fête ce soir et nous irons tous ensemble au marché pour acheter du pain et du vin", "fr"),
        ("Привет всем, сегодня вечером мы идём на рынок", "ru"),
    ],
)
def test_language(text: str, language: str) -> None:
    """English unless it surely is not."""
    assert language_of(text) == language


def test_another_language_is_told() -> None:
    """A text that no model reads is counted under that reason."""
    with pytest.raises(Unreadable) as told:
        read(entry(text="Привет всем, сегодня вечером мы идём на рынок"), SOURCE, NOW)
    assert told.value.reason == "language not read"


@pytest.mark.parametrize(
    ("written", "moment"),
    [
        ("Mon, 07 Sep 2026 18:20:00 GMT", "2026-09-07T18:20:00+00:00"),
        ("2026-09-07", "2026-09-07T00:00:00+01:00"),
        ("07/09/2026 6.20 pm", "2026-09-07T18:20:00+01:00"),
        ("7th September 2026", "2026-09-07T00:00:00+01:00"),
        ("September 7, 2026 at 18:20", "2026-09-07T18:20:00+01:00"),
        ("25/12/2026", "2026-12-25T00:00:00+00:00"),
        ("1456766400.0", "2016-02-29T17:20:00+00:00"),
        ("31/02/2026", None),
        ("soon", None),
        ("", None),
    ],
)
def test_dates(written: str, moment: str | None) -> None:
    """The forms that feeds, pages and tables write; a bare time is British, summer time and all."""
    found = when(written)
    assert (found.isoformat() if found else None) == moment


def test_text_of_keeps_words_apart() -> None:
    """Blocks become lines, inline markup no spaces, scripts nothing."""
    assert (
        text_of("<p>One<b>two</b></p><ul><li>three<li>four</ul><script>no</script>tail") == "Onetwo\nthree\nfour\ntail"
    )


def test_many_pages_in_order_past_a_stuck_and_a_fatal_one(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """A page that does not end is killed and counted, one that ends its process too; all others arrive in order."""
    hook = tmp_path / "sitecustomize.py"  # the readers' interpreters load it: two pages are made to misbehave
    hook.write_text(
        "import sys\n"
        "if 'crawlers.pages.worker' in ' '.join(sys.orig_argv):\n"
        "    import os, time\n"
        "    from crawlers.pages import charset\n"
        "    plain = charset.decode\n"
        "    def decode(body, kind=''):\n"
        "        if b'STUCK' in body: time.sleep(60)\n"
        "        if b'FATAL' in body: os._exit(9)\n"
        "        return plain(body, kind)\n"
        "    charset.decode = decode\n"
    )
    monkeypatch.setenv("PYTHONPATH", f"{tmp_path}{os.pathsep}{Path.cwd()}")
    bodies = [
        html(body=PARAGRAPHS + f"<p>Number {number} of the pages in this batch of ours.</p>") for number in range(12)
    ]
    bodies[3], bodies[7] = "STUCK", "FATAL"
    fetches = [page(body).model_copy(update={"id": str(number)}) for number, body in enumerate(bodies)]
    fetches.insert(5, entry(text="An entry in between").model_copy(update={"id": "e"}))
    start = time.monotonic()
    found = list(read_many(iter(fetches), SOURCE, NOW, workers=2, seconds=2))
    assert [fetch.id for fetch, _ in found] == [fetch.id for fetch in fetches]
    reasons = {fetch.id: result.reason for fetch, result in found if isinstance(result, Unreadable)}
    assert reasons == {"3": "took too long", "7": "reader failed"}
    assert all(
        f"Number {fetch.id} " in result.text for fetch, result in found if isinstance(result, Page) and fetch.id != "e"
    )
    assert time.monotonic() - start < 60


def test_a_folder_of_pages(tmp_path: Path) -> None:
    """Files in name order, packed or not, with the five fields; a damaged one is a reject and the rest goes on."""
    (tmp_path / "b").mkdir()
    (tmp_path / "b" / "one.html").write_text(html(FACTS + '<link rel="canonical" href="https://paper.example/one">'))
    (tmp_path / "two.html.gz").write_bytes(gzip.compress(html().encode()))
    (tmp_path / "cut.html.gz").write_bytes(gzip.compress(html().encode())[:200])
    (tmp_path / "notes.txt").write_text("no page")
    found = list(extract_folder(tmp_path))
    assert [item.record if isinstance(item, Reject) else item["file"] for item in found] == [
        "b/one.html", "cut.html.gz", "two.html.gz"]  # fmt: skip
    assert isinstance(found[1], Reject)
    assert "truncated gzip" in found[1].reason
    first = found[0]
    assert not isinstance(first, Reject)
    assert list(first) == ["file", "url", "title", "text", "published_at"]
    assert (first["url"], first["published_at"]) == ("https://paper.example/one", "2026-09-07T06:00:00+00:00")


@pytest.mark.shared
def test_saved_uk_news(shared: Path) -> None:
    """Every saved UK news page gives a text with a headline, nearly every one a date."""
    files = sorted((shared / "fixtures" / "news-html-uk").glob("*.html.gz"))
    found = [extract_file(path) for path in files]
    assert len(found) == 22
    assert all(len(str(item["text"]).split()) > 80 and item["title"] for item in found)
    assert sum(item["published_at"] is not None for item in found) >= 21


def test_a_long_entry_has_a_time_limit_too(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """A feed's entry that does not end, or ends its reader, is counted like such a page; its neighbours arrive."""
    (tmp_path / "sitecustomize.py").write_text(
        "import sys\n"
        "if 'crawlers.pages.worker' in ' '.join(sys.orig_argv):\n"
        "    import os, time\n"
        "    from crawlers.pages import plain\n"
        "    known = plain.text_of\n"
        "    def text_of(text):\n"
        "        if 'STUCK' in text: time.sleep(60)\n"
        "        if 'FATAL' in text: os._exit(9)\n"
        "        if 'WRONG' in text: raise KeyError(text)\n"
        "        return known(text)\n"
        "    plain.text_of = text_of\n"
    )
    monkeypatch.setenv("PYTHONPATH", f"{tmp_path}{os.pathsep}{Path.cwd()}")
    long = PARAGRAPHS * (SHORT // len(PARAGRAPHS) + 1)
    texts = [long, f"{long} STUCK", "<p>The pool is open again.</p>", f"{long} FATAL", f"{long} WRONG", long]
    fetches = [entry(text=text, html=True).model_copy(update={"id": str(at)}) for at, text in enumerate(texts)]
    found = list(read_many(iter(fetches), SOURCE, NOW, workers=2, seconds=2))
    assert [fetch.id for fetch, _ in found] == [fetch.id for fetch in fetches]
    told = [result.reason if isinstance(result, Unreadable) else "" for _, result in found]
    assert told == ["", "took too long", "", "reader failed", "reader failed", ""]


NASTY = ("<", "&", "https://", "[", "(", " ", "a@", "/@a", "é", "😀", "<a ", "&#1;", "<!--", "?a=", "<p>", "1:", "\x00")


@pytest.mark.parametrize("field", ["text", "title", "url", "published", "copy_of"])
def test_the_worst_short_entries_are_quick(field: str) -> None:
    """What is read without a time limit needs none: no short entry, however nasty, takes a noticeable time."""
    read(entry(text="The language model is loaded by the first text."), SOURCE, NOW)
    for nasty in NASTY:
        given: dict[str, object] = {"text": "The bins were not emptied again.", "html": True}
        given[field] = nasty * (SHORT // len(nasty))
        start = time.process_time()
        attempt(entry(**given), SOURCE, NOW)
        assert time.process_time() - start < 0.2, nasty
