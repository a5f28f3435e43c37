"""The names by which phones know what they made, and what a calendar elsewhere has in common with one here."""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0009"
down_revision = "0008"
branch_labels = None
depends_on = None

BIG_ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
JSON = sa.JSON(none_as_null=True).with_variant(postgresql.JSONB(none_as_null=True), "postgresql")


def _table(name: str, *columns: sa.Column[Any] | sa.Constraint) -> sa.Table:
    """Make a table of records with their bookkeeping."""
    return op.create_table(
        name,
        sa.Column("id", BIG_ID, nullable=False),
        *columns,
        sa.Column("version", sa.Integer(), server_default="1", nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("created_by", sa.BigInteger(), nullable=True),
        sa.Column("changed_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("changed_by", sa.BigInteger(), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f(f"pk_{name}")),
        sqlite_autoincrement=True,
    )


def _reference(name: str, column: str, target: str, then: str = "CASCADE") -> sa.ForeignKeyConstraint:
    """Return a reference that is named as all are."""
    return sa.ForeignKeyConstraint([column], [f"{target}.id"], name=op.f(f"fk_{name}_{column}_{target}"), ondelete=then)


def _text(name: str) -> sa.Column[Any]:
    return sa.Column(name, sa.Text(), nullable=False)


def upgrade() -> None:
    _table(
        "dav_name",
        _text("name"),
        sa.Column("contact_id", BIG_ID, nullable=True),
        sa.Column("activity_id", BIG_ID, nullable=True),
        sa.Column("kept", JSON, nullable=False),
        _reference("dav_name", "contact_id", "contact"),
        _reference("dav_name", "activity_id", "activity"),
        sa.UniqueConstraint("name", name=op.f("uq_dav_name_name")),
    )
    _table(
        "dav_peer",
        sa.Column("user_id", BIG_ID, nullable=False),
        sa.Column("activity_id", BIG_ID, nullable=True),
        *map(_text, ("name", "etag", "mark")),
        _reference("dav_peer", "user_id", "user"),
        _reference("dav_peer", "activity_id", "activity", "SET NULL"),
        sa.UniqueConstraint("user_id", "name", name=op.f("uq_dav_peer_user_id_name")),
    )
    for table, columns in (("dav_name", ("contact_id", "activity_id")), ("dav_peer", ("user_id", "activity_id"))):
        for column in columns:
            op.create_index(op.f(f"ix_{table}_{column}"), table, [column], unique=False)


def downgrade() -> None:
    op.drop_table("dav_peer")
    op.drop_table("dav_name")
