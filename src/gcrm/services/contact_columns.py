"""The columns a list of contacts can show, sort by and filter on: every field of the registry, and derived ones.

A column is an SQL expression over the contact's row. Fields of the contact come by themselves; values out of children
(town, telephone, contact person, next follow-up) are listed in DERIVED with their key if one is kept; user-defined
fields join at run time (own_columns.py).
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from typing import Any

from sqlalchemy import ColumnElement, Select, func, select
from sqlalchemy.orm import Session

from gcrm.i18n import N_
from gcrm.model.activity import Activity
from gcrm.model.address import Address
from gcrm.model.base import now
from gcrm.model.category import Category, ContactCategory
from gcrm.model.contact import Contact
from gcrm.model.contact_person import Person
from gcrm.model.contact_point import ContactPoint
from gcrm.model.custom_field import CustomField
from gcrm.model.fields import fields_of
from gcrm.model.user import User
from gcrm.services.column import Column, of_address, of_person, shown_name, sorted_by
from gcrm.services.in_touch import was_in_touch
from gcrm.services.own_columns import LISTED, own_column
from gcrm.services.privacy import rights_of, viewer, visible_to
from gcrm.services.unseen import unseen_fields

__all__ = ["DEFAULT_COLUMNS", "DERIVED", "Column", "all_columns", "column_of", "columns_of", "custom_fields"]


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


def _next_follow_up(user: int | None = None) -> ColumnElement[Any]:
    """Return the instant of the next open follow-up that `user` may see."""
    mine = (Activity.contact_id == Contact.id, Activity.state == "open", visible_to(user))
    found = select(func.min(Activity.follow_up_at)).where(*mine)
    return found.correlate(Contact).scalar_subquery()


def _last_contact(user: int | None = None) -> ColumnElement[Any]:
    """Return the instant of the last contact with the customer that `user` may see."""
    seen = (was_in_touch(now()), visible_to(user))
    found = select(func.max(Activity.at)).where(Activity.contact_id == Contact.id, *seen)
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


DERIVED: Mapping[str, tuple[str, str, Callable[..., ColumnElement[Any]], Callable[[], ColumnElement[Any]] | None]] = {
    "display_name": (N_("Name"), "text", shown_name, lambda: Contact.__table__.c.name_key),
    "town": (N_("Town"), "text", lambda: of_address(Address.town), lambda: of_address(Address.town_key)),
    "postcode": (N_("Postcode"), "text", lambda: of_address(Address.postcode), None),
    "street": (N_("Street"), "text", lambda: of_address(Address.street + " " + Address.house_number), None),
    "country": (N_("Country"), "country", lambda: of_address(Address.country), None),
    "phone": (N_("Phone"), "phone", lambda: _point("phone", "mobile"), None),
    "mobile": (N_("Mobile"), "phone", lambda: _point("mobile"), None),
    "email": (N_("E-mail"), "email", lambda: _point("email"), None),
    "web": (N_("Web"), "link", lambda: _point("web"), None),
    "person": (
        N_("Contact person"),
        "text",
        lambda: of_person(func.trim(Person.first_name + " " + Person.last_name)),
        lambda: of_person(Person.name_key),
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


def column_of(name: str, custom: Mapping[str, CustomField] | None = None, *, user: int | None = None) -> Column | None:
    """Return a column by name, None when there is none of that name (a field that was removed).

    `user` is who looks: private activities of others do not count; without it, only those that anybody may see do.
    """
    if name in DERIVED:
        label, kind, value, key = DERIVED[name]
        expression = value(user) if name in OF_ACTIVITIES else value()
        return Column(name, label, kind, expression, key() if key else sorted_by(kind, expression), has_key=bool(key))
    if name.startswith("custom."):
        found = (custom or {}).get(name.removeprefix("custom."))
        return own_column(found) if found else None
    told = fields_of(Contact).get(name)
    if told is None:
        return None
    attribute = Contact.__table__.c[name]
    return Column(name, told.label, told.kind, attribute, sorted_by(told.kind, attribute), told.choices)


def unseen_columns(session: Session) -> frozenset[str]:
    """Return the columns that are not for the person for whom a session reads."""
    of_activities = frozenset() if rights_of(session).sees("activity") else frozenset(OF_ACTIVITIES)
    return unseen_fields(session) | of_activities


def seen_names(session: Session, names: Iterable[str]) -> tuple[str, ...]:
    """Return those of some columns that are for the person for whom a session reads; a minus in front may stand."""
    unseen = unseen_columns(session)
    return tuple(name for name in names if name.lstrip("-") not in unseen)


def columns_of(session: Session, names: Iterable[str]) -> list[Column]:
    """Return columns by name, for the eyes of the person for whom a session reads; what is unknown is left out."""
    wanted, unseen, who = list(names), unseen_columns(session), viewer(session)
    custom = custom_fields(session) if any(name.startswith("custom.") for name in wanted) else {}
    found = (column_of(name, custom, user=who) for name in wanted if name not in unseen)
    return [column for column in found if column is not None]


def custom_fields(session: Session, *owners: str) -> dict[str, CustomField]:
    """Return the user-defined fields of these owners (all that lists know) by their key, in their order."""
    wanted = owners or LISTED
    rows = session.scalars(
        select(CustomField).where(CustomField.owner.in_(wanted)).order_by(CustomField.position, CustomField.id)
    )
    return {row.key: row for row in sorted(rows, key=lambda row: wanted.index(row.owner))}


def all_columns(session: Session) -> list[Column]:
    """Return every column the list offers: derived ones, fields of the contact, user-defined fields.

    Fields that hold the id of another record are offered under their derived name only.
    """
    custom, unseen = custom_fields(session), unseen_columns(session)
    own = {n: told for n, told in fields_of(Contact).items() if told.column and told.kind != "record"}
    names = [*DERIVED, *(name for name in own if name not in DERIVED)]
    names += [f"custom.{key}" for key, found in custom.items() if not found.options.get("hidden")]
    found = (column_of(name, custom) for name in names if name not in unseen)
    return [column for column in found if column is not None]
