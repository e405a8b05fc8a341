"""A reading process: imports once, then forks a fresh child for every few hundred pages, since parsers' caches grow."""

import os
import resource
import sys
from datetime import datetime

from crawlers.items import Source
from crawlers.pages.page import Unreadable
from crawlers.pages.read import attempt
from crawlers.pages.wire import HEAD, Answer, Question, die_with_parent, packed, take

PAGES = 200  # a child reads; then the next takes over
MEMORY = 3 << 30  # bytes of address space: a page that wants more is not worth the machine
OVER = 3  # exit code of a child that found its input at an end


def main(source: Source, now: datetime) -> int:
    """Serve pages from standard input until it ends."""
    die_with_parent()
    while True:
        child = os.fork()
        if not child:
            os._exit(_serve(source, now))
        _, status = os.waitpid(child, 0)
        if status:
            return 0 if os.waitstatus_to_exitcode(status) == OVER else 1


def _serve(source: Source, now: datetime) -> int:
    die_with_parent()
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
    for _ in range(PAGES):
        try:
            body = take(0, HEAD.unpack(take(0, HEAD.size))[0])
        except EOFError:
            return OVER
        reply = packed(_answer(Question.model_validate_json(body), source, now))
        while reply:
            reply = reply[os.write(1, reply) :]
    return 0


def _answer(question: Question, source: Source, now: datetime) -> Answer:
    result = attempt(question.fetch, source, now)
    if isinstance(result, Unreadable):
        return Answer(reason=result.reason, remedy=result.remedy)
    return Answer(page=result)


if __name__ == "__main__":
    sys.exit(main(Source.model_validate_json(sys.argv[1]), datetime.fromisoformat(sys.argv[2])))
