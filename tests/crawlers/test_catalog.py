"""The source catalogue refuses what the register does not allow, with file and line."""

from pathlib import Path

import pytest

from crawlers import catalog
from crawlers.persons import person_directed, without_handle

GOOD = """\
id: courier
name: Calderwick Courier
class: news
spider: feed
url: https://courier.example/rss.xml
scope: local
owner: Calderwick Courier Ltd
basis: public task, s.17 duty
licence: none on file; excerpt only
robots: allowed, checked 2026-09-01
fields_kept: [title, text, published]
fields_dropped: [author, image]
"""


def declared(folder: Path, text: str, name: str = "courier") -> catalog.Catalog:
    """What the catalogue makes of a folder with this one file."""
    (folder / f"{name}.yml").write_text(text, encoding="utf-8")
    return catalog.load(folder)


def refusal(folder: Path, text: str) -> str:
    """The refusal of a file, as `file:line reason`."""
    read = declared(folder, text)
    assert read.sources == ()
    (refused,) = read.refused
    return f"{Path(refused.where).name} {refused.reason}"


def test_a_good_file_is_a_source(tmp_path: Path) -> None:
    """A complete file gives its Source, from the area's folder or its sources folder."""
    (tmp_path / "sources").mkdir()
    (source,) = declared(tmp_path / "sources", GOOD).sources
    assert (source.id, source.delay_s) == ("courier", 5.0)
    assert catalog.find(catalog.load(tmp_path), "courier") == source
    with pytest.raises(catalog.UnknownSource, match="there are courier"):
        catalog.find(catalog.load(tmp_path), "gazette")


@pytest.mark.parametrize("name", ["owner", "licence", "basis", "robots", "fields_kept", "fields_dropped"])
def test_the_register_is_complete(tmp_path: Path, name: str) -> None:
    """A source without one of the register's fields, or with it empty, is refused by name."""
    lines = [line for line in GOOD.splitlines() if not line.startswith(name)]
    assert f"field {name} is missing" in refusal(tmp_path, "\n".join(lines))
    empty = [f"{name}: {[] if 'fields' in name else repr(' ')}", *lines]
    assert f"courier.yml:1 field {name} is empty" in refusal(tmp_path, "\n".join(empty))


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ("colour: red\n", "courier.yml:13 unknown field colour"),
        ("selectors: {links: a, colour: red}\n", "courier.yml:13 unknown field selectors.colour"),
        ("delay_s: 1\n", "courier.yml:13 delay_s 1 is below 5"),
        ("name: again\n", "courier.yml:13 field name is given twice"),
        ("longest_min: 30\n", "courier.yml:13 longest_min 30 is below every_min 60"),
        ("every_min: often\n", "courier.yml:13 field every_min"),
        ("retention: twelve_months\n", "courier.yml:13 field retention: Input should be 'social'"),
        ("x: [\n", "courier.yml:14 not readable as YAML"),
    ],
)
def test_faults_have_their_line(tmp_path: Path, change: str, said: str) -> None:
    """Each fault is told with the file and the line it stands on."""
    assert said in refusal(tmp_path, GOOD + change)


def test_one_bad_file_among_good_ones(tmp_path: Path) -> None:
    """A refused file keeps no other source from running."""
    declared(tmp_path, GOOD)
    read = declared(tmp_path, GOOD.replace("id: courier", "id: second") + "colour: red\n", "second")
    assert [source.id for source in read.sources] == ["courier"]
    assert len(read.refused) == 1


@pytest.mark.parametrize(
    ("url", "good"),
    [
        ("http://127.0.0.1:8123/rss.xml", True),
        ("http://localhost:8123/rss.xml", False),
        ("http://127.0.0.1.example/rss.xml", False),
    ],
)
def test_only_loopback_may_be_fast(tmp_path: Path, url: str, good: bool) -> None:
    """A delay below five seconds is for a loopback address alone; a name does not count as one."""
    read = declared(tmp_path, GOOD.replace("https://courier.example/rss.xml", url) + "delay_s: 0\n")
    assert bool(read.sources) is good


def test_variables(tmp_path: Path) -> None:
    """`${WEB}` is filled from the caller's mapping; without a value the source is refused."""
    (tmp_path / "courier.yml").write_text(GOOD.replace("https://courier.example", "${WEB}"))
    (source,) = catalog.load(tmp_path, {"WEB": "http://127.0.0.1:9"}).sources
    assert source.url == "http://127.0.0.1:9/rss.xml"
    assert "variable WEB" in catalog.load(tmp_path).refused[0].reason


PERSONS = [
    "https://mastodon.social/@alice",
    "https://mastodon.social/users/alice/outbox",
    "https://mastodon.social/api/v1/accounts/123/statuses",
    "https://mastodon.social/@alice.rss",
    "https://bsky.app/profile/alice.bsky.social",
    "https://public.api.bsky.app/xrpc/app.bsky.feed.getAuthorFeed?actor=alice.bsky.social",
    "https://x.com/alice",
    "https://twitter.com/alice/with_replies",
    "https://www.facebook.com/alice.smith",
    "https://www.reddit.com/user/alice/.rss",
    "https://www.reddit.com/search.rss?q=author:alice&author=alice",
    "https://x.com/search?q=from:alice",
    "https://www.linkedin.com/in/alice",
    "https://lemmy.world/u/alice",
    "https://alice.substack.com/feed",
    "https://openrss.org/bsky.app/profile/alice",
]
PLACES = [
    "https://mastodon.social/api/v1/timelines/tag/oldham",
    "https://public.api.bsky.app/xrpc/app.bsky.feed.getAuthorFeed?actor=oldham.gov.uk",
    "https://www.reddit.com/r/oldham/new.json",
    "https://www.theoldhamtimes.co.uk/news/rss/",
    "https://x.com/search?q=oldham",
    "https://democracy.example.gov.uk/mgWebService.asmx/GetMeetings",
    "https://www.fixmystreet.com/rss/reports/Oldham",
]


@pytest.mark.parametrize("url", PERSONS)
def test_person_directed_is_refused(tmp_path: Path, url: str) -> None:
    """A source that follows one person is refused with its line."""
    assert "courier.yml:5 person-directed" in refusal(tmp_path, GOOD.replace("https://courier.example/rss.xml", url))


@pytest.mark.parametrize("url", PLACES)
def test_places_are_not_persons(url: str) -> None:
    """Tags, places, publishers and public bodies are no persons."""
    assert person_directed(url) == ""


@pytest.mark.parametrize(
    ("url", "plain"),
    [
        ("https://mastodon.social/@alice/110446", "https://mastodon.social/web/statuses/110446"),
        ("https://m.example/users/alice/statuses/5/activity", "https://m.example/web/statuses/5"),
        ("https://x.com/alice/status/77?s=20", "https://x.com/i/status/77"),
        ("https://bsky.app/profile/did:plc:abc/post/3lof", "https://bsky.app/post/3lof"),
        ("https://m.example/web/statuses/80", "https://m.example/web/statuses/80"),
        ("https://m.example/@alice@other.example/media", "https://m.example/media"),
        ("https://reddit.com/r/oldham/comments/1/x/", "https://reddit.com/r/oldham/comments/1/x/"),
    ],
)
def test_a_post_without_its_author(url: str, plain: str) -> None:
    """The kept address of a post holds its number and no handle."""
    assert without_handle(url) == plain
