"""What goes over the pipe between the extract step and a reading process: a length, then JSON."""

import ctypes
import os
import signal
import struct

from crawlers.items import Fetch, Item
from crawlers.pages.page import Page

HEAD = struct.Struct("!Q")
PR_SET_PDEATHSIG = 1


class Question(Item):
    """A page to read."""

    fetch: Fetch


class Answer(Item):
    """The page that came of it, or why none did."""

    page: Page | None = None
    reason: str = ""
    remedy: str = ""


def packed(item: Item) -> bytes:
    """A record as it goes over the pipe."""
    body = item.model_dump_json(by_alias=True).encode()
    return HEAD.pack(len(body)) + body


def take(descriptor: int, size: int) -> bytes:
    """Exactly so many bytes, unbuffered, so that a process forked later misses none; EOFError at the end."""
    data = b""
    while len(data) < size:
        piece = os.read(descriptor, size - len(data))
        if not piece:
            raise EOFError
        data += piece
    return data


def die_with_parent() -> None:
    """Ask the kernel to end this process when its parent ends, however that comes about."""
    ctypes.CDLL(None, use_errno=True).prctl(PR_SET_PDEATHSIG, signal.SIGKILL)
