"""`vane user`, `audit`, `hold`, `backup`, `restore`, `migrate`, `serve`."""

import json
import os
import re
import sys
from pathlib import Path
from typing import Annotated

import typer
from argon2 import PasswordHasher

from pipeline.cli.options import AreaOption, NowOption, context
from pipeline.errors import VaneError
from pipeline.ledger import Ledger, audit, backup, retention, users
from pipeline.records import Role, User
from pipeline.settings import Settings, load
from pipeline.stages.context import COMMAND, open_context
from pipeline.stages.retain import retain

user_app = typer.Typer(help="Staff who sign in to the console.", no_args_is_help=True)
audit_app = typer.Typer(help="The audit chain.", no_args_is_help=True)
hold_app = typer.Typer(help="Legal hold: keep a document whatever its age.", no_args_is_help=True)
ByOption = Annotated[str, typer.Option("--by", help="Who asks for it (a staff login).")]
HEAD = re.compile(r"([0-9]{1,18}):([0-9a-f]{64})")
SHORTEST = 12  # characters of a password, as the NCSC's advice of three random words gives at least


def add(app: typer.Typer) -> None:
    """Add the commands."""
    app.add_typer(user_app, name="user")
    app.add_typer(audit_app, name="audit")
    app.add_typer(hold_app, name="hold")
    app.command("backup")(dump)
    app.command("restore")(restore)
    app.command("migrate")(migrate)
    app.command("serve")(serve)


@user_app.command("add")
def add_user(
    name: Annotated[str, typer.Argument(help="Staff login.")],
    area: AreaOption,
    role: Annotated[Role, typer.Option("--role", help="What they may do.")] = Role.REVIEWER,
    now: NowOption = "",
) -> None:
    """Add somebody, or give them a new password; it is read from standard input."""
    password = typer.prompt("Password", hide_input=True) if sys.stdin.isatty() else sys.stdin.readline().rstrip("\n")
    with context(area, now) as opened:
        write_user(opened.ledger, name, role, password)
        with opened.ledger.begin() as tx:
            audit.append(tx, actor=COMMAND, action="user add", object=name, at=opened.now, detail={"role": role.value})
    typer.echo(f"{name} may sign in as {role.value}")


def write_user(ledger: Ledger, name: str, role: Role, password: str) -> None:
    """Keep the argon2 hash of a password."""
    if len(password) < SHORTEST:
        raise VaneError(f"the password is shorter than {SHORTEST} characters: take three random words")
    user = User(name=name, role=role, password_hash=PasswordHasher().hash(password))
    with ledger.begin() as tx:
        users.write(tx, user)


@audit_app.command("verify")
def verify(
    head: Annotated[
        list[str], typer.Option("--head", help="SEQ:HASH as a digest carries it; may be given again.")
    ] = [],  # noqa: B006
) -> None:
    """Check every link of the chain, and that nothing was cut off its end."""
    settings = load()
    known = dict(_head(item) for item in head)
    ledger = Ledger(settings.ledger_url)
    ledger.check()
    with ledger.read() as tx:
        number = audit.verify(tx, {**_sent(settings.data / "sinks"), **known})
    typer.echo(f"{number} entries, unbroken")


def _head(given: str) -> tuple[int, str]:
    """Number and hash of an entry, as a digest carries them."""
    found = HEAD.fullmatch(given)
    if not found:
        raise VaneError(f"--head {given} is no SEQ:HASH: copy the number, a colon and 64 digits from a digest")
    return int(found[1]), found[2]


def _sent(folder: Path) -> dict[int, str]:
    """Heads that the digests in the file sink carry: a copy that whoever alters the ledger may have missed."""
    found = {}
    for path in sorted(folder.glob("**/*.head.json")):
        body = json.loads(path.read_text(encoding="utf-8"))
        found[int(body["audit_seq"])] = str(body["audit_head"])
    return {seq: digest for seq, digest in found.items() if seq}


@hold_app.command("add")
def hold_add(
    document: str, area: AreaOption, reason: Annotated[str, typer.Option("--reason")], by: ByOption, now: NowOption = ""
) -> None:
    """Keep a document until the hold is released."""
    with context(area, now) as opened, opened.ledger.begin() as tx:
        retention.hold(tx, opened.area.id, document, reason=reason, actor=by, at=opened.now)
        audit.append(tx, actor=by, action="legal hold", object=document, at=opened.now, detail={"reason": reason})


@hold_app.command("release")
def hold_release(
    document: str, area: AreaOption, reason: Annotated[str, typer.Option("--reason")], by: ByOption, now: NowOption = ""
) -> None:
    """End a hold; the document goes when its time is over."""
    with context(area, now) as opened, opened.ledger.begin() as tx:
        retention.release(tx, document)
        audit.append(tx, actor=by, action="hold released", object=document, at=opened.now, detail={"reason": reason})


def dump(file: Annotated[Path, typer.Argument(help="Where to write the backup (.jsonl.zst).")]) -> None:
    """Write the whole ledger to one file, without day keys."""
    if not file.parent.is_dir():
        raise VaneError(f"{file.parent} is no folder: make it first, or name a file in another one")
    ledger = Ledger(load().ledger_url)
    ledger.check()
    number = backup.dump(ledger, file)
    typer.echo(f"{number} rows in {file}")


def restore(file: Annotated[Path, typer.Argument(help="A backup.")], area: AreaOption, now: NowOption = "") -> None:
    """Fill an empty ledger from a backup, then enforce retention: what was deleted since does not come back."""
    ledger = Ledger(load().ledger_url)
    number = backup.load(ledger, file)
    ledger.close()
    with context(area, now) as opened:
        with opened.ledger.begin() as tx:
            audit.append(tx, actor=COMMAND, action="restore", object=area, at=opened.now, detail={"rows": number})
        gone = retain(opened)["documents"]
    typer.echo(f"{number} rows restored, {gone} documents were over their time; now `vane reindex --area {area}`")


def migrate() -> None:
    """Bring the ledger's tables to this release."""
    Ledger(load().ledger_url).migrate()


def serve(
    area: AreaOption,
    host: Annotated[str, typer.Option(help="Address to listen on.")] = "127.0.0.1",
    port: Annotated[int, typer.Option(help="Port to listen on.")] = 8000,
) -> None:
    """Serve the console."""
    open_context(load(), area).close()
    serve_console(load(), area, host, port)


def serve_console(settings: Settings, area: str, host: str, port: int) -> None:
    """Start uvicorn by import string; the console reads its settings from the environment."""
    import uvicorn  # only this command needs it

    os.environ |= {"VANE_AREA": area, "VANE_DATA": str(settings.data), "VANE_NOW": settings.now}
    uvicorn.run("console.app:from_environment", factory=True, host=host, port=port, log_level="warning")
