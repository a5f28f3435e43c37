"""Contacts with everything that is saved with them, read in batches: what a table of all fields is made of."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from sqlalchemy import select
from sqlalchemy.orm import Session

from gcrm.model.bank_account import BankAccount
from gcrm.model.contact import Contact
from gcrm.model.contact_person import ContactPerson
from gcrm.model.custom_field import CustomField
from gcrm.services import contact_list, custom_field
from gcrm.services.contact_data import category_names
from gcrm.services.exchange import own_fields, own_line
from gcrm.services.exchange.card import Card
from gcrm.services.exchange.contact_card import plain_card
from gcrm.services.exchange.exporter import named_by_values
from gcrm.services.exchange.plain_records import plain_classes
from gcrm.services.plain_contacts import plain_contacts
from gcrm.services.privacy import rights_of
from gcrm.services.progress import Progress, Silence

BATCH = 300
LINED = ("contact", "choices")
"""Kinds of user-defined fields whose values a cell cannot tell exactly; a line does."""


@dataclass(frozen=True, slots=True)
class Whole:
    """One contact: its record, its card, its bank accounts, and whose customer it is."""

    contact: Contact
    card: Card
    accounts: tuple[BankAccount, ...]
    responsible: str
    named: Mapping[int, tuple[str, str]]
    own: Sequence[CustomField]
    kept: tuple[str, ...]

    @property
    def person(self) -> ContactPerson | None:
        """Return the contact person whose name stands in the columns of names."""
        is_company = self.contact.kind != "person" and self.contact.name
        return own_line.default_person(self.contact) if is_company else None

    def lines(self) -> str:
        """Return what has no column: further contact persons, whose a number is, and what imports kept."""
        own = own_line.line_of(self.contact)
        rest = [field for field in self.own if field.owner != "contact" or field.kind in LINED]
        more = own_fields.lines_of(self.contact, rest, self.named)
        return "\n".join([*(own,) * bool(own), *more, *self.kept])


def wholes(session: Session, contacts: Sequence[int], progress: Progress | None = None) -> Iterator[Whole]:
    """Yield contacts in their order; those that are gone are left out."""
    watch, rights = progress or Silence(), rights_of(session)
    own = [field for field in custom_field.fields(session) if field.owner in own_fields.OWNERS]
    for start in range(0, len(contacts), BATCH):
        watch.report(start, len(contacts))
        watch.check()
        batch = list(contacts[start : start + BATCH])
        found = plain_contacts(session, batch, plain_classes(), with_own=True)
        categories, accounts = category_names(session, batch), _accounts(session, batch)
        responsible = contact_list.rows(session, batch, ["responsible"])
        named = named_by_values(session, found.values(), own)
        for number in batch:
            if number in found:
                card = plain_card(found[number], categories.get(number, ()))
                card = card if rights.sees("contact", "notes") else replace(card, notes=())
                kept = tuple(map(str, found[number].kept or ())) if rights.sees("contact", "kept") else ()
                mine = str(responsible[number]["responsible"] or "") if number in responsible else ""
                yield Whole(found[number], card, tuple(accounts.get(number, ())), mine, named, own, kept)


def _accounts(session: Session, batch: Sequence[int]) -> dict[int, list[BankAccount]]:
    """Return the bank accounts of contacts, the default one first; none where they may not be seen."""
    found: dict[int, list[BankAccount]] = {}
    if rights_of(session).sees("bank_account"):
        chosen = select(BankAccount).where(BankAccount.contact_id.in_(batch))
        for account in session.scalars(chosen.order_by(BankAccount.is_default.desc(), BankAccount.id)):
            found.setdefault(account.contact_id, []).append(account)
        session.expunge_all()
    return found
