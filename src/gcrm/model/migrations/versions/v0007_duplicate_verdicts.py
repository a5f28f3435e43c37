"""Which contacts somebody has said to be no duplicates of each other."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None

BIG_ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def _contact(name: str) -> sa.ForeignKeyConstraint:
    """Return the reference of a column to a contact; the verdict goes with it."""
    named = op.f(f"fk_duplicate_verdict_{name}_contact")
    return sa.ForeignKeyConstraint([name], ["contact.id"], name=named, ondelete="CASCADE")


def upgrade() -> None:
    op.create_table(
        "duplicate_verdict",
        sa.Column("id", BIG_ID, nullable=False),
        sa.Column("one_id", BIG_ID, nullable=False),
        sa.Column("other_id", BIG_ID, nullable=False),
        sa.Column("version", sa.Integer(), server_default="1", nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("created_by", sa.BigInteger(), nullable=True),
        sa.Column("changed_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("changed_by", sa.BigInteger(), nullable=True),
        _contact("one_id"),
        _contact("other_id"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_duplicate_verdict")),
        sa.UniqueConstraint("one_id", "other_id", name=op.f("uq_duplicate_verdict_one_id_other_id")),
        sqlite_autoincrement=True,
    )
    op.create_index(op.f("ix_duplicate_verdict_other_id"), "duplicate_verdict", ["other_id"], unique=False)


def downgrade() -> None:
    op.drop_table("duplicate_verdict")
