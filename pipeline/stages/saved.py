"""What became of every saved file: texts, refusals with their reasons, else how its crawl ended; none is left out."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from urllib.parse import unquote, urlsplit

from pydantic import BaseModel, ConfigDict, Field

from crawlers.items import Crawl
from crawlers.persons import without_handle

READ, REFUSED, NO_SOURCE = "read", "refused", "no source"
NO_TEXT = "fetched: it holds no text of its own"


class SavedFile(BaseModel):
    """A file of the folder as it was declared: what it is, and where its texts are asked for."""

    model_config = ConfigDict(frozen=True, extra="forbid", populate_by_name=True)

    file: str  # its path below the folder
    told: str = Field(alias="is")  # spider and kind, or why it is no source
    address: str = ""  # path it is served at; "" where it is no source
    source: str = ""  # id of the source that asks for it


class FileOutcome(BaseModel):
    """One line of the report on files: every source file has documents, refusals, or an outcome that says why not."""

    model_config = ConfigDict(frozen=True, extra="forbid", populate_by_name=True)

    file: str
    told: str = Field(alias="is")
    documents: int  # texts read from it, one that it holds twice counted twice
    refused: tuple[str, ...]  # reasons, of its records or of the whole file
    outcome: str


def place(url: str) -> str:
    """The path of an address as files are told apart by: without query, record and handle, nothing percent-encoded."""
    return unquote(urlsplit(without_handle(url)).path)


def outcomes(
    files: Iterable[SavedFile],
    documents: Mapping[str, Sequence[str]],
    refused: Mapping[str, Sequence[str]],
    crawls: Sequence[Crawl],
) -> Iterator[FileOutcome]:
    """What became of each file, in order.

    `documents` and `refused` hold ids and reasons by the address fetched (a row's ends in `#row=N`), `crawls` the
    accounts of the crawls, with what the spiders refused.
    """
    made: Counter[str] = Counter()
    for url, ids in documents.items():
        made[place(url)] += len(ids)
    reasons = _reasons(refused, crawls)
    accounts = {crawl.source: crawl for crawl in crawls}
    served: dict[str, SavedFile] = {}
    for item in files:
        here = place(item.address)
        if not item.address:
            yield _line(item, outcome=NO_SOURCE)
        elif (first := served.setdefault(here, item)) is not item:
            yield _line(item, outcome=_beside(item, first))
        else:
            outcome = READ if made[here] else REFUSED if reasons[here] else _unread(item, accounts.get(item.source))
            yield _line(item, made[here], reasons[here], outcome)


def _line(item: SavedFile, documents: int = 0, refused: Sequence[str] = (), outcome: str = "") -> FileOutcome:
    return FileOutcome(file=item.file, told=item.told, documents=documents, refused=tuple(refused), outcome=outcome)


def _reasons(refused: Mapping[str, Sequence[str]], crawls: Sequence[Crawl]) -> defaultdict[str, list[str]]:
    """Reasons by place: those of the spiders, then those of reading."""
    found: defaultdict[str, list[str]] = defaultdict(list)
    for crawl in crawls:
        for refusal in crawl.refusals:
            found[place(refusal.where)].append(refusal.reason)
    for url, reasons in refused.items():
        found[place(url)] += reasons
    return found


def _beside(item: SavedFile, first: SavedFile) -> str:
    """Why a file has no numbers of its own: another one answers at its address, or cannot be told from it."""
    if item.address == first.address:
        return f"not asked: {first.file} is served at the same address"
    return f"counted with {first.file}: without handles their addresses are one"


def _unread(item: SavedFile, crawl: Crawl | None) -> str:
    """How the crawl ended for a file of which there is neither a text nor a refusal."""
    if crawl is None:
        return f"not crawled: source {item.source} was refused, see the log"
    if place(item.address) in {place(url) for url in crawl.state.validators}:
        return NO_TEXT
    numbers = ", ".join(f"{outcome} {number}" for outcome, number in crawl.outcomes.items())
    others = "".join(f"; {refusal.reason}" for refusal in crawl.refusals if place(refusal.where).startswith("/_lists/"))
    return f"not fetched: crawl of {item.source}: {numbers}{others}"
