"""Addresses that follow a person are refused in every spelling, and no kept address holds a handle (safeguard 1)."""

import pytest

from crawlers.persons import leads_to_person, person_directed, without_handle

FEED = "https://public.api.bsky.app/xrpc/app.bsky.feed.getAuthorFeed"
SEARCH = "https://public.api.bsky.app/xrpc/app.bsky.feed.searchPosts"


@pytest.mark.parametrize(
    "url",
    [
        "https://mastodon.social/@alice.rss?actor=x.gov.uk",
        "https://www.reddit.com/user/alice/.rss?actor=x.gov.uk",
        f"{SEARCH}?q=x&author=alice&actor=a.gov.uk",
        f"{SEARCH}?q=x&actor=a.gov.uk",
        f"{SEARCH}?q=x&mentions=alice",
        f"{FEED}?actor=alice.bsky.social&actor=a.gov.uk",
        f"{FEED}?actor=a.gov.uk&author=alice",
        f"{FEED}?actor=",
        "https://mastodon.social/%40alice.rss",
        "https://mastodon.social/%2540alice.rss",
        "https://mastodon.social//x/../%75sers/alice",
        "https://mastodon.social/＠alice",
        "https://reddit.com/search.rss?q=author:alice",
        "https://reddit.com/search.rss?q=oldham%20author%3A%20alice",
        "https://www.reddit.com/r/u_alice/new.json",
        "https://x.com/search?q=%40alice",
        "https://x.com/search?q=to:alice",
        "https://mastodon.social/api/v2/search?q=alice@m.example",
        "https://news.example/feed?x=1;author=alice",
        "https://news.example/wp-json/posts?filter[author]=3",
        "https://threads.com/alice",
        "https://en-gb.facebook.com/alice.smith",
        "https://X.com./alice",
        "https://x.com/search/../alice",
        "https://www.youtube.com/feeds/videos.xml?channel_id=UCalice",
        "https://www.youtube.com/channel/UCalice",
        "https://forum.example/members/bob.12/",
        "https://paper.example/people/alice",
        "https://www.youtube.com/feeds/videos.xml?playlist_id=PL1",
        "https://alice.bsky.social/rss",
        "https://alice.substack.com/feed",
        "https://Alice.WordPress.com./feed/",
        "https://alice.tumblr.com/rss",
        "https://www.tumblr.com/alice/rss",
        "https://alice.blogspot.com/feeds/posts/default",
        "https://alice.medium.com/feed",
        "https://openrss.org/bsky.app/profile/alice",
        "https://rss.app/feeds/abc.xml",
        "https://nitter.poast.org/alice/rss",
        "https://rsshub.example.org/telegram/channel/alice",
        "https://read.example/feed?url=https%3A%2F%2Fx.com%2Falice",
        "https://read.example/https://mastodon.social/@alice",
    ],
)
def test_every_spelling_is_refused(url: str) -> None:
    """A suffix, another host of the site, percent signs or a search word do not hide that a person is followed."""
    assert person_directed(url)


@pytest.mark.parametrize(
    "url",
    [
        f"{FEED}?actor=oldham.gov.uk&limit=30",
        f"{SEARCH}?q=oldham%20hotel",
        "https://www.reddit.com/search.rss?q=oldham+bins&sort=new",
        "https://lemmy.world/c/oldham",
        "https://paper.example/feed?from=2026-09-01&photo:size=1",
        "https://maps.example/reports?at=@53.54,-2.11",
        "https://www.facebook.com/groups/oldham/",
        "https://notx.com/alice",
        "https://paper.example/authority/news",
        "https://paper.example/",
        "https://www.tumblr.com/tagged/oldham",
        "https://public-api.wordpress.com/rest/v1.1/read/tags/oldham/posts",
        "https://read.example/feed?url=https%3A%2F%2Fcouncil.example%2Fnews",
        "http://127.0.0.1:8000",
    ],
)
def test_what_follows_nobody_passes(url: str) -> None:
    """A public body's own feed, places, searches for words and sections are no persons."""
    assert person_directed(url) == ""


@pytest.mark.parametrize(
    ("url", "plain"),
    [
        ("https://forum.example/members/bob_77.12/", "https://forum.example/"),
        ("https://forum.example/board/Members/bob_77.12", "https://forum.example/"),
        ("https://forum.example/members/bob_77.12/posts/9", "https://forum.example/posts/9"),
        ("https://mastodon.social/%40alice/110446", "https://mastodon.social/web/statuses/110446"),
        ("https://mastodon.social/%2540alice/media", "https://mastodon.social/media"),
        ("https://tiktok.com/@alice/video/5", "https://tiktok.com/video/5"),
        ("https://www.facebook.com/alice.smith/posts/12?ref=x", "https://www.facebook.com/posts/12"),
        ("https://www.facebook.com/profile.php?id=1000", "https://www.facebook.com/"),
        ("https://www.facebook.com/groups/oldham/posts/3", "https://www.facebook.com/groups/oldham/posts/3"),
        ("https://www.instagram.com/p/C0de/", "https://www.instagram.com/p/C0de/"),
        ("https://forum.example/topic/5?user=alice&page=2", "https://forum.example/topic/5?page=2"),
        ("https://alice.substack.com/p/the-bins?r=1", "https://substack.com/p/the-bins?r=1"),
        ("https://alice.tumblr.com/", "https://tumblr.com/"),
        ("https://nitter.net/alice/status/77#m", "https://nitter.net/i/status/77"),
        ("https://nitter.poast.org/alice", "https://nitter.poast.org/"),
        ("https://openrss.org/x.com/alice", "https://openrss.org/"),
        ("https://x.com/i/status/77", "https://x.com/i/status/77"),
        ("drop:notes/a.csv#row=3", "drop:notes/a.csv#row=3"),
        ("https://paper.example/people/town-hero-wins/", "https://paper.example/people/town-hero-wins/"),
        ("https://paper.example/news/jane-doe-jailed/#top", "https://paper.example/news/jane-doe-jailed/#top"),
    ],
)
def test_no_kept_address_holds_a_handle(url: str, plain: str) -> None:
    """Handles go from path and query; a publisher's address of an article stays as it is, a name in it too."""
    assert without_handle(url) == plain
    assert without_handle(plain) == plain


@pytest.mark.parametrize(
    ("path", "follows"),
    [
        ("author-talks/jo", False),
        ("members-news/bins", False),
        ("members/news/bins-not-emptied-again", False),
        ("author/jane-doe/2026/09/bins-not-emptied.html", False),
        ("people/town-hero-wins-prize/", False),
        ("author/jane-doe", True),
        ("author/jane-doe/page/2", True),
        ("members/bob-the-builder.12/", True),
        ("members/bob.12/recent-content", True),
        ("members/@bob/bins-not-emptied-again", True),
        ("users/bob/bins-not-emptied-again", True),
        ("people/jane-anne-doe", True),
    ],
)
def test_an_article_is_no_person(path: str, follows: bool) -> None:
    """A link is an article's where its own words come after a part that may be an account, a person's where none do."""
    assert bool(leads_to_person(f"https://paper.example/{path}")) is follows
