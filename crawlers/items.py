"""What crawling hands on: the Source asked, the Fetch it gave, the Crawl's account, the Document made of it."""

from collections.abc import Mapping
from datetime import date, datetime
from enum import StrEnum
from typing import Annotated, Any, Literal

from pydantic import AwareDatetime, BaseModel, ConfigDict, Field, StringConstraints

Slug = Annotated[str, StringConstraints(pattern=r"^[a-z][a-z0-9_]{1,62}$")]


class Item(BaseModel):
    """Base of every record here: frozen, no unknown fields, aware times."""

    model_config = ConfigDict(
        frozen=True,
        extra="forbid",
        populate_by_name=True,
        ser_json_bytes="base64",
        val_json_bytes="base64",
    )


class Kind(StrEnum):
    """What a document is; a source's class uses the same words."""

    SOCIAL = "social"
    COMMENT = "comment"
    MESSAGE = "message"
    NEWS = "news"
    OFFICIAL = "official"
    COMMITTEE = "committee"
    POLICE = "police"
    PETITION = "petition"
    FRONTLINE = "frontline"
    FACTCHECK = "factcheck"


# Kinds whose publisher is the one voice; the others are written by residents.
PUBLISHED = frozenset({Kind.NEWS, Kind.OFFICIAL, Kind.COMMITTEE, Kind.POLICE, Kind.FACTCHECK})


class Scope(StrEnum):
    """How wide a source looks: only a local one makes a text local that names no place."""

    LOCAL = "local"
    REGION = "region"
    NATIONAL = "national"


class Keep(StrEnum):
    """What stays of a text: all of it, or after 24 h the headline, link and 280 characters."""

    TEXT = "text"
    EXCERPT = "excerpt"


class Expect(Item):
    """The least a source gives before somebody should look: documents a crawl, hours of silence."""

    documents: int = Field(default=0, ge=0)
    silence_h: int = Field(default=24 * 7, ge=1)


class Selectors(Item):
    """CSS selectors a listing spider needs: links to follow and, rarely, the next page."""

    links: str = "a[href]"
    next: str = ""


class Source(Item):
    """One public source as its YAML declares it; `crawlers.catalog` is the only reader of the files."""

    id: Slug
    name: str
    class_: Kind = Field(alias="class")
    spider: str
    url: str
    scope: Scope
    home: str = ""  # LAD code the source belongs to; "" where none
    language: str = "en"
    keep: Keep = Keep.TEXT
    delay_s: float = Field(default=5.0, ge=0)
    every_min: int = Field(default=60, ge=5, le=1440)  # the shortest wait between two crawls
    longest_min: int = Field(default=1440, ge=10, le=1440)  # the longest, however seldom it brings something new
    cap: int = Field(default=200, ge=1, le=5000)  # most requests a crawl may make
    follow: bool = True  # a news feed's links lead to the articles; false: its own words are all there is
    expect: Expect = Expect()
    selectors: Selectors = Selectors()
    owner: str
    basis: str
    licence: str
    robots: str
    retention: Kind | Literal[""] = ""  # whose time its texts are kept at the longest; "" means that of its class
    fields_kept: tuple[str, ...]
    fields_dropped: tuple[str, ...]
    enabled: bool = True


class Validator(Item):
    """What a server said of one URL last time, for the conditional GET and the re-visits."""

    etag: str = ""
    last_modified: str = ""
    body_hash: str = ""
    first_fetched: AwareDatetime
    last_fetched: AwareDatetime
    full_fetch: AwareDatetime  # last time the body was fetched without conditions
    visits: int = 1
    page: bool = False  # an article, visited again at 1, 6, 24 and 72 hours; an index is asked at every crawl


class SourceState(Item):
    """What the ledger remembers of a source between two crawls."""

    source: str
    failures: float = 0.0  # hard 1, soft 0.5; a good fetch clears them
    retry_at: AwareDatetime | None = None
    last_success: AwareDatetime | None = None
    wait_min: float = 0.0  # minutes between two crawls, by how often there was something new; 0 before the first
    due_at: AwareDatetime | None = None
    validators: Mapping[str, Validator] = Field(default_factory=dict)


class Outcome(StrEnum):
    """What became of one fetch: exactly one of these is counted for each."""

    FETCHED = "fetched"
    NOT_MODIFIED = "not modified"
    UNCHANGED = "unchanged"
    ROBOTS = "forbidden by robots"
    REFUSED = "refused address"
    OVERSIZED = "oversized"
    CLOSED = "closed"
    NOT_FOUND = "not found"
    SERVER_ERROR = "server error"
    UNREACHABLE = "unreachable"
    TIMEOUT = "timeout"
    UNREADABLE = "unreadable"
    OVER_CAP = "over cap"
    SWITCHED_OFF = "switched off"
    BACKING_OFF = "backing off"
    NOT_DUE = "not due"
    NOT_DECLARED = "not declared"  # its file is refused or gone: it is not asked
    ROBOTS_READ = "robots.txt read"
    ROBOTS_ABSENT = "robots.txt absent"  # 4xx: allows everything
    ROBOTS_FAILED = "robots.txt failed"  # 5xx or no answer: forbids everything


class Shape(StrEnum):
    """What a fetch holds: a page's bytes, or fields a feed, API or CSV gave ready-made."""

    PAGE = "page"
    ENTRY = "entry"


class Entry(Item):
    """A text that came ready-made, from a feed entry, an API object or a CSV row; `text` may be HTML."""

    url: str = ""
    title: str = ""
    text: str = ""
    html: bool = False
    published: str = ""  # as given; `pages` reads it
    author: str = ""  # handle or name; never leaves `extract`
    language: str = ""
    kind: Kind | None = None
    place: str = ""  # a place the reporter named, kept as words
    copy_of: str = ""  # canonical URL of the original where the source declares a syndicated copy


class Fetch(Item):
    """One thing a crawl brought: raw, with where and when; lives in the inbox only."""

    id: str  # running number within the crawl
    url: str
    fetched_at: AwareDatetime
    shape: Shape
    content_type: str = ""
    body: bytes = b""  # base64 in JSON
    entry: Entry = Entry()


class Refusal(Item):
    """A record that a spider could not read: what, why and the remedy."""

    where: str
    reason: str


class Crawl(Item):
    """One crawl's account: numbers by outcome add up to everything that was asked for."""

    id: str
    source: str
    started_at: AwareDatetime
    finished_at: AwareDatetime
    outcomes: Mapping[str, int] = Field(default_factory=dict)
    refusals: tuple[Refusal, ...] = ()
    listed: tuple[str, ...] = ()  # canonical URLs the source listed, fetched or not
    state: SourceState


class Sample(Item):
    """One text that a source would give: as it would be read, or, of a page not fetched yet, its address alone."""

    url: str = ""
    title: str = ""
    text: str = ""
    published_at: AwareDatetime | None = None


class Probe(Item):
    """What one answer of a possible source holds, and which spider reads it; `fault` says why none does."""

    spider: str = ""
    url: str = ""
    name: str = ""
    class_: Kind = Field(default=Kind.NEWS, alias="class")
    texts: int = 0  # ready-made in the answer
    leads: int = 0  # addresses it would ask next
    samples: tuple[Sample, ...] = ()  # the first few
    links: str = ""  # CSS selector that takes a listing's headlines, where there is one
    better: tuple[str, ...] = ()  # "spider address" of what the page names and is the better source
    article: Sample | None = None  # the page's own text, where it has one
    refusals: tuple[Refusal, ...] = ()
    fault: str = ""


class Document(Item):
    """A redacted text with its place in time and provenance; the noun that flows from here on."""

    id: str  # keyed hash of source and canonical URL, or of the content where there is no URL
    version: int = 1
    source: str
    class_: Kind = Field(alias="class")
    kind: Kind
    scope: Scope
    home: str = ""
    url: str = ""
    title: str = ""
    text: str
    place: str = ""
    published_at: AwareDatetime
    fetched_at: AwareDatetime
    first_fetched_at: AwareDatetime
    language: str = "en"
    voice: str  # keyed with the key of `voice_day`
    voice_day: date
    story: str = ""  # id of the original where the source declares a syndicated copy
    keep: Keep = Keep.TEXT
    retention: str
    content_hash: str

    @property
    def full_text(self) -> str:
        """What is read: the title, a blank line and the text; every offset of a reading counts in this."""
        return f"{self.title}\n\n{self.text}" if self.title else self.text


def as_json(item: BaseModel) -> dict[str, Any]:
    """The record as JSON values, with the field names that files and stores use."""
    return item.model_dump(mode="json", by_alias=True)


def utc(moment: datetime) -> str:
    """ISO 8601 of an aware moment, as every file here writes it."""
    return moment.isoformat()
