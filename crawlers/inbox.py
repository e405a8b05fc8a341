"""Writes a crawl whole or not at all (fetches.jsonl.zst and crawl.json in one folder), and reads it back."""

import os
import shutil
from collections.abc import Iterable, Iterator
from datetime import datetime
from io import BufferedWriter
from pathlib import Path
from types import TracebackType
from typing import Self

import zstandard

from crawlers.items import Crawl, Fetch

FETCHES = "fetches.jsonl.zst"
ACCOUNT = "crawl.json"
PARTIAL = ".partial-"  # a folder with this prefix is a crawl that was not finished
CHUNK = 1 << 16
LEVEL = 3  # zstd: higher levels gain a tenth for five times the time


class InboxError(Exception):
    """The inbox cannot take or give a crawl; the message says what to do."""


class Writer:
    """Takes fetches one by one into a hidden folder and shows them, with the account, in one rename."""

    def __init__(self, root: Path, crawl_id: str) -> None:
        if not crawl_id or crawl_id.startswith(".") or "/" in crawl_id:
            raise InboxError(f"{crawl_id!r} names no folder: a crawl id has no slash and does not start with a dot")
        self._target = root / crawl_id
        self._partial = root / f"{PARTIAL}{crawl_id}.{os.getpid()}"
        shutil.rmtree(self._partial, ignore_errors=True)
        self._partial.mkdir(parents=True, mode=0o700)
        self._file = (self._partial / FETCHES).open("wb")
        self._stream = zstandard.ZstdCompressor(level=LEVEL).stream_writer(self._file, closefd=False)

    def add(self, fetch: Fetch) -> None:
        """Append one fetch."""
        self._stream.write(fetch.model_dump_json(by_alias=True).encode() + b"\n")

    def finish(self, crawl: Crawl) -> Path:
        """Close, flush to disk and rename; returns the crawl's folder."""
        if self._target.exists():
            raise InboxError(f"crawl {crawl.id} is in the inbox already: give a new crawl an id of its own")
        self._stream.close()  # type: ignore[no-untyped-call]
        _to_disk(self._file)
        with (self._partial / ACCOUNT).open("wb") as account:
            account.write(crawl.model_dump_json(by_alias=True).encode())
            _to_disk(account)
        _folder_to_disk(self._partial)
        self._partial.rename(self._target)
        _folder_to_disk(self._target.parent)
        return self._target

    def abandon(self) -> None:
        """Leave nothing behind; does nothing after `finish`."""
        self._file.close()
        shutil.rmtree(self._partial, ignore_errors=True)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.abandon()


def write(root: Path, crawl: Crawl, fetches: Iterable[Fetch]) -> Path:
    """Put a crawl into the inbox, whole or not at all; returns its folder, which is called by the crawl's id."""
    with Writer(root, crawl.id) as writer:
        for fetch in fetches:
            writer.add(fetch)
        return writer.finish(crawl)


def waiting(root: Path, source: str | None = None) -> list[Path]:
    """Folders of finished crawls whose account can be read, the earliest first; of one source where it is named."""
    found, _ = _accounts(root)
    chosen = [(crawl, path) for path, crawl in found.items() if source is None or crawl.source == source]
    return [path for _, path in sorted(chosen, key=lambda pair: (pair[0].finished_at, pair[0].id))]


def damaged(root: Path) -> list[Path]:
    """Folders of crawls whose account cannot be read, by name; the sweep takes them when they are old enough."""
    return _accounts(root)[1]


def read_crawl(path: Path) -> Crawl:
    """The account of a crawl's folder; raises InboxError where it is damaged or missing."""
    try:
        return Crawl.model_validate_json((path / ACCOUNT).read_bytes())
    except (FileNotFoundError, ValueError):
        told = f"{path.name}: its {ACCOUNT} is damaged: crawl its source again"
        raise InboxError(told) from None  # the cause would quote the account


def _accounts(root: Path) -> tuple[dict[Path, Crawl], list[Path]]:
    """The folders of crawls with their accounts, and those whose account cannot be read."""
    found: dict[Path, Crawl] = {}
    unread = []
    for path in sorted({file.parent for name in (ACCOUNT, FETCHES) for file in root.glob(f"[!.]*/{name}")}):
        try:
            found[path] = read_crawl(path)
        except InboxError:
            unread.append(path)
    return found, unread


def read(path: Path) -> Iterator[Fetch]:
    """The fetches of a crawl's folder, streaming; raises InboxError with the line where the file is damaged."""
    number = 0
    try:
        for line in _lines(path / FETCHES):
            fetch = Fetch.model_validate_json(line)
            number += 1
            yield fetch
    except (zstandard.ZstdError, EOFError, FileNotFoundError, ValueError):
        told = f"{path.name}: damaged after line {number}: crawl its source again"
        raise InboxError(told) from None  # the cause would quote what was fetched


def _lines(file: Path) -> Iterator[bytes]:
    """Decompressed lines; EOFError where the frame ends too early, which zstd's own reader does not tell."""
    frame = zstandard.ZstdDecompressor().decompressobj()
    rest = b""
    with file.open("rb") as compressed:
        while chunk := compressed.read(CHUNK):
            *lines, rest = (rest + frame.decompress(chunk)).split(b"\n")
            yield from lines
    if not frame.eof or rest:
        raise EOFError(file.name)


def sweep(root: Path, before: datetime) -> list[str]:
    """Remove crawls finished before that moment; returns the removed names.

    Halves that a killed crawl left, and crawls whose account is damaged, go by the age of their folder.
    """
    found, unread = _accounts(root)
    over = [path for path, crawl in found.items() if crawl.finished_at < before]
    undated = [*root.glob(f"{PARTIAL}*"), *unread]
    left = [path for path in undated if path.stat().st_mtime < before.timestamp()]
    for path in over + left:
        shutil.rmtree(path)
    return [path.name for path in over + left]


def _to_disk(file: BufferedWriter) -> None:
    file.flush()
    os.fsync(file.fileno())
    file.close()


def _folder_to_disk(path: Path) -> None:
    handle = os.open(path, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
