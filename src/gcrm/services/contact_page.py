"""What the record page shows of one contact, read in at most four round trips whatever hangs on it.

The aggregate comes in one statement: each row of the contact and its children as a JSON object, decoded with the same
rules as the change table (model/types.py). Figures and surroundings (users, categories, user-defined fields) are one
statement each, the picture another where there is one.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time
from functools import lru_cache
from typing import Any, TypeVar

from sqlalchemy import (
    BindParameter,
    ColumnElement,
    CompoundSelect,
    Select,
    String,
    Table,
    Text,
    and_,
    bindparam,
    cast,
    func,
    literal,
    or_,
    select,
    union_all,
)
from sqlalchemy.orm import Session, aliased, make_transient_to_detached
from sqlalchemy.orm.attributes import set_committed_value

from gcrm.errors import UserError
from gcrm.i18n import _
from gcrm.model.activity import Activity
from gcrm.model.address import Address
from gcrm.model.attachment import Attachment
from gcrm.model.bank_account import BankAccount
from gcrm.model.base import Record, now
from gcrm.model.category import Category, ContactCategory
from gcrm.model.consent import Consent
from gcrm.model.contact import Contact
from gcrm.model.contact_person import ContactPerson, Person
from gcrm.model.contact_point import ContactPoint
from gcrm.model.custom_field import CustomField
from gcrm.model.registry import class_of, table_of
from gcrm.model.types import decode
from gcrm.model.user import User
from gcrm.services import attachment
from gcrm.services.aggregate import Loaded
from gcrm.services.contact import walk
from gcrm.services.custom_field import HIDDEN
from gcrm.services.database import Database
from gcrm.services.in_touch import was_in_touch
from gcrm.services.privacy import file_visible_to, visible_to

R = TypeVar("R", bound=Record)
_CHILDREN: tuple[type[Record], ...] = (Address, ContactPoint, BankAccount, ContactCategory, Consent, ContactPerson)


@dataclass(frozen=True, slots=True)
class Figures:
    """The key figures and the counts of the tabs; `last_contact` is UTC."""

    open_follow_ups: int = 0
    overdue: int = 0
    this_year: int = 0
    last_contact: datetime | None = None
    files: int = 0


@dataclass(frozen=True, slots=True)
class Surroundings:
    """What a contact refers to: names of users and categories by id, user-defined fields by owner.

    `custom_fields` are those that are shown, `every_field` also the hidden ones: the history and a merge know them.
    """

    users: Mapping[int, str] = field(default_factory=dict)
    categories: Mapping[int, str] = field(default_factory=dict)
    custom_fields: Mapping[str, tuple[CustomField, ...]] = field(default_factory=dict)
    contacts: Mapping[int, str] = field(default_factory=dict)
    every_field: tuple[CustomField, ...] = ()


@dataclass(frozen=True, slots=True)
class ContactView:
    """A contact as the page shows it; `loaded` can be edited and saved."""

    loaded: Loaded[Contact]
    figures: Figures
    surroundings: Surroundings
    picture: bytes | None = None

    @property
    def contact(self) -> Contact:
        """Return the contact."""
        return self.loaded.record


def view(database: Database, contact_id: int) -> ContactView:
    """Read everything the page shows. Raises UserError when the contact does not exist (any more)."""
    with database.read() as session:
        contact = read(session, contact_id)
        figures, has_picture = read_figures(session, contact_id, database.user_id)
        around = surroundings(session, contact)
        picture = attachment.picture(session, contact_id) if has_picture else None
    return ContactView(Loaded(contact, walk).remember(), figures, around, picture)


def read(session: Session, contact_id: int) -> Contact:
    """Return a detached contact with all its children, in one statement. Raises UserError when it does not exist."""
    found: dict[str, list[Record]] = {}
    for name, row in _rows(session, _rows_of, contact=contact_id):
        found.setdefault(name, []).append(_record(class_of(name), json.loads(row)))
    if "contact" not in found:
        raise UserError(_("This contact does not exist any more."))
    return _joined(found)


def _rows(session: Session, statement: Callable[[str], Any], **values: Any) -> Iterable[Any]:
    """Return the rows of a statement that is made for the dialect of a session."""
    return session.connection().execute(statement(session.get_bind().dialect.name), values)


@lru_cache
def _rows_of(dialect: str) -> CompoundSelect[*tuple[Any, ...]]:
    """Return the statement that gives every row of the aggregate of :contact as (table, JSON); made once."""
    wanted: BindParameter[int] = bindparam("contact")
    parts = [_part(Contact, dialect).where(Contact.id == wanted)]
    parts += [_part(cls, dialect).where(table_of(cls).c.contact_id == wanted) for cls in _CHILDREN]
    mine = select(ContactPerson.person_id).where(ContactPerson.contact_id == wanted)
    parts.append(_part(Person, dialect).where(Person.id.in_(mine)))
    return union_all(*parts)


def _part(cls: type[Record], dialect: str) -> Select[str, str]:
    """Return the select of a class's rows as (table, JSON)."""
    table = table_of(cls)
    return select(literal(table.name, String).label("t"), _json_of(table, dialect).label("j"))


def _json_of(table: Table, dialect: str) -> ColumnElement[str]:
    """Return a whole row as JSON text."""
    if dialect == "postgresql":
        return cast(func.to_jsonb(table.table_valued()), Text)
    return func.json_object(*(part for column in table.columns for part in (column.name, column)))


def _record(cls: type[R], values: Mapping[str, Any]) -> R:
    """Make a detached record of the values of its columns."""
    record = cls()
    for column in table_of(cls).columns:
        set_committed_value(record, column.key, decode(column.type, values.get(column.name)))
    make_transient_to_detached(record)
    return record


def _joined(found: dict[str, list[Record]]) -> Contact:
    """Hang the children where they belong, each list in the order of ids."""
    contact = found["contact"][0]
    if not isinstance(contact, Contact):
        raise TypeError("the first row is no contact")
    rows = {name: sorted(records, key=lambda record: record.id) for name, records in found.items()}
    points: list[Any] = rows.get("contact_point", [])
    people = {person.id: person for person in rows.get("person", [])}
    for link in rows.get("contact_person", []):
        own = [point for point in points if point.contact_person_id == link.id]
        set_committed_value(link, "points", own)
        set_committed_value(link, "person", people.get(getattr(link, "person_id", 0)))
    children: dict[str, list[Any]] = {
        "addresses": rows.get("address", []),
        "points": [point for point in points if point.contact_person_id is None],
        "bank_accounts": rows.get("bank_account", []),
        "persons": rows.get("contact_person", []),
        "categories": rows.get("contact_category", []),
        "consents": rows.get("consent", []),
    }
    for name, records in children.items():
        set_committed_value(contact, name, records)
    return contact


def with_other_roles(session: Session, contact_id: int, persons: Iterable[int]) -> set[int]:
    """Return those of some persons who have a role at another contact too."""
    wanted = list(persons)
    if not wanted:
        return set()
    elsewhere = select(ContactPerson.person_id).where(
        ContactPerson.person_id.in_(wanted), ContactPerson.contact_id != contact_id
    )
    return set(session.scalars(elsewhere))


def read_figures(
    session: Session, contact_id: int, user: int | None, at: datetime | None = None
) -> tuple[Figures, bool]:
    """Return the key figures of a contact at an instant (now), and whether it has a picture."""
    moment = at or now()
    today = moment.astimezone().date()
    mine = (Activity.contact_id == contact_id, visible_to(user))
    is_open = Activity.state == "open"
    year = datetime.combine(date(today.year, 1, 1), time()).astimezone(UTC)
    newer = aliased(Attachment)
    latest = ~select(newer.id).where(newer.replaces_id == Attachment.id).exists()
    files = select(func.count(Attachment.id)).where(Attachment.contact_id == contact_id, file_visible_to(user))
    row = session.execute(
        select(
            _count(*mine, is_open),
            _count(*mine, is_open, _is_over(today, moment)),
            _count(*mine, Activity.at >= year, Activity.at <= moment, Activity.type.not_in(("print", "export"))),
            select(func.max(Activity.at)).where(*mine, was_in_touch(moment)).scalar_subquery(),
            files.where(latest, Attachment.is_picture.is_(False)).scalar_subquery(),
            files.where(Attachment.is_picture.is_(True)).scalar_subquery(),
        )
    ).one()
    return Figures(row[0], row[1], row[2], row[3], row[4]), bool(row[5])


def _count(*conditions: ColumnElement[bool]) -> ColumnElement[int]:
    return select(func.count(Activity.id)).where(*conditions).scalar_subquery()


def _is_over(today: date, moment: datetime) -> ColumnElement[bool]:
    """Return the condition that a follow-up is overdue; whole days are kept as 12:00 UTC (services/moment.py)."""
    begin = datetime.combine(today, time(), UTC)
    return or_(
        and_(Activity.follow_up_all_day.is_(True), Activity.follow_up_at < begin),
        and_(Activity.follow_up_all_day.is_(False), Activity.follow_up_at < moment),
    )


def surroundings(session: Session, contact: Contact | None = None) -> Surroundings:
    """Return users, categories, user-defined fields, and the names of contacts that those fields point to."""
    found: dict[str, list[Any]] = {}
    for name, row in _rows(session, _surrounding_rows, pointed=pointed_to(contact)):
        found.setdefault(name, []).append(_record(class_of(name), json.loads(row)))
    every = tuple(sorted(found.get("custom_field", []), key=lambda row: (row.position, row.id)))
    fields: dict[str, list[CustomField]] = {}
    for described in every:
        if not (described.options or {}).get(HIDDEN):
            fields.setdefault(described.owner, []).append(described)
    categories = sorted(found.get("category", []), key=lambda row: row.name_key)
    users = sorted(found.get("user", []), key=lambda row: row.name.casefold())
    return Surroundings(
        {user.id: user.name for user in users},
        {category.id: category.name for category in categories},
        {owner: tuple(rows) for owner, rows in fields.items()},
        {other.id: other.display_name for other in found.get("contact", [])},
        every,
    )


@lru_cache
def _surrounding_rows(dialect: str) -> CompoundSelect[*tuple[Any, ...]]:
    """Return the statement that gives users, categories, user-defined fields and the contacts :pointed; made once."""
    return union_all(
        _part(User, dialect).where(User.is_active.is_(True)),
        _part(Category, dialect),
        _part(CustomField, dialect),
        _part(Contact, dialect).where(Contact.id.in_(bindparam("pointed", expanding=True))),
    )


def pointed_to(contact: Contact | None) -> list[int]:
    """Return the whole numbers among the user-defined values: those of the kind "contact" are ids."""
    if contact is None:
        return []
    records: list[Any] = [contact, *contact.addresses, *contact.persons]
    values = [value for record in records for value in (record.custom or {}).values()]
    return sorted({value for value in values if isinstance(value, int) and not isinstance(value, bool)})[:200]
