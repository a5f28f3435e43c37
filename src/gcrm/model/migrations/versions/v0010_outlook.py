"""What a folder of Outlook and the office have in common."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0010"
down_revision = "0009"
branch_labels = None
depends_on = None

BIG_ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
JSON = sa.JSON(none_as_null=True).with_variant(postgresql.JSONB(none_as_null=True), "postgresql")
POINTS = (
    ("user_id", "user", "CASCADE"),
    ("contact_id", "contact", "SET NULL"),
    ("activity_id", "activity", "SET NULL"),
)


def upgrade() -> None:
    op.create_table(
        "outlook_peer",
        sa.Column("id", BIG_ID, nullable=False),
        sa.Column("user_id", BIG_ID, nullable=False),
        sa.Column("contact_id", BIG_ID, nullable=True),
        sa.Column("activity_id", BIG_ID, nullable=True),
        *(sa.Column(name, sa.Text(), nullable=False) for name in ("place", "entry", "etag", "mark")),
        sa.Column("seen", JSON, nullable=False),
        sa.Column("version", sa.Integer(), server_default="1", nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("created_by", sa.BigInteger(), nullable=True),
        sa.Column("changed_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("changed_by", sa.BigInteger(), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_outlook_peer")),
        *(
            sa.ForeignKeyConstraint(
                [column], [f"{target}.id"], name=op.f(f"fk_outlook_peer_{column}_{target}"), ondelete=then
            )
            for column, target, then in POINTS
        ),
        sa.UniqueConstraint("user_id", "place", "entry", name=op.f("uq_outlook_peer_user_id_place_entry")),
        sqlite_autoincrement=True,
    )
    for column, _target, _then in POINTS:
        op.create_index(op.f(f"ix_outlook_peer_{column}"), "outlook_peer", [column], unique=False)


def downgrade() -> None:
    op.drop_table("outlook_peer")
