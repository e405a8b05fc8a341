"""Reads an area's sources/*.yml strictly: a Source each, or a refusal with file, line and remedy."""

import ipaddress
import re
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import yaml
from pydantic import ValidationError

from crawlers.items import Item, Refusal, Source
from crawlers.persons import person_directed

# The spider kinds there are; a test holds this against the registry of crawlers/spiders.
SPIDERS = frozenset({"feed", "listing", "mastodon", "petitions", "police", "moderngov", "csv", "objects"})
SLOWEST_ALLOWED_S = 5.0
REGISTER = ("owner", "basis", "licence", "robots")  # safeguard 7: without them a source does not run
VARIABLE = re.compile(r"\$\{([A-Z][A-Z0-9_]*)\}")
DROP = re.compile(r"^drop:[a-z0-9_][a-z0-9_/-]*$")


class Catalog(Item):
    """What an area's source files declare, and what of it was refused."""

    sources: tuple[Source, ...] = ()
    refused: tuple[Refusal, ...] = ()


class UnknownSource(LookupError):
    """No file declares this source; the message names those that exist."""


class _Declined(Exception):
    """Why one file gives no source, and the line to look at."""

    def __init__(self, line: int, reason: str) -> None:
        super().__init__(reason)
        self.line = line
        self.reason = reason


def load(folder: Path, variables: Mapping[str, str] | None = None) -> Catalog:
    """All sources of an area.

    `folder` is the area's folder or its `sources` folder. `variables` fills `${NAME}` in URLs (the demo's port). Files
    are read in name order; a file that breaks a rule is in `refused` as `file:line` with reason and remedy.
    """
    inner = folder / "sources"
    sources: dict[str, Source] = {}
    refused: list[Refusal] = []
    for path in sorted((inner if inner.is_dir() else folder).glob("*.yml")):
        try:
            source = _read(path, variables or {})
        except _Declined as declined:
            refused.append(Refusal(where=f"{path}:{declined.line}", reason=declined.reason))
        else:
            sources[source.id] = source
    return Catalog(sources=tuple(sources.values()), refused=tuple(refused))


def find(catalog: Catalog, source_id: str) -> Source:
    """The source of that id; raises UnknownSource, which names what there is and what was refused."""
    for source in catalog.sources:
        if source.id == source_id:
            return source
    known = ", ".join(source.id for source in catalog.sources) or "none"
    refused = "".join(f"; refused: {refusal.where}: {refusal.reason}" for refusal in catalog.refused)
    raise UnknownSource(f"no source {source_id}: there are {known}{refused}")


def _read(path: Path, variables: Mapping[str, str]) -> Source:
    fields, lines = _parse(path)
    if isinstance(fields.get("url"), str):
        fields["url"] = _filled(fields["url"], variables, lines.get("url", 1))
    _registered(fields, lines)
    try:
        source = Source.model_validate(fields)
    except ValidationError as error:
        raise _first_fault(error, lines) from error
    for name, reason in _faults(source, path):
        raise _Declined(lines.get(name, 1), reason)
    return source


def _parse(path: Path) -> tuple[dict[str, Any], dict[str, int]]:
    """The file's mapping and the line of each of its keys; the safe loader only."""
    try:
        loader = yaml.SafeLoader(path.read_text(encoding="utf-8"))
        node = loader.get_single_node()
        if not isinstance(node, yaml.MappingNode):
            raise _Declined(1, "not a mapping of fields: see crawlers/README.md for an example")
        return dict(loader.construct_document(node)), _lines(node)
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark
        raise _Declined(mark.line + 1 if mark else 1, f"not readable as YAML: {error.problem}: mend it") from error
    except (UnicodeDecodeError, yaml.YAMLError) as error:
        raise _Declined(1, "not UTF-8 text: save the file as UTF-8") from error


def _lines(node: yaml.MappingNode) -> dict[str, int]:
    lines: dict[str, int] = {}
    for key, _ in node.value:
        line = key.start_mark.line + 1
        if key.value in lines:
            raise _Declined(line, f"field {key.value} is given twice: keep one")
        lines[key.value] = line
    return lines


def _filled(url: str, variables: Mapping[str, str], line: int) -> str:
    missing = [name for name in VARIABLE.findall(url) if not variables.get(name)]
    if missing:
        raise _Declined(line, f"the variable {missing[0]} in url has no value: start by the command that sets it")
    return VARIABLE.sub(lambda match: variables[match[1]], url)


def _registered(fields: Mapping[str, Any], lines: Mapping[str, int]) -> None:
    """The register's fields are there and say something."""
    for name in (*REGISTER, "fields_kept", "fields_dropped"):
        if name not in fields:
            raise _Declined(1, f"field {name} is missing: say it, a source does not run without it")
        if not str(fields[name] or "").strip():
            raise _Declined(lines[name], f"field {name} is empty: say it, a source does not run without it")


def _first_fault(error: ValidationError, lines: Mapping[str, int]) -> _Declined:
    fault = error.errors(include_url=False)[0]
    name = ".".join(str(part) for part in fault["loc"] if "[" not in str(part))  # a type's name is no field's
    top = str(fault["loc"][0]) if fault["loc"] else ""
    if fault["type"] == "extra_forbidden":
        return _Declined(lines.get(top, 1), f"unknown field {name}: remove it or mend its name")
    if fault["type"] == "missing":
        return _Declined(lines.get(top, 1), f"field {name} is missing: add it")
    return _Declined(lines.get(top, 1), f"field {name}: {fault['msg']}: mend it")


def _faults(source: Source, path: Path) -> Iterator[tuple[str, str]]:
    """Field and reason of every rule that the source breaks."""
    if source.id != path.stem:
        yield "id", f"id {source.id} differs from the file's name: call the file {source.id}.yml"
    if source.spider not in SPIDERS:
        yield "spider", f"no spider {source.spider}: take one of {', '.join(sorted(SPIDERS))}"
    if source.longest_min < source.every_min:
        yield "longest_min", f"longest_min {source.longest_min} is below every_min {source.every_min}: raise it"
    yield from address_faults(source)


def address_faults(source: Source) -> Iterator[tuple[str, str]]:
    """Field and reason of every rule that a source's address breaks: no person's, no password, slow enough."""
    parts = urlsplit(source.url)
    if parts.scheme == "drop":
        if source.spider != "csv" or not DROP.match(source.url):
            yield "url", "a drop address is drop:FOLDER below the area's drop folder, for the csv spider only"
        return
    if parts.scheme not in {"http", "https"} or not parts.hostname or parts.username or parts.password:
        yield "url", "the address must be http or https with a host and without a password"
        return
    person = person_directed(source.url)
    if person:
        yield "url", f"person-directed source: {person}; watch places and narratives, never persons"
    if source.delay_s < SLOWEST_ALLOWED_S and not is_loopback(parts.hostname):
        yield "delay_s", f"delay_s {source.delay_s:g} is below {SLOWEST_ALLOWED_S:g} seconds: raise it"


def is_loopback(host: str) -> bool:
    """Whether a host is written as a loopback address; a name never is, whatever it resolves to."""
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False
