"""The contact sheet out of the database: chosen sections, in the customer's language; and the note that it was printed.

To add a section: a function that takes the `_Facts` and returns a Section, and a line in SECTIONS.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy.orm import Session

from gcrm.errors import UserError
from gcrm.i18n import N_, _, current_language, language
from gcrm.model.address_format import PostalAddress, lines
from gcrm.model.bank_account import BankAccount
from gcrm.model.base import Home, Record
from gcrm.model.checks.iban import spaced
from gcrm.model.contact import ROLES, Contact
from gcrm.model.contact_person import ContactPerson
from gcrm.model.contact_point import ContactPoint
from gcrm.model.custom_field import CustomField
from gcrm.model.fields import fields_of
from gcrm.model.open_item import OpenItem
from gcrm.model.rights import Rights
from gcrm.services import contact as contacts
from gcrm.services.activity import note_program_action
from gcrm.services.addressee import letter_language
from gcrm.services.changes import by_count
from gcrm.services.chronicle import ChronicleRow, chronicle
from gcrm.services.contact_columns import DEFAULT_COLUMNS, columns_of
from gcrm.services.contact_data import category_names, names_of
from gcrm.services.contact_page import pointed_to
from gcrm.services.custom_field import fields, place_of, shown_values
from gcrm.services.database import Database
from gcrm.services.home import own_company
from gcrm.services.printing.contact_sheet import ContactSheet, Entry, Section, SheetTable
from gcrm.services.printing.labels import WITH_SENDER, LabelOptions
from gcrm.services.printing.sources import LABELS_LOGGED, SHEET_LOGGED, address_line, sender_line
from gcrm.services.printing.table import Column
from gcrm.services.privacy import rights_of
from gcrm.services.showing import show, show_date, show_money
from gcrm.services.unit_of_work import unit_of_work

__all__ = ["LABELS_LOGGED", "SECTIONS", "SHEET_LOGGED", "label_options", "list_columns", "log_printed", "sections_for",
           "sheet_of"]  # fmt: skip
MOST_ENTRIES = 40
_TERMS = ("payment_type", "payment_terms", "price_group", "discount", "credit_limit", "currency")
_TAX = ("debtor_number", "creditor_number", "vat_number", "tax_number", "tax_number2")
_EINVOICE = ("einvoice_address", "einvoice_scheme", "buyer_reference")


@dataclass(frozen=True, slots=True)
class _Facts:
    """What the sections are made of."""

    contact: Contact
    home: Home
    custom: Sequence[CustomField]
    entries: Sequence[ChronicleRow]
    names: Mapping[int, str]

    def own(self, record: Any, owner: str) -> list[tuple[str, str]]:
        """Return label and text of the user-defined values of a record."""
        mine = [field for field in self.custom if field.owner == owner]
        return shown_values(mine, record.custom, place_of(self.names))


def _pairs(record: Record, names: Iterable[str], currency: str = "") -> tuple[tuple[str, str], ...]:
    """Return label and text of the fields that hold something."""
    told = fields_of(type(record))
    shown = ((_(told[n].label), show(getattr(record, n), told[n].kind, told[n].choices, currency)) for n in names)
    return tuple((label, text) for label, text in shown if text)


def _addresses(facts: _Facts) -> Section:
    rows = []
    for address in facts.contact.addresses:
        if not address.is_present():
            continue
        parts = {name: getattr(address, name) or "" for name in PostalAddress.__dataclass_fields__}
        text = "\n".join(lines(PostalAddress(**parts), facts.home.country, current_language()))
        purpose = fields_of(type(address))["purpose"].choice_label(address.purpose)
        further = [f"{label}: {value}" for label, value in facts.own(address, "address")]
        rows.append((_(purpose), "\n".join((text, *further))))
    return Section("addresses", _("Addresses"), tuple(rows), half=True)


def _reach(facts: _Facts) -> Section:
    rows = tuple(_point_row(point) for point in facts.contact.points if point.value)
    return Section("reach", _("Reach"), rows, half=True)


def _point_row(point: ContactPoint) -> tuple[str, str]:
    """Return what a number or address is for, and itself."""
    told = fields_of(ContactPoint)
    words = [_(told["kind"].choice_label(point.kind))]
    if point.label or point.purpose:
        words.append(point.label or _(told["purpose"].choice_label(point.purpose)))
    return " · ".join(words), point.value


def _persons(facts: _Facts) -> Section:
    own = [facts.own(person, "contact_person") for person in facts.contact.persons]
    columns = [Column(text) for text in (_("Name"), _("Function"), _("Reach"))]
    rows: list[tuple[str, ...]] = [_person_row(person) for person in facts.contact.persons]
    if any(own):
        columns.append(Column(_("Further fields")))
        further = ("\n".join(f"{label}: {value}" for label, value in values) for values in own)
        rows = [(*row, text) for row, text in zip(rows, further, strict=True)]
    return Section("persons", _("People"), table=SheetTable(tuple(columns), tuple(rows)))


def _person_row(person: ContactPerson) -> tuple[str, str, str]:
    """Return name, function and numbers of a contact person."""
    function = ", ".join(part for part in (person.function, person.department) if part)
    return person.person.full_name, function, "\n".join(point.value for point in person.points)


def _terms(facts: _Facts) -> Section:
    return Section("terms", _("Terms"), _pairs(facts.contact, _TERMS, facts.contact.currency), half=True)


def _tax(facts: _Facts) -> Section:
    return Section("tax", _("Accounts and tax"), _pairs(facts.contact, (*_TAX, *_EINVOICE)), half=True)


def _bank(facts: _Facts) -> Section:
    rows = []
    label = fields_of(BankAccount)["iban"].label
    for account in facts.contact.bank_accounts:
        words = (account.bank_name, account.bic, account.holder)
        words_below = ", ".join(word for word in words if word)
        rows.append((_(label), "\n".join(line for line in (spaced(account.iban), words_below) if line)))
    return Section("bank", _("Bank accounts"), tuple(rows))


def _open_items(facts: _Facts) -> Section:
    """Return what is not paid yet, the longest due first."""
    names = ("number", "document_on", "due_on", "rest")
    labels = {name: _(fields_of(OpenItem)[name].label) for name in names}
    columns = [Column(label, align="right" if name == "rest" else "left") for name, label in labels.items()]
    items = [item for item in facts.contact.open_items if item.is_open]
    rows = []
    for item in sorted(items, key=lambda item: (item.due_on or date.max, item.id)):
        days = (show_date(day) if day else "" for day in (item.document_on, item.due_on))
        rows.append((item.number, *days, show_money(item.signed_rest, item.currency)))
    return Section("open_items", _("Open items"), table=SheetTable(tuple(columns), tuple(rows)) if rows else None)


def _own_fields(facts: _Facts) -> Section:
    return Section("custom", _("Further fields"), tuple(facts.own(facts.contact, "contact")), half=True)


def _notes(facts: _Facts) -> Section:
    return Section("notes", _("Notes"), text=facts.contact.notes)


def _chronicle(facts: _Facts) -> Section:
    return Section("chronicle", _("Chronicle"), entries=tuple(_entry(row) for row in facts.entries))


def _entry(row: ChronicleRow) -> Entry:
    """Return an activity as printed; an open follow-up says when it is due."""
    words = [row.title, row.person]
    if row.follow_up_at is not None and row.state == "open":
        words.append(_("follow-up {date}").format(date=show_date(row.follow_up_at.astimezone().date())))
    title = ", ".join(word for word in words if word)
    text = row.text if row.text != row.title else ""
    return Entry(row.at.astimezone(), title, text, row.author)


# Key, label and maker of each section, in the order of the record page.
SECTIONS: Mapping[str, tuple[str, Callable[[_Facts], Section]]] = {
    "addresses": (N_("Addresses"), _addresses),
    "reach": (N_("Reach"), _reach),
    "persons": (N_("People"), _persons),
    "terms": (N_("Terms"), _terms),
    "tax": (N_("Accounts and tax"), _tax),
    "bank": (N_("Bank accounts"), _bank),
    "open_items": (N_("Open items"), _open_items),
    "custom": (N_("Further fields"), _own_fields),
    "notes": (N_("Notes"), _notes),
    "chronicle": (N_("Chronicle"), _chronicle),
}

_SEEN_BY = {
    "terms": ("contact", "payment_terms"), "bank": ("bank_account", ""),
    "open_items": ("open_item", ""), "notes": ("contact", "notes"),
    "chronicle": ("activity", ""),
}  # fmt: skip
"""What one must see for a section to hold anything."""


def sections_for(rights: Rights) -> dict[str, str]:
    """Return key and label of the sections that are for a person with these rights."""
    seen = {key: label for key, (label, _maker) in SECTIONS.items() if rights.sees(*_SEEN_BY.get(key, ("contact", "")))}
    return seen


def sheet_of(
    session: Session,
    contact: int,
    *,
    user: int | None = None,
    sections: Collection[str] = (),
    speak: str | None = None,
    entries: int = MOST_ENTRIES,
) -> ContactSheet:
    """Return the sheet of a contact with the chosen sections (all without any), ready to print.

    `user` is who prints: private activities of others stay out. `speak` is the language of the sheet; None takes the
    customer's. Raises UserError for a contact that is gone or a section that does not exist.
    """
    unknown = [key for key in sections if key not in SECTIONS]
    if unknown:
        sentence = _("There is no section “{name}”. There are {names}.")
        raise UserError(sentence.format(name=unknown[0], names=", ".join(SECTIONS)))
    found = contacts.read(session, contact)
    wanted = [key for key in sections_for(rights_of(session)) if not sections or key in sections]
    company = own_company(session)
    own, names = fields(session), names_of(session, pointed_to(found))
    chosen = letter_language(found, Home(company.country or "")).split("-")[0].lower() if speak is None else speak
    with language(chosen or None):
        happened = chronicle(session, contact, user=user, limit=entries) if "chronicle" in wanted else []
        facts = _Facts(found, Home(company.country or "DE"), own, happened, names)
        return ContactSheet(
            name=found.display_name,
            number=found.number or "",
            chips=_chips(found, category_names(session, [contact]).get(contact, ())),
            sections=tuple(SECTIONS[key][1](facts) for key in wanted),
            company=company.name,
            company_line=address_line(company),
            language=chosen if chosen == current_language() else "",
        )


def _chips(contact: Contact, categories: Iterable[str]) -> tuple[str, ...]:
    """Return roles, priority and categories."""
    told = fields_of(Contact)
    roles = [_(told[name].label) for name in ROLES if getattr(contact, name)]
    priority = [_("Priority {letter}").format(letter=contact.priority)] if contact.priority else []
    return (*roles, *priority, *categories)


def sheet_lines(sheet: ContactSheet) -> Iterator[str]:
    """Yield the sheet as lines of plain text, for the command line."""
    yield f"{sheet.number} {sheet.name}".strip()
    if sheet.chips:
        yield "  " + " · ".join(sheet.chips)
    for section in sheet.sections:
        if not section.is_empty():
            yield from _section_lines(section)


def _section_lines(section: Section) -> Iterator[str]:
    """Yield one section."""
    yield section.title
    for label, text in section.rows:
        yield f"  {label}: {', '.join(text.splitlines())}"
    for row in section.table.rows if section.table else ():
        yield "  " + " · ".join(", ".join(cell.splitlines()) for cell in row if cell)
    for line in section.text.splitlines():
        yield f"  {line}"
    for entry in section.entries:
        yield "  " + " · ".join(part for part in (show(entry.moment), entry.title, entry.text, entry.who) if part)


def log_printed(database: Database, printed: Iterable[int], subject: str = SHEET_LOGGED) -> None:
    """Write into the chronicle of each contact, once, that something of it was printed; `subject` is marked text.

    Whoever may print and not write leaves no note.
    """
    if not database.rights.may("activities", "create"):
        return
    once = list(dict.fromkeys(printed))
    label = by_count(N_("Print noted"), N_("{count} prints noted"), len(once))
    with unit_of_work(database, label, kind="system", params={"count": len(once)}) as work:
        for contact in once:
            note_program_action(work, contact, "print", _(subject))


def list_columns(session: Session, names: str | None) -> tuple[str, ...]:
    """Return columns by a text with commas; those of the table without one. Raises UserError for an unknown name."""
    if not names:
        return DEFAULT_COLUMNS
    chosen = tuple(name.strip() for name in names.split(",") if name.strip())
    known = {column.name for column in columns_of(session, chosen)}
    for name in chosen:
        if name not in known:
            raise UserError(_("There is no column “{name}”.").format(name=name))
    return chosen


def label_options(session: Session, home: Home, *, first: int = 1, with_sender: bool | None = None) -> LabelOptions:
    """Return the options of a run of labels, with the own address above each if wanted; None: as usual."""
    rights_of(session).require("contacts", "print")
    wanted = WITH_SENDER if with_sender is None else with_sender
    sender = sender_line(own_company(session)) if wanted else ""
    return LabelOptions(home_country=home.country, first=first, sender=sender)
