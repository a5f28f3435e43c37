"""A contact as plain data, for `gcrm show --json` and other programs: every exported field of the registry by name."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from gcrm.errors import UserError
from gcrm.i18n import _
from gcrm.model.base import Record
from gcrm.model.category import Category, ContactCategory
from gcrm.model.contact import Contact
from gcrm.model.fields import fields_of
from gcrm.model.rights import Rights
from gcrm.services import contact as contacts
from gcrm.services.column import shown_name
from gcrm.services.privacy import rights_of

BATCH = 400
CHILDREN = ("addresses", "points", "bank_accounts", "open_items", "consents")


def contact_by_number(session: Session, number: str) -> int:
    """Return the id of the contact with this number, upper and lower case alike. Raises UserError without one."""
    wanted = number.strip()
    found = session.scalar(select(Contact.id).where(Contact.number == wanted))
    if found is None:
        found = session.scalar(select(Contact.id).where(func.lower(Contact.number) == wanted.lower()).limit(1))
    if found is None:
        raise UserError(_("There is no contact with the number {number}.").format(number=number))
    return found


def numbers_of(session: Session, ids: Iterable[int]) -> dict[int, str]:
    """Return the numbers of contacts by id."""
    wanted, found = sorted(set(ids)), {}
    for start in range(0, len(wanted), BATCH):
        rows = session.execute(select(Contact.id, Contact.number).where(Contact.id.in_(wanted[start : start + BATCH])))
        found.update({row.id: row.number or "" for row in rows})
    return found


def names_of(session: Session, ids: Iterable[int]) -> dict[int, str]:
    """Return the names of contacts by id, as lists show them."""
    wanted = sorted(set(ids))
    found: dict[int, str] = {}
    for start in range(0, len(wanted), BATCH):
        batch = wanted[start : start + BATCH]
        rows = session.execute(select(Contact.id, shown_name()).where(Contact.id.in_(batch)))
        found |= {row[0]: row[1] for row in rows}
    return found


def category_names(session: Session, ids: Iterable[int]) -> dict[int, tuple[str, ...]]:
    """Return the categories of contacts by id, sorted by name."""
    wanted = sorted(set(ids))
    found: dict[int, tuple[str, ...]] = {}
    for start in range(0, len(wanted), BATCH):
        rows = session.execute(
            select(ContactCategory.contact_id, Category.name)
            .join(Category, Category.id == ContactCategory.category_id)
            .where(ContactCategory.contact_id.in_(wanted[start : start + BATCH]))
            .order_by(Category.name_key)
        )
        for contact, name in rows:
            found[contact] = (*found.get(contact, ()), name)
    return found


def contact_data(session: Session, contact: int) -> dict[str, Any]:
    """Return a contact with everything saved with it; dates as ISO 8601, exact numbers as text, choices as kept."""
    found = contacts.read(session, contact)
    return data_of(found, category_names(session, [contact]).get(contact, ()), rights_of(session))


def data_of(found: Contact, categories: Sequence[str], rights: Rights) -> dict[str, Any]:
    """Return the data of a contact that was read with all its children."""
    data = record_data(found, rights)
    data["display_name"] = found.display_name
    data["categories"] = list(categories)
    for name in CHILDREN:
        data[name] = [record_data(child, rights) for child in getattr(found, name)]
    data["persons"] = [
        record_data(person.person, rights)
        | record_data(person, rights)
        | {"points": [record_data(point, rights) for point in person.points]}
        for person in found.persons
    ]  # fmt: skip
    return data


def record_data(record: Record, rights: Rights) -> dict[str, Any]:
    """Return the exported fields of one record that may be seen; links to other records stay out."""
    fields = fields_of(type(record))
    table = record.__tablename__
    return {
        name: plain(getattr(record, name))
        for name, told in fields.items()
        if told.exported and told.kind not in ("record", "contact") and rights.sees(table, name)
    }


def plain(value: Any) -> Any:
    """Return a value as JSON knows it."""
    if isinstance(value, date | datetime):
        return value.isoformat()
    if isinstance(value, Decimal):
        return str(value)
    if isinstance(value, Mapping):
        return {str(key): plain(item) for key, item in value.items()}
    return [plain(item) for item in value] if isinstance(value, list | tuple) else value
