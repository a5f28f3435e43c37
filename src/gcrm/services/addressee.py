"""Whom a letter to a contact is written to, and in which language; every print and salutation asks here."""

from __future__ import annotations

from gcrm.i18n import current_language
from gcrm.model.address import Address
from gcrm.model.base import Home
from gcrm.model.contact import Contact
from gcrm.model.salutation import Addressee, written_language


def letter_country(contact: Contact) -> str:
    """Return the country of the address that letters go to today, "" where none is named."""
    present = [address for address in contact.addresses if address.is_present() and address.country]
    return min(present, key=_rank).country if present else ""


def _rank(address: Address) -> tuple[bool, bool, int]:
    return address.purpose != "postal", not address.is_default, address.id or 0


def letter_language(contact: Contact, home: Home) -> str:
    """Return the language of a letter: the contact's own, else that of its country, else the office's."""
    return written_language(contact.language or "", letter_country(contact), home.country, current_language())


def addressee(contact: Contact, home: Home) -> Addressee:
    """Return whom a letter to this contact opens with: its default person, or the contact itself."""
    default = next((link for link in contact.persons if link.is_default), None)
    who = default.person if default is not None and contact.name else contact
    country = letter_country(contact) or home.country
    names = (who.salutation or "", who.title or "", who.first_name or "", who.last_name or "")
    return Addressee(*names, letter_language(contact, home), country)
