"""When a source left the catalogue, and the sums of the lists that people edit."""

import sqlalchemy as sa
from alembic import op

from pipeline.ledger import tables

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Apply."""
    op.create_table(
        "lists",
        sa.Column("area", sa.String(length=64), nullable=False),
        sa.Column("name", sa.String(length=128), nullable=False),
        sa.Column("sum", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("area", "name", name=op.f("pk_lists")),
    )
    with op.batch_alter_table("sources", schema=None) as batch_op:
        batch_op.add_column(sa.Column("gone_at", tables.Moment(timezone=True), nullable=True))


def downgrade() -> None:
    """Take back."""
    with op.batch_alter_table("sources", schema=None) as batch_op:
        batch_op.drop_column("gone_at")
    op.drop_table("lists")
