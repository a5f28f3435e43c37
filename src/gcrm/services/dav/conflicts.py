"""Somebody changed an entry here and on a device: what stands here stays, and what the device had is kept beside it.

The device is told that it is too late and reads the entry anew. What it wanted to save becomes a note with a follow-up
for whoever it belongs to, in words and as a file, in the chronicle of the contact. A device that tries again makes no
second note.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import datetime, time
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from gcrm.errors import UserError
from gcrm.i18n import _
from gcrm.model.activity import Activity
from gcrm.model.address import Address
from gcrm.model.appointment import Appointment
from gcrm.model.contact import Contact
from gcrm.model.contact_point import POINT_KINDS
from gcrm.model.fields import fields_of
from gcrm.model.follow_up import When
from gcrm.services import activity as activities
from gcrm.services import attachment
from gcrm.services.database import Database
from gcrm.services.dav.contact_put import FRAGILE, PLAIN, read_card
from gcrm.services.dav.event_put import read_events
from gcrm.services.dav.task_put import read_one
from gcrm.services.exchange.card_residue import PLACE
from gcrm.services.exchange.contact_card import to_contact
from gcrm.services.privacy import viewer, visible_to

KEY = "dav:"
EVENT_FIELDS = ("starts", "ends", "location", "rule")
_POINT_LABELS = dict(POINT_KINDS)


@dataclass(frozen=True, slots=True)
class Kept:
    """A note about something that was changed twice, whose follow-up is still open."""

    activity: int
    subject: str
    at: datetime
    contact: int | None


def open_ones(session: Session, user: int | None) -> list[Kept]:
    """Return the open notes of a user, the newest first."""
    mine = (Activity.call_key.startswith(KEY), Activity.responsible_id == user, Activity.state == "open")
    wanted = select(Activity.id, Activity.subject, Activity.at, Activity.contact_id).where(*mine)
    rows = session.execute(wanted.where(visible_to(viewer(session))).order_by(Activity.at.desc(), Activity.id.desc()))
    return [Kept(*row) for row in rows]


def keep_card(database: Database, contact: int | None, present: bytes, data: bytes) -> None:
    """Keep a card that came too late."""
    card = read_card(data)
    here = replace(read_card(present), kind=card.suggested_kind) if present else None
    new = to_contact(replace(card, kind=card.suggested_kind)).contact
    lines = list(_contact_lines(to_contact(here).contact if here is not None else None, new))
    with database.read() as session:
        is_there = contact is not None and session.get(Contact, contact) is not None
    if lines:
        _note(database, data, card.display_name(), lines, contact if is_there else None, "vcf")


def keep_events(database: Database, activity: int | None, present: bytes, data: bytes) -> None:
    """Keep an appointment that came too late."""
    new = read_events(data)[0].event
    here = read_events(present)[0].event if present else None
    labels = {name: told.label for name, told in fields_of(Appointment).items()}
    labels |= {name: told.label for name, told in fields_of(Activity).items() if name in ("subject", "text")}
    lines = _told(here, new, labels, ("subject", *EVENT_FIELDS, "text"))
    _note_activity(database, activity, data, new.subject, lines, is_private=new.is_private)


def keep_task(database: Database, activity: int | None, present: bytes, data: bytes) -> None:
    """Keep a task that came too late."""
    new = read_one(data)[0]
    here = read_one(present)[0] if present else None
    labels = {name: told.label for name, told in fields_of(Activity).items() if name in ("subject", "text")}
    lines = list(_told(here, new, labels, ("subject", "text")))
    if new.due is not None and (here is None or here.due != new.due):
        when = new.due.on.isoformat() if new.due.all_day else new.due.at.isoformat(" ", "minutes")
        lines.append(f"{_(fields_of(Activity)['follow_up_at'].label)}: {when}")
    if new.is_done and not (here is not None and here.is_done):
        lines.append(_("Done"))
    _note_activity(database, activity, data, new.subject, lines, is_private=new.is_private)


def _told(here: Any, new: Any, labels: dict[str, str], names: Iterable[str]) -> Iterable[str]:
    """Yield what a device says otherwise, by label."""
    for name in names:
        value = getattr(new, name)
        if value != (getattr(here, name) if here is not None else ""):
            yield f"{_(labels[name])}: {value or '–'}"


def _contact_lines(here: Contact | None, new: Contact) -> Iterable[str]:
    """Yield what a card says otherwise than what is here."""
    labels = {name: told.label for name, told in fields_of(Contact).items()}
    for name in (*PLAIN, *FRAGILE):
        value = getattr(new, name)
        if value and (here is None or value != getattr(here, name)):
            yield f"{_(labels[name])}: {value}"
    points = {(point.kind, point.value) for point in _points(here)}
    for point in _points(new):
        if (point.kind, point.value) not in points:
            yield f"{_(_POINT_LABELS.get(point.kind, point.kind))}: {point.value}"
    places = set(map(_place, here.addresses)) if here is not None else set()
    for place in filter(None, map(_place, new.addresses)):
        if place not in places:
            yield f"{_(fields_of(Address)['street'].label)}: {place}"


def _place(address: Address) -> str:
    """Return an address in one line."""
    return ", ".join(filter(None, (getattr(address, name) or "" for name in PLACE)))


def _points(contact: Contact | None) -> list[Any]:
    if contact is None:
        return []
    return [*contact.points, *(point for person in contact.persons for point in person.points)]


def _note_activity(
    database: Database, activity: int | None, data: bytes, name: str, lines: Iterable[str], *, is_private: bool
) -> None:
    """Write a note about an activity, private where that is, or where what came is (it may be gone here by now)."""
    told = list(lines)
    with database.read() as session:
        wanted = select(Activity.contact_id, Activity.is_private).where(Activity.id == activity)
        row = session.execute(wanted).first() if activity is not None else None
    if told:
        contact, was_private = (row.contact_id, row.is_private) if row is not None else (None, False)
        _note(database, data, name, told, contact, "ics", is_private=is_private or was_private)


def _note(
    database: Database, data: bytes, name: str, lines: list[str], contact: int | None, ending: str, *,
    is_private: bool = False,
) -> None:  # fmt: skip
    """Write the note and attach what came; whoever may not write activities or files leaves that out."""
    key = f"{KEY}{hashlib.sha256(data).hexdigest()[:40]}"
    with database.read() as session:
        if session.scalar(select(Activity.id).where(Activity.call_key == key)) is not None:
            return
    head = _("It was changed here and on a phone. What the phone wanted to save stands below and in the file.")
    today = When(datetime.combine(datetime.now().date(), time()), all_day=True)
    try:
        made = activities.log(
            database, contact, "\n".join((head, "", *lines)), subject=_("Changed twice: {name}").format(name=name),
            follow_up=today, is_private=is_private, call_key=key,
        )  # fmt: skip
        attachment.attach_bytes(database, data, _("From the phone.{ending}").format(ending=ending), activity_id=made)
    except UserError:
        return
