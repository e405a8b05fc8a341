"""The one JSON file a crawl is started with, and what makes it a broken one."""

from datetime import UTC, datetime
from pathlib import Path
from urllib.parse import urlsplit

from pydantic import AwareDatetime, Field, ValidationError

from crawlers.catalog import is_loopback
from crawlers.items import Item, Source, SourceState


class BrokenJob(Exception):
    """The job cannot be carried out as written; the message says what to mend."""


class Job(Item):
    """What `vane crawl` hands to the process that crawls one source."""

    source: Source
    state: SourceState
    inbox: Path
    now: AwareDatetime | None = None  # a fixed clock for the demo and tests; null means the real one
    crawl_id: str
    contact: str = ""
    loopback: tuple[str, ...] = ()  # host:port that may be fetched though not public
    drop: Path | None = None  # the area's drop folder, for sources whose address is drop:FOLDER
    seconds: float = Field(default=540, gt=0)

    def clock(self) -> datetime:
        """The moment things are fetched at."""
        return self.now or datetime.now(UTC)


def read(path: Path) -> Job:
    """The job of a file; raises BrokenJob with one line that says what to mend."""
    try:
        job = Job.model_validate_json(path.read_bytes())
    except OSError as error:
        raise BrokenJob(f"{path}: {error.strerror}: give the job's file") from error
    except ValidationError as error:
        fault = error.errors(include_url=False)[0]
        field = ".".join(str(part) for part in fault["loc"]) or "the file"
        raise BrokenJob(f"{path}: {field}: {fault['msg']}: mend it") from error
    if job.source.url.startswith("drop:") and job.drop is None:
        raise BrokenJob("no drop folder: `drop` must name the area's folder that the source's address is below")
    if not job.contact.strip() and not is_loopback(urlsplit(job.source.url).hostname or "127.0.0.1"):
        raise BrokenJob("no contact: set VANE_CONTACT to an address that the people we crawl can write to")
    return job
