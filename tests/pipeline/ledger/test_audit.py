"""The audit chain: append-only, unbroken, and a cut-off end is noticed (safeguard 6)."""

import pytest
from sqlalchemy import delete, insert, text, update
from sqlalchemy.exc import DBAPIError

from pipeline.errors import VaneError
from pipeline.ledger import Ledger, Tx, audit, digests
from pipeline.ledger.tables import audit as table
from pipeline.records import Digest
from tests.pipeline.making import NOON


def fill(ledger: Ledger, number: int = 5) -> None:
    """Write entries."""
    with ledger.begin() as tx:
        for index in range(number):
            audit.append(tx, actor="ann", action="view", object=f"alert {index}", at=NOON)


def unguard(tx: Tx) -> None:
    """Take the append-only guard away, as somebody with the database's own tools could."""
    if tx.dialect.name == "postgresql":
        tx.execute(text("DROP TRIGGER audit_no_change ON audit"))
        return
    for verb in ("update", "delete"):
        tx.execute(text(f"DROP TRIGGER audit_no_{verb}"))


def test_the_chain_verifies(ledger: Ledger) -> None:
    """Every entry's hash covers its fields and the entry before."""
    fill(ledger)
    with ledger.read() as tx:
        assert audit.verify(tx) == 5


@pytest.mark.parametrize("statement", [delete(table), update(table).values(actor="bob")])
def test_entries_cannot_be_changed_or_deleted(ledger: Ledger, statement: object) -> None:
    """The database itself refuses to alter the chain."""
    fill(ledger)
    with pytest.raises(DBAPIError, match="append-only"), ledger.begin() as tx:
        tx.execute(statement)  # type: ignore[call-overload]


@pytest.mark.parametrize(
    "statement",
    [
        update(table).where(table.c.seq == 3).values(actor="bob"),
        update(table).where(table.c.seq == 3).values(detail={"reason": "other"}),
        delete(table).where(table.c.seq == 3),
        delete(table).where(table.c.seq == 1),
    ],
)
def test_tampering_is_detected(ledger: Ledger, statement: object) -> None:
    """A changed or missing entry breaks the chain, and the message names the place."""
    fill(ledger)
    with ledger.begin() as tx:
        unguard(tx)
        tx.execute(statement)  # type: ignore[call-overload]
    with pytest.raises(VaneError, match="broken at entry"), ledger.read() as tx:
        audit.verify(tx)


def test_cutting_off_the_end_is_detected(ledger: Ledger) -> None:
    """A digest carries the head of the chain, so entries cannot vanish from its end."""
    fill(ledger)
    with ledger.begin() as tx:
        seq, head = audit.head(tx)
        digest = Digest(
            id="demo 2026-09-09",
            area="demo",
            area_name="Demo",
            day=NOON.date(),
            made_at=NOON,
            audit_seq=seq,
            audit_head=head,
        )
        digests.write(tx, digest)
        unguard(tx)
        tx.execute(delete(table).where(table.c.seq > 3))
    with pytest.raises(VaneError, match="cut off after entry 3"), ledger.read() as tx:
        audit.verify(tx)


def test_a_head_from_outside_counts_too(ledger: Ledger) -> None:
    """A head kept on paper or in a mail is held against the chain."""
    fill(ledger)
    with ledger.read() as tx:
        _, head = audit.head(tx)
        assert audit.verify(tx, {5: head}) == 5
        with pytest.raises(VaneError, match="cut off"):
            audit.verify(tx, {9: head})
        with pytest.raises(VaneError, match="broken at entry 2"):
            audit.verify(tx, {2: head})


def test_an_entry_is_written_with_its_transaction_or_not_at_all(ledger: Ledger) -> None:
    """A step that fails leaves no entry."""
    with pytest.raises(RuntimeError), ledger.begin() as tx:
        audit.append(tx, actor="ann", action="view", object="x", at=NOON)
        raise RuntimeError
    with ledger.begin() as tx:
        assert audit.count(tx) == 0
        tx.execute(
            insert(table).values(seq=1, at=NOON, actor="a", action="b", object="c", detail={}, previous="x", hash="y")
        )
    with pytest.raises(VaneError, match="entry 1"), ledger.read() as tx:
        audit.verify(tx)


def test_the_head_is_the_newest_migration() -> None:
    """The version the code asks for is the last file of the migrations."""
    from alembic.script import ScriptDirectory

    from pipeline.ledger.store import HEAD, _alembic

    assert ScriptDirectory.from_config(_alembic(None)).get_current_head() == HEAD
