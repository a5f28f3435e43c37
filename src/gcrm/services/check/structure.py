"""Is the database whole: pages, references, triggers, versions?"""

from __future__ import annotations

from collections.abc import Iterator
from functools import cache
from typing import Any

from sqlalchemy import Select, func, select, text
from sqlalchemy.orm import Session

from gcrm.i18n import _
from gcrm.model.base import Base
from gcrm.model.registry import RECORDS, table_of
from gcrm.model.triggers import sqlite_triggers
from gcrm.services.check.guards import wrong_on_server
from gcrm.services.check.report import MOST, Finding
from gcrm.services.moved import guards, read_moved


def damaged(detail: str) -> str:
    """Return the sentence for a damaged file."""
    return _("The database is damaged ({detail}). Restore the newest backup.").format(detail=detail)


def integrity(session: Session) -> Iterator[Finding]:
    """Let SQLite check its pages and indexes; PostgreSQL checks its pages by itself when it reads them."""
    if session.get_bind().dialect.name != "sqlite":
        return
    for verdict in session.execute(text(f"PRAGMA integrity_check({MOST})")).scalars():
        if verdict != "ok":
            yield Finding("integrity", "", damaged(str(verdict)))


@cache
def _astray() -> tuple[tuple[str, str, Select[Any]], ...]:
    """Return the statement for each reference that finds what points to nothing, with the tables' names; made once."""
    found = []
    for table in Base.metadata.sorted_tables:
        own = next(iter(table.primary_key.columns))
        for key in table.foreign_keys:
            parent = key.column.table.alias()
            there = select(parent.c[key.column.name]).where(parent.c[key.column.name] == key.parent)
            pointing = select(own).where(key.parent.is_not(None), ~there.exists()).limit(MOST)
            found.append((table.name, key.column.table.name, pointing))
    return tuple(found)


def references(session: Session) -> Iterator[Finding]:
    """Find rows that point to a record that does not exist."""
    for table, other, pointing in _astray():
        for row in session.execute(pointing):
            sentence = _("A record in “{table}” points to something in “{other}” that does not exist.")
            yield Finding("reference", f"{table}:{row[0]}", sentence.format(table=table, other=other))


def triggers(session: Session) -> Iterator[Finding]:
    """Find triggers that are missing or were changed: without them changes are not noted."""
    moved = guards(session.get_bind().dialect.name) if read_moved(session) else {}
    if session.get_bind().dialect.name == "sqlite":
        rows = session.execute(text("SELECT name, sql FROM sqlite_master WHERE type = 'trigger'"))
        found = {row.name: row.sql for row in rows}
        wanted = sqlite_triggers() | moved
        wrong = {name for name, statement in wanted.items() if found.get(name) != statement}
        wrong |= found.keys() - wanted.keys()
    else:
        wrong = wrong_on_server(session, moved)
    for name in sorted(wrong):
        sentence = _("The guard “{name}” of the database is missing or was changed.").format(name=name)
        yield Finding("trigger", name, sentence)


def versions(session: Session) -> Iterator[Finding]:
    """Find records whose version cannot be. Changed before it was made may be any: a clock was set back meanwhile."""
    for cls in RECORDS:
        table = table_of(cls)
        for record in session.execute(select(table.c.id).where(table.c.version < 1).limit(MOST)).scalars():
            sentence = _("The version of a record in “{table}” cannot be right.").format(table=table.name)
            yield Finding("version", f"{table.name}:{record}", sentence)


def count_of(session: Session, name: str) -> int:
    """Return how many rows a table has."""
    return int(session.scalar(select(func.count()).select_from(Base.metadata.tables[name])) or 0)
