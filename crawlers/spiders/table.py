"""CSV drops, over HTTP or in the area's drop folder: a text a row, a bad row refused by its number."""

import csv
import io
import re
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import urljoin

from scrapy import Request
from scrapy.http import Response

from crawlers.items import Entry, Fetch, Kind, Outcome
from crawlers.pages import charset
from crawlers.pages.dates import when
from crawlers.pages.page import Unreadable
from crawlers.settings import LARGEST
from crawlers.spiders import visits
from crawlers.spiders.account import Malformed
from crawlers.spiders.base import Found, SourceSpider

NEEDED = ("published_at", "text")
OPTIONAL = ("url", "kind", "place", "voice")
# What a spreadsheet would run: = anything, or a function call behind another sign. "- bins again" is a text.
FORMULA = re.compile(r"^\s*(?:=|[+\-@]\s*[A-Za-z_.]+\s*[(|!]|[+\-]\s*\d+\s*[+\-*/])|^[\t\r]")
LONGEST = 100_000  # characters of a cell


class TableSpider(SourceSpider):
    """Reads `published_at,text[,url,kind,place,voice]`."""

    name = "csv"

    def first(self) -> Iterator[Request]:
        """A file over HTTP, or every file of the drop folder, which is read at once."""
        if not self.source.url.startswith("drop:"):
            yield from super().first()
            return
        for path in self._dropped():
            self._file(path)

    def _dropped(self) -> list[Path]:
        assert self.job.drop is not None  # noqa: S101 - a job without it is broken
        folder = self.job.drop / self.source.url.removeprefix("drop:")
        return sorted(path for path in folder.glob("*.csv") if path.is_file() and not path.is_symlink())

    def _file(self, path: Path) -> None:
        url = f"{self.source.url}/{path.name}"
        if not self.account.ask(url, seed=True):
            return
        if path.stat().st_size > LARGEST:
            self.account.count(url, Outcome.OVERSIZED, "larger than 8 MB: split the file")
            return
        body = path.read_bytes()
        known = self.account.validators.get(url)
        if known and known.body_hash == visits.fingerprint(body):
            self.account.validators[url] = visits.seen(known, self.now, {}, body, page=False, conditional=True)
            self.account.count(url, Outcome.UNCHANGED)
            return
        try:
            for fetch in list(self._rows(url, body, "")):
                self.account.put(fetch)
        except Malformed as error:
            self.account.count(url, Outcome.UNREADABLE, str(error))
            return
        self.account.validators[url] = visits.seen(known, self.now, {}, body, page=False, conditional=False)
        self.account.count(url, Outcome.FETCHED)

    def read(self, response: Response) -> Found:
        """The rows of a file that came over HTTP."""
        kind = bytes(response.headers.get("Content-Type", b"") or b"").decode("latin-1")
        yield from self._rows(response.url, response.body, kind)

    def _rows(self, url: str, body: bytes, content_type: str) -> Iterator[Fetch]:
        try:
            text = charset.decode(body, content_type)
        except Unreadable as error:
            raise Malformed(error.reason, error.remedy) from error
        rows = csv.reader(io.StringIO(text, newline=""), strict=True)
        try:
            columns = _columns(next(rows, []))
            for row in rows:
                if any(cell.strip() for cell in row):
                    yield from self._row(url, rows.line_num, row, columns)
        except csv.Error as error:
            raise Malformed("malformed CSV", f"line {rows.line_num}: {error}: save it again as CSV") from error

    def _row(self, url: str, line: int, row: list[str], columns: dict[str, int]) -> Iterator[Fetch]:
        cells = {name: row[at].strip() if at < len(row) else "" for name, at in columns.items()}
        fault = _fault(cells)
        where = f"{url}#row={line}"
        if fault:
            self.account.refuse(where, f"row {line}: {fault}")
            return
        if cells.get("url"):
            self.account.list(urljoin(where, cells["url"]))
        entry = Entry(
            url=cells.get("url", ""),
            text=cells["text"],
            published=cells["published_at"],
            author=cells.get("voice", ""),
            kind=Kind(cells["kind"]) if cells.get("kind") else None,
            place=cells.get("place", ""),
        )
        yield self.account.entry(where, entry)


def _columns(head: list[str]) -> dict[str, int]:
    """Where the columns are that are read; the others are dropped unread."""
    names = [name.strip().lower() for name in head]
    missing = [name for name in NEEDED if name not in names]
    if missing:
        raise Malformed("missing column", f"the first line has no {missing[0]}: it must name {', '.join(NEEDED)}")
    return {name: names.index(name) for name in (*NEEDED, *OPTIONAL) if name in names}


def _fault(cells: dict[str, str]) -> str:
    """Why a row is refused, "" where it is good."""
    formula = next((name for name, cell in cells.items() if FORMULA.match(cell)), "")
    if formula:
        return f"a formula in {formula}: write it as text"
    if not cells["text"]:
        return "no text: write one, or take the row out"
    if max(map(len, cells.values())) > LONGEST:
        return f"a cell of more than {LONGEST:,} characters: look for an open quotation mark above"
    if when(cells["published_at"]) is None:
        return "published_at is no date: write it like 2026-09-07T18:20:00+01:00"
    if cells.get("kind") and cells["kind"] not in set(Kind):
        return f"kind is none that is known: take one of {', '.join(Kind)}"  # never the cell: it may hold a name
    return ""
