"""Contacts: create, load, save, categories, trash and archive."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import timedelta
from typing import Any

from sqlalchemy import ColumnElement, Connection, Select, and_, delete, func, select, update
from sqlalchemy.orm import Session, selectinload

from gcrm.errors import GcrmError, UserError
from gcrm.i18n import N_, _
from gcrm.model.base import now
from gcrm.model.category import Category, ContactCategory
from gcrm.model.contact import Contact
from gcrm.model.contact_person import ContactPerson
from gcrm.model.fold import clean, fold
from gcrm.model.registry import table_of
from gcrm.services import numbering, verdicts
from gcrm.services.aggregate import Key, Loaded, difference
from gcrm.services.backup import many as backup
from gcrm.services.column import shown_name
from gcrm.services.contact_rows import read as read_whole
from gcrm.services.contact_rules import (
    IN_TRASH,
    adopt,
    check,
    drop_emptied,
    ensure_defaults,
    follow_settling,
    protect_defaults,
    refuse_number_of,
    walk,
)
from gcrm.services.contact_saving import write
from gcrm.services.database import Database
from gcrm.services.restricted import refuse_any
from gcrm.services.tidy import tidied
from gcrm.services.unit_of_work import UnitOfWork, unit_of_work
from gcrm.services.unseen import blank

BATCH = 400


def empty(**values: Any) -> Contact:
    """Return a new contact with empty children, not yet in any database."""
    contact = Contact(
        addresses=[], points=[], bank_accounts=[], open_items=[], persons=[], categories=[], consents=[], kept=[],
        custom={}, **values
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
        selectinload(Contact.open_items),
        selectinload(Contact.categories),
        selectinload(Contact.consents),
        selectinload(Contact.persons).selectinload(ContactPerson.points),
        selectinload(Contact.persons).selectinload(ContactPerson.person),
    )


def load(database: Database, contact: int) -> Loaded[Contact]:
    """Return a contact as a detached aggregate to edit, read in one statement."""
    with database.read() as session:
        return Loaded(read_whole(session, contact), walk).remember()


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
    contact = loaded.record
    follow_settling(loaded)
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
        refuse_any(work.session, contacts)
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
    refuse_any(work.session, [contact])
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
        refuse_any(work.session, contacts)
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
