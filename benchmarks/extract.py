"""Text extraction beside trafilatura and readability-lxml on two sets of saved pages: F1, pages per CPU-second.

Usage: python -m benchmarks.extract [--data ../shared/datasets/extraction] [--rounds 2]
"""

import argparse
import gzip
import json
import re
from collections import Counter
from collections.abc import Callable, Iterator
from pathlib import Path
from statistics import mean
from time import process_time
from typing import NamedTuple

from lxml import html
from readability import Document as Readable
from trafilatura import extract as trafilatura

from crawlers.pages import Unreadable, article, charset, extract_file, plain
from crawlers.pages.facts import facts_of

DATA = Path(__file__).resolve().parents[2] / "shared" / "datasets" / "extraction"
WORDS = re.compile(r"\w+")
SHINGLE = 4  # words; the unit of the article-extraction-benchmark's scorer


class Gold(NamedTuple):
    """A saved page with what a person or a hand-written parser says is in it."""

    path: Path
    body: bytes
    text: str  # "" where only segments are annotated
    wanted: tuple[str, ...]
    unwanted: tuple[str, ...]
    title: str
    day: str
    authors: tuple[str, ...]


def ours(body: bytes) -> str:
    """What production does for a page, metadata too."""
    text = charset.decode(body)
    tree = article.parse(text)
    facts_of(tree, "")
    return article.text_of(tree, text)


def plain_trafilatura(body: bytes) -> str:
    """trafilatura, precision favoured, text only."""
    return trafilatura(body, favor_precision=True, include_comments=False) or ""


def plain_readability(body: bytes) -> str:
    """readability-lxml's summary as text."""
    return plain.tree_text(html.fromstring(Readable(body.decode("utf-8", "replace")).summary()))


SYSTEMS: dict[str, Callable[[bytes], str]] = {
    "weathervane (with metadata)": ours,
    "trafilatura, precision": plain_trafilatura,
    "readability-lxml": plain_readability,
}


def annotated(folder: Path) -> Iterator[Gold]:
    """Trafilatura's own evaluation pages: segments that must and must not be there."""
    for entry in json.loads((folder / "evaldata.json").read_text(encoding="utf-8")).values():
        path = folder / "html" / entry["file"]
        if path.is_file():
            known = (tuple(entry.get("with", ())), tuple(entry.get("without", ())))
            yield Gold(path, gzip.decompress(path.read_bytes()), "", *known, entry.get("title", ""), entry["date"], ())


def modern(folder: Path) -> Iterator[Gold]:
    """News pages with whole bodies; of a publisher's versions the one whose words the page holds."""
    for path in sorted(folder.rglob("*.html.gz")):
        versions = json.loads((path.parent / f"{path.name.split('_')[0]}.json").read_text(encoding="utf-8"))
        body = gzip.decompress(path.read_bytes())
        there = set(WORDS.findall(body.decode("utf-8", "replace")))
        best = max(versions.values(), key=lambda version: _share(_words(version), there))
        authors = tuple(best.get("authors") or ())
        day = str(best.get("publishing_date") or "")[:10]
        yield Gold(path, body, _words(best), (), (), best.get("title") or "", day, authors)


def _words(version: dict[str, dict[str, list[dict[str, list[str]]]]]) -> str:
    body = version.get("body") or {}
    sections = [text for section in body.get("sections", []) for part in section.values() for text in part]
    return "\n".join([*map(str, body.get("summary", [])), *sections])


def _share(text: str, there: set[str]) -> float:
    words = WORDS.findall(text)
    return sum(word in there for word in words) / len(words) if words else 0.0


def score(pages: list[Gold], texts: list[str]) -> float:
    """F1: over all segments where these are annotated, else of the means over pages of 4-word shingles."""
    if not pages[0].text:
        return _by_segments(pages, texts)
    pairs = [_shingles(page.text, text) for page, text in zip(pages, texts, strict=True)]
    precision, recall = mean(pair[0] for pair in pairs), mean(pair[1] for pair in pairs)
    return 2 * precision * recall / (precision + recall)


def _by_segments(pages: list[Gold], texts: list[str]) -> float:
    hits = wrong = missed = 0
    for page, text in zip(pages, texts, strict=True):
        flat = " ".join(text.split())
        found = sum(" ".join(segment.split()) in flat for segment in page.wanted)
        hits, missed = hits + found, missed + len(page.wanted) - found
        wrong += sum(" ".join(segment.split()) in flat for segment in page.unwanted)
    return 2 * hits / (2 * hits + wrong + missed)


def _shingles(gold: str, found: str) -> tuple[float, float]:
    wanted, given = _counted(gold), _counted(found)
    both = sum((wanted & given).values())
    return both / max(sum(given.values()), 1), both / max(sum(wanted.values()), 1)


def _counted(text: str) -> Counter[tuple[str, ...]]:
    words = WORDS.findall(text)
    return Counter(tuple(words[at : at + SHINGLE]) for at in range(max(len(words) - SHINGLE + 1, 1)))


def timed(system: Callable[[bytes], str], pages: list[Gold], rounds: int) -> tuple[list[str], float]:
    """Texts, and pages per CPU-second in the best of the rounds; the first warms the caches."""
    best = float("inf")
    for _ in range(rounds):
        start = process_time()
        texts = [_safe(system, page.body) for page in pages]
        best = min(best, process_time() - start)
    return texts, len(pages) / best


def _safe(system: Callable[[bytes], str], body: bytes) -> str:
    try:
        return system(body)
    except Unreadable:
        return ""
    except Exception as error:  # noqa: BLE001 - the others' slips count as an empty text
        print(f"  ({type(error).__name__})")
        return ""


def metadata(pages: list[Gold]) -> str:
    """How often title, day and authors equal the gold."""
    found = [(page, facts_of(article.parse(charset.decode(page.body)), "")) for page in pages]
    days = [str(facts.published_at)[:10] == page.day for page, facts in found if page.day]
    titles = [facts.title.strip() == page.title.strip() for page, facts in found if page.title]
    authors = [set(facts.author.split("; ")) == set(page.authors) for page, facts in found if page.authors]
    parts = ((f"{name} {mean(hits):.3f} of {len(hits)}") for name, hits in
             (("date", days), ("title", titles), ("authors", authors)) if hits)  # fmt: skip
    return ", ".join(parts)


def main() -> None:
    """Print one table per set, and the speed of the command's own function over all pages."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--data", type=Path, default=DATA)
    parser.add_argument("--rounds", type=int, default=2)
    options = parser.parse_args()
    sets = {
        "annotated segments": list(annotated(options.data / "trafilatura-cc")),
        "modern news": list(modern(options.data / "fundus-en")),
    }
    for name, pages in sets.items():
        print(f"{name}: {len(pages)} pages")
        for system, run in SYSTEMS.items():
            texts, speed = timed(run, pages, options.rounds)
            print(f"  {system:<30} F1 {score(pages, texts):.3f}   {speed:5.1f} pages per CPU-second")
        print(f"  metadata equal to gold: {metadata(pages)}")
    files = [page.path for pages in sets.values() for page in pages]
    start = process_time()
    for path in files:
        extract_file(path)
    print(f"extract_file: {len(files) / (process_time() - start):.1f} pages per CPU-second over {len(files)} files")


if __name__ == "__main__":
    main()
