"""Contacts: create, load, save, categories, trash and archive."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import date, timedelta
from typing import Any

from sqlalchemy import ColumnElement, Connection, Select, and_, delete, func, select, update
from sqlalchemy.orm import Session, selectinload

from gcrm.errors import GcrmError, UserError
from gcrm.i18n import N_, _
from gcrm.model.address import Address, present
from gcrm.model.bank_account import BankAccount
from gcrm.model.base import Record, now
from gcrm.model.category import Category, ContactCategory
from gcrm.model.contact import Contact
from gcrm.model.contact_person import ContactPerson
from gcrm.model.contact_point import ContactPoint
from gcrm.model.fold import clean, fold
from gcrm.model.registry import table_of
from gcrm.services import numbering, verdicts
from gcrm.services.aggregate import Key, Loaded, difference
from gcrm.services.backup import many as backup
from gcrm.services.column import shown_name
from gcrm.services.database import Database
from gcrm.services.restricted import refuse_restricted
from gcrm.services.tidy import tidied
from gcrm.services.unit_of_work import UnitOfWork, unit_of_work
from gcrm.services.unseen import blank

BATCH = 400
DEFAULTS: tuple[tuple[type[Any], Any, tuple[str, ...]], ...] = (
    (Address, present(), ("purpose",)),
    (ContactPerson, None, ()),
    (BankAccount, None, ()),
    (ContactPoint, ContactPoint.contact_person_id.is_(None), ("kind",)),
)
"""What has one default per contact: class, which rows count, and per what."""
_PLACE = ("street", "house_number", "supplement", "po_box", "postcode", "town")
IN_TRASH = "deleted_at"
"""The field that a save is refused for when the contact was moved to the trash meanwhile."""


def walk(contact: Contact) -> Iterator[Record]:
    """Yield the contact and everything that is saved with it."""
    yield contact
    yield from contact.addresses
    yield from contact.points
    yield from contact.bank_accounts
    yield from contact.categories
    yield from contact.consents
    for person in contact.persons:
        if person.person is not None:
            yield person.person
        yield person
        yield from person.points


def empty(**values: Any) -> Contact:
    """Return a new contact with empty children, not yet in any database."""
    contact = Contact(
        addresses=[], points=[], bank_accounts=[], persons=[], categories=[], consents=[], kept=[], custom={}, **values
    )
    return contact


def read(session: Session, contact: int) -> Contact:
    """Return a contact with all its children. Raises UserError when it does not exist."""
    found = session.scalar(_whole().where(Contact.id == contact))
    if found is None:
        raise UserError(_("This contact does not exist any more."))
    return blank(session, found)


def read_many(session: Session, wanted: Iterable[int]) -> Iterator[Contact]:
    """Yield those of some contacts that exist, with all their children, in few statements."""
    ids = sorted(set(wanted))
    for start in range(0, len(ids), BATCH):
        for found in session.scalars(_whole().where(Contact.id.in_(ids[start : start + BATCH]))).all():
            yield blank(session, found)


def _whole() -> Select[Contact]:
    """Return the select of contacts with all their children."""
    return select(Contact).options(
        selectinload(Contact.addresses),
        selectinload(Contact.points),
        selectinload(Contact.bank_accounts),
        selectinload(Contact.categories),
        selectinload(Contact.consents),
        selectinload(Contact.persons).selectinload(ContactPerson.points),
        selectinload(Contact.persons).selectinload(ContactPerson.person),
    )


def load(database: Database, contact: int) -> Loaded[Contact]:
    """Return a contact as a detached aggregate to edit, read in one statement."""
    from gcrm.services.contact_rows import read as read_whole

    with database.read() as session:
        return Loaded(read_whole(session, contact), walk).remember()


def check(contact: Contact) -> None:
    """Raise UserError when a contact cannot be saved: it needs the name of a company or a person."""
    for record in walk(contact):
        for name, value in list(vars(record).items()):
            if isinstance(value, str) and "\0" in value:
                setattr(record, name, clean(value))
    refuse_restricted(contact)
    contact.number = (contact.number or "").strip() or None
    if not (contact.display_name or "").strip():
        raise UserError(_("Enter the name of the company or the person."), field="name")


def create(
    database: Database, contact: Contact, *, categories: Iterable[str] = (), operation_key: str | None = None,
    others: Iterable[int] = (),
) -> int:  # fmt: skip
    """Save a new contact with its children and draw its number; return its id.

    `operation_key` makes sending the same twice fail. `others` are contacts that look like it and are not the same.
    """
    check(contact)
    database.rights.require("contacts", "create")
    label, params, chosen = N_("Contact “{name}” created"), {"name": contact.display_name}, contact.number
    try:
        with unit_of_work(database, label, kind="create", params=params, key=operation_key) as work:
            add(work, contact, categories)
            verdicts.add(work, [(contact.id, other) for other in others])
    except GcrmError:
        contact.number = chosen  # a number that was drawn in vain belongs to the next one
        raise
    return contact.id


def add(work: UnitOfWork, contact: Contact, categories: Iterable[str] = ()) -> None:
    """Add a new contact inside a unit of work."""
    contact.number = clean(contact.number or "")
    if not contact.number:
        contact.number = numbering.draw(work.session, numbering.range_of(contact))
    else:
        _refuse_taken(work.session, contact)
    ensure_defaults(contact)
    work.session.add(contact)
    work.session.flush()
    for name in categories:
        category = category_named(work, name)
        work.session.add(ContactCategory(contact_id=contact.id, category_id=category.id))
    work.session.flush()


def save(
    database: Database, loaded: Loaded[Contact], *, force: frozenset[tuple[Key, str]] = frozenset(), label: str = ""
) -> Loaded[Contact]:
    """Save what was edited and return the aggregate as it is now; a person who has roles at others too stays.

    Raises UserError for a contact without name, ConflictError when somebody else changed the same fields, or moved the
    contact to the trash: `force` with the field IN_TRASH takes it out again.
    """
    from gcrm.services.contact_saving import write

    contact = loaded.record
    check(contact)
    adopt(contact)
    drop_emptied(loaded)
    protect_defaults(loaded)
    ensure_defaults(contact)
    patch = difference(loaded)
    if not patch:
        return loaded
    if (patch.root, IN_TRASH) in force:
        patch.fields.setdefault(patch.root, {})[IN_TRASH] = (None, None)
    return write(database, loaded, patch, force=force, label=label or N_("Contact “{name}” changed"))


def _refuse_taken(session: Session, contact: Contact) -> None:
    """Refuse a number that another contact has, and name that contact."""
    if contact.number:
        others = select(Contact).where(Contact.number == contact.number)
        refuse_number_of(*(other for other in session.scalars(others) if other.id != contact.id))


def refuse_number_of(*others: Contact) -> None:
    """Refuse a number that other contacts have, and name the first of them."""
    for other in others:
        sentence = _("The number {number} belongs to {name}.")
        if other.deleted_at is not None:
            sentence = _("The number {number} belongs to {name}, which lies in the trash.")
        raise UserError(sentence.format(number=other.number, name=other.display_name), field="number")


def drop_emptied(loaded: Loaded[Contact]) -> None:
    """Take out addresses of which nothing is left but the country, because somebody emptied them."""
    contact = loaded.record
    for address in list(contact.addresses):
        before = loaded.base.get((address.__tablename__, address.id), {})
        was_there = any(before.get(name) for name in _PLACE)
        if was_there and not address.custom and not any(getattr(address, name) for name in _PLACE):
            contact.addresses.remove(address)


def protect_defaults(loaded: Loaded[Contact]) -> None:
    """Refuse to remove the default address or the default person while there are others of which none was chosen.

    For the default postal address every other address counts, for one of another purpose those of its purpose. The
    only address and the only person may go, and so may any that is no default.
    """
    contact, kept = loaded.record, {(record.__tablename__, record.id) for record in walk(loaded.record) if record.id}
    present = [address for address in contact.addresses if address.is_present()]
    for key, values in loaded.base.items():
        if key in kept or not values.get("is_default"):
            continue
        if key[0] == "contact_person" and contact.persons and not any(one.is_default for one in contact.persons):
            raise UserError(_("This is the default person. Choose another default first."))
        if key[0] == "address" and not _was_left(values):
            same = [address for address in present if address.purpose == values["purpose"]]
            others = present if values["purpose"] == "postal" else same
            if others and not any(address.is_default for address in same):
                raise UserError(_("This is the default address. Choose another default first."))


def _was_left(values: dict[str, Any]) -> bool:
    """Tell whether an address of these values does not hold any more."""
    return values.get("until_on") is not None and values["until_on"] < date.today()


def adopt(contact: Contact) -> None:
    """Tell new children of a contact that exists whose they are; a window only appends them to the lists."""
    children: list[Any] = [*contact.addresses, *contact.points, *contact.bank_accounts, *contact.persons]
    for child in [*children, *contact.categories, *contact.consents]:
        child.contact_id = contact.id
    for person in contact.persons:
        for point in person.points:
            point.contact_id, point.contact_person_id = contact.id, person.id


def ensure_defaults(contact: Contact) -> None:
    """Keep exactly one default among the present addresses of a purpose, persons, accounts and numbers of a kind."""
    present = [address for address in contact.addresses if address.is_present()]
    for purpose in {address.purpose for address in present}:
        one_default([address for address in present if address.purpose == purpose])
    for address in contact.addresses:
        if address.is_former() and address.is_default:
            address.is_default = False
    one_default(contact.persons)
    one_default(contact.bank_accounts)
    for kind in {point.kind for point in contact.points}:
        one_default([point for point in contact.points if point.kind == kind])


def one_default(records: list[Any]) -> None:
    """Make the first record the default when there is none; the last one chosen wins when there are several."""
    chosen = [record for record in records if record.is_default]
    if records and not chosen:
        records[0].is_default = True
    for record in chosen[:-1]:
        record.is_default = False


def category_named(work: UnitOfWork, name: str) -> Category:
    """Return the category of this name, made when it is new."""
    found = work.session.scalar(select(Category).where(Category.name_key == fold(name)))
    if found is None:
        found = Category(name=clean(name))
        work.session.add(found)
        work.session.flush()
    return found


def categories(session: Session) -> list[Category]:
    """Return all categories by name."""
    return list(session.scalars(select(Category).order_by(Category.name_key)))


def _set_many(database: Database, contacts: list[int], label: str, kind: str, values: dict[str, Any], one: str) -> None:
    """Set the same values on many contacts in one operation; `one` is its label when there is only one."""
    table = table_of(Contact)
    label, params = _named(database, contacts, one, label)
    backup.before_many(database, len(contacts))
    with unit_of_work(database, label, kind=kind, params=params) as work:
        restricted = select(Contact).where(Contact.restricted_until.is_not(None))
        refuse_restricted(*(each for each in work.session.scalars(restricted) if each.id in set(contacts)))
        for start in range(0, len(contacts), BATCH):
            _set_batch(work.connection, table, contacts[start : start + BATCH], values, work.user_id)


def _named(database: Database, contacts: list[int], one: str, many: str) -> tuple[str, dict[str, Any]]:
    """Return label and values of an operation on contacts: one by its {name}, several by {count}."""
    if len(contacts) != 1:
        return many, {"count": len(contacts)}
    with database.read() as session:  # only names: the office may be of another version meanwhile
        return one, {"name": session.scalar(select(shown_name()).where(Contact.id == contacts[0])) or ""}


def _set_batch(connection: Connection, table: Any, batch: list[int], values: dict[str, Any], user: int) -> None:
    """Set values on one batch of rows."""
    stamp = {"version": table.c.version + 1, "changed_at": now(), "changed_by": user}
    connection.execute(update(table).where(table.c.id.in_(batch)).values(**tidied(values), **stamp))


def trash(database: Database, contacts: list[int]) -> None:
    """Move contacts to the trash; they keep everything and can be restored."""
    many, one = N_("{count} contacts moved to the trash"), N_("Contact “{name}” moved to the trash")
    _set_many(database, contacts, many, "delete", {"deleted_at": now()}, one)


def trash_one(work: UnitOfWork, contact: int) -> None:
    """Move a contact to the trash inside a unit of work."""
    restricted = select(Contact).where(Contact.id == contact, Contact.restricted_until.is_not(None))
    refuse_restricted(*work.session.scalars(restricted))
    _set_batch(work.connection, table_of(Contact), [contact], {"deleted_at": now()}, work.user_id)


def restore(database: Database, contacts: list[int]) -> None:
    """Take contacts out of the trash."""
    many, one = N_("{count} contacts restored"), N_("Contact “{name}” restored")
    _set_many(database, contacts, many, "edit", {"deleted_at": None}, one)


def archive(database: Database, contacts: list[int], archived: bool = True) -> None:
    """Hide contacts from lists, or show them again."""
    many, one = N_("{count} contacts archived"), N_("Contact “{name}” archived")
    if not archived:
        many, one = N_("{count} contacts taken out of the archive"), N_("Contact “{name}” taken out of the archive")
    _set_many(database, contacts, many, "edit", {"archived_at": now() if archived else None}, one)


def set_field(database: Database, contacts: list[int], name: str, value: Any) -> None:
    """Set one plain field, such as priority or responsible, on many contacts."""
    if name not in ("priority", "responsible_id", "is_customer", "is_supplier", "is_prospect", "is_other", "language"):
        raise UserError(_("This field cannot be set for several contacts at once. Change it contact by contact."))
    many, one = N_("{count} contacts changed"), N_("Contact “{name}” changed")
    _set_many(database, contacts, many, "edit", {name: value}, one)


def set_category(database: Database, contacts: list[int], name: str, carried: bool = True) -> None:
    """Give many contacts a category, or take it from them."""
    one, many = N_("Category “{category}” of “{name}” changed"), N_("Category “{category}” of {count} contacts changed")
    label, params = _named(database, contacts, one, many)
    backup.before_many(database, len(contacts))
    with unit_of_work(database, label, params={**params, "category": name}) as work:
        category = category_named(work, name)
        mine = ContactCategory.category_id == category.id
        for start in range(0, len(contacts), BATCH):
            batch = contacts[start : start + BATCH]
            if not carried:
                work.session.execute(delete(ContactCategory).where(mine, ContactCategory.contact_id.in_(batch)))
                continue
            have = set(
                work.session.scalars(
                    select(ContactCategory.contact_id).where(mine, ContactCategory.contact_id.in_(batch))
                )
            )
            work.session.add_all(
                ContactCategory(contact_id=contact, category_id=category.id) for contact in batch if contact not in have
            )
            work.session.flush()


def purge(database: Database, contacts: list[int], *, kind: str = "purge") -> None:
    """Delete contacts of the trash for good, with everything that hangs on them; undo brings them back.

    What the program does by itself is of the kind "system": it is not what the user did last.
    """
    one, many = N_("Contact “{name}” deleted for good"), N_("{count} contacts deleted for good")
    label, params = _named(database, contacts, one, many)
    backup.before_many(database, len(contacts))
    with unit_of_work(database, label, kind=kind, params=params) as work:
        for start in range(0, len(contacts), BATCH):
            batch = contacts[start : start + BATCH]
            gone = delete(Contact).where(Contact.id.in_(batch), _in_trash())
            work.session.execute(gone.execution_options(synchronize_session=False))


def _in_trash() -> ColumnElement[bool]:
    """Return the condition for what may be deleted for good: what the law wants kept of erased contacts is not."""
    return and_(Contact.deleted_at.is_not(None), Contact.restricted_until.is_(None))


def empty_trash(database: Database, days: int) -> int:
    """Delete for good what has lain in the trash for at least `days` days (0: never); return how many contacts."""
    if days <= 0:
        return 0
    with database.read() as session:
        old = select(Contact.id).where(_in_trash(), Contact.deleted_at <= now() - timedelta(days=days))
        contacts = list(session.scalars(old))
    if not database.rights.may("contacts", "delete"):
        return 0
    if contacts:
        purge(database, contacts, kind="system")
    return len(contacts)


def count(session: Session) -> int:
    """Return how many contacts the lists show (neither in the trash nor archived)."""
    shown = select(func.count()).select_from(Contact)
    return session.scalar(shown.where(Contact.deleted_at.is_(None), Contact.archived_at.is_(None))) or 0
