"""Sinks against real files and a real mail server."""

import logging
import socket
from collections.abc import Iterator
from email import message_from_bytes
from email.message import EmailMessage
from email.policy import default
from pathlib import Path

import pytest
from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, AuthResult, Envelope, LoginPassword, Session

from pipeline import sinks
from pipeline.records import Rendered
from pipeline.settings import Settings

BRIEF = Rendered(
    ref="demo-2026-09-08",
    subject="Weathervane Calderwick: 1 alert",
    html="<!DOCTYPE html><html lang='en-GB'><p>St Aldate’s: 0–1 a day</p></html>",
    text="St Aldate’s: 0–1 a day\n",
)


class Post:
    """A mail server's handler that keeps what it takes and refuses one address."""

    def __init__(self) -> None:
        self.taken: list[EmailMessage] = []
        self.to: list[str] = []

    async def handle_RCPT(  # noqa: N802
        self, server: SMTP, session: Session, envelope: Envelope, address: str, options: list[str]
    ) -> str:
        del server, session, options
        if address.startswith("gone"):
            return "550 no such person"
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:  # noqa: N802
        del server, session
        self.to += envelope.rcpt_tos
        message = message_from_bytes(bytes(envelope.content or b""), policy=default)
        assert isinstance(message, EmailMessage)
        self.taken.append(message)
        return "250 OK"


def free_port() -> int:
    """A port of this machine that nobody listens on."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@pytest.fixture
def post() -> Iterator[tuple[Post, str]]:
    """A running mail server and its URL."""
    handler, port = Post(), free_port()
    controller = Controller(handler, hostname="127.0.0.1", port=port)
    controller.start()
    yield handler, f"smtp://127.0.0.1:{port}"
    controller.stop()


def settings(tmp_path: Path, **more: object) -> Settings:
    """Settings with this test's own folder."""
    return Settings(data=tmp_path, **more)  # type: ignore[arg-type]


def test_the_file_sink_writes_both_parts_and_nothing_else(tmp_path: Path) -> None:
    """HTML and text lie under the digest's name, and a second time is the same two files."""
    for _ in range(2):
        assert sinks.send(BRIEF, settings(tmp_path), ["file"]) == {"file": ""}
    folder = tmp_path / "sinks"
    assert sorted(path.name for path in folder.iterdir()) == ["demo-2026-09-08.html", "demo-2026-09-08.txt"]
    assert (folder / "demo-2026-09-08.html").read_text(encoding="utf-8") == BRIEF.html


def test_what_a_killed_run_left_goes(tmp_path: Path) -> None:
    """A part that a killed run was writing is gone when the digest is written; other digests' are left alone."""
    folder = tmp_path / "sinks"
    folder.mkdir()
    for name in (".demo-2026-09-08.txt.4242", ".demo-2026-09-09.txt.4242"):
        (folder / name).write_text("half a brief", encoding="utf-8")
    sinks.send(BRIEF, settings(tmp_path), ["file"])
    names = {"demo-2026-09-08.html", "demo-2026-09-08.txt", ".demo-2026-09-09.txt.4242"}
    assert {path.name for path in folder.iterdir()} == names


def test_a_name_cannot_leave_the_folder(tmp_path: Path) -> None:
    """A ref with slashes is written inside the folder all the same."""
    odd = BRIEF.model_copy(update={"ref": "../../etc/passwd"})
    sinks.send(odd, settings(tmp_path), ["file"])
    assert {path.parent for path in tmp_path.rglob("*.txt")} == {tmp_path / "sinks"}


def test_the_mail_has_two_parts_and_reaches_everybody(tmp_path: Path, post: tuple[Post, str]) -> None:
    """A real server gets one message, plain text first, HTML second, for all addresses."""
    server, url = post
    team = ("team@example.org", "hub@example.org")
    given = settings(tmp_path, smtp_url=url, mail_to=team, mail_from="vane@example.org")
    assert sinks.send(BRIEF, given, ["smtp"]) == {"smtp": ""}
    (message,) = server.taken
    assert server.to == ["team@example.org", "hub@example.org"]
    assert message.get_content_type() == "multipart/alternative"
    plain, rich = message.iter_parts()
    assert (plain.get_content_type(), rich.get_content_type()) == ("text/plain", "text/html")
    assert plain.get_content().splitlines() == BRIEF.text.splitlines()
    assert "0–1 a day" in rich.get_content()
    assert message["Subject"] == BRIEF.subject


def test_a_subject_cannot_smuggle_a_header(tmp_path: Path, post: tuple[Post, str]) -> None:
    """A line break in a title stays in the subject."""
    server, url = post
    odd = BRIEF.model_copy(update={"subject": "one\r\nBcc: all@example.org"})
    sinks.send(odd, settings(tmp_path, smtp_url=url, mail_to=("team@example.org",)), ["smtp"])
    assert server.taken[0]["Bcc"] is None
    assert server.taken[0]["Subject"] == "one Bcc: all@example.org"


def test_one_sink_that_fails_leaves_the_others(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    """With nobody at the port the files are written and the reason says which server; no address is logged."""
    given = settings(tmp_path, smtp_url=f"smtp://127.0.0.1:{free_port()}", mail_to=("team@example.org",))
    with caplog.at_level(logging.INFO):
        outcomes = sinks.send(BRIEF, given, ["smtp", "file"])
    assert outcomes["file"] == ""
    assert "127.0.0.1" in outcomes["smtp"]
    assert "team@" not in caplog.text
    assert (tmp_path / "sinks" / "demo-2026-09-08.txt").is_file()


def test_a_refused_address_is_told(tmp_path: Path, post: tuple[Post, str]) -> None:
    """Where some of the team cannot be reached, it is not called delivered."""
    server, url = post
    given = settings(tmp_path, smtp_url=url, mail_to=("team@example.org", "gone@example.org"))
    assert "1 of 2" in sinks.send(BRIEF, given, ["smtp"])["smtp"]
    assert server.to == ["team@example.org"]
    nobody = settings(tmp_path, smtp_url=url, mail_to=("gone@example.org",))
    assert sinks.send(BRIEF, nobody, ["smtp"])["smtp"]


@pytest.mark.parametrize(
    ("given", "word"),
    [({}, "VANE_SMTP_URL"), ({"smtp_url": "smtp://user@127.0.0.1:1", "mail_to": ("a@b.example",)}, "taken")],
)
def test_what_is_missing_is_said(tmp_path: Path, given: dict[str, object], word: str) -> None:
    """A sink that is not set up names the setting, and an unknown one the ones that exist."""
    assert word in sinks.send(BRIEF, settings(tmp_path, **given), ["smtp"])["smtp"]
    assert "file, smtp" in sinks.send(BRIEF, settings(tmp_path), ["pigeon"])["pigeon"]


@pytest.mark.filterwarnings("ignore:Requiring AUTH")
def test_the_password_comes_from_its_file(tmp_path: Path) -> None:
    """The server is given the user of the URL and the password of the file; without the file it is said."""
    given_by: list[tuple[bytes, bytes]] = []

    def check(server: SMTP, session: Session, envelope: Envelope, mechanism: str, data: LoginPassword) -> AuthResult:
        del server, session, envelope, mechanism
        given_by.append((data.login, data.password))
        return AuthResult(success=True)

    port, handler = free_port(), Post()
    controller = Controller(
        handler, hostname="127.0.0.1", port=port, authenticator=check, auth_require_tls=False, auth_required=True
    )
    controller.start()
    try:
        secret = tmp_path / "smtp"
        secret.write_text("hunter2\n", encoding="utf-8")
        base = {"smtp_url": f"smtp://vane@127.0.0.1:{port}", "mail_to": ("team@example.org",)}
        full = settings(tmp_path, smtp_password_file=str(secret), **base)
        assert sinks.send(BRIEF, full, ["smtp"]) == {"smtp": ""}
        assert given_by == [(b"vane", b"hunter2")]
        assert "VANE_SMTP_PASSWORD_FILE" in sinks.send(BRIEF, settings(tmp_path, **base), ["smtp"])["smtp"]
    finally:
        controller.stop()
