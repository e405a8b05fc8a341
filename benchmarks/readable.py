"""How many of the texts that an independent plain parser finds in a folder reached both indexes (after `vane real`).

    python -m benchmarks.readable [--from ../shared/fixtures] [--report data/real/report]

Readable means: the standard library's own parsers find 8 words or more, in a language that is read. What is missing is
named with the reason the report gives for its file.
"""

import argparse
import csv
import gzip
import json
import re
from collections import Counter
from collections.abc import Iterator
from html.parser import HTMLParser
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

from crawlers.pages.language import checked
from crawlers.pages.page import Unreadable

FEWEST = 8
WORDS = re.compile(r"[^\W\d_]{2,}")
TAGS = re.compile(r"<[^>]*>")
ENTRY = re.compile(r"<(item|entry)\b.*?</\1>", re.DOTALL)
SAID = frozenset({"content", "text", "body", "selftext", "action", "background", "description"})
ACCOUNT = frozenset({"handle", "acct", "username"})  # a profile is no text: the tool must not have it
SKIPPED = frozenset({"script", "style", "nav", "header", "footer", "aside", "noscript", "head"})


class Plain(HTMLParser):
    """Words of a page outside scripts, navigation and the like."""

    def __init__(self) -> None:
        super().__init__()
        self.words: list[str] = []
        self.depth = 0

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:  # noqa: ARG002, D102
        self.depth += tag in SKIPPED

    def handle_endtag(self, tag: str) -> None:  # noqa: D102
        self.depth -= tag in SKIPPED and self.depth > 0

    def handle_data(self, data: str) -> None:  # noqa: D102
        if not self.depth:
            self.words += [data]


def texts(name: str, body: bytes) -> Iterator[str]:
    """The texts a plain parser finds in a file, one for each entry, object, row or page."""
    plain = (gzip.decompress(body) if name.endswith(".gz") else body).decode("utf-8", errors="replace")
    if ".htm" in name:
        page = Plain()
        page.feed(plain)
        yield " ".join(page.words)
    elif name.endswith(".json"):
        yield from _said(json.loads(plain))
    elif name.endswith(".csv"):
        yield from (row.get("text") or "" for row in csv.DictReader(plain.splitlines()))
    else:
        yield from _entries(plain)


def _said(value: Any) -> Iterator[str]:
    if isinstance(value, list):
        for item in value:
            yield from _said(item)
    elif isinstance(value, dict) and not ACCOUNT & value.keys():
        own = [text for name, text in value.items() if name in SAID and isinstance(text, str)]
        yield TAGS.sub(" ", " ".join(own))
        for item in value.values():
            yield from _said(item)


def _entries(plain: str) -> Iterator[str]:
    try:
        root = ElementTree.fromstring(plain)  # noqa: S314 - our own fixtures, and the parser loads nothing
    except ElementTree.ParseError:
        yield from (TAGS.sub(" ", match[0]) for match in ENTRY.finditer(plain))
        return
    for node in root.iter():
        if str(node.tag).rpartition("}")[2] in {"item", "entry"}:
            yield TAGS.sub(" ", " ".join(node.itertext()))


def readable(text: str) -> bool:
    """Whether there are enough words in a language that is read."""
    if len(WORDS.findall(text)) < FEWEST:
        return False
    try:
        checked(text)
    except Unreadable:
        return False
    return True


def main() -> None:
    """Print the share, and the files where texts are missing."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--from", dest="folder", type=Path, default=Path("../shared/fixtures"))
    parser.add_argument("--report", type=Path, default=Path("data/real/report"))
    options = parser.parse_args()
    files = [json.loads(line) for line in (options.report / "files.jsonl").open(encoding="utf-8")]
    reached = Counter(
        json.loads(line)["file"].split("/", 3)[-1]
        for line in (options.report / "documents.jsonl").open(encoding="utf-8")
        if all(json.loads(line)["indexed"].values())
    )
    there = wanted = aside = 0
    for row in files:
        path = options.folder / row["file"]
        number = sum(map(readable, dict.fromkeys(_safely(path))))  # a thread repeats its posts
        if row["is"].startswith("not a source"):  # notes, sums, expected outputs, settings: named in the report
            aside += number
            continue
        got = min(number, max(reached[row["file"]], row["documents"]))
        wanted, there = wanted + number, there + got
        if got < number:
            why = ", ".join(dict.fromkeys(row["refused"])) or row["is"]
            print(f"  {row['file']}: {number} readable, {got} in both indexes ({why})")
    print(f"{aside} strings of 8 words and more in files that are no sources, each with its reason in files.jsonl")
    print(f"{there} of {wanted} readable texts reached both indexes: {there / max(1, wanted):.1%}")


def _safely(path: Path) -> list[str]:
    try:
        return list(texts(path.name, path.read_bytes()))
    except (ValueError, OSError, EOFError):
        return []


if __name__ == "__main__":
    main()
