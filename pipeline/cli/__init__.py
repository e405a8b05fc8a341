"""The `vane` command: every step, for people and for the timetable."""

import logging
import sys

import typer

from crawlers.inbox import InboxError
from nlp.annotations import Refused
from pipeline.cli import admin, data, demo, learn, real, sources, stages, tryout
from pipeline.errors import VaneError

app = typer.Typer(
    name="vane",
    help="Notice harmful local rumours and signs of tension early. Watches narratives and places, never persons.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
)
stages.add(app)
tryout.add(app)
demo.add(app)
real.add(app)
learn.add(app)
admin.add(app)
app.add_typer(sources.app, name="source")
app.add_typer(data.app, name="data")
app.command("init")(data.init)


def main() -> None:
    """Run the command; an expected failure is one line on stderr and exit code 1."""
    logging.basicConfig(level=logging.INFO, format="%(levelname)s %(name)s: %(message)s", stream=sys.stderr)
    logging.getLogger("elastic_transport").setLevel(logging.WARNING)  # a line for each request says nothing
    try:
        app()
    except (VaneError, Refused, InboxError) as error:
        sys.stderr.write(f"vane: {error}\n")
        raise SystemExit(1) from None
    except OSError as error:
        sys.stderr.write(f"vane: {_told(error)}\n")
        raise SystemExit(1) from None


def _told(error: OSError) -> str:
    """What the operating system refused, on which file, in one line."""
    what = error.strerror or str(error) or type(error).__name__
    return f"{error.filename}: {what}: mend that, then run it again" if error.filename else f"{what}: mend that first"
