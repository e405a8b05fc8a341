"""Crawls in processes of their own, as the crawlers' tests make them."""

from tests.crawlers.conftest import crawl

__all__ = ["crawl"]
