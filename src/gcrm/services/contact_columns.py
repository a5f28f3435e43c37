"""The columns a list of contacts can show, sort by and filter on: every field of the registry, and derived ones.

A column is an SQL expression over the contact's row. Fields of the contact come by themselves; values out of children
(town, telephone, contact person, next follow-up) are listed in DERIVED; user-defined fields join at run time.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from sqlalchemy import ColumnElement, Select, func, select
from sqlalchemy.orm import Session

from gcrm.i18n import N_
from gcrm.model.activity import Activity
from gcrm.model.address import Address
from gcrm.model.category import Category, ContactCategory
from gcrm.model.contact import Contact
from gcrm.model.contact_person import ContactPerson, Person
from gcrm.model.contact_point import ContactPoint
from gcrm.model.custom_field import CustomField
from gcrm.model.fields import fields_of
from gcrm.model.user import User
from gcrm.services.privacy import visible_to


@dataclass(frozen=True, slots=True)
class Column:
    """A column of the list: name, label, kind, what it shows, and what it is sorted by (the same by default)."""

    name: str
    label: str
    kind: str
    value: ColumnElement[Any]
    sort: ColumnElement[Any]
    choices: tuple[tuple[str, str], ...] = ()
    is_custom: bool = False


def _address(column: Any) -> ColumnElement[Any]:
    """Return a value of the contact's first present address, defaults and postal ones first."""
    found: Select[Any] = (
        select(column)
        .where(Address.contact_id == Contact.id, Address.until_on.is_(None))
        .order_by(Address.is_default.desc(), (Address.purpose == "postal").desc(), Address.id)
        .limit(1)
        .correlate(Contact)
    )
    return found.scalar_subquery()


def _point(*kinds: str) -> ColumnElement[Any]:
    """Return the contact's first number or address of these kinds, its own before its persons'."""
    found: Select[Any] = (
        select(ContactPoint.value)
        .where(ContactPoint.contact_id == Contact.id, ContactPoint.kind.in_(kinds))
        .order_by(ContactPoint.contact_person_id.is_not(None), ContactPoint.is_default.desc(), ContactPoint.id)
        .limit(1)
        .correlate(Contact)
    )
    return found.scalar_subquery()


def _person(column: Any) -> ColumnElement[Any]:
    """Return a value of the default contact person."""
    found: Select[Any] = (
        select(column)
        .select_from(ContactPerson)
        .join(Person, Person.id == ContactPerson.person_id)
        .where(ContactPerson.contact_id == Contact.id)
        .order_by(ContactPerson.is_default.desc(), ContactPerson.id)
        .limit(1)
        .correlate(Contact)
    )
    return found.scalar_subquery()


def _next_follow_up(user: int | None = None) -> ColumnElement[Any]:
    """Return the instant of the next open follow-up that `user` may see."""
    mine = (Activity.contact_id == Contact.id, Activity.state == "open", visible_to(user))
    found = select(func.min(Activity.follow_up_at)).where(*mine)
    return found.correlate(Contact).scalar_subquery()


def _last_contact(user: int | None = None) -> ColumnElement[Any]:
    """Return the instant of the newest activity that `user` may see."""
    found = select(func.max(Activity.at)).where(Activity.contact_id == Contact.id, visible_to(user))
    return found.correlate(Contact).scalar_subquery()


def _categories() -> ColumnElement[Any]:
    """Return the names of the categories, joined."""
    names = (
        select(Category.name.label("name"))
        .join(ContactCategory, ContactCategory.category_id == Category.id)
        .where(ContactCategory.contact_id == Contact.id)
        .order_by(Category.name_key)
        .correlate(Contact)
        .subquery()
    )
    return select(func.aggregate_strings(names.c.name, ", ")).scalar_subquery()


def _responsible() -> ColumnElement[Any]:
    """Return the name of the responsible user."""
    return select(User.name).where(User.id == Contact.responsible_id).correlate(Contact).scalar_subquery()


def _display_name() -> ColumnElement[Any]:
    """Return the name as the list shows it: the company, else first and last name."""
    person = func.trim(func.trim(Contact.title + " " + Contact.first_name) + " " + Contact.last_name)
    return func.coalesce(func.nullif(Contact.name, ""), person)


DERIVED: Mapping[str, tuple[str, str, Callable[..., ColumnElement[Any]], Callable[[], ColumnElement[Any]] | None]] = {
    "display_name": (N_("Name"), "text", _display_name, lambda: Contact.__table__.c.name_key),
    "town": (N_("Town"), "text", lambda: _address(Address.town), lambda: _address(Address.town_key)),
    "postcode": (N_("Postcode"), "text", lambda: _address(Address.postcode), None),
    "street": (N_("Street"), "text", lambda: _address(Address.street + " " + Address.house_number), None),
    "country": (N_("Country"), "country", lambda: _address(Address.country), None),
    "phone": (N_("Phone"), "phone", lambda: _point("phone", "mobile"), None),
    "mobile": (N_("Mobile"), "phone", lambda: _point("mobile"), None),
    "email": (N_("E-mail"), "email", lambda: _point("email"), None),
    "web": (N_("Web"), "link", lambda: _point("web"), None),
    "person": (
        N_("Contact person"),
        "text",
        lambda: _person(func.trim(Person.first_name + " " + Person.last_name)),
        lambda: _person(Person.name_key),
    ),
    "categories": (N_("Categories"), "text", _categories, None),
    "responsible": (N_("Responsible"), "text", _responsible, None),
    "follow_up": (N_("Next follow-up"), "instant", _next_follow_up, None),
    "last_contact": (N_("Last contact"), "instant", _last_contact, None),
    "created_at": (N_("Created at"), "instant", lambda: Contact.__table__.c.created_at, None),
    "changed_at": (N_("Changed at"), "instant", lambda: Contact.__table__.c.changed_at, None),
}
OF_ACTIVITIES = ("follow_up", "last_contact")
"""Columns whose value depends on who looks, because activities may be private."""
DEFAULT_COLUMNS = ("display_name", "number", "person", "postcode", "town", "phone", "email", "priority")


def column_of(
    name: str, custom: Mapping[str, CustomField] | None = None, *, user: int | None = None
) -> Column | None:
    """Return a column by name, None when there is none of that name (a field that was removed).

    `user` is who looks: private activities of others do not count; without it, only those that anybody may see do.
    """
    if name in DERIVED:
        label, kind, value, sort = DERIVED[name]
        expression = value(user) if name in OF_ACTIVITIES else value()
        return Column(name, label, kind, expression, sort() if sort else expression)
    if name.startswith("custom."):
        found = (custom or {}).get(name.removeprefix("custom."))
        return _custom_column(found) if found else None
    told = fields_of(Contact).get(name)
    if told is None:
        return None
    attribute = Contact.__table__.c[name]
    return Column(name, told.label, told.kind, attribute, attribute, told.choices)


def _custom_column(found: CustomField) -> Column:
    """Return the column of a user-defined field."""
    told = found.as_field()
    raw = Contact.__table__.c.custom[found.key]
    value = raw.as_float() if found.kind in ("number", "money") else raw.as_string()
    return Column(told.name, told.label, told.kind, value, value, told.choices, is_custom=True)


def custom_fields(session: Session, owner: str = "contact") -> dict[str, CustomField]:
    """Return the user-defined fields of an owner by their key, in their order."""
    rows = session.scalars(
        select(CustomField).where(CustomField.owner == owner).order_by(CustomField.position, CustomField.id)
    )
    return {row.key: row for row in rows}


def all_columns(session: Session) -> list[Column]:
    """Return every column the list offers: derived ones, fields of the contact, user-defined fields."""
    custom = custom_fields(session)
    names = [*DERIVED, *(n for n, told in fields_of(Contact).items() if told.column and n not in DERIVED)]
    names += [f"custom.{key}" for key, found in custom.items() if not found.options.get("hidden")]
    return [column for name in names if (column := column_of(name, custom)) is not None]
