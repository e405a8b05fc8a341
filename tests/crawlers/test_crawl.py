"""A crawl as a whole: politeness, conditional GET, outcomes, bad input, jobs, kills."""

import gzip
import os
import signal
import subprocess
import sys
import time
from datetime import timedelta
from pathlib import Path

import pytest

from crawlers import inbox
from crawlers.settings import MEMORY_MB
from crawlers.spiders import visits
from tests.crawlers.conftest import NOW, Crawler, Page, Web, source

ITEM = "<item><title>T</title><link>BASE{path}</link><pubDate>Mon, 07 Sep 2026 10:00:00 +0100</pubDate></item>"
FINE = (
    "<html><body><article><p>The bridge will open again on Monday, the council said today.</p></article></body></html>"
)


def feed(*paths: str) -> str:
    """A news feed that names these pages."""
    return f'<rss version="2.0"><channel>{"".join(ITEM.format(path=path) for path in paths)}</channel></rss>'


def test_a_second_crawl_fetches_nothing_new(web: Web, crawl: Crawler) -> None:
    """With the first crawl's state the second gets only "not modified" and "unchanged", and hands nothing on."""
    web.put("/rss.xml", feed("/a.html", "/b.html"), "application/rss+xml", ETag='"1"')
    web.put("/a.html", FINE, ETag='"2"', Last_Modified="Mon, 07 Sep 2026 09:00:00 GMT")
    web.put("/b.html", FINE + "<!-- b -->")
    declared = source("feed", f"{web.base}/rss.xml")
    first = crawl(declared, loopback=[web.host])
    assert first.outcomes == {"fetched": 3}
    soon = crawl(declared, loopback=[web.host], state=first.crawl.state, now=NOW + timedelta(minutes=10))
    assert (soon.outcomes, soon.fetches) == ({"not modified": 1}, [])
    later = crawl(declared, loopback=[web.host], state=soon.crawl.state, now=NOW + timedelta(hours=2))
    assert (later.outcomes, later.fetches) == ({"not modified": 2, "unchanged": 1}, [])
    assert later.crawl.state.last_success == NOW + timedelta(hours=2)


def test_articles_are_visited_again(web: Web, crawl: Crawler) -> None:
    """An article is asked again when it is due, even while its feed says "not modified"."""
    web.put("/rss.xml", feed("/a.html"), "application/rss+xml", ETag='"1"')
    web.put("/a.html", FINE, ETag='"2"')
    declared = source("feed", f"{web.base}/rss.xml")
    state, asked = crawl(declared, loopback=[web.host]).crawl.state, []
    for hours in (0.5, 1):
        web.asked.clear()
        state = crawl(declared, loopback=[web.host], state=state, now=NOW + timedelta(hours=hours)).crawl.state
        asked.append("/a.html" in web.paths())
    assert asked == [False, True]


def test_the_times_of_the_visits() -> None:
    """Asked every half hour, an article is fetched at 0, 1, 6, 24 and 72 hours and then no more."""
    known, fetched = None, []
    for half_hours in range(400):
        now = NOW + timedelta(minutes=30 * half_hours)
        if visits.due(known, now):
            known = visits.seen(known, now, {}, b"", page=True, conditional=False)
            fetched.append(half_hours / 2)
    assert fetched == [0, 1, 6, 24, 72]


def test_a_changed_article_arrives_again(web: Web, crawl: Crawler) -> None:
    """A rewritten page is fetched as a new body at its next visit."""
    web.put("/rss.xml", feed("/a.html"), "application/rss+xml", ETag='"1"')
    web.put("/a.html", FINE)
    declared = source("feed", f"{web.base}/rss.xml")
    first = crawl(declared, loopback=[web.host])
    web.put("/a.html", FINE.replace("Monday", "Tuesday"))
    second = crawl(declared, loopback=[web.host], state=first.crawl.state, now=NOW + timedelta(hours=1))
    assert [b"Tuesday" in fetch.body for fetch in second.fetches] == [True]


def test_a_lying_etag_is_found_out_within_a_day(web: Web, crawl: Crawler) -> None:
    """Once a day the feed is fetched without conditions, so an ETag that never changes hides nothing for longer."""
    web.put("/rss.xml", feed("/a.html"), "application/rss+xml", ETag='"same"')
    web.put("/a.html", FINE)
    web.put("/b.html", FINE)
    declared = source("feed", f"{web.base}/rss.xml")
    state = crawl(declared, loopback=[web.host]).crawl.state
    web.put("/rss.xml", feed("/a.html", "/b.html"), "application/rss+xml", ETag='"same"')
    hidden = crawl(declared, loopback=[web.host], state=state, now=NOW + timedelta(minutes=30))
    assert hidden.fetches == []
    found = crawl(declared, loopback=[web.host], state=hidden.crawl.state, now=NOW + timedelta(hours=24))
    assert f"{web.base}/b.html" in {fetch.url for fetch in found.fetches}


def test_back_off(web: Web, crawl: Crawler) -> None:
    """Soft failures count a half, hard ones one; the wait grows with them; "not modified" turns nothing green."""
    declared = source("feed", f"{web.base}/rss.xml")
    web.pages["/rss.xml"] = Page(b"", status=503)
    soft = crawl(declared, loopback=[web.host]).crawl.state
    assert (soft.failures, soft.retry_at) == (0.5, NOW + timedelta(minutes=30))
    web.put("/rss.xml", "no feed at all")
    hard = crawl(declared, loopback=[web.host], state=soft, now=NOW + timedelta(hours=1))
    assert hard.crawl.state.failures == 1.5
    assert "malformed feed" in hard.log
    web.put("/rss.xml", feed(), "application/rss+xml")
    good = crawl(declared, loopback=[web.host], state=hard.crawl.state, now=NOW + timedelta(hours=3)).crawl.state
    assert (good.failures, good.retry_at) == (0, None)


def test_an_empty_feed_is_not_a_broken_one(web: Web, crawl: Crawler) -> None:
    """A feed without entries is fetched."""
    web.put("/rss.xml", feed(), "application/rss+xml")
    assert crawl(source("feed", f"{web.base}/rss.xml"), loopback=[web.host]).outcomes == {"fetched": 1}


def test_robots_are_obeyed(web: Web, crawl: Crawler) -> None:
    """A forbidden page is not asked; a robots.txt that fails with 5xx forbids all; one that is missing allows."""
    web.put("/robots.txt", "User-agent: Weathervane\nDisallow: /private/\nCrawl-delay: 1\n", "text/plain")
    web.put("/rss.xml", feed("/private/a.html", "/b.html"), "application/rss+xml")
    web.put("/b.html", FINE)
    declared = source("feed", f"{web.base}/rss.xml")
    start = time.monotonic()
    done = crawl(declared, loopback=[web.host])
    assert done.outcomes == {"fetched": 2, "forbidden by robots": 1}
    assert "/private/a.html" not in web.paths()
    assert time.monotonic() - start > 1, "Crawl-delay of one second lies between the two requests"
    web.pages["/robots.txt"] = Page(b"", status=500)
    assert crawl(declared, loopback=[web.host]).outcomes == {"forbidden by robots": 1}


def test_robots_requests_are_counted(web: Web, crawl: Crawler) -> None:
    """Every request has an outcome, those for robots.txt too: one a host, read, absent or failed."""
    web.put("/rss.xml", feed("/a.html"), "application/rss+xml")
    web.put("/a.html", FINE)
    declared = source("feed", f"{web.base}/rss.xml")
    web.put("/robots.txt", "User-agent: *\nDisallow: /private/\n", "text/plain")
    read = crawl(declared, loopback=[web.host])
    assert (read.robots, sum(read.crawl.outcomes.values())) == ({"robots.txt read": 1}, len(web.asked))
    for answer, outcome in ((Page(status=404), "robots.txt absent"), (Page(status=503), "robots.txt failed")):
        web.pages["/robots.txt"] = answer
        assert crawl(declared, loopback=[web.host]).robots == {outcome: 1}
    nobody = crawl(source("feed", "http://127.0.0.1:9/rss.xml"), loopback=["127.0.0.1:9"])
    assert (nobody.outcomes, nobody.robots) == ({"unreachable": 1}, {"robots.txt failed": 1})


def test_who_we_are(web: Web, crawl: Crawler) -> None:
    """Every request names the tool and the contact of the job; without a contact only loopback is crawled."""
    web.put("/rss.xml", feed(), "application/rss+xml")
    crawl(source("feed", f"{web.base}/rss.xml"), loopback=[web.host], contact="cohesion@council.example")
    assert all("Weathervane" in headers["User-Agent"] for _, headers in web.asked)
    assert all("cohesion@council.example" in headers["User-Agent"] for _, headers in web.asked)
    nobody = crawl(source("feed", "https://paper.example/rss.xml", delay_s=5), contact=" ")
    assert (nobody.code, nobody.account) == (2, None)
    assert "VANE_CONTACT" in nobody.log


def test_the_cap(web: Web, crawl: Crawler) -> None:
    """What is over the cap is counted, not asked."""
    paths = [f"/{number}.html" for number in range(6)]
    web.put("/rss.xml", feed(*paths), "application/rss+xml")
    for path in paths:
        web.put(path, FINE)
    done = crawl(source("feed", f"{web.base}/rss.xml", cap=4), loopback=[web.host])
    assert done.outcomes == {"fetched": 4, "over cap": 3}
    assert len(web.paths()) == 4


BOMB = gzip.compress(b"<p>" + b"word " * 4_000_000)


def test_bad_input_in_a_good_batch(web: Web, crawl: Crawler) -> None:
    """Truncated gzip, oversized pages, bombs and cut answers: one line and one count each, every other page arrives."""
    bad = {
        "/cut.html": Page(gzip.compress(FINE.encode() * 50)[:-30], headers={"Content-Encoding": "gzip"}),
        "/rubbish.html": Page(b"no gzip", headers={"Content-Encoding": "gzip"}),
        "/bomb.html": Page(BOMB, headers={"Content-Encoding": "gzip"}),
        "/large.html": Page(b"<p>" + b"word " * 4_000_000),
        "/short.html": Page(FINE.encode(), headers={"Content-Length": "5000"}),
        "/error.html": Page(b"", status=500),
    }
    good = [f"/{number}.html" for number in range(4)]
    mixed = [path for pair in zip([*good, *good][: len(bad)], bad, strict=True) for path in pair]
    web.put("/rss.xml", feed(*dict.fromkeys(mixed)), "application/rss+xml")
    for path in good:
        web.put(path, FINE)
    web.pages.update(bad)
    done = crawl(source("feed", f"{web.base}/rss.xml"), loopback=[web.host])
    assert done.code == 0, done.log
    arrived = {fetch.url.removeprefix(web.base) for fetch in done.fetches if fetch.body}
    assert arrived == set(good)
    assert done.outcomes == {"fetched": 5, "unreadable": 3, "oversized": 2, "server error": 1}
    told = {refusal.where.removeprefix(web.base): refusal.reason for refusal in done.crawl.refusals}
    assert set(told) == set(bad)
    assert "truncated gzip" in told["/cut.html"]
    assert "fetch it again" in told["/cut.html"]


ENTITIES = '<?xml version="1.0"?><!DOCTYPE r [<!ENTITY a "ha ha ha"><!ENTITY b "&a;&a;&a;&a;">]>'


@pytest.mark.parametrize(
    ("spider", "body", "said"),
    [
        ("feed", f'{ENTITIES}<rss version="2.0"><channel><title>&b;</title></channel></rss>', "XML bomb"),
        ("listing", f"{ENTITIES}<urlset><url><loc>&b;</loc></url></urlset>", "XML bomb"),
        ("moderngov", f"{ENTITIES}<getmeetings>&b;</getmeetings>", "XML bomb"),
        ("feed", "<rss version='2.0'><channel><item><title>half", "malformed feed"),
        ("feed", "{not json", "malformed feed"),
        ("petitions", "{not json", "invalid JSON"),
        ("csv", "when,text\n", "missing column"),
        ("csv", b"published_at,text\n2026-09-07,caf\xe9 \xa3 \xe9\n", "wrong charset"),
    ],
)
def test_an_answer_that_cannot_be_read(web: Web, crawl: Crawler, spider: str, body: str | bytes, said: str) -> None:
    """Each kind of bad answer gives one line that names the address, and is counted as unreadable or told."""
    web.put("/x.xml", body, "text/plain; charset=utf-8")
    done = crawl(source(spider, f"{web.base}/x.xml"), loopback=[web.host])
    assert done.code == 0, done.log
    (refusal,) = done.crawl.refusals
    assert said in refusal.reason
    assert f"{web.base}/x.xml" in done.log


def test_a_half_read_feed_keeps_its_good_entries(web: Web, crawl: Crawler) -> None:
    """What can be read of an ill-formed feed arrives, and its fault is told."""
    web.put("/x.xml", feed("/a.html")[:-20] + "<", "application/rss+xml")
    web.put("/a.html", FINE)
    done = crawl(source("feed", f"{web.base}/x.xml"), loopback=[web.host])
    assert [fetch.url for fetch in done.fetches] == [f"{web.base}/a.html"]
    assert "1 entries could be read" in done.log


@pytest.mark.parametrize("job", ["", "[]", '{"source": 1}', "{not json"])
def test_a_broken_job(job: str, tmp_path: Path) -> None:
    """A job that cannot be read ends with code 2 and one line, and leaves no inbox."""
    path = tmp_path / "job.json"
    path.write_text(job)
    done = subprocess.run(
        [sys.executable, "-m", "crawlers.spiders", str(path)], check=False, capture_output=True, text=True
    )
    assert done.returncode == 2
    assert len(done.stderr.strip().splitlines()) == 1
    assert [item.name for item in tmp_path.iterdir()] == ["job.json"]


@pytest.mark.parametrize("kill", [signal.SIGKILL, signal.SIGTERM])
def test_a_killed_crawl_leaves_no_inbox(web: Web, tmp_path: Path, kill: signal.Signals) -> None:
    """A crawl that is killed in the middle leaves nothing that waits, and does not end with code 0."""
    import json

    paths = [f"/{number}.html" for number in range(40)]
    web.put("/robots.txt", "User-agent: *\nCrawl-delay: 0.3\n", "text/plain")
    web.put("/rss.xml", feed(*paths), "application/rss+xml")
    for path in paths:
        web.put(path, FINE)
    job = {"source": source("feed", f"{web.base}/rss.xml"), "state": {"source": "tested"}, "contact": "t@example.org",
           "inbox": str(tmp_path / "inbox"), "crawl_id": "c1", "loopback": [web.host], "seconds": 60}  # fmt: skip
    (tmp_path / "job.json").write_text(json.dumps(job))
    process = subprocess.Popen(
        [sys.executable, "-m", "crawlers.spiders", str(tmp_path / "job.json")], stderr=subprocess.DEVNULL
    )
    while len(web.paths()) < 4:
        time.sleep(0.02)
    os.kill(process.pid, kill)
    assert process.wait(30) != 0
    assert inbox.waiting(tmp_path / "inbox") == []


def test_time_over(web: Web, crawl: Crawler) -> None:
    """A crawl whose time is over keeps what it has and counts the rest as timeouts."""
    paths = [f"/{number}.html" for number in range(40)]
    web.put("/robots.txt", "User-agent: *\nCrawl-delay: 0.5\n", "text/plain")
    web.put("/rss.xml", feed(*paths), "application/rss+xml")
    for path in paths:
        web.put(path, FINE)
    done = crawl(source("feed", f"{web.base}/rss.xml"), loopback=[web.host], seconds=2)
    assert done.code == 0, done.log
    assert sum(done.outcomes.values()) == 41
    assert done.outcomes["timeout"] > 20


def test_what_the_parent_holds_does_not_count(web: Web, crawl: Crawler) -> None:
    """A crawl started by a process that holds models is not ended for the memory of that process."""
    web.put("/rss.xml", feed("/a.html"), "application/rss+xml")
    web.put("/a.html", FINE)
    held = bytearray((MEMORY_MB + 100) << 20)
    held[::4096] = b"x" * len(held[::4096])
    done = crawl(source("feed", f"{web.base}/rss.xml"), loopback=[web.host])

    assert done.outcomes == {"fetched": 2}
    assert len(held) > MEMORY_MB << 20
