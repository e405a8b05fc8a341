"""A folder of saved pages, feeds, API answers and tables: what each file is, by name, content or sources.yml."""

import csv
import fnmatch
import gzip
import io
import json
import re
import zlib
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml

from crawlers.items import Kind
from crawlers.objects import entries

DECIDES = "sources.yml"
NOTES = re.compile(r"^(readme|licen[cs]e|copying|sha\d+sums|md5sums|checksums)|\.(md|sha256|sig)$", re.IGNORECASE)
LOOKED_AT = 4000  # bytes
FEED = re.compile(r"<(?:rss|feed|rdf:rdf|channel)\b|<\w+:(?:feed|RDF)\b", re.IGNORECASE)
SITEMAP = re.compile(r"<(?:\w+:)?(?:urlset|sitemapindex)\b", re.IGNORECASE)
MEETING = re.compile(r"<(?:getmeetings|meeting)>", re.IGNORECASE)
PAGE = re.compile(r"<!doctype html|<html|<body|<div|<table|<article|<section|<p[ >]", re.IGNORECASE)
COMMITTEE = re.compile(r"modgov|ModCMIS|mgContent|mgTabTable|mgMainTxt")
COLUMNS = {"published_at", "text"}


@dataclass(frozen=True)
class SourceGuess:
    """What a file is: the spider that reads it and its kind, or why it is no source."""

    path: str  # relative to the folder
    spider: str = ""  # "" where it is no source
    kind: Kind = Kind.NEWS
    url: str = ""  # where it was saved from, if sources.yml says so
    reason: str = ""
    page: bool = False  # an article of its own, reached through a listing

    @property
    def is_source(self) -> bool:
        """Whether a spider reads the file."""
        return bool(self.spider)


def survey(folder: Path) -> list[SourceGuess]:
    """Every file below a folder, in name order, with what it is; `sources.yml` decides where it names a file."""
    rules = _rules(folder / DECIDES)
    files = sorted(path for path in folder.rglob("*") if path.is_file())
    return [_guess(folder, path, rules) for path in files]


def _rules(path: Path) -> dict[str, Mapping[str, str]]:
    """Glob to {spider, kind, url}; the first that fits counts."""
    if not path.is_file():
        return {}
    read = yaml.safe_load(path.read_text(encoding="utf-8")) or {}
    if not isinstance(read, dict) or not all(isinstance(rule, dict) for rule in read.values()):
        raise ValueError(f"{path}: must map globs to {{spider, kind, url}}")
    return read


def _guess(folder: Path, path: Path, rules: Mapping[str, Mapping[str, str]]) -> SourceGuess:
    name = str(path.relative_to(folder))
    for pattern, rule in rules.items():
        if fnmatch.fnmatch(name, pattern):
            page = rule["spider"] == "listing" and not name.endswith((".xml", ".xml.gz"))
            return SourceGuess(name, rule["spider"], Kind(rule["kind"]), rule.get("url", ""), page=page)
    if path.name == DECIDES or NOTES.search(path.name):
        return SourceGuess(name, reason="notes about the files, not a source")
    return _told_by_content(name, content(path))


def content(path: Path) -> bytes:
    """A file's bytes, unpacked where it is gzip, as far as they go where it is cut off."""
    body = path.read_bytes()
    if not body.startswith(b"\x1f\x8b"):
        return body
    try:
        return gzip.decompress(body)
    except (EOFError, OSError, zlib.error):
        return zlib.decompressobj(31).decompress(body[: len(body) - 8], 1 << 20) if len(body) > 32 else b""


def _told_by_content(name: str, body: bytes) -> SourceGuess:
    start = head(body)
    if start.lstrip()[:1] in {"{", "["}:
        return _json(name, body)
    if SITEMAP.search(start):
        return SourceGuess(name, "listing")
    if MEETING.search(start):
        return SourceGuess(name, "moderngov", Kind.COMMITTEE)
    if FEED.search(start) and not re.search("<html|<!doctype html", start, re.IGNORECASE):
        return SourceGuess(name, "feed")
    if PAGE.search(start):
        return SourceGuess(name, "listing", _kind_of_page(body), page=True)
    return _table(name, body, start)


def head(body: bytes) -> str:
    """The first characters, whatever the encoding: enough to tell a format."""
    start = body[:LOOKED_AT]
    for mark, encoding in (
        (b"\xff\xfe", "utf-16"),
        (b"\xfe\xff", "utf-16"),
        (b"<\x00", "utf-16-le"),
        (b"\x00<", "utf-16-be"),
    ):
        if start.startswith(mark):
            return start.decode(encoding, "ignore")
    return start.decode("utf-8", "replace")


def _kind_of_page(body: bytes) -> Kind:
    text = body[: LOOKED_AT * 50].decode("utf-8", "replace")
    if COMMITTEE.search(text):
        return Kind.COMMITTEE
    return Kind.MESSAGE if "tgme_" in text else Kind.NEWS


def recording(data: Any) -> bool:
    """Whether JSON is an answer recorded with its request and headers."""
    return isinstance(data, dict) and "body" in data and "response_headers" in data


def _json(name: str, body: bytes) -> SourceGuess:
    try:
        data = json.loads(body)
    except ValueError:
        return SourceGuess(name, reason="JSON that cannot be read; JSON lines are no source, make them a CSV")
    inner = data["body"] if recording(data) else data
    if isinstance(inner, dict) and "jsonfeed.org" in str(inner.get("version", "")):
        return SourceGuess(name, "feed")
    found = entries(inner, "http://127.0.0.1/")
    if found is None:
        return SourceGuess(name, reason="JSON of no service known here (expected outputs, settings)")
    if not found:
        return SourceGuess(name, reason="an API object without words of its own")
    kind = found[0].kind or Kind.SOCIAL
    return SourceGuess(name, "objects", kind)


def _table(name: str, body: bytes, start: str) -> SourceGuess:
    first = next(csv.reader(io.StringIO(start.removeprefix("\ufeff"))), [])
    columns = {cell.strip().lower() for cell in first}
    if columns >= COLUMNS or (name.endswith(".csv") and columns & COLUMNS):
        return SourceGuess(name, "csv", Kind.SOCIAL)
    if name.endswith(".csv"):
        return SourceGuess(name, reason="a table without published_at and text")
    if name.endswith((".xml", ".rss", ".atom", ".rdf")):
        return SourceGuess(name, "feed")
    return SourceGuess(name, reason="of no kind known here" if body else "empty")
