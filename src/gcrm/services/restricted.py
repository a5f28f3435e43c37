"""Contacts that were erased and of which only what the law wants is kept: nobody works with them."""

from __future__ import annotations

from collections.abc import Collection
from functools import cache

from sqlalchemy import BigInteger, bindparam, select
from sqlalchemy.orm import Session

from gcrm.errors import UserError
from gcrm.i18n import _
from gcrm.model.contact import Contact
from gcrm.services.trip import Prepared


def refuse_restricted(*contacts: Contact) -> None:
    """Raise UserError where one of these contacts is restricted."""
    if any(contact.restricted_until is not None for contact in contacts):
        refuse()


def refuse_any(session: Session, contacts: Collection[int | None]) -> None:
    """Raise UserError where one of these contacts, told by their ids, is restricted."""
    wanted = select(Contact.id).where(Contact.restricted_until.is_not(None))
    if len(contacts) == 1:
        wanted = wanted.where(Contact.id == next(iter(contacts)))
    if not set(session.scalars(wanted)).isdisjoint(contacts):
        refuse()


def refuse() -> None:
    """Raise the UserError for a contact that is restricted."""
    raise UserError(_("This contact was erased, and the rest is only kept by law. Make a new contact instead."))


@cache
def is_restricted(engine: str) -> Prepared:
    """Return the select that gives a row where the contact :contact is restricted, to be asked with others."""
    one = Contact.id == bindparam("contact", type_=BigInteger)
    return Prepared(select(Contact.id).where(one, Contact.restricted_until.is_not(None)), engine)
