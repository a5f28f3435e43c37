"""The names by which phones and other programs know what they made."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0009"
down_revision = "0007"
branch_labels = None
depends_on = None

BIG_ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
JSON = sa.JSON(none_as_null=True).with_variant(postgresql.JSONB(none_as_null=True), "postgresql")


def _reference(column: str, target: str) -> sa.ForeignKeyConstraint:
    """Return a reference that goes with what it points to."""
    name = op.f(f"fk_dav_name_{column}_{target}")
    return sa.ForeignKeyConstraint([column], [f"{target}.id"], name=name, ondelete="CASCADE")


def upgrade() -> None:
    op.create_table(
        "dav_name",
        sa.Column("id", BIG_ID, nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("contact_id", BIG_ID, nullable=True),
        sa.Column("activity_id", BIG_ID, nullable=True),
        sa.Column("kept", JSON, nullable=False),
        sa.Column("version", sa.Integer(), server_default="1", nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("created_by", sa.BigInteger(), nullable=True),
        sa.Column("changed_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("changed_by", sa.BigInteger(), nullable=True),
        _reference("contact_id", "contact"),
        _reference("activity_id", "activity"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_dav_name")),
        sa.UniqueConstraint("name", name=op.f("uq_dav_name_name")),
        sqlite_autoincrement=True,
    )
    for column in ("contact_id", "activity_id"):
        op.create_index(op.f(f"ix_dav_name_{column}"), "dav_name", [column], unique=False)


def downgrade() -> None:
    op.drop_table("dav_name")
