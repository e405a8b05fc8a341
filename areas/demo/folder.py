"""Serves a folder of saved files as the web they came from, and declares the sources that crawl it."""

import json
import re
from collections import defaultdict
from collections.abc import Mapping
from html import escape
from pathlib import Path
from typing import Any
from urllib.parse import quote, urlsplit

import yaml

from areas.demo.saved import SourceGuess, recording, survey
from areas.demo.site import Response

LISTS = "/_lists/"
TYPES = {"listing": "text/html", "csv": "text/csv", "moderngov": "text/xml"}
KEPT_HEADERS = frozenset({"content-type", "link", "etag", "last-modified", "retry-after"})
MOST = 5000  # requests a crawl may make, the most the catalogue allows


class Folder:
    """Answers for every source file below a folder; recordings as they were recorded."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def answer(self, path: str, query: str) -> Response | None:  # noqa: ARG002 - a saved answer has one form
        """A saved file, or the list of a group's files; None where there is nothing."""
        guesses = [guess for guess in survey(self.folder) if guess.is_source]
        if path.startswith(LISTS):
            group = groups(guesses).get(path.removeprefix(LISTS))
            return _list(group) if group else None
        found = next((guess for guess in guesses if address(guess) == path), None)
        return _served(self.folder / found.path, found) if found else None


def address(guess: SourceGuess) -> str:
    """The path a file is served at: where it lies, or below the host it was saved from."""
    if not guess.url:
        return "/" + quote(guess.path)
    parts = urlsplit(guess.url)
    whole = parts.path.rsplit("/", 1)[-1]
    path = parts.path if "." in whole else f"{parts.path.rstrip('/')}/{quote(Path(guess.path).name)}"
    return f"/{parts.netloc}{path}"


def groups(guesses: list[SourceGuess]) -> dict[str, list[SourceGuess]]:
    """Files of one folder, spider and kind are one source; by the source's id."""
    found: dict[str, list[SourceGuess]] = defaultdict(list)
    for guess in guesses:
        where = str(Path(guess.path).parent).replace("/", "_").replace(".", "")
        role = "pages" if guess.page else guess.spider
        slug = re.sub(r"[^a-z0-9]+", "_", f"{where}_{role}_{guess.kind}".lower()).strip("_")
        found[(slug if slug[0].isalpha() else f"files_{slug}")[:60]].append(guess)
    return dict(found)


def _list(group: list[SourceGuess]) -> Response:
    """A listing page for pages; for answers the plain list of addresses that every spider reads."""
    if not group[0].page:
        return Response("\n".join(address(guess) for guess in group).encode(), "text/uri-list")
    items = "".join(f'<li><a href="{escape(address(guess))}">{escape(guess.path)}</a></li>' for guess in group)
    return Response(f"<html><body><main><ul>{items}</ul></main></body></html>".encode(), "text/html; charset=utf-8")


def _served(path: Path, guess: SourceGuess) -> Response:
    body = path.read_bytes()
    if body.lstrip()[:1] in {b"{", b"["}:
        return _json(body)
    packed = body.startswith(b"\x1f\x8b") and guess.page
    kind = TYPES.get(guess.spider, "application/xml") if guess.page or guess.spider != "listing" else "application/xml"
    return Response(body, kind, headers={"Content-Encoding": "gzip"} if packed else {})


def _json(body: bytes) -> Response:
    data = json.loads(body)
    if not recording(data):
        return Response(body, "application/json")
    headers = {
        name.title(): _one(value) for name, value in data["response_headers"].items() if name.lower() in KEPT_HEADERS
    }
    status = data.get("status") or 200
    code = int(status["code"] if isinstance(status, dict) else status)
    inner = data["body"]
    text = inner if isinstance(inner, str) else json.dumps(inner, ensure_ascii=False)
    kind = headers.pop("Content-Type", "application/json")
    return Response(text.encode(), kind, status=code, headers=headers)


def _one(value: Any) -> str:
    return str(value[0] if isinstance(value, list) else value)


def declare(folder: Path, port: int, home: str = "") -> dict[str, str]:
    """Source files (name to YAML) for everything readable in a folder that `web.py --from` serves at `port`."""
    found = groups([guess for guess in survey(folder) if guess.is_source])
    return {f"{name}.yml": _declared(name, group, port, home) for name, group in found.items()}


def _declared(name: str, group: list[SourceGuess], port: int, home: str) -> str:
    path = address(group[0]) if len(group) == 1 and not group[0].page else LISTS + name
    as_it_is = "?saved" if group[0].spider == "moderngov" else ""  # else the spider takes it for a service's base
    fields: Mapping[str, Any] = {
        "id": name,
        "name": f"Saved: {Path(group[0].path).parent} ({group[0].spider})",
        "class": group[0].kind.value,
        "spider": group[0].spider,
        "url": f"http://127.0.0.1:{port}{path}{as_it_is}",
        "scope": "national",
        "home": home,
        "delay_s": 0,
        "cap": MOST,
        "follow": False,  # the articles that a saved feed names are not beside it
        "owner": "whoever saved the folder",
        "basis": "a trial on saved files, on this machine only",
        "licence": "as in the folder's own notes",
        "robots": "served on loopback",
        "fields_kept": ["url", "title", "text", "published_at"],
        "fields_dropped": ["author", "account", "avatar"],
    }
    return yaml.safe_dump(dict(fields), sort_keys=False, allow_unicode=True)
