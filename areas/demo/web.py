"""The demo's little local web on loopback: `python -m areas.demo.web --port 8090`."""

import argparse
import hashlib
from collections.abc import Iterator
from contextlib import contextmanager
from email.utils import format_datetime
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread
from typing import Any, Protocol
from urllib.parse import urlsplit

from areas.demo.site import Response, Site

HOST = "127.0.0.1"


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
        elif self.headers.get("If-None-Match") == _etag(found):
            self._send(304, found)
        else:
            self._send(200, found)

    do_HEAD = do_GET  # noqa: N815

    def _send(self, status: int, response: Response) -> None:
        body = response.body if status != 304 and self.command == "GET" else b""
        self.send_response(status)
        self.send_header("Content-Type", response.content_type)
        self.send_header("Content-Length", str(len(body)))
        self.send_header("ETag", _etag(response))
        if response.modified:
            self.send_header("Last-Modified", format_datetime(response.modified))
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
    parser = argparse.ArgumentParser(description="Serve the demo borough's web on loopback.")
    parser.add_argument("--port", type=int, default=8090)
    options = parser.parse_args()
    handler = type("Bound", (Handler,), {"site": Site(f"http://{HOST}:{options.port}")})
    with ThreadingHTTPServer((HOST, options.port), handler) as server:
        server.serve_forever()


if __name__ == "__main__":
    main()
