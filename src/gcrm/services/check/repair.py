"""Putting right what can be made again from the records."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from sqlalchemy import select, text, update
from sqlalchemy.orm import Session

from gcrm.i18n import N_
from gcrm.model.contact import Contact
from gcrm.model.registry import class_of, table_of
from gcrm.services import schema
from gcrm.services.check.derived import KEYED, defaults, defaults_of, wrong_keys
from gcrm.services.check.report import Finding
from gcrm.services.contact_rules import DEFAULTS
from gcrm.services.database import Database
from gcrm.services.moved import refuse
from gcrm.services.search import reindex
from gcrm.services.unit_of_work import unit_of_work


def repair_all(database: Database, findings: Iterable[Finding]) -> None:
    """Repair what these findings name, in the order in which one rests on the other."""
    refuse(database.moved)
    kinds = {finding.kind for finding in findings}
    if "trigger" in kinds:
        _remake_triggers(database)
    with unit_of_work(database, N_("Office repaired"), kind="system") as work:
        if "key" in kinds:
            _rewrite_keys(work.session, database)
        if "default" in kinds:
            _set_defaults(work.session)
        if "index" in kinds:
            reindex(work.session, work.session.scalars(select(Contact.id).order_by(Contact.id)))
    if "index" in kinds and database.is_sqlite:
        _rebuild_full_text(database)


def _remake_triggers(database: Database) -> None:
    """Drop whatever triggers there are and make those of the registry."""
    with database.engine.connect().execution_options(gcrm_write=True) as connection, connection.begin():
        schema.drop_triggers(connection)
        schema.make_triggers(connection)


def _rebuild_full_text(database: Database) -> None:
    """Make SQLite's full-text index anew from the index rows."""
    with database.engine.connect().execution_options(gcrm_write=True) as connection, connection.begin():
        connection.execute(text("INSERT INTO contact_search_fts (contact_search_fts) VALUES ('rebuild')"))


def _rewrite_keys(session: Session, database: Database) -> None:
    """Write the keys that are out of date, without touching the version of their records."""
    key_of = {cls: key for cls, key, _sources in KEYED}
    for cls, record in list(wrong_keys(session)):
        found = session.get_one(cls, record)
        found.derive(database.home)
        table = table_of(cls)
        values = {key_of[cls]: getattr(found, key_of[cls])}
        session.expunge(found)
        session.execute(update(table).where(table.c.id == record).values(**values))


def _set_defaults(session: Session) -> None:
    """Leave one default: the first of those marked, else the first of all."""
    for finding in list(defaults(session)):
        _word, contact, *per, table = finding.record.split(":")
        cls = class_of(table)
        _leave_one(session, cls, int(contact), per)


def _leave_one(session: Session, cls: type[Any], contact: int, per: list[str]) -> None:
    """Mark one of a contact's rows as the default and no other."""
    columns = next([getattr(cls, name) for name in names] for known, _condition, names in DEFAULTS if known is cls)
    wanted = select(cls).where(defaults_of(cls, contact)).order_by(cls.is_default.desc(), cls.id)
    for column, value in zip(columns, per, strict=True):
        wanted = wanted.where(column == value)
    rows: list[Any] = list(session.scalars(wanted))
    for place, row in enumerate(rows):
        if row.is_default != (place == 0):
            row.is_default = place == 0
