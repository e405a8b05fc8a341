"""Who we are, how slowly we go and what we refuse: Scrapy's settings for one crawl."""

from typing import Any

from crawlers.items import Source

AGENT = "Weathervane"
VERSION = "0.1"
HOME = "monitoring of public local sources for a council's community-cohesion team"
LARGEST = 8 << 20  # bytes of a body, packed or not: no article is longer, every bomb is
MEMORY_MB = 600
TIMEOUT_S = 30

# What Scrapy's own tools (`scrapy shell`) take from this module by way of scrapy.cfg: as polite as a crawl.
ROBOTSTXT_OBEY = True
DOWNLOAD_DELAY = 5


def user_agent(contact: str) -> str:
    """Our name, what we do and whom to write to."""
    return f"{AGENT}/{VERSION} ({HOME}; contact: {contact or 'none, on this machine only'})"


def settings(source: Source, contact: str, loopback: tuple[str, ...], seconds: float) -> dict[str, Any]:
    """Settings for a crawl of one source that ends itself after `seconds`."""
    return {
        "USER_AGENT": user_agent(contact),
        "ROBOTSTXT_USER_AGENT": AGENT,
        "ROBOTSTXT_OBEY": True,
        "LOOPBACK": list(loopback),
        **POLITE,
        "DOWNLOAD_DELAY": source.delay_s,
        "CLOSESPIDER_TIMEOUT": seconds,
        **GUARDED,
        **LEAN,
    }


POLITE: dict[str, Any] = {
    "CONCURRENT_REQUESTS": 1,  # one after the other, in the order listed: the same crawl gives the same inbox
    "CONCURRENT_REQUESTS_PER_DOMAIN": 1,
    "DOWNLOAD_DELAY_JITTER": 0.5,
    "DOWNLOAD_TIMEOUT": TIMEOUT_S,
    "REDIRECT_MAX_TIMES": 5,
    "RETRY_TIMES": 1,
    "RETRY_HTTP_CODES": [500, 502, 503, 504, 522, 524, 408],  # not 429: who asks for peace gets it
    "RETRY_GIVE_UP_LOG_LEVEL": "DEBUG",
    "DEFAULT_REQUEST_HEADERS": {"Accept": "*/*", "Accept-Language": "en-GB,en;q=0.8", "Accept-Encoding": "gzip"},
}
GUARDED: dict[str, Any] = {
    "DOWNLOAD_MAXSIZE": LARGEST,
    "DOWNLOAD_WARNSIZE": 0,
    "DOWNLOAD_VERIFY_CERTIFICATES": True,
    "DOWNLOAD_HANDLERS": {"file": None, "data": None, "ftp": None, "s3": None},
    "TWISTED_DNS_RESOLVER": "crawlers.middlewares.guard.GuardedResolver",
    "DOWNLOADER_MIDDLEWARES": {
        "crawlers.middlewares.guard.Guard": 10,
        "crawlers.middlewares.robots.Robots": 100,
        "crawlers.middlewares.unpack.Unpack": 595,
        "scrapy.downloadermiddlewares.robotstxt.RobotsTxtMiddleware": None,
        "scrapy.downloadermiddlewares.offsite.OffsiteMiddleware": None,
        "scrapy.downloadermiddlewares.httpauth.HttpAuthMiddleware": None,
    },
    # every status comes to the spider, which counts it
    "SPIDER_MIDDLEWARES": {"scrapy.spidermiddlewares.httperror.HttpErrorMiddleware": None},
    "EXTENSIONS": {
        "crawlers.middlewares.robots.CrawlDelay": 500,
        "scrapy.extensions.memusage.MemoryUsage": None,
        "crawlers.middlewares.memory.OwnMemory": 0,
    },
}
LEAN: dict[str, Any] = {
    "CONCURRENT_ITEMS": 4,
    "ASYNCIO_EVENT_LOOP": "uvloop.Loop",
    "COOKIES_ENABLED": False,
    "TELNETCONSOLE_ENABLED": False,
    "REMOTE_CONTROL_ENABLED": False,
    "METAREFRESH_ENABLED": False,
    "REFERER_ENABLED": False,
    "HTTPPROXY_ENABLED": False,
    "HTTPCACHE_ENABLED": False,
    "SCHEDULER_MEMORY_QUEUE": "scrapy.squeues.FifoMemoryQueue",  # in the order the source lists them
    "SCHEDULER_PRIORITY_QUEUE": "scrapy.pqueues.DownloaderAwarePriorityQueue",
    "MEMUSAGE_LIMIT_MB": MEMORY_MB,
    "MEMUSAGE_CHECK_INTERVAL_SECONDS": 5.0,
    "LOG_INSTALL_ROOT_HANDLER": False,  # the process that runs the crawl keeps its own, short log
    "LOGSTATS_INTERVAL": 0,
}
