"""`vane demo`: a week in a made-up borough, from its own little local web to reviewed alerts."""

import secrets
import shutil
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta
from typing import Annotated

import typer

from pipeline.cli.admin import serve_console, write_user
from pipeline.errors import VaneError
from pipeline.records import Role
from pipeline.settings import load
from pipeline.stages import expected, run, status
from pipeline.stages.context import Context, open_context

AREA = "demo"
FIRST_DAY = datetime.fromisoformat("2026-09-07T00:00:00+01:00")
DAYS = 7
CRAWLED = datetime.fromisoformat("2026-09-14T07:45:00+01:00")
OPENED = CRAWLED.replace(hour=8, minute=35)  # when a comms reviewer sits down
USER = "demo"


def add(app: typer.Typer) -> None:
    """Add the command."""
    app.command("demo")(demo)


def demo(
    serve: Annotated[bool, typer.Option(help="Serve the console afterwards, until Ctrl-C.")] = True,
    port: Annotated[int, typer.Option(help="Port of the console.")] = 8000,
) -> None:
    """Crawl the demo borough once, read its week day by day, print what the stores hold, serve the console."""
    settings = load().model_copy(update={"data": load().data / "demo", "area": AREA})
    shutil.rmtree(settings.data, ignore_errors=True)
    with local_web() as address:
        here = {"web": f"http://{address}", "loopback": (address,)}
        context = open_context(settings.model_copy(update=here), AREA, now=CRAWLED)
        rows = Table()
        week(context, rows)
    typer.echo(expected.report(context))
    if serve:
        password = secrets.token_urlsafe(12)
        write_user(context.ledger, USER, Role.REVIEWER, password)
        context.close()
        typer.echo(f"\nThe queue: http://127.0.0.1:{port}/   sign in as {USER} with {password}   (Ctrl-C stops)")
        at = settings.model_copy(update={"now": OPENED.isoformat()})
        serve_console(at, AREA, "127.0.0.1", port)


def week(context: Context, rows: "Table") -> None:
    """Crawl once, then every morning at 08:30 group, alert, index and write the digest of the day before."""
    rows.print("history", context, run.load_history(context, context.area.folder / "history.csv"))
    rows.print("crawl", context, run.crawl(context))
    rows.print("extract", context, run.extract(context))
    rows.print("annotate", context, run.annotate(context))
    for day in range(1, DAYS + 1):
        morning = context.at(FIRST_DAY + timedelta(days=day, hours=8, minutes=30))
        run.morning(morning)
        rows.print(f"{morning.now - timedelta(days=1):%a %d %b}", morning, {})


class Table:
    """The short table of what the stores hold after every step."""

    COLUMNS = ("documents", "annotated", "flagged", "narratives", "alerts", "tasks", "kept back", "indexed", "digests")

    def __init__(self) -> None:
        self.started = time.monotonic()
        typer.echo("step".ljust(12) + "".join(name.rjust(11) for name in self.COLUMNS) + "   seconds")

    def print(self, step: str, context: Context, _done: object) -> None:
        """One row."""
        held = status.counts(context)
        numbers = "".join(str(held[name]).rjust(11) for name in self.COLUMNS)
        typer.echo(f"{step:<12}{numbers}   {time.monotonic() - self.started:7.1f}")


@contextmanager
def local_web(*options: str) -> Iterator[str]:
    """The demo's local web (or what the options name) on a free loopback port, in a process of its own; host:port."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    server = subprocess.Popen([sys.executable, "-m", "areas.demo.web", "--port", str(port), *options])
    try:
        _wait(server, port)
        yield f"127.0.0.1:{port}"
    finally:
        server.terminate()
        server.wait(10)


def _wait(server: "subprocess.Popen[bytes]", port: int) -> None:
    for _ in range(100):
        if server.poll() is not None:
            break
        with socket.socket() as probe:
            if probe.connect_ex(("127.0.0.1", port)) == 0:
                return
        time.sleep(0.1)
    raise VaneError("the demo's local web did not start: run `python -m areas.demo.web --port 8090` to see why")
