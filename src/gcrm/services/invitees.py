"""Addresses of those who take part in appointments, and whose address one is."""

from __future__ import annotations

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from gcrm.model.appointment import Participant
from gcrm.model.contact import Contact
from gcrm.model.contact_point import ContactPoint
from gcrm.model.fold import sort_key
from gcrm.model.user import User


def email_of(session: Session, contact_id: int) -> str:
    """Return the e-mail address to write to a contact, "" without one."""
    wanted = select(ContactPoint.value).where(ContactPoint.contact_id == contact_id, ContactPoint.kind == "email")
    return session.scalar(wanted.order_by(ContactPoint.is_default.desc(), ContactPoint.id).limit(1)) or ""


def recognise(session: Session, participant: Participant) -> None:
    """Find the colleague, or the contact and person, behind the address of a participant."""
    address = (participant.email or "").strip()
    if not address:
        return
    participant.user_id = session.scalar(select(User.id).where(func.lower(User.email) == address.lower()).limit(1))
    if participant.user_id is not None:
        return
    wanted = (
        select(ContactPoint.contact_id, ContactPoint.contact_person_id)
        .join(Contact, Contact.id == ContactPoint.contact_id)
        .where(ContactPoint.kind == "email", ContactPoint.value_key == sort_key(address), Contact.deleted_at.is_(None))
    )
    found = session.execute(wanted.order_by(ContactPoint.id).limit(1)).first()
    if found is not None:
        participant.contact_id, participant.contact_person_id = found
