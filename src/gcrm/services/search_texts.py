"""What the search index keeps of a contact: the searched fields of everything that belongs to it.

A field says `search=True` at its column and is found; nothing is listed here a second time. Whoever writes contacts in
masses (exchange/import_index.py, demo) takes the same fields in the same order.

Activities and attachments are left out: the texts of a million activities would make the index, and what each save
writes of it, many times larger.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from functools import cache
from typing import Any

from sqlalchemy import ColumnElement, Text, cast, literal, select, union_all
from sqlalchemy.orm import Session

from gcrm.model.address import Address
from gcrm.model.bank_account import BankAccount
from gcrm.model.base import Record
from gcrm.model.category import Category, ContactCategory
from gcrm.model.contact import Contact
from gcrm.model.contact_person import ContactPerson, Person
from gcrm.model.contact_point import ContactPoint
from gcrm.model.fields import searched_fields
from gcrm.model.fold import index_text
from gcrm.model.open_item import OpenItem
from gcrm.model.phone import national_form
from gcrm.model.rights import hidden_columns
from gcrm.services.privacy import UNINDEXED
from gcrm.services.search_custom import CustomTexts

CUSTOM = "custom"
LONGEST = 20_000
"""Characters of one text that are searched: any note that people write, but no file that was pasted into one."""
SEARCHED: tuple[type[Record], ...] = (
    Contact, Address, ContactPoint, BankAccount, OpenItem, ContactPerson, Person, ContactCategory, Category,
)  # fmt: skip
"""The classes whose records belong to a contact and are found with it."""
_CHILDREN: tuple[tuple[type[Any], tuple[type[Record], ...]], ...] = (
    (Address, (Address,)),
    (ContactPerson, (Person, ContactPerson)),
    (BankAccount, (BankAccount,)),
    (OpenItem, (OpenItem,)),
    (ContactCategory, (Category,)),
)
"""The kinds of children in the order of the text, each with the classes whose fields are read."""


@cache
def plain_fields(*classes: type[Record], hidden: frozenset[str] = frozenset()) -> tuple[str, ...]:
    """Return the names of the searched fields of classes, without user-defined ones and those of `hidden` groups."""
    gone = hidden_columns(hidden)
    return tuple(
        name
        for cls in classes
        for name in searched_fields(cls)
        if name != CUSTOM and gone.get(cls.__tablename__, frozenset()).isdisjoint((name, "*"))
    )


def index_texts(session: Session, contacts: Sequence[int]) -> dict[int, str]:
    """Return the index text of each of these contacts that exists; a restricted one has an empty text."""
    parts: dict[int, list[str]] = {}
    custom = CustomTexts(session)
    hidden: frozenset[str] = session.info.get(UNINDEXED, frozenset())
    columns = (Contact.id, Contact.restricted_until, *_columns((Contact,), hidden))
    rows = session.execute(select(*columns).where(Contact.id.in_(contacts))).all()
    restricted = {row[0] for row in rows if row[1] is not None}
    for contact, _until, *values in rows:
        parts[contact] = list(_texts(Contact, values, custom))
    widths = [len(_columns(classes, hidden)) for _owner, classes in _CHILDREN]
    for place, _id, contact, *values in session.execute(_children(contacts, hidden)).all():
        owner = _CHILDREN[place][0]
        parts.setdefault(contact, []).extend(_texts(owner, values[: widths[place]], custom))
    points = select(ContactPoint.contact_id, ContactPoint.value, ContactPoint.e164)
    for row in session.execute(points.where(ContactPoint.contact_id.in_(contacts)).order_by(ContactPoint.id)):
        parts.setdefault(row.contact_id, []).extend(point_texts(row.value, row.e164))
    return {contact: index_text(texts) for contact, texts in parts.items()} | dict.fromkeys(restricted, "")


def _texts(owner: type[Record], values: Sequence[Any], custom: CustomTexts) -> Iterator[str]:
    """Yield the texts of a row: its fields in the order of the registry, then the user-defined ones."""
    *plain, kept = values
    yield from (text[:LONGEST] for text in plain if text)
    if kept and kept != "{}":
        yield from (text[:LONGEST] for text in custom.of(owner.__tablename__, json.loads(kept)))


def _columns(classes: Sequence[type[Record]], hidden: frozenset[str]) -> list[ColumnElement[Any]]:
    """Return the columns of the searched fields, at last the user-defined ones as JSON text."""
    found = [getattr(cls, name) for cls in classes for name in plain_fields(cls, hidden=hidden)]
    kept: list[ColumnElement[Any]] = [
        cast(getattr(cls, CUSTOM), Text) for cls in classes if CUSTOM in searched_fields(cls)
    ]
    return [*found, *(kept or [literal("")])]


def _children(contacts: Sequence[int], hidden: frozenset[str]) -> Any:
    """Return one statement for the texts of addresses, persons, accounts and categories, always in the same order."""
    columns = [_columns(classes, hidden) for _owner, classes in _CHILDREN]
    width = max(map(len, columns))
    rows = []
    for place, (owner, classes) in enumerate(_CHILDREN):
        filled = [*columns[place], *[literal("")] * (width - len(columns[place]))]
        row = select(literal(place).label("place"), owner.id.label("child"), owner.contact_id, *filled)
        row = row.select_from(owner).where(owner.contact_id.in_(contacts))
        for cls in classes:
            if cls is not owner:
                row = row.join(cls, cls.id == getattr(owner, f"{cls.__tablename__}_id"))
        rows.append(row)
    return union_all(*rows).order_by("place", "child")


def point_texts(value: str, e164: str | None) -> list[str]:
    """Return what a number or address is found by: as typed, international and national.

    The digits of what was typed are added by `index_text`.
    """
    return [value, e164, national_form(e164)] if e164 else [value]
