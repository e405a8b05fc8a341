"""`vane source probe`: what a possible source holds, which spider reads it, and a draft of its YAML."""

import re
from datetime import UTC, datetime
from typing import Annotated

import typer
import yaml

from crawlers.items import Probe, Sample
from pipeline.cli.options import NowOption, moment
from pipeline.errors import VaneError
from pipeline.settings import load
from pipeline.stages.probe import SAVED
from pipeline.stages.probe import probe as look

WORDS = 12  # of a text without a title
USUAL_MIN = 60  # where dates say nothing of how often there is news


def probe(
    where: Annotated[str, typer.Argument(metavar="URL-or-FILE", help="An address, or a saved page, feed or answer.")],
    now: NowOption = "",
) -> None:
    """Look at a possible source: which spider reads it, what it would read, and a draft to edit; stores nothing.

    What was found is on stderr, the draft alone on stdout: `vane source probe URL > areas/AREA/sources/ID.yml`.
    """
    at = moment(now, "--now") or datetime.now(UTC)
    found = look(load(), where, at)
    if not found.spider:
        raise VaneError(f"{where}: {found.fault}")
    for line in report(found):
        typer.echo(line, err=True)
    typer.echo(draft(found, at, fetched=not found.url.startswith(SAVED) and where.startswith("http")), nl=False)


def report(found: Probe) -> list[str]:
    """What was found, in lines; names are taken out of titles, as they would be before anything is stored."""
    if found.fault:
        return [found.fault]
    from nlp import redact  # a second to load: only when there is something to show

    redactor = redact.load()
    lines = [f"the {found.spider} spider reads it: {found.texts} texts here, {found.leads} pages to ask next"]
    lines += [f"  {redactor.redact(_line(sample)).text}" for sample in found.samples]
    if found.article and found.article.text:
        lines.append(f"read as one page: {redactor.redact(_line(found.article)).text}")
    lines += [f"not read: {refusal.reason}" for refusal in found.refusals]
    return lines + [f"better: the {other}: look at that with `vane source probe`" for other in found.better]


def _line(sample: Sample) -> str:
    """Day, title or first words, and how long it is; the address alone of a page that was not fetched."""
    if not (sample.title or sample.text):
        return sample.url
    day = f"{sample.published_at:%Y-%m-%d}" if sample.published_at else "no date"
    shown = sample.title or " ".join(sample.text.split()[:WORDS])
    return f"{day:<10}  {shown}" + (f" ({len(sample.text.split())} words)" if sample.text else "")


def draft(found: Probe, now: datetime, *, fetched: bool) -> str:
    """A source file with everything filled in that could be told; what only a person knows is blank, and refused so."""
    links = f"selectors: {{links: {_quoted(found.links)}}}\n" if found.links else ""
    known = not found.url.startswith(SAVED)
    return DRAFT.format(
        id=_slug(found),
        name=_quoted(found.name) if found.name else "           # as people know it",
        kind=found.class_.value,
        spider=found.spider,
        url=_quoted(found.url) if known else "            # where the file is from",
        every=_every(found),
        links=links,
        robots=_quoted(f"allowed, looked at on {now:%Y-%m-%d}") if fetched else "         # what robots.txt says",
    )


DRAFT = """\
id: {id}
name: {name}
class: {kind}
spider: {spider}
url: {url}
scope: local     # local, region or national
keep: excerpt    # text only with a licence on file
every_min: {every}
{links}owner:           # who publishes it
basis:           # lawful basis, as your information governance officer wrote it down
licence:         # licence of the texts, or "none stated"
robots: {robots}
fields_kept: [url, title, text, published_at]
fields_dropped: [author]
"""


def _every(found: Probe) -> int:
    """Minutes: at most half the usual gap between the texts shown, if their dates say."""
    moments = sorted(sample.published_at for sample in found.samples if sample.published_at)
    if len(moments) < 3:
        return USUAL_MIN
    gap = (moments[-1] - moments[0]).total_seconds() / 60 / (len(moments) - 1)
    return max((minutes for minutes in (15, 30, 60, 120, 240) if minutes <= gap / 2), default=15)


def _slug(found: Probe) -> str:
    """An id from the name; the catalogue wants it to be the file's name too."""
    slug = "_".join(re.findall(r"[a-z0-9]+", found.name.casefold()))[:40].strip("_")
    return slug if len(slug) > 1 and slug[0].isalpha() else f"new_{slug}" if slug else "new_source"


def _quoted(text: str) -> str:
    """A YAML scalar on one line."""
    return yaml.safe_dump(text, allow_unicode=True, width=10_000, default_style='"').strip()
