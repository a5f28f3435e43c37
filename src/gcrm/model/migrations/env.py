"""Alembic's entry: runs the revisions on the connection that services/schema.py hands over."""

from __future__ import annotations

from alembic import context

from gcrm.model.registry import RECORDS, table_of

connection = context.config.attributes["connection"]
context.configure(
    connection=connection,
    target_metadata=table_of(RECORDS[0]).metadata,
    render_as_batch=connection.dialect.name == "sqlite",
    transaction_per_migration=False,
    compare_type=True,
)
context.run_migrations()
