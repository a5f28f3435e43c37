"""What points at a contact from elsewhere: second roles of its persons, user-defined fields, links of activities.

What belongs to the contact itself stands on the page in its own place: its children in the cards, its activities in
the chronicle, its files in their tab. A test walks the mapped classes, so that nothing new is forgotten.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from sqlalchemy import ColumnElement, and_, or_, select
from sqlalchemy.orm import Session, aliased

from gcrm.i18n import _
from gcrm.model.activity import Activity, ActivityLink
from gcrm.model.address import PURPOSES
from gcrm.model.appointment import Participant
from gcrm.model.contact import Contact
from gcrm.model.contact_person import ContactPerson, Person
from gcrm.model.custom_field import CustomField
from gcrm.model.registry import class_of
from gcrm.services.activity_types import built_in
from gcrm.services.chronicle import title_of
from gcrm.services.privacy import visible_to
from gcrm.services.verdicts import strangers

MOST = 100
"""Records that are listed at most as naming a contact in one field, or as linked to it."""


@dataclass(frozen=True, slots=True)
class Related:
    """Another contact that has to do with this one, or an activity that speaks of it.

    `how` is the function there, the field's label, or what the activity is. `person` is the contact person with the
    second role, `activity` the activity to open, 0 otherwise; an activity may be without a contact (0).
    """

    contact: int
    name: str
    how: str
    person: int = 0
    activity: int = 0


def related(session: Session, contact: int, user: int | None = None) -> list[Related]:
    """Return what points at a contact from elsewhere; private activities of others than `user` stay out."""
    return [
        *_second_roles(session, contact),
        *_named_in_fields(session, contact, user),
        *_linked_activities(session, contact, user),
        *_told_apart(session, contact),
    ]


def _second_roles(session: Session, contact: int) -> Iterator[Related]:
    """Yield where this contact's persons work besides."""
    other = aliased(ContactPerson)
    roles = (
        select(Contact, ContactPerson.id, other.function)
        .join(other, other.contact_id == Contact.id)
        .join(ContactPerson, ContactPerson.person_id == other.person_id)
        .where(ContactPerson.contact_id == contact, other.contact_id != contact, Contact.deleted_at.is_(None))
        .order_by(Contact.name_key, other.id)
    )
    for one, person, function in session.execute(roles):
        yield Related(one.id, one.display_name, function, person)


def _named_in_fields(session: Session, contact: int, user: int | None) -> Iterator[Related]:
    """Yield what names the contact in a user-defined field, whatever record has the field."""
    fields = select(CustomField).where(CustomField.kind == "contact")
    for described in session.scalars(fields.order_by(CustomField.position, CustomField.id)).all():
        if described.owner == "activity":
            yield from _activities(session, _names(Activity, described, contact), contact, user, described.label)
        else:
            for one, detail in session.execute(_pointing(described, contact).limit(MOST)):
                how = " · ".join(part for part in (described.label, _detail(described.owner, detail)) if part)
                yield Related(one.id, one.display_name, how)


def _names(cls: type[Any], described: CustomField, contact: int) -> ColumnElement[bool]:
    """Return the condition that a record names the contact in a user-defined field."""
    value: ColumnElement[int] = cls.__table__.c.custom[described.key].as_integer()
    return value == contact


def _pointing(described: CustomField, contact: int) -> Any:
    """Return the select of (contact, what of it) where a field of a contact, a person or an address names one."""
    cls: type[Any] = class_of(described.owner)
    wanted: Any = select(Contact, cls)  # of a contact itself: the contact twice
    if described.owner == "contact_person":
        wanted = select(Contact, Person).join(ContactPerson, ContactPerson.contact_id == Contact.id)
        wanted = wanted.join(Person, Person.id == ContactPerson.person_id)
    elif cls is not Contact:
        wanted = wanted.join(cls, cls.contact_id == Contact.id)
    wanted = wanted.where(_names(cls, described, contact))
    return wanted.where(Contact.deleted_at.is_(None)).order_by(Contact.name_key, Contact.id)


def _detail(owner: str, found: Any) -> str:
    """Return which person or address of a contact it is."""
    if owner == "contact_person":
        return str(found.full_name)
    if owner == "address":
        return ", ".join(part for part in (_(dict(PURPOSES).get(found.purpose, found.purpose)), found.town) if part)
    return ""


def _linked_activities(session: Session, contact: int, user: int | None) -> Iterator[Related]:
    """Yield activities of other contacts that are linked to this one or its persons, or in which they take part."""
    persons = select(ContactPerson.id).where(ContactPerson.contact_id == contact)
    mine = or_(
        and_(ActivityLink.table_name == "contact", ActivityLink.record_id == contact),
        and_(ActivityLink.table_name == "contact_person", ActivityLink.record_id.in_(persons)),
    )
    linked = select(ActivityLink.activity_id).where(mine)
    there = or_(Participant.contact_id == contact, Participant.contact_person_id.in_(persons))
    taken_part = select(Participant.activity_id).where(there)
    foreign = and_(Activity.contact_person_id.in_(persons), Activity.contact_id != contact)
    condition = or_(Activity.id.in_(linked), Activity.id.in_(taken_part), foreign)
    yield from _activities(session, condition, contact, user, "")


def _activities(
    session: Session, condition: ColumnElement[bool], contact: int, user: int | None, label: str
) -> Iterator[Related]:
    """Yield activities that meet a condition and do not stand in the chronicle of the contact anyway, newest first."""
    elsewhere = or_(Activity.contact_id.is_(None), Activity.contact_id != contact)
    wanted = select(Activity, Contact).outerjoin(Contact, Contact.id == Activity.contact_id)
    wanted = wanted.where(condition, elsewhere, visible_to(user), Contact.deleted_at.is_(None))
    for activity, one in session.execute(wanted.order_by(Activity.at.desc(), Activity.id.desc()).limit(MOST)):
        title = title_of(activity, built_in(activity.type).label)
        how = " · ".join(part for part in (label, one.display_name if one else "") if part)
        yield Related(one.id if one else 0, title, how, activity=activity.id)


def _told_apart(session: Session, contact: int) -> Iterator[Related]:
    """Yield contacts that look like this one and of which somebody said that they are others."""
    others = strangers(session, contact)
    if others:
        named = select(Contact).where(Contact.id.in_(sorted(others)[:MOST]), Contact.deleted_at.is_(None))
        for one in session.scalars(named.order_by(Contact.name_key, Contact.id)):
            yield Related(one.id, one.display_name, _("Not a duplicate"))
