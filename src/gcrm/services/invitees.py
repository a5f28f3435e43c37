"""Addresses of those who take part in appointments, and whose address one is."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from gcrm.model.appointment import Appointment, Participant
from gcrm.model.contact import Contact
from gcrm.model.contact_point import ContactPoint
from gcrm.model.fold import sort_key
from gcrm.model.user import User

BATCH = 400
INVITED = "invited"
"""Among what is kept with a participant: the revision (SEQUENCE) that the person was told."""


def email_of(session: Session, contact_id: int) -> str:
    """Return the e-mail address to write to a contact, "" without one."""
    wanted = select(ContactPoint.value).where(ContactPoint.contact_id == contact_id, ContactPoint.kind == "email")
    return session.scalar(wanted.order_by(ContactPoint.is_default.desc(), ContactPoint.id).limit(1)) or ""


def organizer_of(session: Session, user: int, appointment: Appointment, people: Sequence[Participant]) -> str:
    """Return in whose name people are told, "" where somebody else invites to it."""
    own: str = session.scalar(select(User.email).where(User.id == user)) or ""
    named = appointment.organizer or ""
    if named:
        return named if named.casefold() == own.casefold() else ""
    by = (str((one.kept or {}).get("organizer", "")) for one in people)
    return next((name for name in by if name), own)


def recognise(session: Session, participants: Sequence[Any]) -> None:
    """Find the colleague, or the contact and person, behind the address of each participant."""
    by_address: dict[str, list[Any]] = {}
    for one in participants:
        if address := (one.email or "").strip():
            by_address.setdefault(address, []).append(one)
    addresses = sorted(by_address)
    for start in range(0, len(addresses), BATCH):
        batch = addresses[start : start + BATCH]
        colleagues = _colleagues(session, batch)
        known = _contacts(session, [address for address in batch if address.lower() not in colleagues])
        for address in batch:
            user = colleagues.get(address.lower())
            found = known.get(sort_key(address)) if user is None else None
            for one in by_address[address]:
                one.user_id = user
                if found is not None:
                    one.contact_id, one.contact_person_id = found


def _colleagues(session: Session, addresses: Sequence[str]) -> dict[str, int]:
    """Return the colleagues with these addresses."""
    lower = func.lower(User.email)
    rows = session.execute(select(lower, User.id).where(lower.in_([each.lower() for each in addresses])))
    return {row[0]: row.id for row in rows}


def _contacts(session: Session, addresses: Sequence[str]) -> dict[str, tuple[int, int | None]]:
    """Return the contact, and perhaps its person, with each of these addresses, by its key; the oldest of several."""
    if not addresses:
        return {}
    wanted = (
        select(ContactPoint.value_key, ContactPoint.contact_id, ContactPoint.contact_person_id)
        .join(Contact, Contact.id == ContactPoint.contact_id)
        .where(ContactPoint.kind == "email", ContactPoint.value_key.in_(list(map(sort_key, addresses))))
        .where(Contact.deleted_at.is_(None))
    )
    rows = session.execute(wanted.order_by(ContactPoint.id.desc()))
    return {row.value_key: (row.contact_id, row.contact_person_id) for row in rows}
