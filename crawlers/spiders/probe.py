"""Looks at one possible source: `python -m crawlers.spiders.probe JOB.json [FILE]` prints a Probe as JSON.

The job is that of a crawl, its source's spider left open. Without FILE the address is fetched once, as a crawl would:
guarded, robots.txt obeyed. Exit codes: 0 looked at (the Probe says whether a spider fits), 2 the job is broken.
"""

import json
import logging
import re
import sys
import tempfile
from html import unescape
from pathlib import Path
from typing import Any

from scrapy.http import Response

from crawlers import inbox
from crawlers.inbox import Writer
from crawlers.items import Probe
from crawlers.pages.files import content
from crawlers.pages.page import Unreadable
from crawlers.pages.wire import die_with_parent
from crawlers.spiders.account import Account
from crawlers.spiders.base import Found, SourceSpider
from crawlers.spiders.fitting import Answer, fit
from crawlers.spiders.job import BrokenJob, Job, read
from crawlers.spiders.process import log_ours_only, run
from crawlers.spiders.text import json_of

log = logging.getLogger("crawlers")
HEAD = 100_000  # bytes in which a page names itself
LINKS = re.compile(rb"<(?:\w+:)?link\b[^>]{1,1000}>", re.IGNORECASE)
OWN = re.compile(rb"""\brel\s*=\s*["']?(?:canonical|self)\b""", re.IGNORECASE)
ADDRESS = re.compile(rb"""\bhref\s*=\s*["']?(https?://[^"'\s>]+)""", re.IGNORECASE)


class OnceSpider(SourceSpider):
    """Asks the source's address and nothing else."""

    name = "once"

    def read(self, response: Response) -> Found:
        """The answer's bytes, whatever they are."""
        yield from self.read_page(response)


def main(arguments: list[str]) -> int:
    """Look at the address of the job, or at a saved file; returns the exit code."""
    log_ours_only()
    die_with_parent()
    if len(arguments) not in {1, 2}:
        log.error("give one job, and a saved file if there is one: python -m crawlers.spiders.probe JOB.json [FILE]")
        return 2
    try:
        job = read(Path(arguments[0]))
    except BrokenJob as error:
        log.error("%s", error)
        return 2
    found = _saved(job, Path(arguments[1])) if len(arguments) > 1 else _fetched(job)
    sys.stdout.write(found.model_dump_json(by_alias=True) + "\n")
    return 0


def _fetched(job: Job) -> Probe:
    with tempfile.TemporaryDirectory() as folder:
        with Writer(Path(folder), job.crawl_id) as writer:
            account = Account(job, writer)
            reason = run(job, account, OnceSpider)
            crawl = account.close()
            path = writer.finish(crawl)
        fetch = next(inbox.read(path), None)
    if fetch is None:
        told = [*(refusal.reason for refusal in crawl.refusals), *account.broken]
        return Probe(url=job.source.url, fault="; ".join(told) or f"nothing came ({reason})")
    return fit(job, Answer(fetch.url, fetch.body, fetch.content_type))


def _saved(job: Job, path: Path) -> Probe:
    try:
        body = content(path)
    except Unreadable as error:
        return Probe(url=job.source.url, fault=str(error))
    return fit(job, _unwrapped(Answer(_own_address(body) or job.source.url, body, "")))


def _own_address(body: bytes) -> str:
    """Where a saved page or feed says it is from, "" where it does not."""
    for tag in LINKS.findall(body[:HEAD]):
        found = ADDRESS.search(tag)
        if found and OWN.search(tag):
            return unescape(found[1].decode("utf-8", "replace"))
    return ""


def _unwrapped(answer: Answer) -> Answer:
    """What a server said, where the file is a recording of it with request and headers."""
    try:
        data: Any = json_of(answer.body)
    except (ValueError, RecursionError):
        return answer
    if not isinstance(data, dict) or not {"body", "response_headers"} <= data.keys():
        return answer
    inner, asked = data["body"], data.get("request")
    url = asked.get("url") if isinstance(asked, dict) else asked
    body = inner if isinstance(inner, str) else json.dumps(inner)
    return Answer(url if isinstance(url, str) and url.startswith("http") else answer.url, body.encode(), "")


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
