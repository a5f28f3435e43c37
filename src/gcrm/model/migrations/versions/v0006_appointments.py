"""Appointments of activities, and who takes part in them."""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0006"
down_revision = "0005"
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


def _reference(name: str, column: str, target: str, then: str) -> sa.ForeignKeyConstraint:
    """Return a reference that is named as all are."""
    return sa.ForeignKeyConstraint([column], [f"{target}.id"], name=op.f(f"fk_{name}_{column}_{target}"), ondelete=then)


def _text(name: str) -> sa.Column[Any]:
    return sa.Column(name, sa.Text(), nullable=False)


def _json(name: str) -> sa.Column[Any]:
    return sa.Column(name, JSON, nullable=False)


def upgrade() -> None:
    _table(
        "appointment",
        sa.Column("activity_id", BIG_ID, nullable=False),
        sa.Column("series_id", BIG_ID, nullable=True),
        *map(_text, ("original", "starts", "ends", "zone", "end_zone", "location", "rule")),
        *map(_json, ("left_out", "added")),
        _text("status"),
        sa.Column("is_busy", sa.Boolean(), nullable=False),
        sa.Column("reminder_minutes", sa.Integer(), nullable=True),
        _json("categories"),
        _text("uid"),
        sa.Column("sequence", sa.Integer(), nullable=False),
        _text("organizer"),
        _json("kept"),
        sa.Column("begins_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("ends_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("is_long", sa.Boolean(), nullable=False),
        _reference("appointment", "activity_id", "activity", "CASCADE"),
        _reference("appointment", "series_id", "activity", "CASCADE"),
        sa.UniqueConstraint("activity_id", name=op.f("uq_appointment_activity_id")),
    )
    op.create_index("ix_appointment_range", "appointment", ["is_long", "begins_at"])
    op.create_index("ix_appointment_open", "appointment", ["is_long", "ends_at"])
    for name in ("series_id", "uid"):
        op.create_index(op.f(f"ix_appointment_{name}"), "appointment", [name], unique=False)
    _table(
        "participant",
        sa.Column("activity_id", BIG_ID, nullable=False),
        *map(_text, ("name", "email", "role", "answer")),
        sa.Column("user_id", BIG_ID, nullable=True),
        sa.Column("contact_id", BIG_ID, nullable=True),
        sa.Column("contact_person_id", BIG_ID, nullable=True),
        _json("kept"),
        _reference("participant", "activity_id", "activity", "CASCADE"),
        _reference("participant", "user_id", "user", "SET NULL"),
        _reference("participant", "contact_id", "contact", "SET NULL"),
        _reference("participant", "contact_person_id", "contact_person", "SET NULL"),
    )
    for name in ("activity_id", "user_id", "contact_id", "contact_person_id"):
        op.create_index(op.f(f"ix_participant_{name}"), "participant", [name], unique=False)


def downgrade() -> None:
    op.drop_table("participant")
    op.drop_table("appointment")
