"""An HTTP server that stands before Elasticsearch and answers 429 to the first bulk requests."""

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.client import HTTPConnection
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import urlsplit

BUSY = b'{"error":{"type":"es_rejected_execution_exception","reason":"full"},"status":429}'


class Front(ThreadingHTTPServer):
    """Passes requests on; `refusals` bulk requests are answered with 429 first, `bulks` counts them all."""

    def __init__(self, behind: str, refusals: int) -> None:
        super().__init__(("127.0.0.1", 0), Handler)
        self.behind = urlsplit(behind)
        self.refusals = refusals
        self.bulks = 0
        self.lock = threading.Lock()

    @property
    def url(self) -> str:
        """Where it listens."""
        return f"http://127.0.0.1:{self.server_address[1]}"

    def refuses(self, path: str) -> bool:
        """Count a request; whether it is one to refuse."""
        with self.lock:
            if "/_bulk" not in path:
                return False
            self.bulks += 1
            return self.bulks <= self.refusals


class Handler(BaseHTTPRequestHandler):
    """One request, passed on or refused."""

    server: Front
    protocol_version = "HTTP/1.1"

    def _pass(self) -> None:
        body = self.rfile.read(int(self.headers.get("Content-Length", 0)))
        status, kind, answer = (429, "application/json", BUSY) if self.server.refuses(self.path) else self._asked(body)
        self.send_response(status)
        self.send_header("X-Elastic-Product", "Elasticsearch")
        self.send_header("Content-Type", kind)
        self.send_header("Content-Length", str(len(answer)))
        self.end_headers()
        if self.command != "HEAD":
            self.wfile.write(answer)

    def _asked(self, body: bytes) -> tuple[int, str, bytes]:
        behind = HTTPConnection(self.server.behind.hostname or "", self.server.behind.port)
        headers = {name: self.headers[name] for name in ("Content-Type", "Accept") if self.headers[name]}
        behind.request(self.command, self.path, body, headers)
        answer = behind.getresponse()
        return answer.status, answer.headers.get("Content-Type", "application/json"), answer.read()

    do_GET = do_POST = do_PUT = do_DELETE = do_HEAD = _pass  # noqa: N815 - http.server's names

    def log_message(self, *_: object) -> None:
        """Say nothing."""


@contextmanager
def front(behind: str, refusals: int) -> Iterator[Front]:
    """A front that serves while the block runs."""
    server = Front(behind, refusals)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    try:
        yield server
    finally:
        server.shutdown()
        server.server_close()
