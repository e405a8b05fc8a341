"""Real local servers, and crawls in real processes of their own."""

import gzip
import json
import subprocess
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread
from typing import Any

import pytest

from crawlers import inbox
from crawlers.items import Crawl, Fetch, SourceState, as_json

NOW = datetime(2026, 9, 13, 12, tzinfo=UTC)


@dataclass
class Page:
    """What a path answers."""

    body: bytes = b""
    content_type: str = "text/html; charset=utf-8"
    status: int = 200
    headers: dict[str, str] = field(default_factory=dict)

    def packed(self) -> "Page":
        """The same, gzipped on the way."""
        return Page(gzip.compress(self.body), self.content_type, self.status, {"Content-Encoding": "gzip"})


class Web:
    """A server whose pages a test sets; remembers what it was asked."""

    def __init__(self, port: int) -> None:
        self.port = port
        self.host = f"127.0.0.1:{port}"
        self.base = f"http://{self.host}"
        self.pages: dict[str, Page] = {}
        self.asked: list[tuple[str, dict[str, str]]] = []

    def put(self, path: str, body: str | bytes, content_type: str = "text/html; charset=utf-8", **headers: str) -> None:
        """Set what a path answers; `_` in a header's name stands for `-`."""
        data = body.replace("BASE", self.base).encode() if isinstance(body, str) else body
        named = {name.replace("_", "-"): value for name, value in headers.items()}
        self.pages[path] = Page(data, content_type, headers=named)

    def paths(self) -> list[str]:
        """The paths asked, in order, without robots.txt."""
        return [path for path, _ in self.asked if path != "/robots.txt"]


@pytest.fixture
def web() -> Iterator[Web]:
    """A server on loopback."""

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_GET(self) -> None:
            served.asked.append((self.path, dict(self.headers)))
            page = served.pages.get(self.path, Page(b"not here", "text/plain", 404))
            etag = page.headers.get("ETag")
            status = 304 if etag and self.headers.get("If-None-Match") == etag else page.status
            body = b"" if status == 304 else page.body
            self.send_response(status)
            for name, value in {"Content-Type": page.content_type, **page.headers}.items():
                self.send_header(name, value)
            if "Content-Length" not in page.headers:
                self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            try:
                self.wfile.write(body)
            except OSError:
                self.close_connection = True
            if "Content-Length" in page.headers:
                self.close_connection = True

        def log_message(self, format: str, *args: Any) -> None:  # noqa: A002
            """Say nothing."""

    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        served = Web(server.server_address[1])
        thread = Thread(target=server.serve_forever, daemon=True)
        thread.start()
        yield served
        server.shutdown()
        thread.join()


def source(spider: str, url: str, **more: Any) -> dict[str, Any]:
    """A source as its YAML would give it, fast enough for a test."""
    register = {"owner": "test", "basis": "test", "licence": "test", "robots": "test"}
    fields = {"fields_kept": ["text"], "fields_dropped": ["author"]}
    given = {"id": "tested", "name": "Tested", "class": "news", "scope": "local", "delay_s": 0}
    return {**given, **register, **fields, "spider": spider, "url": url, **more}


@dataclass
class Done:
    """A finished crawl's process and what it left."""

    code: int
    log: str
    account: Crawl | None
    fetches: list[Fetch]

    @property
    def crawl(self) -> Crawl:
        """The account of a crawl that must have been carried out."""
        assert self.account is not None, self.log
        return self.account

    @property
    def outcomes(self) -> dict[str, int]:
        """Numbers by outcome of what the source was asked."""
        return {name: number for name, number in self.crawl.outcomes.items() if not name.startswith("robots.txt")}

    @property
    def robots(self) -> dict[str, int]:
        """Numbers by outcome of the requests for robots.txt."""
        return {name: number for name, number in self.crawl.outcomes.items() if name.startswith("robots.txt")}


Crawler = Callable[..., Done]


@pytest.fixture
def crawl(tmp_path: Path) -> Crawler:
    """Runs a job in a process of its own."""
    number = 0

    def run(declared: dict[str, Any], *, state: SourceState | None = None, now: datetime = NOW, **more: Any) -> Done:
        nonlocal number
        number += 1
        job = {
            "source": declared,
            "state": as_json(state or SourceState(source=declared["id"])),
            "inbox": str(tmp_path / "inbox"),
            "now": now.isoformat(),
            "crawl_id": f"{declared['id']}.{number}",
            "contact": "tests@example.org",
            "loopback": [],
            "seconds": 30,
            **more,
        }
        path = tmp_path / f"job{number}.json"
        path.write_text(json.dumps(job))
        command = [sys.executable, "-m", "crawlers.spiders", str(path)]
        done = subprocess.run(command, check=False, capture_output=True, text=True, timeout=60)
        folder = tmp_path / "inbox" / f"{declared['id']}.{number}"
        if not folder.exists():
            return Done(done.returncode, done.stderr, None, [])
        return Done(done.returncode, done.stderr, inbox.read_crawl(folder), list(inbox.read(folder)))

    return run
