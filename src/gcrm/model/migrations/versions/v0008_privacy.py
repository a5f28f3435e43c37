"""The wording of permissions, the day until which a contact is restricted, and the records of erasures."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None

BIG_ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
JSON = sa.JSON(none_as_null=True).with_variant(postgresql.JSONB(none_as_null=True), "postgresql")


def upgrade() -> None:
    op.add_column("consent", sa.Column("wording", sa.Text(), nullable=True))
    op.add_column("contact", sa.Column("restricted_until", sa.Date(), nullable=True))
    op.create_table(
        "erasure",
        sa.Column("id", BIG_ID, nullable=False),
        sa.Column("contact_id", sa.BigInteger(), nullable=True),
        sa.Column("person_id", sa.BigInteger(), nullable=True),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("asked_on", sa.Date(), nullable=True),
        sa.Column("records", JSON, nullable=False),
        sa.Column("kept", JSON, nullable=False),
        sa.Column("swept_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("kept_until", sa.Date(), nullable=True),
        sa.Column("version", sa.Integer(), server_default="1", nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("created_by", sa.BigInteger(), nullable=True),
        sa.Column("changed_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("changed_by", sa.BigInteger(), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_erasure")),
        sqlite_autoincrement=True,
    )
    for name in ("contact_id", "person_id"):
        op.create_index(op.f(f"ix_erasure_{name}"), "erasure", [name], unique=False)


def downgrade() -> None:
    op.drop_table("erasure")
    if op.get_bind().dialect.name == "sqlite":
        op.drop_column("contact", "restricted_until")
    else:  # the views of groups from whom fields are hidden name it; the way up makes them anew
        op.execute("ALTER TABLE contact DROP COLUMN restricted_until CASCADE")
    op.drop_column("consent", "wording")
