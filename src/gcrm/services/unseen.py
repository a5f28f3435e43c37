"""In an office in a file, too, what a person may not see is empty to them, as the views of a server make it.

Here it is an aid and no more: whoever has the file can read all of it. On a server nothing of it arrives anyway.
"""

from __future__ import annotations

from collections import namedtuple
from collections.abc import Iterable
from functools import lru_cache
from typing import Any, TypeVar

from sqlalchemy import JSON, Boolean, Column, Integer, Select, Text, event, false
from sqlalchemy.orm import ORMExecuteState, Session, with_loader_criteria
from sqlalchemy.orm.attributes import set_committed_value

from gcrm.model.activity import Activity
from gcrm.model.attachment import Attachment
from gcrm.model.bank_account import BankAccount
from gcrm.model.base import Record
from gcrm.model.contact import Contact
from gcrm.model.open_item import OpenItem
from gcrm.model.registry import table_of
from gcrm.model.rights import Rights
from gcrm.services.privacy import rights_of

R = TypeVar("R", bound=Record)
_TABLES: tuple[type[Record], ...] = (Contact, Activity, Attachment, BankAccount, OpenItem)
"""Classes of tables that groups may see nothing of."""
_CHILDREN = {"bank_account": "bank_accounts", "open_item": "open_items", "contact_person": "persons"}
"""Which list of a contact holds the records of a table that can be hidden."""


def shut_tables(session: Session) -> None:
    """Let a session find nothing in tables of which the person it reads for may see nothing."""
    rights = rights_of(session)
    shut = [cls for cls in _TABLES if not rights.sees(cls.__tablename__)]
    if not shut:
        return

    def leave_out(state: ORMExecuteState) -> None:
        if state.is_select:
            state.statement = state.statement.options(*(with_loader_criteria(cls, false()) for cls in shut))

    event.listen(session, "do_orm_execute", leave_out)


def rows_of(session: Session, wanted: Select[Any]) -> list[Any]:
    """Return the rows of the columns that a select asks for, as plain tuples with names.

    The mapper is left out where the session shuts no table, and so are the mapper's rows: a value by its name takes
    them ten times as long.
    """
    rights = rights_of(session)
    is_open = all(rights.sees(cls.__tablename__) for cls in _TABLES)
    result = session.connection().execute(wanted) if is_open else session.execute(wanted)
    make = _named(tuple(result.keys()))
    return [make(*row) for row in result.all()]


@lru_cache(maxsize=50)
def _named(names: tuple[str, ...]) -> Any:
    """Return the class of rows with these columns."""
    return namedtuple("Row", names)


def unseen_fields(session: Session, table: str = "contact") -> frozenset[str]:
    """Return the columns of a table that the person for whom a session reads may not see."""
    return rights_of(session).hidden_fields.get(table, frozenset())


def blank(session: Session, contact: Contact) -> Contact:
    """Empty what the person for whom a session reads may not see of a contact; return the contact."""
    return blanked(contact, rights_of(session))


def blanked(contact: Contact, rights: Rights) -> Contact:
    """Empty what a person with these rights may not see of a contact; return the contact."""
    for table, columns in rights.hidden_fields.items():
        if "*" in columns:
            set_committed_value(contact, _CHILDREN[table], [])
        else:
            blank_rows((contact,) if table == "contact" else getattr(contact, _CHILDREN[table]), columns)
    return contact


def blank_rows(records: Iterable[Record], columns: Iterable[str]) -> None:
    """Empty columns of records that were read and will not be written."""
    for record in records:
        for name in columns:
            vars(record)[name] = empty_value(table_of(type(record)).columns[name])


def empty_value(column: Column[Any]) -> Any:
    """Return what stands for a hidden value of a column."""
    if column.nullable:
        return None
    kinds = ((JSON, list), (Boolean, bool), (Text, str), (Integer, int))
    return next((made() for kind, made in kinds if isinstance(column.type, kind)), None)
