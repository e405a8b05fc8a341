"""Where things are and who may be talked to: the environment (`VANE_*`), read once."""

import contextlib
import os
import secrets
from collections.abc import Mapping
from pathlib import Path

from pydantic import BaseModel, ConfigDict

from pipeline.errors import VaneError

ROOT = Path(__file__).resolve().parent.parent
# Where things are written that no variable names: the checkout, or, where only its packages are installed, here.
HOME = ROOT if (ROOT / "pyproject.toml").is_file() else Path.cwd()


class Settings(BaseModel):
    """Deployment settings, each from one variable; `.env.example` explains them all."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    data: Path = HOME / "data"  # VANE_DATA: inbox, embedded stores, sinks, secrets
    areas: Path = ROOT / "areas"  # VANE_AREAS: area folders that come with the project
    database_url: str = ""  # VANE_DATABASE_URL; "" = SQLite in `data`
    es_url: str = ""  # ES_URL; "" = the embedded index
    es_user: str = ""  # VANE_ES_USER
    es_password_file: str = ""  # VANE_ES_PASSWORD_FILE
    es_prefix: str = "vane"  # VANE_ES_PREFIX: before every index and alias
    loopback: tuple[str, ...] = ()  # VANE_LOOPBACK: host:port,... the crawler may fetch though not public
    smtp_url: str = ""  # VANE_SMTP_URL: smtp://host:port
    smtp_password_file: str = ""  # VANE_SMTP_PASSWORD_FILE
    mail_from: str = "weathervane@localhost"  # VANE_MAIL_FROM
    mail_to: tuple[str, ...] = ()  # VANE_MAIL_TO: addresses of the area's own team
    contact: str = ""  # VANE_CONTACT: address in the crawler's user agent
    console_url: str = "http://127.0.0.1:8000"  # VANE_CONSOLE_URL: for links in digests
    web: str = ""  # VANE_WEB: what ${WEB} in a source stands for (the demo's local web)
    area: str = "demo"  # VANE_AREA: the area the console serves
    now: str = ""  # VANE_NOW: the console's clock starts at this time (ISO 8601); for the demo's week
    secret_file: str = ""  # VANE_SECRET_FILE: installation key; "" = made on first use in `data`

    @property
    def ledger_url(self) -> str:
        """SQLAlchemy URL of the ledger."""
        return self.database_url or f"sqlite:///{self.data / 'ledger.sqlite'}"

    @property
    def inbox(self) -> Path:
        """Folder of what crawls left."""
        return self.data / "inbox"


def secret(settings: Settings) -> bytes:
    """The installation's key: from its file, or made on first use in the data folder, readable by its owner only."""
    path = Path(settings.secret_file) if settings.secret_file else settings.data / "secret"
    if not path.is_file() and not settings.secret_file:
        path.parent.mkdir(parents=True, exist_ok=True)
        part = path.with_suffix(f".{os.getpid()}")
        part.touch(mode=0o600)
        part.write_bytes(secrets.token_bytes(32))
        with contextlib.suppress(FileExistsError):  # another process was first: its key counts
            os.link(part, path)
        part.unlink()
    key = path.read_bytes() if path.is_file() else b""
    if len(key) < 32:
        raise VaneError(f"the installation key in {path} is missing or too short: put it back from safekeeping")
    return key


NAMES = {
    "VANE_DATA": "data",
    "VANE_AREAS": "areas",
    "VANE_DATABASE_URL": "database_url",
    "ES_URL": "es_url",
    "VANE_ES_USER": "es_user",
    "VANE_ES_PASSWORD_FILE": "es_password_file",
    "VANE_ES_PREFIX": "es_prefix",
    "VANE_LOOPBACK": "loopback",
    "VANE_SMTP_URL": "smtp_url",
    "VANE_SMTP_PASSWORD_FILE": "smtp_password_file",
    "VANE_MAIL_FROM": "mail_from",
    "VANE_MAIL_TO": "mail_to",
    "VANE_CONTACT": "contact",
    "VANE_CONSOLE_URL": "console_url",
    "VANE_AREA": "area",
    "VANE_WEB": "web",
    "VANE_NOW": "now",
    "VANE_SECRET_FILE": "secret_file",
}
LISTS = frozenset({"loopback", "mail_to"})


def load(environ: Mapping[str, str] = os.environ) -> Settings:
    """Settings from the environment; an unknown `VANE_*` variable is refused with its name."""
    unknown = sorted(name for name in environ if name.startswith("VANE_") and name not in NAMES)
    if unknown:
        raise VaneError(f"unknown setting {unknown[0]}: see .env.example for the names that exist")
    given = {field: environ[name] for name, field in NAMES.items() if environ.get(name)}
    lists = {field: tuple(filter(None, given[field].split(","))) for field in LISTS & set(given)}
    return Settings.model_validate({**given, **lists})
