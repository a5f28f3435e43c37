"""Writing what an import plan says: new contacts in bulk, others filled, all in the caller's unit of work."""

from __future__ import annotations

from collections.abc import Iterable
from contextlib import nullcontext
from dataclasses import replace
from io import BytesIO

from sqlalchemy import select
from sqlalchemy.orm import Session

from gcrm.errors import ConflictError, UserError
from gcrm.i18n import _
from gcrm.model.attachment import Attachment
from gcrm.model.category import ContactCategory
from gcrm.model.contact import Contact
from gcrm.model.registry import table_of
from gcrm.services import blob, contact_rules, numbering, verdicts
from gcrm.services import contact as contacts
from gcrm.services.attachment import add as add_file
from gcrm.services.exchange.bulk_insert import BulkInsert, index_in_masses
from gcrm.services.exchange.card import Photo
from gcrm.services.exchange.import_fill import fill
from gcrm.services.exchange.import_match import all_points
from gcrm.services.exchange.import_plan import ImportPlan, ImportRow, Progress
from gcrm.services.exchange.import_replace import replace as replace_values
from gcrm.services.exchange.own_line import number_line
from gcrm.services.unit_of_work import UnitOfWork, bump

BATCH = 500
PICTURE_NAMES = {"image/jpeg": "photo.jpg", "image/png": "photo.png"}


class Writer:
    """Writes the contacts of a plan inside its unit of work."""

    def __init__(self, work: UnitOfWork, plan: ImportPlan, watch: Progress) -> None:
        self._work = work
        self._plan = plan
        self._watch = watch
        self._bulk = BulkInsert(work)

    def write(self, create: list[ImportRow], update: list[ImportRow]) -> tuple[list[int], list[int]]:
        """Create and fill, then give the lists' categories; return the ids of new contacts and of those filled."""
        for row in update:
            if row.match is None and row.twin is not None:
                self._fill_twin(self._plan.rows[row.twin], row)
        self._give_numbers([row.imported.contact for row in create])
        created = []
        with index_in_masses(self._work) if len(create) > BATCH else nullcontext():
            for start in range(0, len(create), BATCH):
                self._watch.report(start, len(create) + len(update))
                created += self._create(create[start : start + BATCH])
        self._tell_apart(create, created)
        filled = set()
        for done, row in enumerate(update):
            self._watch.report(len(create) + done, len(create) + len(update))
            if row.match is not None:
                self._update(row, row.match)
                filled.add(row.match)
            for contact in self._plan.list_contacts(row) if row.list_name else ():
                self._give_category(row, contact)
                filled.add(contact)
        return created, sorted(filled)

    def _fill_twin(self, first: ImportRow, row: ImportRow) -> None:
        """Add what a repeated card says to the first one of its kind, before that is written."""
        contact = first.imported.contact
        fill(contact, row.imported.contact)
        contact_rules.ensure_defaults(contact)
        categories = tuple(dict.fromkeys((*first.imported.categories, *row.lacking)))
        photo = first.imported.photo or row.imported.photo
        first.imported = replace(first.imported, categories=categories, photo=photo)

    def _give_numbers(self, new: list[Contact]) -> None:
        """Keep the numbers that are free, draw the others; a number that is not free stays with the other data."""
        wanted = [contact.number for contact in new if contact.number]
        taken = _taken(self._work.session, wanted)
        for contact in new:
            if contact.number in taken:
                contact.kept = [*contact.kept, number_line(contact.number)]
                contact.number = None
            elif contact.number:
                taken.add(contact.number)
        without: dict[str, list[Contact]] = {}
        for contact in new:
            if not contact.number:
                without.setdefault(numbering.range_of(contact), []).append(contact)
        for key, some in without.items():
            self._draw(key, some, taken)

    def _draw(self, key: str, new: list[Contact], taken: set[str]) -> None:
        """Give contacts the next numbers of a range that no other one of the import brings along."""
        for contact, drawn in zip(new, numbering.draw_many(self._work.session, key, len(new)), strict=True):
            number = drawn
            while number in taken:
                number = numbering.draw(self._work.session, key)
            taken.add(number)
            contact.number = number

    def _create(self, rows: list[ImportRow]) -> list[int]:
        """Write one batch of new contacts."""
        for row in rows:
            if row.is_duplicate:
                row.imported.contact.uid = ""
        names = [row.categories for row in rows]
        ids = self._bulk.add_contacts([row.imported.contact for row in rows], names)
        for row, contact in zip(rows, ids, strict=True):
            if row.imported.photo is not None:
                self._add_picture(contact, row.imported.photo)
        return ids

    def _tell_apart(self, rows: list[ImportRow], created: list[int]) -> None:
        """Remember of which contacts somebody said that they are not what a row became."""
        made = {id(row): contact for row, contact in zip(rows, created, strict=True)}
        pairs = []
        for row, contact in zip(rows, created, strict=True):
            twin = made.get(id(self._plan.rows[row.twin])) if row.twin is not None else None
            pairs += [(contact, other) for other in (row.match, twin) if row.is_apart and other is not None]
        verdicts.add(self._work, pairs)

    def _add_picture(self, contact: int, photo: Photo) -> None:
        """Keep the picture of a contact."""
        stream = BytesIO(photo.data)
        content = blob.measure(stream)
        stream.seek(0)
        name = PICTURE_NAMES.get(photo.media_type, "photo")
        add_file(self._work, content, stream, name, contact_id=contact, is_picture=True)

    def _update(self, row: ImportRow, match: int) -> None:
        """Fill what is empty at a contact that is here, or change it to what the file says."""
        session = self._work.session
        contact = self._read(match, row.match_name)
        (replace_values if row.rule == "replace" else fill)(contact, row.imported.contact)
        for point in all_points(contact):
            point.contact_id = contact.id
        contact_rules.ensure_defaults(contact)
        is_touched = contact in session.dirty and session.is_modified(contact, include_collections=False)
        session.flush()
        self._add_categories(contact, row.categories)
        if row.imported.photo is not None and not _has_picture(session, match):
            self._add_picture(match, row.imported.photo)
        if not is_touched:
            bump(self._work.connection, table_of(Contact), [match], self._work.user_id)

    def _give_category(self, row: ImportRow, member: int) -> None:
        """Give a member of a list that is here the list's category."""
        self._add_categories(self._read(member, row.name), (row.list_name,))
        bump(self._work.connection, table_of(Contact), [member], self._work.user_id)

    def _read(self, contact: int, name: str) -> Contact:
        """Return a contact to change. Raises ConflictError, with its name, when it is gone."""
        try:
            return contacts.read(self._work.session, contact)
        except UserError as gone:
            sentence = _("{name} was deleted meanwhile; nothing was imported. Look at the import again.")
            raise ConflictError(sentence.format(name=name)) from gone

    def _add_categories(self, contact: Contact, names: Iterable[str]) -> None:
        """Give a contact the categories it does not carry yet."""
        carried = {link.category_id for link in contact.categories}
        for name in names:
            category = contacts.category_named(self._work, name).id
            if category not in carried:
                carried.add(category)
                self._work.session.add(ContactCategory(contact_id=contact.id, category_id=category))
        self._work.session.flush()


def _taken(session: Session, numbers: list[str]) -> set[str]:
    """Return the numbers that contacts have already."""
    found: set[str] = set()
    for start in range(0, len(numbers), BATCH):
        batch = numbers[start : start + BATCH]
        found |= {
            number for number in session.scalars(select(Contact.number).where(Contact.number.in_(batch))) if number
        }
    return found


def _has_picture(session: Session, contact: int) -> bool:
    """Tell whether a contact has a picture."""
    wanted = select(Attachment.id).where(Attachment.contact_id == contact, Attachment.is_picture.is_(True))
    return session.scalar(wanted.limit(1)) is not None
