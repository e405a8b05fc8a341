"""Runs one crawl in a process of its own: `python -m crawlers.spiders JOB.json`.

Exit codes: 0 the crawl was carried out and lies in the inbox (a server that was down is a counted outcome),
2 the job is broken, 3 the crawl could not finish and left nothing.
"""

import logging
import sys
from pathlib import Path

from crawlers.inbox import InboxError, Writer
from crawlers.items import Crawl, Outcome
from crawlers.pages.wire import die_with_parent
from crawlers.spiders import KINDS
from crawlers.spiders.account import Account
from crawlers.spiders.job import BrokenJob, Job, read
from crawlers.spiders.process import log_ours_only, run

log = logging.getLogger("crawlers")
DONE, BROKEN, UNFINISHED = 0, 2, 3
FINISHED = frozenset({"finished", "closespider_timeout"})


def main(arguments: list[str]) -> int:
    """Carry out the job of the file named in the arguments; returns the exit code."""
    log_ours_only()
    die_with_parent()
    if len(arguments) != 1:
        log.error("give one file: python -m crawlers.spiders JOB.json")
        return BROKEN
    try:
        job = read(Path(arguments[0]))
        if job.source.spider not in KINDS:
            raise BrokenJob(f"no spider {job.source.spider}: take one of {', '.join(KINDS)}")
        with Writer(job.inbox, job.crawl_id) as writer:
            return _crawl(job, writer)
    except (BrokenJob, InboxError) as error:
        log.error("%s", error)
        return BROKEN


def _crawl(job: Job, writer: Writer) -> int:
    account = Account(job, writer)
    held = _held_back(job)
    reason = "finished"
    if held is not None:
        account.ask(job.source.url)
        account.count(job.source.url, held)
    else:
        reason = run(job, account, KINDS[job.source.spider])
    if account.broken or reason not in FINISHED:
        log.error("crawl %s did not finish (%s): nothing was kept; it is repeated", job.crawl_id, reason)
        for line in account.broken:
            log.error("%s", line)
        return UNFINISHED
    crawl = account.close()
    writer.finish(crawl)
    _tell(crawl)
    return DONE


def _held_back(job: Job) -> Outcome | None:
    """Why a source is not asked at all this time."""
    if not job.source.enabled:
        return Outcome.SWITCHED_OFF
    if job.state.retry_at and job.clock() < job.state.retry_at:
        return Outcome.BACKING_OFF
    return None


def _tell(crawl: Crawl) -> None:
    counts = ", ".join(f"{outcome} {number}" for outcome, number in crawl.outcomes.items()) or "nothing asked"
    log.info("crawl %s of %s: %s; %d refused", crawl.id, crawl.source, counts, len(crawl.refusals))
    for refusal in crawl.refusals:
        log.info("%s: %s: %s", crawl.source, refusal.where, refusal.reason)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
