"""Sites whose addresses are somebody's own, and services that stand before the site that is read."""

# A first path segment is an account here unless it is one of the words below.
ACCOUNT_SITES = (
    *("x.com", "twitter.com", "facebook.com", "instagram.com", "threads.net", "threads.com", "tiktok.com"),
    *("tumblr.com", "nitter.net", "xcancel.com", "twiiit.com"),
)
NOT_ACCOUNTS = frozenset(
    {
        *("search", "hashtag", "i", "home", "explore", "groups", "events", "tag", "share", "sharer", "intent", "api"),
        *("p", "reel", "reels", "status", "post", "posts", "photo", "video", "videos", "watch", "web", "media"),
        "tagged",
    }
)

# Every subdomain is somebody's own site or handle, but for those of the service itself.
PERSONAL_HOSTS = (
    *("bsky.social", "substack.com", "wordpress.com", "tumblr.com", "medium.com", "livejournal.com", "typepad.com"),
    *(
        "blogspot.com",
        "blogspot.co.uk",
        "blogspot.ie",
        "blogspot.in",
        "dreamwidth.org",
        "micro.blog",
        "bearblog.dev",
        "write.as",
    ),
)
OWN_SUBDOMAINS = frozenset({"www", "m", "api", "public-api"})

# What a feed of these follows is not told by their address, or is a copy of an account's page.
PROXIES = (
    *("openrss.org", "rss.app", "rsshub.app", "fetchrss.com", "feed43.com", "politepaul.com", "morss.it"),
    *("xcancel.com", "twiiit.com"),
)
# The same, run by many under names of their own: nitter.example.org, rsshub.example.org.
PROXY_LABELS = ("nitter", "rsshub", "rss-bridge", "rssbridge", "invidious", "piped")

YOUTUBE = ("youtube.com", "youtube-nocookie.com")


def of(host: str, sites: tuple[str, ...]) -> str:
    """The site that a host is, or is a part of like en-gb.facebook.com; "" where it is none of these."""
    return next((site for site in sites if host == site or host.endswith(f".{site}")), "")


def personal(host: str) -> str:
    """The service on which a host is somebody's own site; "" elsewhere."""
    site = of(host, PERSONAL_HOSTS)
    return site if host.removesuffix(site).rstrip(".") not in {"", *OWN_SUBDOMAINS} else ""


def is_proxy(host: str) -> bool:
    """Whether a service stands there before the site that is read."""
    return bool(of(host, PROXIES)) or any(label.startswith(PROXY_LABELS) for label in host.split("."))
