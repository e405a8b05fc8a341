"""The audit chain: every view, search, decision and export, each entry hashed over the one before."""

import hashlib
import json
from collections.abc import Iterator, Mapping
from datetime import UTC, datetime

from sqlalchemy import func, insert, select

from pipeline.errors import VaneError
from pipeline.ledger.store import Tx, lock
from pipeline.ledger.tables import audit, digests
from pipeline.records import AuditEntry

GENESIS = "0" * 64
Detail = Mapping[str, str | int | float | bool | None]


def append(tx: Tx, *, actor: str, action: str, object: str, at: datetime, detail: Detail | None = None) -> AuditEntry:  # noqa: A002
    """Add an entry at the end of the chain; it is written with the transaction or not at all."""
    lock(tx, "audit")
    seq, previous = head(tx)
    fields = {"actor": actor, "action": action, "object": object, "detail": dict(detail or {})}
    moment = at.astimezone(UTC)
    digest = _hash(seq + 1, moment, previous, fields)
    row = {**fields, "seq": seq + 1, "at": moment, "previous": previous, "hash": digest}
    tx.execute(insert(audit).values(**row))
    return AuditEntry.model_validate(row)


def _hash(seq: int, at: datetime, previous: str, fields: Mapping[str, object]) -> str:
    covered = json.dumps({**fields, "seq": seq, "at": at.isoformat(), "previous": previous}, sort_keys=True)
    return hashlib.sha256(covered.encode()).hexdigest()


def head(tx: Tx) -> tuple[int, str]:
    """Number and hash of the last entry; (0, zeros) for an empty chain."""
    row = tx.execute(select(audit.c.seq, audit.c.hash).order_by(audit.c.seq.desc()).limit(1)).one_or_none()
    return (0, GENESIS) if row is None else (row.seq, row.hash)


def entries(tx: Tx, *, offset: int = 0, limit: int = 100) -> list[AuditEntry]:
    """Entries, newest first."""
    query = select(audit).order_by(audit.c.seq.desc()).offset(offset).limit(limit)
    return [AuditEntry.model_validate(dict(row._mapping)) for row in tx.execute(query)]


def count(tx: Tx) -> int:
    """How many entries there are."""
    return int(tx.execute(select(func.count()).select_from(audit)).scalar_one())


def verify(tx: Tx, known: Mapping[int, str] | None = None) -> int:
    """Check every link, and that the heads which digests carried (and those in `known`) are in the chain.

    Returns the number of entries. Raises VaneError naming the first entry that does not hold.
    """
    anchors = {**_digest_heads(tx), **(known or {})}
    previous, seq = GENESIS, 0
    for row in _all(tx):
        seq += 1
        fields = {"actor": row.actor, "action": row.action, "object": row.object, "detail": dict(row.detail)}
        good = row.seq == seq and row.previous == previous and row.hash == _hash(seq, row.at, previous, fields)
        if not good or anchors.get(seq, row.hash) != row.hash:
            raise VaneError(f"audit chain broken at entry {seq}: restore the ledger from the backup before it")
        previous = row.hash
    cut = [number for number in anchors if number > seq]
    if cut:
        raise VaneError(f"audit chain cut off after entry {seq}: a digest carries entry {max(cut)}")
    return seq


def _all(tx: Tx) -> Iterator[AuditEntry]:
    for row in tx.execute(select(audit).order_by(audit.c.seq)):
        yield AuditEntry.model_validate(dict(row._mapping))


def _digest_heads(tx: Tx) -> dict[int, str]:
    bodies = tx.execute(select(digests.c.body)).scalars()
    return {body["audit_seq"]: body["audit_head"] for body in bodies if body["audit_seq"]}
