"""Every office has its own company from the first day, and every number range belongs to a company.

The triggers rest while the schema is changed: what is written here is noted in the history by hand.
"""

from __future__ import annotations

import hashlib
import json
import secrets
from datetime import UTC, datetime
from typing import Any

import sqlalchemy as sa
from alembic import context, op

from gcrm.i18n import N_

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None

LABEL = N_("Own company set up")
TEXTS = (
    "name", "street", "house_number", "supplement", "postcode", "town", "region", "area_code", "phone", "email", "web",
    "vat_number", "tax_number",
)  # fmt: skip
INSTANT = sa.DateTime(timezone=True)
COMPANY = sa.table(
    "company",
    *map(sa.column, ("id", "parent_id", "country", "version", *TEXTS)),
    sa.column("created_at", INSTANT),
    sa.column("changed_at", INSTANT),
)
RANGE = sa.table(
    "number_range",
    *map(sa.column, ("id", "key", "company_id", "prefix", "digits", "version")),
    sa.column("changed_at", INSTANT),
)
OPERATION = sa.table(
    "operation",
    *map(sa.column, ("id", "database_user", "kind", "label")),
    sa.column("at", INSTANT),
    sa.column("params", sa.JSON()),
)
CHANGE = sa.table(
    "change",
    *map(sa.column, ("operation_id", "table_name", "record_id", "action", "salt", "old", "new", "digest")),
)


class _History:
    """Notes what this revision writes, in one operation of the program, as the triggers would."""

    def __init__(self, connection: sa.Connection) -> None:
        self._connection = connection
        self._operation: int | None = None

    def note(self, table: str, record: int, action: str, old: Any = None, new: Any = None) -> None:
        """Note a change of one row; `old` and `new` are field → value."""
        texts = [None if values is None else json.dumps(values, ensure_ascii=False) for values in (old, new)]
        salt = secrets.token_hex(16)
        told = f"{salt}|{table}|{record}|{action}|{texts[0] or ''}|{texts[1] or ''}"
        values = {"operation_id": self._opened(), "table_name": table, "record_id": record, "action": action}
        digest = hashlib.sha256(told.encode()).digest()
        row = {**values, "salt": salt, "old": texts[0], "new": texts[1], "digest": digest}
        self._connection.execute(sa.insert(CHANGE).values(row))

    def _opened(self) -> int:
        if self._operation is None:
            is_server = self._connection.dialect.name == "postgresql"
            author = sa.func.session_user() if is_server else ""
            values: dict[str, Any] = {"at": datetime.now(UTC), "kind": "system", "label": LABEL, "params": {}}
            values["database_user"] = author
            made = self._connection.execute(sa.insert(OPERATION).values(values).returning(OPERATION.c.id))
            self._operation = int(made.scalar_one())
        return self._operation


def upgrade() -> None:
    connection = op.get_bind()
    history = _History(connection)
    main = connection.scalar(sa.select(sa.func.min(COMPANY.c.id)).where(COMPANY.c.parent_id.is_(None)))
    _give_ranges(connection, history, main or _make_company(connection, history))
    op.drop_index("uq_number_range_office", table_name="number_range")
    _let_ranges_be_of_nobody(connection, False)


def _make_company(connection: sa.Connection, history: _History) -> int:
    """Make the main company without a name; an office that has none yet counted as a German one."""
    values: dict[str, Any] = {"country": context.config.attributes.get("country", "DE"), **dict.fromkeys(TEXTS, "")}
    stamp = {"version": 1, "created_at": datetime.now(UTC), "changed_at": datetime.now(UTC)}
    made = int(connection.execute(sa.insert(COMPANY).values(values | stamp).returning(COMPANY.c.id)).scalar_one())
    history.note("company", made, "I", new=values)
    return made


def _give_ranges(connection: sa.Connection, history: _History, main: int) -> None:
    """Let the ranges of the whole office belong to the main company.

    Of two with the same key that of the office stays: no number was ever drawn from the other.
    """
    office = connection.execute(sa.select(RANGE.c.id, RANGE.c.key).where(RANGE.c.company_id.is_(None))).all()
    double = sa.select(RANGE).where(RANGE.c.company_id == main, RANGE.c.key.in_([row.key for row in office]))
    for row in connection.execute(double).all():
        old = {name: row._mapping[name] for name in ("key", "company_id", "prefix", "digits")}
        connection.execute(sa.delete(RANGE).where(RANGE.c.id == row.id))
        history.note("number_range", row.id, "D", old=old)
    for row in office:
        _set_company(connection, history, row.id, None, main)


def _set_company(connection: sa.Connection, history: _History, record: int, before: int | None, after: Any) -> None:
    """Let a range belong to another company, or to none."""
    values = {"company_id": after, "version": RANGE.c.version + 1, "changed_at": datetime.now(UTC)}
    connection.execute(sa.update(RANGE).where(RANGE.c.id == record).values(values))
    history.note("number_range", record, "U", {"company_id": before}, {"company_id": after})


def _let_ranges_be_of_nobody(connection: sa.Connection, allowed: bool) -> None:
    """Change whether a range needs a company; SQLite makes the table anew, and must not give an id out again."""
    counters = sa.table("sqlite_sequence", sa.column("name"), sa.column("seq"))
    mine = counters.c.name == "number_range"
    is_file = connection.dialect.name == "sqlite"
    last = connection.scalar(sa.select(counters.c.seq).where(mine)) if is_file else None
    with op.batch_alter_table("number_range", table_kwargs={"sqlite_autoincrement": True}) as batch:
        batch.alter_column("company_id", existing_type=sa.BigInteger(), nullable=allowed)
    if last is not None:
        connection.execute(sa.delete(counters).where(mine))
        connection.execute(sa.insert(counters).values(name="number_range", seq=last))


def downgrade() -> None:
    connection = op.get_bind()
    history = _History(connection)
    main = connection.scalar(sa.select(sa.func.min(COMPANY.c.id)).where(COMPANY.c.parent_id.is_(None)))
    _let_ranges_be_of_nobody(connection, True)
    for record in connection.scalars(sa.select(RANGE.c.id).where(RANGE.c.company_id == main)).all():
        _set_company(connection, history, record, main, None)
    office_only = sa.text("company_id IS NULL")
    op.create_index(
        "uq_number_range_office", "number_range", ["key"],
        unique=True, sqlite_where=office_only, postgresql_where=office_only,
    )  # fmt: skip
    _remove_company(connection, history, main)


def _remove_company(connection: sa.Connection, history: _History, main: int) -> None:
    """Remove the main company where nobody has entered anything but a country."""
    branches = connection.scalar(sa.select(sa.func.count()).where(COMPANY.c.parent_id == main))
    found = connection.execute(sa.select(COMPANY).where(COMPANY.c.id == main)).one()
    if branches or any(found._mapping[name] for name in TEXTS):
        return
    connection.execute(sa.delete(COMPANY).where(COMPANY.c.id == main))
    history.note("company", main, "D", old={name: found._mapping[name] for name in ("country", *TEXTS)})
