"""A little local web on loopback: the demo borough's, or a folder of saved files.

`python -m areas.demo.web --port 8090 [--from DIR [--declare FOLDER]]`; `--declare` writes the sources that crawl DIR,
prints what every file is, where it is served and which source asks for it (JSON lines), and ends.
"""

import argparse
import hashlib
import json
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC
from email.utils import format_datetime, parsedate_to_datetime
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread
from typing import Any, Protocol
from urllib.parse import urlsplit

from areas.demo.folder import Folder, address, declare, groups
from areas.demo.saved import survey
from areas.demo.site import Response, Site

HOST = "127.0.0.1"
OK = 200


class Answers(Protocol):
    """Whatever answers paths."""

    def answer(self, path: str, query: str) -> Response | None:
        """The response to a path; None where there is nothing."""


class Handler(BaseHTTPRequestHandler):
    """Answers GET and HEAD, with validators and conditional requests as a well-behaved server does."""

    protocol_version = "HTTP/1.1"
    site: Answers

    def do_GET(self) -> None:
        """Answer a path, or 304 where the caller has it."""
        split = urlsplit(self.path)
        found = self.site.answer(split.path, split.query)
        if found is None:
            self._send(404, Response(b"not found", "text/plain"))
        elif found.status == OK and self._has(found):
            self._send(304, found)
        else:
            self._send(found.status, found)

    def _has(self, found: Response) -> bool:
        """Whether the caller holds this version: by ETag, else by time."""
        if etag := self.headers.get("If-None-Match"):
            return etag == _etag(found)
        since = self.headers.get("If-Modified-Since")
        return bool(since and found.modified and found.modified <= parsedate_to_datetime(since))

    do_HEAD = do_GET  # noqa: N815

    def _send(self, status: int, response: Response) -> None:
        body = response.body if status != 304 and self.command == "GET" else b""
        self.send_response(status)
        self.send_header("Content-Type", response.content_type)
        self.send_header("Content-Length", str(len(body)))
        self.send_header("ETag", _etag(response))
        if response.modified:
            self.send_header("Last-Modified", format_datetime(response.modified.astimezone(UTC), usegmt=True))
        for name, value in response.headers.items():
            self.send_header(name, value)
        if response.link:
            self.send_header("Link", response.link)
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, format: str, *args: Any) -> None:  # noqa: A002
        """Say nothing: paths hold handles."""


def _etag(response: Response) -> str:
    return f'"{hashlib.sha256(response.body).hexdigest()[:16]}"'


@contextmanager
def serve(site: Answers, port: int = 0) -> Iterator[int]:
    """Serve on loopback while the block runs; gives the port."""
    handler = type("Bound", (Handler,), {"site": site})
    with ThreadingHTTPServer((HOST, port), handler) as server:
        thread = Thread(target=server.serve_forever, daemon=True)
        thread.start()
        yield server.server_address[1]
        server.shutdown()
        thread.join()


def main() -> None:
    """Serve until stopped."""
    parser = argparse.ArgumentParser(description="Serve the demo borough's web, or saved files, on loopback.")
    parser.add_argument("--port", type=int, default=8090)
    parser.add_argument("--from", dest="folder", type=Path, help="a folder of saved pages, feeds, API answers and CSV")
    parser.add_argument("--declare", type=Path, help="write the sources for --from here, print what each file is, end")
    parser.add_argument("--home", default="", help="LAD code the declared sources belong to")
    options = parser.parse_args()
    if options.folder and not options.folder.is_dir():
        parser.error(f"{options.folder} is no folder: give one that holds saved files")
    if options.folder and options.declare:
        _declare(options.folder, options.port, options.home, options.declare)
        return
    site: Answers = Folder(options.folder) if options.folder else Site(f"http://{HOST}:{options.port}")
    handler = type("Bound", (Handler,), {"site": site})
    with ThreadingHTTPServer((HOST, options.port), handler) as server:
        server.serve_forever()


def _declare(folder: Path, port: int, home: str, target: Path) -> None:
    target.mkdir(parents=True, exist_ok=True)
    for name, text in declare(folder, port, home).items():
        (target / name).write_text(text, encoding="utf-8")
    guesses = survey(folder)
    asked = groups([guess for guess in guesses if guess.is_source])
    source = {guess.path: name for name, group in asked.items() for guess in group}
    for guess in guesses:
        told = f"{guess.spider}, {guess.kind}" if guess.is_source else f"not a source: {guess.reason}"
        served = {"address": address(guess), "source": source[guess.path]} if guess.is_source else {}
        sys.stdout.write(json.dumps({"file": guess.path, "is": told, **served}) + "\n")


if __name__ == "__main__":
    main()
