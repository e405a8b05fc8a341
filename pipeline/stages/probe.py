"""Looks at a possible source, fetched as a crawl would or saved in a file, in a process that imports Scrapy."""

import json
import subprocess
import sys
import tempfile
from datetime import datetime
from pathlib import Path
from urllib.parse import urlsplit

from pydantic import ValidationError

from crawlers import catalog
from crawlers.items import Kind, Probe, Scope, Source, SourceState, as_json
from pipeline.errors import VaneError
from pipeline.settings import Settings

SECONDS = 120
SAVED = "https://example.org/"  # stands for the address of a file, which seldom says where it is from


def probe(settings: Settings, where: str, now: datetime) -> Probe:
    """What a possible source holds and which spider reads it; `where` is an address or a file.

    Raises VaneError where there is neither, or where the address is one that no catalogue may name.
    """
    source = _source(where)
    file = [] if source.url == where else [str(_file(where))]
    job = {
        "source": as_json(source),
        "state": as_json(SourceState(source=source.id)),
        "inbox": "unused",
        "now": now.isoformat(),
        "crawl_id": "probe",
        "contact": settings.contact if not file else "a file",
        "loopback": list(settings.loopback),
        "seconds": SECONDS,
    }
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "job.json"
        path.write_text(json.dumps(job), encoding="utf-8")
        return _answered([sys.executable, "-m", "crawlers.spiders.probe", str(path), *file])


def _answered(command: list[str]) -> Probe:
    try:
        done = subprocess.run(command, check=False, capture_output=True, text=True, timeout=SECONDS + 60)
    except subprocess.TimeoutExpired as error:
        raise VaneError("looking at it did not end in time: save it to a file and look at that") from error
    try:
        return Probe.model_validate_json(done.stdout)
    except ValidationError as error:
        last = (done.stderr.strip().splitlines() or ["no reason given"])[-1]
        raise VaneError(f"it could not be looked at: {last}") from error


def _source(where: str) -> Source:
    """A source that stands for what is looked at: a careful one."""
    url = where if urlsplit(where).scheme in {"http", "https"} else SAVED
    blank = {"owner": "", "basis": "", "licence": "", "robots": "", "fields_kept": (), "fields_dropped": ()}
    named = {"id": "probe", "name": "probe", "class": Kind.NEWS, "scope": Scope.LOCAL, "spider": "listing", "url": url}
    delay = 0.0 if catalog.is_loopback(urlsplit(url).hostname or "") else catalog.SLOWEST_ALLOWED_S
    source = Source.model_validate({**named, **blank, "delay_s": delay})
    for _, reason in catalog.address_faults(source):
        raise VaneError(f"{where}: {reason}")
    return source


def _file(where: str) -> Path:
    path = Path(where)
    if not path.is_file():
        raise VaneError(f"{where} is no file and no address: give a saved file, or an address with its https://")
    return path.resolve()
