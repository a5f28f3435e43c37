"""Permissions of contact persons; who is online is told with the programs by which they are."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0011"
down_revision = "0010"
branch_labels = None
depends_on = None

BIG_ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
NAME = "fk_consent_contact_person_id_contact_person"


def upgrade() -> None:
    if op.get_bind().dialect.name == "sqlite":  # adds a column with its reference in one statement, or not at all
        op.execute(
            "ALTER TABLE consent ADD COLUMN contact_person_id INTEGER "
            f"CONSTRAINT {NAME} REFERENCES contact_person (id) ON DELETE CASCADE"
        )
    else:
        op.add_column("consent", sa.Column("contact_person_id", BIG_ID, nullable=True))
        op.create_foreign_key(
            op.f(NAME), "consent", "contact_person", ["contact_person_id"], ["id"], ondelete="CASCADE"
        )
        op.execute("DROP FUNCTION IF EXISTS gcrm_online()")  # it tells more now; nobody may replace what it returns
    op.create_index(op.f("ix_consent_contact_person_id"), "consent", ["contact_person_id"], unique=False)


def downgrade() -> None:
    op.execute("DELETE FROM consent WHERE contact_person_id IS NOT NULL")  # they must not hold for the whole contact
    op.drop_index(op.f("ix_consent_contact_person_id"), "consent")
    op.drop_column("consent", "contact_person_id")
