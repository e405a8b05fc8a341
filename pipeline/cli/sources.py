"""`vane source list|check|new|probe|disable|enable`."""

import sys
from typing import Annotated

import typer

from crawlers import catalog
from crawlers.items import Kind, Outcome, Source
from pipeline.cli import probe
from pipeline.cli.options import AreaOption, NowOption, context
from pipeline.errors import VaneError
from pipeline.ledger import audit, sources
from pipeline.stages.crawl import catalogue, register

app = typer.Typer(help="The source register: what is crawled, on what basis, and how to stop it.", no_args_is_help=True)
ReasonOption = Annotated[str, typer.Option("--reason", help="Why; it is kept in the audit chain.")]
ByOption = Annotated[str, typer.Option("--by", help="Who asks for it (a staff login).")]
SourceArgument = Annotated[str, typer.Argument(metavar="SOURCE", help="Id of the source, or * for everything.")]


@app.command("list")
def list_sources(area: AreaOption) -> None:
    """Every source with its state; "not declared" where its file is refused or gone, so that it is not asked."""
    with context(area) as opened:
        found = {source.id: source for source in catalogue(opened).sources}
        with opened.ledger.read() as tx:
            known = {source.id: source for source in sources.registered(tx, area)}
            for ref, source in sorted({**known, **found}.items()):
                state = _state(source, off=sources.switched_off(tx, ref), gone=ref not in found)
                typer.echo(f"{ref:<24} {source.class_:<10} {source.spider:<10} {state}")


def _state(source: Source, *, off: str, gone: bool) -> str:
    if gone:
        return Outcome.NOT_DECLARED.value
    return f"off: {off}" if off else "on" if source.enabled else "not enabled"


@app.command("check")
def check(area: AreaOption) -> None:
    """Read the area's source files strictly; every mistake is named with file and line."""
    with context(area) as opened:
        found = catalog.load(opened.area.folder / "sources", variables={"WEB": opened.settings.web})
    for refusal in found.refused:
        sys.stderr.write(f"{refusal.where}: {refusal.reason}\n")
    typer.echo(f"{len(found.sources)} sources, {len(found.refused)} refused")
    if found.refused:
        raise SystemExit(1)


@app.command("new")
def new(
    name: Annotated[str, typer.Argument(help="Id of the new source, like mill_vale_gazette.")],
    area: AreaOption,
    url: Annotated[str, typer.Option("--url", help="Where it is.")],
    kind: Annotated[Kind, typer.Option("--class", help="What it publishes.")] = Kind.NEWS,
    spider: Annotated[str, typer.Option("--spider", help="Which spider reads it.")] = "feed",
) -> None:
    """Write a source file to fill in; it does not run before owner, basis, licence and robots are there."""
    with context(area) as opened:
        path = opened.area.folder / "sources" / f"{name}.yml"
    if path.exists():
        raise VaneError(f"{path} is there already: edit it, or choose another id")
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(TEMPLATE.format(id=name, url=url, kind=kind.value, spider=spider), encoding="utf-8")
    typer.echo(f"wrote {path}: fill in the blanks, then `vane source check --area {area}`")


TEMPLATE = """\
id: {id}
name:            # as people know it
class: {kind}
spider: {spider}
url: {url}
scope: local     # local, region or national
keep: excerpt    # text only with a licence on file
every_min: 60
owner:           # who publishes it
basis:           # lawful basis, as your information governance officer wrote it down
licence:         # licence of the texts, or "none stated"
robots:          # what robots.txt says, and when you looked
fields_kept: [url, title, text, published_at]
fields_dropped: [author]
"""


app.command("probe")(probe.probe)


@app.command("disable")
def disable(source: SourceArgument, area: AreaOption, reason: ReasonOption, by: ByOption, now: NowOption = "") -> None:
    """Switch a source (or * everything) off at once; its crawl then counts as switched off."""
    _switch(source, area, reason, by, now, off=True)


@app.command("enable")
def enable(source: SourceArgument, area: AreaOption, reason: ReasonOption, by: ByOption, now: NowOption = "") -> None:
    """Switch a source (or * everything) on again."""
    _switch(source, area, reason, by, now, off=False)


def _switch(source: str, area: str, reason: str, by: str, now: str, *, off: bool) -> None:
    with context(area, now) as opened:
        register(opened)
        with opened.ledger.begin() as tx:
            sources.switch(tx, source, off=off, reason=reason, actor=by, at=opened.now)
            action = "source off" if off else "source on"
            audit.append(tx, actor=by, action=action, object=source, at=opened.now, detail={"reason": reason})
    typer.echo(f"{source} is {'off' if off else 'on'}")
