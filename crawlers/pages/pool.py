"""Pages read in worker processes that are recycled, and killed when a page takes too long; order and memory kept."""

import selectors
import subprocess
import sys
from collections import deque
from collections.abc import Iterable, Iterator
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime
from time import monotonic
from typing import IO

from crawlers.items import Entry, Fetch, Shape, Source, utc
from crawlers.pages.page import Page, Unreadable
from crawlers.pages.read import attempt
from crawlers.pages.wire import HEAD, Answer, Question, packed, take

AHEAD = 16  # results kept for the sake of order, for each worker
SECOND_AFTER = 24  # pages; for fewer, another interpreter costs more than it saves
SHORT = 4000  # characters of an entry: the worst of them are read in ten milliseconds (tests/crawlers/test_pages.py)
START_S = 60.0  # a fresh worker imports its parsers first
TOO_LONG = Unreadable("took too long", "reading the page did not end in time: keep it for a bug report")
DIED = Unreadable("reader failed", "reading the page ended its process: keep it for a bug report")


@dataclass
class Task:
    """A fetch on its way, and what became of it."""

    fetch: Fetch
    result: Page | Unreadable | None = None


class Slot:
    """One worker process, reading at most one page at a time."""

    def __init__(self, source: Source, now: datetime) -> None:
        command = [sys.executable, "-m", "crawlers.pages.worker", source.model_dump_json(by_alias=True), utc(now)]
        self._process = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE)
        self.task: Task | None = None
        self.deadline = 0.0
        self._warm = False

    @property
    def out(self) -> IO[bytes]:
        """The pipe that answers come from."""
        assert self._process.stdout  # noqa: S101 - made with a pipe
        return self._process.stdout

    def give(self, task: Task, seconds: float) -> None:
        """Hand over a page; raises OSError when the process is gone."""
        assert self._process.stdin  # noqa: S101 - made with a pipe
        self.task = task
        self.deadline = monotonic() + seconds + (0.0 if self._warm else START_S)
        self._process.stdin.write(packed(Question(fetch=task.fetch)))
        self._process.stdin.flush()

    def answer(self) -> None:
        """Take the answer that has begun to come; raises EOFError when the process died of the page."""
        assert self.task  # noqa: S101 - only a busy slot is asked
        descriptor = self.out.fileno()
        answer = Answer.model_validate_json(take(descriptor, HEAD.unpack(take(descriptor, HEAD.size))[0]))
        self.task.result = answer.page or Unreadable(answer.reason, answer.remedy)
        self.task, self._warm = None, True

    def kill(self) -> None:
        """End the worker at once; the child that reads the page dies with it."""
        self._process.kill()
        self._process.wait()
        for pipe in (self._process.stdin, self._process.stdout):
            with suppress(OSError):
                pipe.close()  # type: ignore[union-attr]


class Pool:
    """Slots made as they are needed and replaced when a page breaks them."""

    def __init__(self, source: Source, now: datetime, workers: int, seconds: float) -> None:
        self._made = (source, now)
        self._workers = workers
        self._seconds = seconds
        self._slots: list[Slot] = []
        self._given = 0

    def give(self, task: Task) -> None:
        """Hand a page to a free worker, waiting for one where all are busy."""
        while (slot := self._free()) is None:
            self.wait()
        self._given += 1
        try:
            slot.give(task, self._seconds)
        except OSError:  # it ended between two pages, which is not this page's fault
            self._drop(slot)
            self.give(task)

    def _free(self) -> Slot | None:
        for slot in self._slots:
            if slot.task is None:
                return slot
        if len(self._slots) < (self._workers if self._given >= SECOND_AFTER else 1):
            self._slots.append(Slot(*self._made))
            return self._slots[-1]
        return None

    def wait(self) -> None:
        """Until at least one page is answered or given up."""
        busy = [slot for slot in self._slots if slot.task]
        with selectors.DefaultSelector() as selector:
            for slot in busy:
                selector.register(slot.out, selectors.EVENT_READ, slot)
            ready = selector.select(max(min(slot.deadline for slot in busy) - monotonic(), 0.0))
        for key, _ in ready:
            try:
                key.data.answer()
            except EOFError:
                self._fail(key.data, DIED)
        for slot in busy:
            if slot.task and slot.deadline <= monotonic():
                self._fail(slot, TOO_LONG)

    def _fail(self, slot: Slot, reason: Unreadable) -> None:
        assert slot.task  # noqa: S101 - only a busy slot fails
        slot.task.result = reason
        self._drop(slot)

    def _drop(self, slot: Slot) -> None:
        slot.kill()
        self._slots.remove(slot)

    def close(self) -> None:
        """End all workers."""
        for slot in self._slots:
            slot.kill()


def read_many(
    fetches: Iterable[Fetch], source: Source, now: datetime, workers: int, seconds: float
) -> Iterator[tuple[Fetch, Page | Unreadable]]:
    """Every fetch with its page or the reason there is none, in the order given.

    Pages and long entries are read in up to `workers` processes, `seconds` at most each; a short entry is read here.
    """
    pool = Pool(source, now, workers, seconds)
    window: deque[Task] = deque()
    try:
        for fetch in fetches:
            window.append(_begun(fetch, source, now, pool))
            while window and (window[0].result is not None or len(window) >= AHEAD * workers):
                yield _ended(window, pool)
        while window:
            yield _ended(window, pool)
    finally:
        pool.close()


def _begun(fetch: Fetch, source: Source, now: datetime, pool: Pool) -> Task:
    if fetch.shape is Shape.ENTRY and _length(fetch.entry) <= SHORT:
        return Task(fetch, attempt(fetch, source, now))
    task = Task(fetch)
    pool.give(task)
    return task


def _length(entry: Entry) -> int:
    """Characters that are read of an entry."""
    given = (entry.url, entry.title, entry.text, entry.published, entry.author, entry.place, entry.copy_of)
    return sum(map(len, given))


def _ended(window: deque[Task], pool: Pool) -> tuple[Fetch, Page | Unreadable]:
    """The first of the window, when it is there."""
    while window[0].result is None:
        pool.wait()
    task = window.popleft()
    assert task.result is not None  # noqa: S101 - just waited for
    return task.fetch, task.result
