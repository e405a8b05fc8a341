"""What every response carries and what no request may exceed, at the edge of the application."""

from typing import Final

from starlette.datastructures import Headers, MutableHeaders
from starlette.responses import PlainTextResponse
from starlette.types import ASGIApp, Message, Receive, Scope, Send

BODY: Final = 256 * 1024  # bytes; the longest paste is 5,000 characters
POLICY: Final = "; ".join(
    (
        "default-src 'none'",
        "style-src 'self'",
        "img-src 'self'",
        "font-src 'self'",
        "script-src 'self'",
        "form-action 'self'",
        "frame-ancestors 'none'",
        "base-uri 'none'",
    )
)
SECURITY: Final = {
    "Content-Security-Policy": POLICY,
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Referrer-Policy": "no-referrer",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=(), payment=()",
}
CACHEABLE: Final = ("/assets/", "/static/")  # all else may hold texts


class Edge:
    """ASGI middleware: security headers, no caching of pages, a limit for bodies, and the session's cookies."""

    def __init__(self, app: ASGIApp, *, https: bool) -> None:
        self.app = app
        self.https = https

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass one request on; a body that is too long, or whose length nobody says, is refused."""
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return

        async def with_headers(message: Message) -> None:
            if message["type"] == "http.response.start":
                self._complete(scope, MutableHeaders(scope=message))
            await send(message)

        refused = _too_long(scope)
        await (refused or self.app)(scope, receive, with_headers)

    def _complete(self, scope: Scope, headers: MutableHeaders) -> None:
        for name, value in SECURITY.items():
            headers[name] = value
        headers["Cache-Control"] = "max-age=3600" if scope["path"].startswith(CACHEABLE) else "no-store"
        if self.https:
            headers["Strict-Transport-Security"] = "max-age=31536000"
        for cookie in scope.get("state", {}).get("cookies", []):
            headers.append("Set-Cookie", cookie)


def _too_long(scope: Scope) -> PlainTextResponse | None:
    headers = Headers(scope=scope)
    if scope["method"] in {"GET", "HEAD"}:
        return None
    length = headers.get("content-length", "")
    if not length.isdigit():
        return PlainTextResponse("Say how long the form is (Content-Length).", status_code=411)
    if int(length) > BODY:
        return PlainTextResponse("The form is too long: shorten the text and send it again.", status_code=413)
    return None


def set_cookie(scope: Scope, name: str, value: str, *, https: bool, age: int) -> None:
    """Have the response set a cookie that no script reads and no other site sends; age in seconds."""
    parts = [f"{name}={value}", "Path=/", f"Max-Age={age}", "HttpOnly", "SameSite=Strict"]
    if https:
        parts.append("Secure")
    scope.setdefault("state", {}).setdefault("cookies", []).append("; ".join(parts))
