"""Groups of users with their rights, who alone may see a change, and the transaction that wrote an operation."""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None

BIG_ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


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


def _of_group(name: str) -> sa.ForeignKeyConstraint:
    """Return the reference of a table to the groups."""
    return sa.ForeignKeyConstraint(
        ["group_id"], ["user_group.id"], name=op.f(f"fk_{name}_group_id_user_group"), ondelete="CASCADE"
    )


def _add_group_of_user() -> None:
    """Let users belong to a group; SQLite adds a column with its reference in one statement, or not at all."""
    if op.get_bind().dialect.name == "sqlite":
        op.execute(
            'ALTER TABLE "user" ADD COLUMN group_id INTEGER '
            "CONSTRAINT fk_user_group_id_user_group REFERENCES user_group (id) ON DELETE RESTRICT"
        )
    else:
        op.add_column("user", sa.Column("group_id", BIG_ID, nullable=True))
        op.create_foreign_key(
            op.f("fk_user_group_id_user_group"), "user", "user_group", ["group_id"], ["id"], ondelete="RESTRICT"
        )
    op.create_index(op.f("ix_user_group_id"), "user", ["group_id"], unique=False)


def upgrade() -> None:
    _table(
        "user_group",
        sa.Column("key", sa.Text(), nullable=True),
        sa.Column("name", sa.Text(), nullable=False),
        sa.UniqueConstraint("key", name=op.f("uq_user_group_key")),
        sa.UniqueConstraint("name", name=op.f("uq_user_group_name")),
    )
    _table(
        "group_right",
        sa.Column("group_id", BIG_ID, nullable=False),
        sa.Column("module", sa.Text(), nullable=False),
        sa.Column("action", sa.Text(), nullable=False),
        _of_group("group_right"),
        sa.UniqueConstraint("group_id", "module", "action", name=op.f("uq_group_right_group_id_module_action")),
    )
    _table(
        "group_field",
        sa.Column("group_id", BIG_ID, nullable=False),
        sa.Column("fields", sa.Text(), nullable=False),
        _of_group("group_field"),
        sa.UniqueConstraint("group_id", "fields", name=op.f("uq_group_field_group_id_fields")),
    )
    for name in ("group_right", "group_field"):
        op.create_index(op.f(f"ix_{name}_group_id"), name, ["group_id"], unique=False)
    _add_group_of_user()
    _table(
        "refused_login",
        sa.Column("user_id", BIG_ID, nullable=False),
        sa.Column("place", sa.Text(), nullable=False),
        sa.Column("times", sa.Integer(), nullable=False),
        sa.Column("last_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["user_id"], ["user.id"], name=op.f("fk_refused_login_user_id_user"), ondelete="CASCADE"
        ),
    )
    op.create_index(op.f("ix_refused_login_user_id"), "refused_login", ["user_id"], unique=False)
    op.add_column("operation", sa.Column("transaction_id", sa.BigInteger(), nullable=True))
    op.add_column("change", sa.Column("private_to", sa.Text(), nullable=True))


def downgrade() -> None:
    op.drop_column("change", "private_to")
    op.drop_column("operation", "transaction_id")
    op.drop_table("refused_login")
    op.drop_index(op.f("ix_user_group_id"), table_name="user")
    op.drop_column("user", "group_id")
    op.drop_table("group_field")
    op.drop_table("group_right")
    op.drop_table("user_group")
