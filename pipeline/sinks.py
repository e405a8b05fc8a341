"""Send a digest or flash to where the area wants it: files, mail."""

import glob
import logging
import os
import smtplib
import ssl
from collections.abc import Callable, Iterable, Mapping
from email.message import EmailMessage
from email.utils import make_msgid
from pathlib import Path
from urllib.parse import urlsplit

from pipeline.errors import VaneError
from pipeline.records import Rendered
from pipeline.settings import Settings

log = logging.getLogger(__name__)
TIMEOUT_S = 30
SAFE = frozenset("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-_.")


class Undelivered(VaneError):
    """A sink did not take something; it is sent again by the next run."""


def to_file(rendered: Rendered, settings: Settings) -> None:
    """Write `<data>/sinks/<ref>.html` and `.txt`, each whole or not at all; a second time writes the same."""
    folder = settings.data / "sinks"
    folder.mkdir(parents=True, exist_ok=True)
    name = "".join(sign if sign in SAFE else "_" for sign in rendered.ref)
    for suffix, content in ((".html", rendered.html), (".txt", rendered.text)):
        _write(folder / f"{name}{suffix}", content)


def _write(path: Path, content: str) -> None:
    part = path.with_name(f".{path.name}.{os.getpid()}")
    with part.open("w", encoding="utf-8") as stream:
        stream.write(content)
        stream.flush()
        os.fsync(stream.fileno())
    part.replace(path)
    for left in path.parent.glob(f".{glob.escape(path.name)}.*"):  # by a run that was killed
        left.unlink(missing_ok=True)


def to_smtp(rendered: Rendered, settings: Settings) -> None:
    """Mail it to the area's own team: plain text and HTML, one message to all."""
    if not settings.smtp_url or not settings.mail_to:
        raise Undelivered("the smtp sink needs VANE_SMTP_URL and VANE_MAIL_TO")
    try:
        _deliver(_message(rendered, settings), settings)
    except (OSError, smtplib.SMTPException) as error:
        raise Undelivered(f"mail was not taken by {_host(settings)}: {_reason(error)}") from error


def _message(rendered: Rendered, settings: Settings) -> EmailMessage:
    message = EmailMessage()
    message["Subject"] = " ".join(rendered.subject.split())
    message["From"] = settings.mail_from
    message["To"] = ", ".join(settings.mail_to)
    message["Message-ID"] = make_msgid(rendered.ref, domain="weathervane.local")
    message["Auto-Submitted"] = "auto-generated"
    message.set_content(rendered.text)
    message.add_alternative(rendered.html, subtype="html")
    return message


def _deliver(message: EmailMessage, settings: Settings) -> None:
    """smtp:// speaks in clear (a relay on the same machine or network), smtp+tls:// upgrades, smtps:// is TLS."""
    parts = urlsplit(settings.smtp_url)
    host, port = parts.hostname or "localhost", parts.port
    secure = ssl.create_default_context()
    if parts.scheme == "smtps":
        server: smtplib.SMTP = smtplib.SMTP_SSL(host, port or 465, timeout=TIMEOUT_S, context=secure)
    else:
        server = smtplib.SMTP(host, port or 25, timeout=TIMEOUT_S)
    with server:
        if parts.scheme == "smtp+tls":
            server.starttls(context=secure)
        if parts.username:
            server.login(parts.username, _password(settings))
        refused = server.send_message(message)
    if refused:
        raise Undelivered(f"{len(refused)} of {len(settings.mail_to)} addresses were refused by {host}")


def _password(settings: Settings) -> str:
    path = Path(settings.smtp_password_file)
    if not settings.smtp_password_file or not path.is_file():
        raise Undelivered("VANE_SMTP_URL names a user: put the password in the file VANE_SMTP_PASSWORD_FILE names")
    return path.read_text(encoding="utf-8").strip()


def _host(settings: Settings) -> str:
    return urlsplit(settings.smtp_url).hostname or "localhost"


def _reason(error: Exception) -> str:
    """Why, without the address or text a server may echo."""
    code = getattr(error, "smtp_code", None)
    return f"it said {code}" if code else type(error).__name__


SINKS: Mapping[str, Callable[[Rendered, Settings], None]] = {
    "file": to_file,
    "smtp": to_smtp,
}


def send(rendered: Rendered, settings: Settings, sinks: Iterable[str]) -> dict[str, str]:
    """Send to each sink; returns sink -> "" where it was taken, else the reason it was not.

    One sink that fails does not keep the others from having it.
    """
    outcomes: dict[str, str] = {}
    for name in sinks:
        if name not in SINKS:
            known = ", ".join(sorted(SINKS))
            outcomes[name] = f"there is no sink {name}: area.yml may name {known}"
            continue
        try:
            SINKS[name](rendered, settings)
            outcomes[name] = ""
        except Undelivered as error:
            outcomes[name] = str(error)
        log.info("sink %s: %s %s", name, rendered.ref, "taken" if not outcomes[name] else "not taken")
    return outcomes
