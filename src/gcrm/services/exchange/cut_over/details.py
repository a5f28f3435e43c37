"""Tables of what belongs to a contact: contact persons and bank accounts, each row with the number of the contact.

They are read as cards whose organisation is the customer number (kinds.py gives that column the target "name").
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from gcrm.model.contact import Contact
from gcrm.model.fold import clean
from gcrm.services.exchange import own_fields
from gcrm.services.exchange.contact_card import Imported, to_contact
from gcrm.services.exchange.plain_records import Maker, plain_maker

if TYPE_CHECKING:
    from gcrm.services.exchange.card import Card, CardFile
    from gcrm.services.exchange.cut_over.account import Account
    from gcrm.services.exchange.cut_over.planning import Planning


def take(planning: Planning, account: Account, file: CardFile) -> None:
    """Let each row fill the contact of its number."""
    planning.get_ready(clean(card.organisation) for card in file.cards)
    plain = plain_maker()
    for done, card in enumerate(file.cards):
        planning.watch.report(done, len(file.cards), account.name)
        owner = planning.owner_of(clean(card.organisation), account)
        if owner is not None:
            imported = _imported(card, plain)
            own_fields.settle(planning.session, [imported.contact])
            planning.fill(owner, imported, card.line, account)


def _imported(card: Card, plain: Maker) -> Imported:
    """Return what a row says about its contact; numbers and notes beside a person are the person's."""
    imported = to_contact(replace(card, kind="organisation"), plain)
    contact = imported.contact
    if contact.persons:
        _give_to_person(contact)
    return imported


def _give_to_person(contact: Contact) -> None:
    """Give the one person of a row its numbers and notes."""
    person = contact.persons[0]
    person.points = [*person.points, *contact.points]
    contact.points = []
    person.notes, contact.notes = contact.notes, ""
