"""How long a source is left alone: shorter after something new, longer after nothing, within its limits; pure."""

from datetime import datetime, timedelta

from crawlers.items import Crawl, Source, SourceState

SHORTEST, LONGEST = timedelta(minutes=10), timedelta(hours=24)
SOONER = 0.25  # what is new seldom comes alone: three crawls bring a source back from a day to half an hour
LATER = 1.25  # then a wait is about a fifth of the silence before it
EARLY = 0.25  # of the shortest wait: a timetable that starts a minute sooner than last time does not miss its turn


def limits(source: Source) -> tuple[timedelta, timedelta]:
    """The shortest and the longest wait that the catalogue allows.

    `every_min` is what the owner was promised, `longest_min` what the area needs; a source is asked at least twice in
    the silence that its `expect` allows, or it would be called silent without having been asked.
    """
    shortest = max(SHORTEST, timedelta(minutes=source.every_min))
    longest = min(LONGEST, timedelta(minutes=source.longest_min), timedelta(hours=source.expect.silence_h) / 2)
    return shortest, max(shortest, longest)


def after(source: Source, crawl: Crawl, new: int) -> SourceState:
    """The state a crawl leaves, with the wait until the next; `new` counts its new and changed documents.

    A failure says nothing of how often there is news: the wait stays, and the back-off of the state rules.
    """
    shortest, longest = limits(source)
    wait = timedelta(minutes=crawl.state.wait_min) if crawl.state.wait_min else shortest
    failing = crawl.state.retry_at is not None
    if not failing and crawl.state.wait_min:
        wait *= SOONER if new else LATER
    wait = min(max(wait, shortest), longest)
    due = crawl.started_at + (shortest if failing else wait)
    return crawl.state.model_copy(update={"wait_min": wait / timedelta(minutes=1), "due_at": due})


def due(source: Source, state: SourceState, now: datetime) -> bool:
    """Whether a source is to be asked.

    A moment further away than the longest wait was left by another clock (`--now`), and holds nothing up.
    """
    shortest, _ = limits(source)
    if state.due_at is None or state.due_at - now > LONGEST:
        return True
    return now >= state.due_at - EARLY * shortest
