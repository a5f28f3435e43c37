"""The contacts here as one side of the exchange, and the folder of contacts in Outlook as the other."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import replace
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from gcrm.errors import UserError
from gcrm.i18n import _
from gcrm.model.category import Category, ContactCategory
from gcrm.model.contact import Contact
from gcrm.model.fold import fold
from gcrm.services import contact as contacts
from gcrm.services import contact_rules
from gcrm.services.contact_data import category_names
from gcrm.services.database import Database
from gcrm.services.dav.address_book import AddressBook
from gcrm.services.dav.contact_put import add_categories, write_over
from gcrm.services.dav.names import batches
from gcrm.services.exchange.card import Card
from gcrm.services.exchange.contact_card import to_card, to_contact
from gcrm.services.exchange.import_match import match_rows
from gcrm.services.exchange.import_plan import ImportRow
from gcrm.services.exchange.plain_records import plain_classes
from gcrm.services.home import read_home
from gcrm.services.outlook.contact_fields import CATEGORIES, Values, label_of, patched, values_of_card
from gcrm.services.outlook.contact_item import read_contact, write_contact
from gcrm.services.outlook.folder import Folder
from gcrm.services.outlook.link import Link
from gcrm.services.outlook.object_model import CONTACT_ITEM, FOLDER_CONTACTS
from gcrm.services.plain_contacts import plain_contacts
from gcrm.services.unit_of_work import UnitOfWork


class Contacts:
    """What the lists of contacts show; those in the trash count as deleted, archived ones rest."""

    kind = "contact"
    column = "contact_id"

    def __init__(self, database: Database, category: str) -> None:
        self._database = database
        self._category = category

    def marks(self, session: Session) -> dict[int, str]:
        """Return the state of every contact that takes part; with a category those that carry it."""
        found = {mark.record: mark.etag for mark in AddressBook().marks(session)}
        if not self._category:
            return found
        carried = select(ContactCategory.contact_id).join(Category, Category.id == ContactCategory.category_id)
        inside = set(session.scalars(carried.where(Category.name_key == fold(self._category))))
        return {record: mark for record, mark in found.items() if record in inside}

    def gone(self, session: Session, records: Collection[int]) -> set[int]:
        """Return which of some contacts lie in the trash, or are there no more."""
        left = set[int]()
        for some in batches(sorted(records)):
            left |= set(session.scalars(select(Contact.id).where(Contact.id.in_(some), Contact.deleted_at.is_(None))))
        return set(records) - left

    def values(self, session: Session, records: Sequence[int]) -> dict[int, Values]:
        """Return what Outlook can hold of contacts."""
        return {record: values_of_card(card) for record, card in self._cards(session, records).items()}

    def _cards(self, session: Session, records: Sequence[int]) -> dict[int, Card]:
        found: dict[int, Card] = {}
        for some in batches(records):
            read, names = plain_contacts(session, some, plain_classes(), with_own=False), category_names(session, some)
            found |= {
                one: replace(to_card(read[one], names.get(one, ()), with_own=False), photo=None)
                for one in some
                if one in read
            }
        return found

    def twins(self, session: Session, there: Mapping[str, Values]) -> dict[str, int]:
        """Return which contacts new ones of Outlook seem to be: by e-mail, number, name, as an import finds them."""
        entries = list(there)
        cards = (patched(Card(), there[entry]) for entry in entries)
        rows = [
            ImportRow(0, 0, name_of(there[entry]), to_contact(card)) for entry, card in zip(entries, cards, strict=True)
        ]
        match_rows(session, rows, read_home(session))
        return {entry: row.match for entry, row in zip(entries, rows, strict=True) if row.match is not None}

    def create(self, work: UnitOfWork, values: Values) -> int:
        """Make a contact; with a category it gets that, too."""
        made = to_contact(patched(Card(), self.arriving(values)))
        if not self._database.rights.sees("contact", "notes"):
            made.contact.notes, made.contact.kept = "", []
        contact_rules.check(made.contact)
        contacts.add(work, made.contact, made.categories)
        return made.contact.id

    def arriving(self, values: Mapping[str, Any]) -> Values:
        """Return what comes from Outlook with the category that it gets here."""
        if not self._category:
            return dict(values)
        return {**values, CATEGORIES: sorted({*(values.get(CATEGORIES) or ()), self._category})}

    def change(self, work: UnitOfWork, record: int, changes: Mapping[str, Any]) -> None:
        """Write the fields that changed in Outlook over a contact; nothing else of it is touched."""
        work.session.execute(select(Contact.id).where(Contact.id == record).with_for_update())
        with self._database.read() as session:
            present = self._cards(session, [record]).get(record)
        if present is None:
            raise UserError(_("This contact does not exist any more."))
        wanted = patched(present, changes)
        contact = contacts.read(work.session, record)
        kind = "person" if contact.kind == "person" or not contact.name else "organisation"
        was, new = (to_contact(replace(card, kind=kind)).contact for card in (present, wanted))
        write_over(work, contact, was, new, self._database.rights)
        add_categories(work, contact, wanted.categories)

    def delete(self, work: UnitOfWork, record: int) -> None:
        """Move a contact to the trash."""
        contacts.trash_one(work, record)

    def contact_of(self, session: Session, record: int) -> tuple[int | None, bool]:
        """Return in whose chronicle something about a record stands, and whether it is private."""
        return record, False

    def name(self, values: Mapping[str, Any]) -> str:
        """Return what a contact is called."""
        return name_of(values)

    def label(self, name: str) -> str:
        """Return the (marked) label of a field."""
        return label_of(name)


class OutlookContacts(Folder):
    """The folder of contacts in Outlook."""

    number, item_type, class_ = FOLDER_CONTACTS, CONTACT_ITEM, "IPM.Contact"

    def read(self, link: Link, item: Any) -> Values | None:
        """Return what a contact says, None for a private one."""
        return read_contact(link, item)

    def write(self, link: Link, item: Any, changes: Mapping[str, Any]) -> None:
        """Write fields and save."""
        write_contact(link, item, changes)
        link.ask(item.Save)


def name_of(values: Mapping[str, Any]) -> str:
    """Return what a contact is called."""
    person = " ".join(filter(None, (values.get("FirstName"), values.get("LastName"))))
    return str(values.get("CompanyName") or person or values.get("Email1Address") or "–")
