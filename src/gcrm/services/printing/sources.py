"""What the office prints: contacts out of the database turned into sheets, lists and label recipients."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from sqlalchemy import select
from sqlalchemy.orm import Session

from gcrm.i18n import N_, _, language
from gcrm.model.address import Address, present
from gcrm.model.consent import Consent, is_current
from gcrm.model.contact import Contact
from gcrm.model.contact_person import ContactPerson, Person
from gcrm.model.user import Company
from gcrm.services import contact_list
from gcrm.services.contact_columns import columns_of
from gcrm.services.contact_list import ContactQuery
from gcrm.services.home import own_company
from gcrm.services.printing.address_block import Recipient
from gcrm.services.printing.lists import ListPrint
from gcrm.services.printing.table import Column
from gcrm.services.privacy import rights_of
from gcrm.services.showing import show

BATCH = 400
LONGEST_CELL = 2000
RIGHT = frozenset({"money", "number", "percent"})


def sender_line(company: Company) -> str:
    """Return the own name and address in one line, for labels and window envelopes; "" without a name."""
    return " · ".join(part for part in (company.name, address_line(company)) if part) if company.name else ""


def address_line(company: Company) -> str:
    """Return the own address in one line, "" while it is not entered."""
    pairs = ((company.street, company.house_number), (company.postcode, company.town))
    return " · ".join(line for pair in pairs if (line := " ".join(part for part in pair if part)))


def recipients(
    session: Session, contacts: Sequence[int], purpose: str = "postal", *, every_person: bool = False
) -> list[Recipient]:
    """Return whom to write to, in the order of `contacts`, with default address, default person and objections.

    `every_person` gives one recipient for each contact person of an organisation, the default one first.
    """
    found: dict[int, list[Recipient]] = {}
    for start in range(0, len(contacts), BATCH):
        batch = list(contacts[start : start + BATCH])
        addresses = _addresses(session, batch, purpose)
        persons = _persons(session, batch)
        said = _statements(session, batch)
        for contact in session.scalars(select(Contact).where(Contact.id.in_(batch))):
            known = persons.get(contact.id, []) if contact.name else []
            wanted: list[tuple[int | None, Person | None]] = [*(known if every_person else known[:1])] or [(None, None)]
            place, usual = addresses.get(contact.id), said.get((contact.id, None), True)
            found[contact.id] = [
                _recipient(contact, place, person, not said.get((contact.id, role), usual)) for role, person in wanted
            ]
    return [recipient for contact in contacts for recipient in found.get(contact, ())]


def _addresses(session: Session, batch: list[int], purpose: str) -> dict[int, Address]:
    """Return the address to use for each contact: that of the purpose before others, defaults first."""
    rows = session.scalars(
        select(Address)
        .where(Address.contact_id.in_(batch), present())
        .order_by((Address.purpose == purpose).desc(), Address.is_default.desc(), Address.id)
    )
    best: dict[int, Address] = {}
    for address in rows:
        best.setdefault(address.contact_id, address)
    return best


def _statements(session: Session, batch: list[int]) -> dict[tuple[int, int | None], bool]:
    """Return by contact and contact person (None for the contact) whether letters are allowed, where it was said."""
    wanted = select(Consent.contact_id, Consent.contact_person_id, Consent.is_allowed)
    rows = session.execute(wanted.where(Consent.contact_id.in_(batch), Consent.channel == "mail", is_current()))
    return {(contact, role): is_allowed for contact, role, is_allowed in rows}


def _persons(session: Session, batch: list[int]) -> dict[int, list[tuple[int | None, Person | None]]]:
    """Return the contact persons of each contact with their ids there, the default one first."""
    rows = session.execute(
        select(ContactPerson.contact_id, ContactPerson.id, Person)
        .join(Person, Person.id == ContactPerson.person_id)
        .where(ContactPerson.contact_id.in_(batch))
        .order_by(ContactPerson.is_default.desc(), ContactPerson.id)
    )
    found: dict[int, list[tuple[int | None, Person | None]]] = {}
    for contact, role, person in rows:
        found.setdefault(contact, []).append((role, person))
    return found


def _recipient(contact: Contact, address: Address | None, person: Person | None, refused: bool) -> Recipient:
    """Put contact, address and person together."""
    place = {}
    if address is not None:
        names = ("street", "house_number", "supplement", "po_box", "postcode", "town", "region", "country")
        place = {name: getattr(address, name) or "" for name in names}
    if contact.name:
        names_ = {
            "organisation": " ".join(part for part in (contact.name, contact.name2) if part),
            "person": person.full_name if person else "",
            "first_name": person.first_name if person else "",
            "last_name": person.last_name if person else "",
        }
    else:
        names_ = {
            "organisation": "",
            "person": contact.display_name,
            "first_name": contact.first_name,
            "last_name": contact.last_name,
        }
    return Recipient(**names_, **place, key=contact.id, no_mail=refused)


def list_of(
    session: Session,
    query: ContactQuery,
    columns: Sequence[str],
    *,
    title: str = "",
    group: str = "",
    contacts: Sequence[int] | None = None,
    limit: int | None = None,
    speak: str = "",
) -> ListPrint:
    """Return the list as it is shown: its columns, order and filter; `group` is a column whose values make groups.

    `contacts` are those to print in this order instead of the query's, `limit` only so many of the first.
    """
    rights_of(session).require("contacts", "print")
    chosen = columns_of(session, columns)
    if group:
        query = ContactQuery(query.words, query.conditions, (group, *query.sort), query.include, query.only)
    wanted = list(contacts) if contacts is not None else list(contact_list.ids(session, query, limit))
    with language(speak or None):
        heads = tuple(
            Column(
                _(column.label) if not column.is_custom else column.label,
                align="right" if column.kind in RIGHT else "left",
            )
            for column in chosen
        )
        return ListPrint(
            title=title or _("Contacts"),
            columns=heads,
            rows=_list_rows(session, wanted, [column.name for column in chosen], group),
            subtitle=_subtitle(query),
            is_grouped=bool(group),
            company=own_company(session).name,
            language=speak,
        )


def _subtitle(query: ContactQuery) -> str:
    """Say what the list was searched for."""
    return _("Search: {words}").format(words=query.words.strip()) if query.words.strip() else ""


def _list_rows(session: Session, wanted: Sequence[int], names: Sequence[str], group: str) -> Iterator[list[str]]:
    """Yield the texts of each row, read in batches so that memory stays flat."""
    chosen = columns_of(session, [*([group] if group else []), *names])
    for start in range(0, len(wanted), BATCH):
        batch = wanted[start : start + BATCH]
        rows = contact_list.rows(session, batch, [column.name for column in chosen])
        for contact in batch:
            row = rows.get(contact)
            if row is not None:
                yield [_cell(show(row[column.name], column.kind, column.choices)) for column in chosen]


def _cell(text: str) -> str:
    """Return a text as it stands in a list; one as long as a book would fill the paper of the office."""
    return text if len(text) <= LONGEST_CELL else text[: LONGEST_CELL - 1] + "…"


LABELS_LOGGED = N_("Address label printed")
SHEET_LOGGED = N_("Contact sheet printed")
