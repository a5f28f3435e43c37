"""Does what follows from the records fit them: search index, keys to sort by, one default of each kind?"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing
from typing import Any

from sqlalchemy import ColumnElement, and_, case, func, or_, select, text, true
from sqlalchemy.exc import DatabaseError
from sqlalchemy.orm import Session

from gcrm.i18n import _
from gcrm.model.address import Address
from gcrm.model.base import Home, Record
from gcrm.model.category import Category
from gcrm.model.change import ContactSearch
from gcrm.model.contact import Contact
from gcrm.model.contact_person import Person
from gcrm.model.contact_point import ContactPoint
from gcrm.services.check.report import MOST, Finding
from gcrm.services.contact_rules import DEFAULTS
from gcrm.services.database import Database
from gcrm.services.search_texts import index_texts

BATCH = 2_000
KEYED: tuple[tuple[type[Record], str, tuple[str, ...]], ...] = (
    (Contact, "name_key", ("name", "name2", "first_name", "last_name")),
    (Person, "name_key", ("first_name", "last_name")),
    (Address, "town_key", ("town",)),
    (Category, "name_key", ("name",)),
    (ContactPoint, "value_key", ("value",)),
)


def search_rows(session: Session) -> Iterator[Finding]:
    """Compare the index row of every contact with one made now."""
    last = 0
    while True:
        statement = select(Contact.id, ContactSearch.text).outerjoin(
            ContactSearch, ContactSearch.contact_id == Contact.id
        )
        rows = session.execute(statement.where(Contact.id > last).order_by(Contact.id).limit(BATCH)).all()
        if not rows:
            return
        last = rows[-1].id
        fresh = index_texts(session, [row.id for row in rows])
        for row in rows:
            if row.text != fresh.get(row.id):
                sentence = _("The search index does not fit contact {id}.").format(id=row.id)
                yield Finding("index", f"contact:{row.id}", sentence)


def full_text(database: Database) -> Iterator[Finding]:
    """Let SQLite compare its full-text index with the index rows; it does so only where it may write."""
    if not database.is_sqlite:
        return
    command = text("INSERT INTO contact_search_fts (contact_search_fts, rank) VALUES ('integrity-check', 1)")
    try:
        with database.engine.connect() as connection, connection.begin():
            connection.execute(command)
    except DatabaseError as problem:
        reason = str(problem.orig)
        if "readonly" in reason:
            return
        if "malformed" not in reason:
            raise
        yield Finding("index", "contact_search_fts", _("The full-text index does not fit the contacts."))


def keys(session: Session) -> Iterator[Finding]:
    """Compare the keys to sort and find by with those made now."""
    for cls, record in wrong_keys(session):
        sentence = _("The sort key of a record in “{table}” is out of date.").format(table=cls.__tablename__)
        yield Finding("key", f"{cls.__tablename__}:{record}", sentence)


def wrong_keys(session: Session) -> Iterator[tuple[type[Record], int]]:
    """Yield class and id of every record whose key is not what follows from its texts."""
    for cls, key, sources in KEYED:
        columns = [getattr(cls, name) for name in ("id", key, *sources)]
        probe, home = cls(), Home()
        with closing(session.execute(select(*columns).execution_options(yield_per=BATCH))) as rows:
            for row in rows:
                for name, value in zip(sources, row[2:], strict=True):
                    setattr(probe, name, value)
                probe.derive(home)
                if getattr(probe, key) != row[1]:
                    yield cls, row[0]


def defaults(session: Session) -> Iterator[Finding]:
    """Find contacts with no default or several of what has one."""
    for cls, counts, names in DEFAULTS:
        per = [getattr(cls, name) for name in names]
        statement = select(cls.contact_id, *per).group_by(cls.contact_id, *per)
        marked = func.sum(case((cls.is_default.is_(True), 1), else_=0))
        if cls is Address:
            statement = statement.having(_has_wrong_default(counts))
        else:
            statement = statement.having(marked != 1).where(true() if counts is None else counts)
        for row in session.execute(statement.limit(MOST)):
            sentence = _("Contact {id} has not exactly one default in “{table}”.")
            named = sentence.format(id=row[0], table=cls.__tablename__)
            yield Finding("default", ":".join(("contact", *map(str, row), cls.__tablename__)), named)


def _has_wrong_default(is_present: ColumnElement[bool]) -> ColumnElement[bool]:
    """Return the condition for addresses of one purpose: several defaults today, or none though one is there today.

    A default whose last day has passed since the contact was saved is no fault: the next one takes its place.
    """
    marked = func.sum(case((Address.is_default.is_(True), 1), else_=0))
    there = func.sum(case((is_present, 1), else_=0))
    first = func.sum(case((and_(Address.is_default.is_(True), is_present), 1), else_=0))
    return or_(first > 1, and_(there > 0, marked == 0))


def defaults_of(cls: type[Any], contact: int) -> ColumnElement[bool]:
    """Return the condition for the rows of a class among which a contact has one default."""
    counts = next(condition for known, condition, _per in DEFAULTS if known is cls)
    mine = cls.contact_id == contact
    return and_(mine) if counts is None else and_(mine, counts)
