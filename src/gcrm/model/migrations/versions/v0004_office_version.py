"""The office tells which program wrote its schema, so that an older one can say which version it needs."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "office_version",
        sa.Column("revision", sa.Text(), nullable=False),
        sa.Column("program", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("revision", name="pk_office_version"),
    )


def downgrade() -> None:
    op.drop_table("office_version")
