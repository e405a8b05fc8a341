"""The demo borough's web as responses by path: newspaper, station, council, police, petitions, posts, CSV drop."""

import csv
import io
import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from email.utils import format_datetime
from html import escape
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs

CONTENT = Path(__file__).parent / "content"
Row = Mapping[str, Any]
PAPER, RADIO, COUNCIL = "Calderwick Courier", "Wick FM", "Calderwick Borough Council"
TAG = "calderwick"
PAGE = 40  # statuses Mastodon gives at most
ROBOTS = b"User-agent: *\nDisallow: /private/\n"


@dataclass(frozen=True)
class Response:
    """What one path answers."""

    body: bytes
    content_type: str
    modified: datetime | None = None
    link: str = ""
    status: int = 200
    headers: Mapping[str, str] = field(default_factory=dict)


class Site:
    """Every page of the borough's web; `base` is its own address."""

    def __init__(self, base: str, content: Path = CONTENT) -> None:
        self.base = base
        rows = [json.loads(line) for path in sorted(content.glob("*.jsonl")) for line in path.open(encoding="utf-8")]
        self.rows = sorted(rows, key=lambda row: (row["at"], row["key"]))
        self.by_key = {row["key"]: row for row in self.rows}
        self.pages = dict(self._pages())

    def answer(self, path: str, query: str) -> Response | None:
        """The response to a path; None where there is nothing."""
        if path == f"/social/api/v1/timelines/tag/{TAG}":
            return self._timeline(parse_qs(query))
        if path.startswith("/democracy/mgWebService.asmx/"):
            return self._meetings(path.rsplit("/", 1)[1], parse_qs(query))
        return self.pages.get(path)

    def of(self, source: str) -> list[Row]:
        """Texts of a source, oldest first."""
        return [row for row in self.rows if row["source"] == source]

    def _pages(self) -> Iterator[tuple[str, Response]]:
        yield "/robots.txt", Response(ROBOTS, "text/plain")
        yield "/courier/rss.xml", self._feed(PAPER, "courier", full=False)
        yield "/courier/comments.xml", self._feed(f"{PAPER}: comments", "courier_comments", full=True)
        yield "/police/rss.xml", self._feed("Wickdale Police", "police", full=True)
        yield "/wickfm/news/", self._listing(RADIO, "wick_fm")
        yield "/council/news/", self._listing(COUNCIL, "council_news")
        yield "/petitions.json", self._petitions()
        yield "/frontline/drop.csv", self._drop()
        for source, name in (("courier", PAPER), ("wick_fm", RADIO), ("council_news", COUNCIL), ("police", "Police")):
            for row in self.of(source):
                yield self.path(row), self._article(row, name)
        for row in self.of("petitions"):
            yield self.path(row), _json({"data": _petition(row)}, row)

    def path(self, row: Row) -> str:
        """Where a text stands."""
        folders = {
            "courier": "/courier/news/{}.html",
            "courier_comments": "/courier/comments/{}",
            "wick_fm": "/wickfm/news/{}.html",
            "council_news": "/council/news/{}.html",
            "police": "/police/news/{}.html",
            "petitions": "/petitions/{}.json",
        }
        return folders[row["source"]].format(_number(row) if row["source"] == "petitions" else row["key"])

    def _article(self, row: Row, name: str) -> Response:
        original = self.by_key.get(row["copy_of"])
        copied = f'<meta name="syndication-source" content="{self.base}{self.path(original)}">' if original else ""
        facts = {
            "@context": "https://schema.org",
            "@type": "NewsArticle",
            "headline": row["title"],
            "datePublished": row["at"],
            "author": {"@type": "Person", "name": row["name"]},
        }
        others = [other for other in self.of(row["source"]) if other is not row][:4]
        related = "".join(f'<li><a href="{self.path(other)}">{escape(other["title"])}</a></li>' for other in others)
        body = "".join(f"<p>{escape(part)}</p>" for part in row["text"].split("\n") if part.strip())
        page = ARTICLE.format(
            title=escape(row["title"]),
            name=name,
            url=self.base + self.path(row),
            copied=copied,
            facts=json.dumps(facts).replace("<", "\\u003c"),
            author=escape(row["name"]),
            at=row["at"],
            body=body,
            related=related,
        )
        return Response(page.encode(), "text/html; charset=utf-8", _at(row))

    def _feed(self, title: str, source: str, *, full: bool) -> Response:
        rows = self.of(source)
        items = "".join(self._item(row, full=full) for row in reversed(rows))
        feed = FEED.format(title=escape(title), link=self.base, items=items)
        return Response(feed.encode(), "application/rss+xml; charset=utf-8", _at(rows[-1]))

    def _item(self, row: Row, *, full: bool) -> str:
        text = row["text"] if full else row["text"][:160] + "…"
        title = f"<title>{escape(row['title'] or 'Comment')}</title>"
        link = f"<link>{self.base}{self.path(row)}</link><guid>{self.base}{self.path(row)}</guid>"
        by = f"<dc:creator>{escape(row['name'])}</dc:creator>"
        when = f"<pubDate>{format_datetime(_at(row))}</pubDate>"
        tag = "content:encoded" if full else "description"
        inner = "".join(f"<p>{escape(part)}</p>" for part in text.split("\n"))
        return f"<item>{title}{link}{by}{when}<{tag}><![CDATA[{inner}]]></{tag}></item>\n"

    def _listing(self, name: str, source: str) -> Response:
        rows = self.of(source)
        items = "".join(
            f'<li class="item"><a class="headline" href="{self.path(row)}">{escape(row["title"])}</a>'
            f'<time datetime="{row["at"]}">{row["at"][:10]}</time></li>'
            for row in reversed(rows)
        )
        return Response(LISTING.format(name=name, items=items).encode(), "text/html; charset=utf-8", _at(rows[-1]))

    def _petitions(self) -> Response:
        rows = self.of("petitions")
        data = [{**_petition(row), "links": {"self": self.base + self.path(row)}} for row in reversed(rows)]
        return _json({"links": {"self": f"{self.base}/petitions.json", "next": None}, "data": data}, rows[-1])

    def _drop(self) -> Response:
        rows = self.of("frontline")
        out = io.StringIO()
        table = csv.writer(out)
        table.writerow(("published_at", "text", "kind", "place", "voice"))
        for row in rows:
            table.writerow((row["at"], row["text"], row["kind"], row["title"], row["name"]))
        return Response(out.getvalue().encode(), "text/csv; charset=utf-8", _at(rows[-1]))

    def _timeline(self, query: Mapping[str, list[str]]) -> Response:
        """Newest first, `max_id` back in time, at most forty at once, as Mastodon does."""
        before = int(query.get("max_id", ["0"])[0] or 0)
        limit = min(PAGE, int(query.get("limit", ["20"])[0] or 20))
        rows = [row for row in reversed(self.of("mastodon")) if not before or _number(row) < before]
        rows.sort(key=_number, reverse=True)
        shown = rows[:limit]
        older = (
            f"{self.base}/social/api/v1/timelines/tag/{TAG}?limit={limit}&max_id={_number(shown[-1])}" if shown else ""
        )
        body = json.dumps([self._status(row) for row in shown], ensure_ascii=False).encode()
        link = f'<{older}>; rel="next"' if len(rows) > limit else ""
        return Response(body, "application/json; charset=utf-8", None, link)

    def _status(self, row: Row) -> dict[str, Any]:
        handle = "".join(sign for sign in row["name"].lower() if sign.isalnum()) + "_" + row["voice"][1:]
        inner = "".join(f"<p>{escape(part)}</p>" for part in row["text"].split("\n") if part.strip())
        number = _number(row)
        return {
            "id": str(number),
            "created_at": row["at"],
            "language": "en",
            "visibility": "public",
            "sensitive": False,
            "spoiler_text": "",
            "uri": f"{self.base}/social/users/{handle}/statuses/{number}",
            "url": f"{self.base}/social/@{handle}/{number}",
            "content": inner,
            "account": {
                "id": row["voice"][1:],
                "username": handle,
                "acct": handle,
                "display_name": row["name"],
                "url": f"{self.base}/social/@{handle}",
                "avatar": f"{self.base}/social/avatars/{handle}.png",
                "note": "<p>Calderwick born</p>",
            },
            "media_attachments": [],
            "mentions": [],
            "tags": [{"name": TAG, "url": f"{self.base}/social/tags/{TAG}"}],
            "reblog": None,
            "in_reply_to_id": None,
        }

    def _meetings(self, method: str, query: Mapping[str, list[str]]) -> Response | None:
        rows = self.of("democracy")
        if method == "GetMeetings":
            listed = "".join(_meeting(row) for row in rows)
            return Response(
                MEETINGS.format(count=len(rows), listed=listed).encode(), "text/xml; charset=utf-8", _at(rows[-1])
            )
        wanted = query.get("lMeetingId", ["0"])[0]
        found = next((row for row in rows if method == "GetMeeting" and str(_number(row)) == wanted), None)
        return Response(_agenda(found).encode(), "text/xml; charset=utf-8", _at(found)) if found else None


def _number(row: Row) -> int:
    """A number that grows with time and is the same in every run, as Mastodon's ids do."""
    return int(_at(row).timestamp()) * 1_000 + int(row["key"][1:]) % 1_000


def _at(row: Row) -> datetime:
    return datetime.fromisoformat(row["at"])


def _json(value: object, row: Row) -> Response:
    return Response(json.dumps(value, ensure_ascii=False).encode(), "application/json; charset=utf-8", _at(row))


def _petition(row: Row) -> dict[str, Any]:
    text = {"action": row["title"], "background": row["text"], "additional_details": ""}
    times = {"created_at": row["at"], "open_at": row["at"], "updated_at": row["at"]}
    more = {"state": "open", "signature_count": 41, "creator_name": row["name"]}
    return {"type": "petition", "id": _number(row), "attributes": {**text, **times, **more}}


def _meeting(row: Row) -> str:
    return MEETING.format(id=_number(row), **_moment(row))


def _moment(row: Row) -> dict[str, str]:
    at = _at(row)
    return {"date": f"{at:%d/%m/%Y}", "time": f"{int(at.strftime('%I'))}.{at:%M} {at:%p}".lower()}


def _agenda(row: Row) -> str:
    inner = escape(f'<div class="WordSection1"><p>{escape(row["text"])}</p></div>')
    return AGENDA.format(id=_number(row), title=escape(row["title"]), inner=inner, **_moment(row))


ARTICLE = """<!doctype html>
<html lang="en-GB"><head><meta charset="utf-8"><title>{title} | {name}</title>
<link rel="canonical" href="{url}">{copied}
<meta property="og:title" content="{title}"><script type="application/ld+json">{facts}</script></head>
<body><header><a href="/">{name}</a><nav><ul><li><a href="/news">News</a></li><li><a href="/sport">Sport</a></li>
<li><a href="/whats-on">What's on</a></li><li><a href="/jobs">Jobs</a></li></ul></nav></header>
<main><article><h1>{title}</h1><p class="byline">By {author} <time datetime="{at}">{at}</time></p>
<div class="story">{body}</div></article>
<aside><h2>More stories</h2><ul>{related}</ul></aside></main>
<footer><p>Cookies and privacy. Contact the newsroom. All rights reserved.</p></footer></body></html>
"""
LISTING = """<!doctype html>
<html lang="en-GB"><head><meta charset="utf-8"><title>News | {name}</title></head>
<body><nav><a href="/">Home</a> <a href="/contact">Contact</a></nav>
<main><h1>News</h1><ul>{items}</ul></main></body></html>
"""
FEED = """<?xml version="1.0" encoding="utf-8"?>
<rss version="2.0" xmlns:dc="http://purl.org/dc/elements/1.1/" xmlns:content="http://purl.org/rss/1.0/modules/content/">
<channel><title>{title}</title><link>{link}</link><description>{title}</description><language>en-gb</language>
{items}</channel></rss>
"""
MEETINGS = """<?xml version="1.0" encoding="utf-8"?>
<getmeetings><meetingscount>{count}</meetingscount><committeescount>1</committeescount><committee>
<committeeid>7</committeeid><committeetitle>Committees of the Council</committeetitle>
<committeemeetings>{listed}</committeemeetings></committee></getmeetings>
"""
MEETING = """<meeting><meetingid>{id}</meetingid><meetingdate>{date}</meetingdate>
<meetingstatus>Confirmed</meetingstatus><meetingtime>{time}</meetingtime><iswebcast>False</iswebcast></meeting>"""
AGENDA = """<?xml version="1.0" encoding="utf-8"?>
<meeting><meetingid>{id}</meetingid><meetingdate>{date}</meetingdate><meetingstatus>Confirmed</meetingstatus>
<meetingtime>{time}</meetingtime><meetinglocation>Corn Exchange</meetinglocation><agendaitems><agendaitem>
<agendaitemid>{id}</agendaitemid><agendaitemtitle>{title}</agendaitemtitle><agendatext></agendatext>
<agendaitemnumber>1</agendaitemnumber><minutesnonemptyhtmlbody>{inner}</minutesnonemptyhtmlbody>
<isrestricted>False</isrestricted><isdisplayallowed>True</isdisplayallowed><meetingdate>{date}</meetingdate>
<meetingtime>{time}</meetingtime></agendaitem></agendaitems></meeting>
"""
