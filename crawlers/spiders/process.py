"""Lets Scrapy carry out one crawl in this process, whose reactor runs once, and keeps its log to lines of ours."""

import logging
import sys

from scrapy.crawler import Crawler, CrawlerProcess

from crawlers.settings import settings
from crawlers.spiders.account import Account
from crawlers.spiders.base import SourceSpider
from crawlers.spiders.job import Job


def log_ours_only() -> None:
    """One handler that drops others' lines, which hold addresses and pieces of texts."""
    handler = logging.StreamHandler(sys.stderr)
    handler.addFilter(lambda record: record.name.startswith("crawlers"))
    logging.basicConfig(level=logging.INFO, format="%(message)s", handlers=[handler])


def run(job: Job, account: Account, spider: type[SourceSpider]) -> str:
    """Crawl; returns Scrapy's reason for ending."""
    process = CrawlerProcess(settings(job.source, job.contact, job.loopback, job.seconds))
    crawler: Crawler = process.create_crawler(spider)
    process.crawl(crawler, account=account)
    process.start()
    stats = crawler.stats
    assert stats is not None  # noqa: S101 - made when the crawl began
    if stats.get_value("log_count/CRITICAL") or stats.get_value("spider_exceptions/count"):
        account.broken.append("an unexpected error, see above")
    return str(stats.get_value("finish_reason", "never started"))
