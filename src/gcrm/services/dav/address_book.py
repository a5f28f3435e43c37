"""The contacts of the office as an address book: what the lists show, each contact one vCard 3.0."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import datetime
from typing import Any
from xml.etree.ElementTree import Element

from sqlalchemy import ColumnElement, func, select, true
from sqlalchemy.orm import Session

from gcrm.i18n import _
from gcrm.model.attachment import Attachment
from gcrm.model.category import Category, ContactCategory
from gcrm.model.change import ContactSearch
from gcrm.model.contact import Contact
from gcrm.model.contact_person import ContactPerson, Person
from gcrm.services import contact as contacts
from gcrm.services.database import Database
from gcrm.services.dav import card_query, conflicts, contact_put
from gcrm.services.dav.book import ADDRESS_BOOK, Mark, by_key, etag
from gcrm.services.dav.names import CONTACT, batches, changed_names, names_of, records_of
from gcrm.services.dav.state import Renamed, changed
from gcrm.services.exchange.contact_card import uid_of
from gcrm.services.exchange.exporter import numbered_cards
from gcrm.services.exchange.vcard_write import vcard_texts
from gcrm.services.privacy import rights_of

OF_CONTACT = (
    "contact", "address", "contact_point", "contact_person", "contact_category", "attachment", "dav_name",
)  # fmt: skip
"""Tables whose rows belong to one contact and are told in its card."""
SHARED = ("person", "category")
"""Tables whose rows are told in the cards of several."""


class AddressBook:
    """All contacts that are neither in the trash nor archived."""

    kind, component = ADDRESS_BOOK, "VCARD"
    has_tokens = True
    home = ""

    @property
    def title(self) -> str:
        """Return the name that a device shows."""
        return _("Contacts")

    def marks(self, session: Session, names: Sequence[str] | None = None) -> list[Mark]:
        """Return the contacts of these names, of all without them."""
        if names is None:
            rows = _rows(session, None)
            called = names_of(session, CONTACT, [row.id for row in rows])
            return [_mark(row, called[row.id], more) for row, more in _with_more(session, rows, None)]
        wanted = records_of(session, CONTACT, names)
        found: dict[int, tuple[Any, tuple[object, ...]]] = {}
        for some in batches(sorted(set(wanted.values()))):
            found |= {row.id: (row, more) for row, more in _with_more(session, _rows(session, some), some)}
        return [_mark(found[key][0], name, found[key][1]) for name, key in wanted.items() if key in found]

    def texts(self, session: Session, marks: Sequence[Mark]) -> dict[str, str]:
        """Return the cards of contacts."""
        names: dict[int, list[str]] = {}
        for mark in marks:
            names.setdefault(mark.record, []).append(mark.name)
        found: dict[str, str] = {}
        for contact, card in numbered_cards(session, list(names), with_own=False):
            text = next(vcard_texts((card,), "3.0"))
            found |= dict.fromkeys(names[contact], text)
        return found

    def changed(self, session: Session, after: ColumnElement[bool]) -> set[str]:
        """Return the names of contacts whose cards may have changed."""
        records, former, shared = set[int](), Renamed(), {table: set[int]() for table in SHARED}
        for row in changed(session, (*OF_CONTACT, *SHARED), after):
            if row.table_name in shared:
                shared[row.table_name].add(row.record_id)
            elif row.contact_id is not None:
                records.add(row.contact_id)
                if row.table_name == "dav_name":
                    former.take(row, "contact_id")
        links = ((ContactPerson, ContactPerson.person_id, "person"),
                 (ContactCategory, ContactCategory.category_id, "category"))  # fmt: skip
        for cls, column, table in links:
            for some in batches(sorted(shared[table])):
                records.update(session.scalars(select(cls.contact_id).where(column.in_(some))))
        return changed_names(session, CONTACT, records, former)

    def found(self, session: Session, filters: Sequence[Element]) -> Collection[str] | None:
        """Return the names of contacts that a search may find, None for all of them."""
        condition = card_query.candidates(session, filters)
        if condition.compare(true()):
            return None
        wanted = select(Contact.id).outerjoin(ContactSearch, ContactSearch.contact_id == Contact.id)
        return names_of(session, CONTACT, session.scalars(wanted.where(*shown(), condition)).all()).values()

    def has_uid(self, session: Session, uid: str) -> bool:
        """Tell whether a contact has this identifier."""
        here = select(Contact.id, Contact.uid, Contact.created_at).where(*shown())
        head, _dash, rest = uid.partition("-")
        number = rest.partition("-")[0]
        if head == "gcrm" and number.isdecimal() and len(number) < 19:
            row: Any = session.execute(here.where(Contact.id == int(number))).first()
            if row is not None and uid_of(row) == uid:
                return True
        return bool(uid) and session.execute(here.where(Contact.uid == uid)).first() is not None

    def put(self, database: Database, name: str, data: bytes, mark: Mark | None) -> None:
        """Write a contact."""
        card = contact_put.read_card(data)
        if mark is None:
            contact_put.create(database, name, card)
        else:
            contact_put.change(database, self, mark, card)

    def delete(self, database: Database, mark: Mark) -> None:
        """Move a contact to the trash."""
        contacts.trash(database, [mark.record])

    def keep(self, database: Database, name: str, data: bytes) -> None:
        """Keep what a device wanted to write over something newer."""
        with database.read() as session:
            record = records_of(session, CONTACT, [name]).get(name)
            present = self.texts(session, self.marks(session, [name])).get(name, "")
        conflicts.keep_card(database, record, present.encode(), data)


def shown() -> tuple[ColumnElement[bool], ...]:
    """Return the conditions of what the lists of contacts show."""
    return Contact.deleted_at.is_(None), Contact.archived_at.is_(None)


def _rows(session: Session, records: Sequence[int] | None) -> list[Any]:
    """Return what tells the state of contacts."""
    wanted = select(Contact.id, Contact.uid, Contact.created_at, Contact.version, Contact.changed_at).where(*shown())
    if records is not None:
        wanted = wanted.where(Contact.id.in_(records))
    return list(session.execute(wanted.order_by(Contact.id)))


def _with_more(
    session: Session, rows: Sequence[Any], records: Sequence[int] | None
) -> list[tuple[Any, tuple[object, ...]]]:
    """Return rows with the state of what else their cards tell: people, categories, picture."""
    people = select(ContactPerson.contact_id, func.count(), func.sum(Person.version), func.max(Person.changed_at)).join(
        Person, Person.id == ContactPerson.person_id
    )
    kinds = select(
        ContactCategory.contact_id, func.sum(ContactCategory.category_id), func.sum(Category.version),
        func.max(Category.changed_at),
    ).join(Category, Category.id == ContactCategory.category_id)  # fmt: skip
    pictures = select(Attachment.contact_id, func.max(Attachment.id)).where(Attachment.is_picture.is_(True))
    asked = ((people, ContactPerson.contact_id), (kinds, ContactCategory.contact_id), (pictures, Attachment.contact_id))
    found = []
    for statement, column in asked:
        chosen = statement if records is None else statement.where(column.in_(records))
        found.append(by_key(iter(session.execute(chosen.group_by(column)))))
    hidden = sorted(rights_of(session).hidden)  # what its reader may not see is no part of a card
    return [(row, (*(some.get(row.id) for some in found), hidden)) for row in rows]


def _mark(row: Any, name: str, more: tuple[object, ...]) -> Mark:
    """Return the mark of a contact."""
    changed_at: datetime = row.changed_at
    state = etag(row.id, row.version, changed_at.isoformat(), more)
    return Mark(name, uid_of(row), row.id, state, changed_at)
