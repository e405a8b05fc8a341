"""Each spider against a real local server: what arrives, and that every address has one counted outcome."""

import json
from datetime import timedelta
from pathlib import Path

import pytest

from crawlers.catalog import SPIDERS
from crawlers.items import Kind, Shape, SourceState
from crawlers.spiders import KINDS
from tests.crawlers.conftest import NOW, Crawler, Done, Web, source

RSS = """<?xml version="1.0"?><rss version="2.0"><channel><title>Paper</title>
<item><title>Bridge</title><link>BASE/a.html</link><description>The bridge opens.</description>
<pubDate>Mon, 07 Sep 2026 10:00:00 +0100</pubDate></item>
<item><title>Gone</title><link>BASE/gone.html</link><description>The page of this one is gone.</description>
<pubDate>Mon, 07 Sep 2026 11:00:00 +0100</pubDate></item></channel></rss>"""
STATUS = {"created_at": "2026-09-07T18:20:00+01:00", "spoiler_text": "", "language": "en", "reblog": None, "poll": None}


def addressed(done: Done, web: Web) -> None:
    """Numbers add up: each address the server was asked has one outcome."""
    assert sum(done.outcomes.values()) == len(web.paths())


def test_registry() -> None:
    """The kinds that the catalogue allows are the spiders there are."""
    assert set(KINDS) == SPIDERS


def test_feed_leads_to_articles(web: Web, crawl: Crawler) -> None:
    """A news feed's links are followed; where an article is gone the feed's own words arrive in its place."""
    web.put("/rss.xml", RSS, "application/rss+xml")
    web.put("/a.html", "<html><body><p>The bridge opens on Monday, the council said today.</p></body></html>")
    done = crawl(source("feed", f"{web.base}/rss.xml"), loopback=[web.host])
    assert done.code == 0, done.log
    assert done.outcomes == {"fetched": 2, "not found": 1}
    addressed(done, web)
    page, instead = done.fetches
    assert (page.shape, page.url) == (Shape.PAGE, f"{web.base}/a.html")
    assert page.entry.published == "2026-09-07T09:00:00+00:00"
    assert instead.entry.text == "The page of this one is gone."
    assert done.crawl.listed == (f"{web.base}/a.html", f"{web.base}/gone.html")


LINKED = """<rss version="2.0"><channel><title>Paper</title>
<item><title>Talks</title><link>BASE/author-talks/jo</link><description>Jo reads.</description></item>
<item><title>Bins</title><link>BASE/author/jane_doe_77/bins-not-emptied-again</link><description>Full.</description></item>
<item><title>Column</title><link>BASE/author/jane_doe_77/</link><description>The week.</description></item>
<item><title>Moved</title><link>BASE/moved</link><description>Elsewhere.</description></item></channel></rss>"""


def test_an_item_that_leads_to_a_person_is_counted(web: Web, crawl: Crawler) -> None:
    """Articles are fetched at their true address, kept without the handle; of a person's page the feed's words are."""
    web.put("/rss.xml", LINKED, "application/rss+xml")
    web.put("/author-talks/jo", "<p>Jo Street library has talks on Monday.</p>")
    web.put("/author/jane_doe_77/bins-not-emptied-again", "<p>The bins of Mill Lane were not emptied.</p>")
    web.put("/moved", "", Location=f"{web.base}/author/jane_doe_77")
    web.pages["/moved"].status = 302
    declared = source("feed", f"{web.base}/rss.xml")
    done = crawl(declared, loopback=[web.host])
    assert done.outcomes == {"fetched": 3, "refused address": 2}
    assert web.paths()[1:] == ["/author-talks/jo", "/author/jane_doe_77/bins-not-emptied-again", "/moved"]
    assert {fetch.entry.title: fetch.shape for fetch in done.fetches} == {
        "Talks": Shape.PAGE, "Bins": Shape.PAGE, "Column": Shape.ENTRY, "Moved": Shape.ENTRY,
    }  # fmt: skip
    reasons = sorted(refusal.reason for refusal in done.crawl.refusals)
    assert all("a person's profile or timeline" in reason for reason in reasons)
    kept = done.log + done.crawl.model_dump_json() + "".join(fetch.model_dump_json() for fetch in done.fetches)
    assert "jane_doe_77" not in kept
    again = crawl(declared, loopback=[web.host], state=done.crawl.state, now=NOW + timedelta(hours=2))
    assert again.outcomes == {"unchanged": 3, "refused address": 2}


def test_feed_of_comments_is_taken_as_it_is(web: Web, crawl: Crawler) -> None:
    """Only news is followed: comments, notices and appeals are whole in their feed. JSON Feed is one too."""
    web.put("/rss.xml", RSS, "application/rss+xml")
    done = crawl(source("feed", f"{web.base}/rss.xml", **{"class": "comment"}), loopback=[web.host])
    assert [fetch.entry.title for fetch in done.fetches] == ["Bridge", "Gone"]
    item = {"url": "BASE/1", "title": "One", "content_text": "Words", "date_published": "2026-09-07T10:00:00Z"}
    web.put("/feed.json", json.dumps({"version": "https://jsonfeed.org/version/1.1", "items": [item]}))
    done = crawl(source("feed", f"{web.base}/feed.json", follow=False), loopback=[web.host])
    assert [fetch.entry.text for fetch in done.fetches] == ["Words"]


def test_listing_and_sitemap(web: Web, crawl: Crawler) -> None:
    """A listing's links by selector, its next page, and a sitemap's pages; other hosts and files are left alone."""
    web.put("/", '<main><a href="/1.html">1</a><a href="/x.pdf">x</a><a href="http://o.example/">o</a></main>'
                 '<nav><a href="/nav.html">n</a></nav><a class="next" href="/p2">2</a>')  # fmt: skip
    web.put("/p2", '<main><a href="/2.html">2</a><a href="/@alice">a</a></main>')
    web.put("/1.html", "<p>one</p>")
    web.put("/2.html", "<p>two</p>")
    selectors = {"links": "main a", "next": "a.next"}
    done = crawl(source("listing", f"{web.base}/", selectors=selectors), loopback=[web.host])
    assert sorted(web.paths()) == ["/", "/1.html", "/2.html", "/p2"]
    assert done.outcomes == {"fetched": 4, "refused address": 1}
    assert done.crawl.refusals == ()
    web.put("/map.xml", "<urlset><url><loc>BASE/1.html</loc></url></urlset>", "application/xml")
    web.put("/index.xml", "<sitemapindex><sitemap><loc>BASE/map.xml</loc></sitemap></sitemapindex>", "text/xml")
    done = crawl(source("listing", f"{web.base}/index.xml"), loopback=[web.host])
    assert [fetch.url for fetch in done.fetches] == [f"{web.base}/1.html"]


def statuses(first: int, last: int) -> str:
    """A page of a timeline, newest first, by one account."""
    account = {"id": "1", "acct": "alice_handle", "display_name": "Alice Surname", "username": "alice_handle"}
    numbers = range(last, first - 1, -1)
    found = [{**STATUS, "id": str(number), "url": f"BASE/@alice_handle/{number}", "account": account,
              "content": f"<p>post {number}</p>"} for number in numbers]  # fmt: skip
    return json.dumps(found)


def test_mastodon_pages_back_and_keeps_no_handle_outside_the_author(web: Web, crawl: Crawler) -> None:
    """The timeline is read by its Link header; addresses, log and account hold no handle."""
    link = f'<{web.base}/t?max_id=41>; rel="next", <{web.base}/t?min_id=80>; rel="prev"'
    web.put("/t", statuses(41, 80), "application/json", Link=link)
    web.put("/t?max_id=41", statuses(1, 40), "application/json")
    done = crawl(source("mastodon", f"{web.base}/t", **{"class": "social"}), loopback=[web.host])
    assert len(done.fetches) == 80
    assert {fetch.entry.author for fetch in done.fetches} == {"alice_handle"}
    assert done.fetches[0].entry.url == f"{web.base}/web/statuses/80"
    without = [
        fetch.model_copy(update={"entry": fetch.entry.model_copy(update={"author": ""})}) for fetch in done.fetches
    ]
    for kept in (done.log, done.crawl.model_dump_json(), "".join(fetch.model_dump_json() for fetch in without)):
        assert "alice" not in kept.lower()


@pytest.mark.parametrize("status", [401, 422])
def test_a_closed_timeline_is_not_broken(web: Web, crawl: Crawler, status: int) -> None:
    """401 and 422 are counted as closed and do not back off."""
    web.put("/t", "{}", "application/json")
    web.pages["/t"].status = status
    done = crawl(source("mastodon", f"{web.base}/t", **{"class": "social"}), loopback=[web.host])
    assert done.outcomes == {"closed": 1}
    assert done.crawl.state.failures == 0


def test_petitions(web: Web, crawl: Crawler) -> None:
    """Titles lead to the petition's own JSON; a response by the authority is an official text of its own."""
    whole = {"action": "Keep it", "background": "Because.", "additional_details": "", "creator_name": "Ann Other",
             "opened_at": "2026-09-01T00:00:00Z",
             "government_response": {"summary": "No.", "details": "Costs."}}  # fmt: skip
    web.put("/p.json", json.dumps({"data": [{"id": 7, "attributes": {"action": "Keep it"},
                                             "links": {"self": "/petitions/7.json"}}]}))  # fmt: skip
    web.put("/petitions/7.json", json.dumps({"data": {"id": 7, "attributes": whole}}))
    done = crawl(source("petitions", f"{web.base}/p.json", **{"class": "petition"}), loopback=[web.host])
    petition, response = done.fetches
    assert (petition.entry.url, petition.entry.text) == (f"{web.base}/petitions/7", "Because.")
    assert (response.entry.kind, response.entry.text) == (Kind.OFFICIAL, "No.\nCosts.")
    addressed(done, web)


def test_police_feed_and_objects(web: Web, crawl: Crawler) -> None:
    """A force's feed and data.police.uk's priorities are read; an officer's profile never."""
    web.put("/rss", RSS, "application/rss+xml")
    web.put("/api", json.dumps([{"issue": "<p>Begging</p>", "action": None, "issue-date": "2026-09-01"},
                                {"name": "Pat Officer", "rank": "Sgt", "bio": "Likes running."}]))  # fmt: skip
    kind = {"class": "police"}
    assert len(crawl(source("police", f"{web.base}/rss", **kind), loopback=[web.host]).fetches) == 2
    (found,) = crawl(source("police", f"{web.base}/api", **kind), loopback=[web.host]).fetches
    assert found.entry.text == "<p>Begging</p>"


MEETINGS = """<getmeetings><committee><committeemeetings>
<meeting><meetingid>1</meetingid><meetingstatus>Confirmed</meetingstatus></meeting>
<meeting><meetingid>2</meetingid><meetingstatus>Cancelled</meetingstatus></meeting>
</committeemeetings></committee></getmeetings>"""
MEETING = """<meeting><meetingid>1</meetingid><meetingdate>{day}</meetingdate><meetingtime>10.00 am</meetingtime>
<agendaitems><agendaitem><agendaitemid>5</agendaitemid><agendaitemtitle>Rec</agendaitemtitle>
<agendatext>&lt;p&gt;To note&lt;/p&gt;</agendatext>
<minutesnonemptyhtmlbody>&lt;p&gt;Noted.&lt;/p&gt;</minutesnonemptyhtmlbody>
<refertocommittee>Parks</refertocommittee><linkeddocuments><linkeddoc><publicationdate>02/09/2026</publicationdate>
</linkeddoc></linkeddocuments></agendaitem><agendaitem><agendaitemid>6</agendaitemid><isrestricted>True</isrestricted>
<agendatext>secret</agendatext></agendaitem></agendaitems></meeting>"""


@pytest.mark.parametrize(("day", "published"), [("10/09/2026", "2026-09-10T10:00:00+01:00"),
                                                ("20/09/2026", "2026-09-02T00:00:00+01:00")])  # fmt: skip
def test_moderngov(web: Web, crawl: Crawler, day: str, published: str) -> None:
    """An entry per public agenda item, dated by the meeting once held, by its papers before; cancelled ones unasked."""
    base = "/mgWebService.asmx"
    web.put(f"{base}/GetMeetings?lCommitteeId=0&sFromDate=16%2F08%2F2026&sToDate=27%2F09%2F2026", MEETINGS, "text/xml")
    web.put(f"{base}/GetMeeting?lMeetingId=1", MEETING.format(day=day), "text/xml")
    done = crawl(source("moderngov", web.base, **{"class": "committee"}), loopback=[web.host])
    (found,) = done.fetches
    assert (found.entry.title, found.entry.published) == ("Parks: Rec", published)
    assert found.entry.url == f"{web.base}/mgAi.aspx?ID=5"
    assert done.outcomes == {"fetched": 2}


CSV = """published_at,text,kind,voice,secret
2026-09-07T10:00:00+01:00,A first note,frontline,Warden,x
2026-09-07T10:00:00+01:00,"=HYPERLINK(""http://e.example"")",frontline,Warden,x
2026-09-07T10:00:00+01:00,- bins again,frontline,Warden,x
yesterday,No date here,frontline,Warden,x
2026-09-07T10:00:00+01:00,,frontline,Warden,x
2026-09-07T10:00:00+01:00,Odd kind,gossip,Warden,x
2026-09-07T11:00:00+01:00,A last note,frontline,Warden,x
"""


def test_table(web: Web, crawl: Crawler) -> None:
    """Bad rows are refused by their number with a remedy, the others arrive, unknown columns are dropped unread."""
    web.put("/drop.csv", CSV, "text/csv")
    done = crawl(source("csv", f"{web.base}/drop.csv", **{"class": "frontline"}), loopback=[web.host])
    assert [fetch.entry.text for fetch in done.fetches] == ["A first note", "- bins again", "A last note"]
    told = [refusal.reason.split(":")[0] + ":" + refusal.reason.split(":")[1] for refusal in done.crawl.refusals]
    assert told == [
        "row 3: a formula in text",
        "row 5: published_at is no date",
        "row 6: no text",
        "row 7: kind is none that is known",
    ]
    assert "secret" not in done.fetches[0].model_dump_json()


def test_rows_are_listed(crawl: Crawler, tmp_path: Path) -> None:
    """The addresses that a table names are listed, and its file is remembered while it lies there unchanged."""
    folder = tmp_path / "drops" / "frontline"
    folder.mkdir(parents=True)
    row = "2026-09-07T09:00:00+01:00"
    (folder / "a.csv").write_text(f"published_at,text,url\n{row},One,https://forum.example/t/1\n{row},Two,\n")
    declared, drops = source("csv", "drop:frontline", **{"class": "frontline"}), str(tmp_path / "drops")
    first = crawl(declared, drop=drops)
    later = crawl(declared, drop=drops, state=first.crawl.state, now=NOW + timedelta(days=5))
    assert first.crawl.listed == ("https://forum.example/t/1",)
    assert later.outcomes == {"unchanged": 1}
    assert [known.last_fetched for known in later.crawl.state.validators.values()] == [NOW + timedelta(days=5)]


def test_an_index_is_handed_on_whole_once_a_week(web: Web, crawl: Crawler) -> None:
    """An unchanged table gives its rows again after a week, so that what was deleted is known to be listed still."""
    web.put("/drop.csv", CSV, "text/csv")
    declared = source("csv", f"{web.base}/drop.csv", **{"class": "frontline"})
    state, given = None, []
    for days in (0, 6, 7, 8):
        done = crawl(declared, loopback=[web.host], state=state, now=NOW + timedelta(days=days))
        state = done.crawl.state
        given.append(len(done.fetches))
    assert given == [3, 0, 0, 3]


def test_drop_folder(crawl: Crawler, tmp_path: Path) -> None:
    """Files of the drop folder are read one by one; a bad one is named, and unchanged ones are not read again."""
    folder = tmp_path / "drops" / "frontline"
    folder.mkdir(parents=True)
    (folder / "a.csv").write_text(CSV)
    (folder / "b.csv").write_text("when,text\n2026-09-07,Missing\n")
    declared = source("csv", "drop:frontline", **{"class": "frontline"})
    done = crawl(declared, drop=str(tmp_path / "drops"))
    assert done.outcomes == {"fetched": 1, "unreadable": 1}
    assert len(done.fetches) == 3
    assert "drop:frontline/b.csv" in {refusal.where for refusal in done.crawl.refusals}
    assert "no published_at" in done.log
    again = crawl(declared, drop=str(tmp_path / "drops"), state=done.crawl.state, now=NOW + timedelta(hours=1))
    assert again.outcomes == {"unchanged": 1, "unreadable": 1}
    assert again.fetches == []


def test_objects_and_lists(web: Web, crawl: Crawler) -> None:
    """A list of addresses is followed, each answer told by its shape; deleted posts give nothing."""
    web.put("/list", "/r.json\n/b.json\n/odd.json\n", "text/uri-list")
    children = [{"kind": "t3", "data": {"title": "Roadworks", "selftext": "[removed]", "permalink": "/r/x/1"}},
                {"kind": "t1", "data": {"body": "[deleted]", "permalink": "/r/x/2", "author": "b"}}]  # fmt: skip
    web.put("/r.json", json.dumps({"kind": "Listing", "data": {"children": children}}))
    post = {"uri": "at://did:plc:abc/app.bsky.feed.post/3lo", "author": {"handle": "bob.example"},
            "record": {"text": "Hello", "createdAt": "2026-09-07T10:00:00Z"}}  # fmt: skip
    web.put("/b.json", json.dumps({"posts": [post]}))
    web.put("/odd.json", json.dumps({"odd": 1}))
    done = crawl(source("objects", f"{web.base}/list", **{"class": "social"}), loopback=[web.host])
    assert [fetch.entry.title or fetch.entry.text for fetch in done.fetches] == ["Roadworks", "Hello"]
    assert done.fetches[1].entry.url == "https://bsky.app/post/3lo"
    assert done.outcomes == {"fetched": 3, "unreadable": 1}


def test_a_state_of_another_time(web: Web, crawl: Crawler) -> None:
    """A source that is backing off or switched off is not asked; that is its one outcome."""
    declared = source("feed", f"{web.base}/rss.xml")
    state = SourceState(source="tested", failures=2, retry_at=NOW + timedelta(hours=1))
    assert crawl(declared, state=state, loopback=[web.host]).outcomes == {"backing off": 1}
    assert crawl({**declared, "enabled": False}, loopback=[web.host]).outcomes == {"switched off": 1}
    assert web.asked == []
