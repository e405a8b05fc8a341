"""The ledger's tables; Alembic's migrations are made from these."""

from datetime import UTC, datetime
from typing import Any

from sqlalchemy import (
    JSON,
    Boolean,
    Column,
    Date,
    DateTime,
    Dialect,
    ForeignKey,
    Index,
    Integer,
    LargeBinary,
    MetaData,
    String,
    Table,
    Text,
    TypeDecorator,
)

metadata = MetaData(
    naming_convention={
        "ix": "ix_%(table_name)s_%(column_0_N_name)s",
        "uq": "uq_%(table_name)s_%(column_0_N_name)s",
        "fk": "fk_%(table_name)s_%(column_0_N_name)s",
        "pk": "pk_%(table_name)s",
    }
)


class Moment(TypeDecorator[datetime]):
    """An aware moment, stored in UTC; SQLite drops the zone, so it is put back on reading."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:  # noqa: ARG002
        """UTC of an aware moment; a naive one is refused."""
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError("the ledger takes aware moments only")
        return value.astimezone(UTC)

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:  # noqa: ARG002
        """The moment in UTC."""
        if value is None:
            return None
        return value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)


def _text(name: str, **options: Any) -> Column[str]:
    return Column(name, Text, nullable=False, default="", **options)


documents = Table(
    "documents",
    metadata,
    Column("id", String(64), primary_key=True),
    Column("area", String(64), nullable=False),  # id of the area whose source it came from
    Column("version", Integer, nullable=False),
    Column("source", String(64), nullable=False),
    Column("class", String(16), nullable=False),
    Column("kind", String(16), nullable=False),
    Column("scope", String(16), nullable=False),
    _text("home"),
    _text("url"),
    _text("title"),
    _text("text"),
    _text("place"),
    Column("published_at", Moment, nullable=False),
    Column("fetched_at", Moment, nullable=False),
    Column("first_fetched_at", Moment, nullable=False),
    Column("language", String(8), nullable=False),
    Column("voice", String(64), nullable=False),
    Column("voice_day", Date, nullable=False),
    _text("story"),
    Column("keep", String(16), nullable=False),
    Column("retention", String(16), nullable=False),
    Column("content_hash", String(64), nullable=False),
    Column("trimmed", Boolean, nullable=False, default=False),  # keep = excerpt has been applied
    Index(None, "area", "published_at"),
    Index(None, "first_fetched_at"),
    Index(None, "area", "url"),
)

versions = Table(  # what an edited page said before: corrections and rewritten headlines are evidence
    "versions",
    metadata,
    Column("document", ForeignKey("documents.id", ondelete="CASCADE"), primary_key=True),
    Column("version", Integer, primary_key=True),
    _text("title"),
    _text("text"),
    Column("fetched_at", Moment, nullable=False),
)

annotations = Table(
    "annotations",
    metadata,
    Column("document", ForeignKey("documents.id", ondelete="CASCADE"), primary_key=True),
    Column("version", Integer, nullable=False),
    Column("stance", String(16), nullable=False),
    Column("flag", Boolean, nullable=False),
    Column("narrative", String(8), nullable=False),  # the main one, "" where none
    Column("in_scope", Boolean, nullable=False),  # local, and with a narrative, signal or mechanism
    Column("areas", JSON, nullable=False),
    Column("body", JSON, nullable=False),
    _text("lemmas"),
)

dispositions = Table(
    "dispositions",
    metadata,
    Column("stage", String(16), primary_key=True),
    Column("ref", String(160), primary_key=True),
    Column("version", Integer, primary_key=True),
    Column("area", String(64), nullable=False),
    Column("source", String(64), nullable=False),
    Column("outcome", String(48), nullable=False),
    _text("reason"),
    Column("at", Moment, nullable=False),
    Index(None, "area", "stage", "outcome"),
)

narratives = Table(
    "narratives",
    metadata,
    Column("id", String(64), primary_key=True),
    Column("area", String(64), nullable=False),
    Column("code", String(8), nullable=False),
    Column("last_seen", Moment, nullable=False),
    Column("body", JSON, nullable=False),
    Index(None, "area", "last_seen"),
)

members = Table(
    "members",
    metadata,
    Column("document", String(64), primary_key=True),
    Column("narrative", ForeignKey("narratives.id", ondelete="CASCADE"), nullable=False, index=True),
    Column("standing", String(16), nullable=False),
)

alerts = Table(
    "alerts",
    metadata,
    Column("id", String(64), primary_key=True),
    Column("council", String(64), nullable=False),  # area id; `area` is the ward or authority code
    Column("area", String(16), nullable=False),
    Column("kind", String(16), nullable=False),
    Column("subject", String(64), nullable=False),
    Column("state", String(16), nullable=False),
    Column("score", Integer, nullable=False),
    Column("raised_at", Moment, nullable=False),
    Column("updated_at", Moment, nullable=False),
    Column("closed_at", Moment),
    Column("revision", Integer, nullable=False),
    Column("body", JSON, nullable=False),
    Index(None, "council", "state"),
)

whynot = Table(
    "whynot",
    metadata,
    Column("id", String(64), primary_key=True),
    Column("council", String(64), nullable=False),
    Column("rule", String(16), nullable=False),
    Column("at", Moment, nullable=False),
    Column("body", JSON, nullable=False),
    Index(None, "council", "at"),
)

tasks = Table(
    "tasks",
    metadata,
    Column("id", String(64), primary_key=True),
    Column("council", String(64), nullable=False),
    Column("state", String(16), nullable=False),
    Column("revision", Integer, nullable=False),
    Column("opened_at", Moment, nullable=False),
    Column("body", JSON, nullable=False),
)

reviews = Table(
    "reviews",
    metadata,
    Column("id", String(64), primary_key=True),
    Column("alert", String(64), nullable=False, index=True),
    Column("at", Moment, nullable=False),
    Column("body", JSON, nullable=False),
)

series = Table(
    "series",
    metadata,
    Column("area", String(16), primary_key=True),
    Column("theme", String(8), primary_key=True),
    Column("day", Date, primary_key=True),
    Column("number", Integer, nullable=False),
)

totals = Table(  # documents collected in a council's area that local day: the exposure of every series
    "totals",
    metadata,
    Column("council", String(64), primary_key=True),
    Column("day", Date, primary_key=True),
    Column("number", Integer, nullable=False),
)

lists = Table(
    "lists",
    metadata,
    Column("area", String(64), primary_key=True),
    Column("name", String(128), primary_key=True),
    _text("sum"),
)

sources = Table(
    "sources",
    metadata,
    Column("id", String(64), primary_key=True),
    Column("area", String(64), nullable=False, index=True),
    Column("declared", JSON, nullable=False),
    Column("state", JSON),
    Column("off", Boolean, nullable=False, default=False),
    _text("off_reason"),
    _text("off_by"),
    Column("off_at", Moment),
    Column("gone_at", Moment),  # when the catalogue no longer held it; NULL while it does
)

crawls = Table(
    "crawls",
    metadata,
    Column("id", String(128), primary_key=True),
    Column("source", String(64), nullable=False, index=True),
    Column("area", String(64), nullable=False),
    Column("started_at", Moment, nullable=False),
    Column("finished_at", Moment, nullable=False),
    Column("outcomes", JSON, nullable=False),
    Column("refusals", JSON, nullable=False),
    Column("extracted", JSON, nullable=False),  # what became of everything fetched, by outcome
)

day_keys = Table(  # never in a backup
    "day_keys",
    metadata,
    Column("day", Date, primary_key=True),
    Column("key", LargeBinary, nullable=False),
)

users = Table(
    "users",
    metadata,
    Column("name", String(64), primary_key=True),
    Column("role", String(16), nullable=False),
    Column("password_hash", Text, nullable=False),
    Column("active", Boolean, nullable=False, default=True),
)

audit = Table(
    "audit",
    metadata,
    Column("seq", Integer, primary_key=True, autoincrement=False),
    Column("at", Moment, nullable=False),
    Column("actor", String(64), nullable=False),
    Column("action", String(48), nullable=False),
    Column("object", String(160), nullable=False),
    Column("detail", JSON, nullable=False),
    Column("previous", String(64), nullable=False),
    Column("hash", String(64), nullable=False),
)

counters = Table(
    "counters",
    metadata,
    Column("name", String(32), primary_key=True),
    Column("value", Integer, nullable=False),
)

outbox = Table(  # what the index has not seen yet; a row goes when that very token was indexed
    "outbox",
    metadata,
    Column("entity", String(16), primary_key=True),
    Column("id", String(64), primary_key=True),
    Column("area", String(64), nullable=False),
    Column("token", Integer, nullable=False),
)

digests = Table(
    "digests",
    metadata,
    Column("id", String(96), primary_key=True),
    Column("area", String(64), nullable=False),
    Column("day", Date, nullable=False),
    Column("made_at", Moment, nullable=False),
    Column("body", JSON, nullable=False),
)

deliveries = Table(  # one row per digest or flash and sink: what was sent is not sent again
    "deliveries",
    metadata,
    Column("digest", String(96), primary_key=True),
    Column("sink", String(32), primary_key=True),
    Column("at", Moment, nullable=False),
)

holds = Table(  # legal hold: kept whatever its age, with who asked and why
    "holds",
    metadata,
    Column("document", String(64), primary_key=True),
    _text("reason"),
    Column("actor", String(64), nullable=False),
    Column("at", Moment, nullable=False),
)

tombstones = Table(
    "tombstones",
    metadata,
    Column("id", String(64), primary_key=True),
    Column("source", String(64), nullable=False),
    Column("first_fetched_at", Moment, nullable=False),
    Column("last_listed_at", Moment, nullable=False),
)

proofs = Table(  # what each retention run deleted and what it found left: the nightly proof
    "proofs",
    metadata,
    Column("id", String(96), primary_key=True),
    Column("at", Moment, nullable=False),
    Column("body", JSON, nullable=False),
)

failures = Table(  # rate limit of sign-in: failed tries per name and hour
    "failures",
    metadata,
    Column("name", String(64), primary_key=True),
    Column("since", Moment, nullable=False),
    Column("tries", Integer, nullable=False),
)
