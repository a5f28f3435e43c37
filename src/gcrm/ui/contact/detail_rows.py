"""Rows of the cards Details, Terms, Bank accounts and Permissions."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import date

from gcrm.i18n import N_, _
from gcrm.model.bank_account import BankAccount
from gcrm.model.base import Home
from gcrm.model.checks.finding import Finding
from gcrm.model.consent import Consent, current
from gcrm.model.contact import ROLES, Contact
from gcrm.model.privacy_choices import CHANNELS
from gcrm.model.salutation import salutation_line
from gcrm.services.addressee import addressee
from gcrm.services.aggregate import Key
from gcrm.services.showing import show_date
from gcrm.ui.contact.changes_of import add_to, make_default, remove, set_values
from gcrm.ui.contact.fields import Sheet, custom_rows, field_row, field_rows, row_key
from gcrm.ui.contact.rows import RowCommand, RowSpec, Values, joined_text
from gcrm.ui.contact.saving import Change, key_of
from gcrm.ui.forms import Input, field_of, input_for
from gcrm.ui.forms.hints import check

Commit = Callable[[Change], None]
TERMS = ("payment_terms", "payment_type", "price_group", "discount", "vat_number", "credit_limit", "currency")
TAX = ("vat_number", "tax_number", "tax_number2", "debtor_number", "creditor_number")
EINVOICE = ("einvoice_address", "einvoice_scheme", "buyer_reference")
_ORGANISATION = ("name", "name2")
_PERSON = ("salutation", "title", "first_name", "last_name", "name", "name2")
ROLE_LABELS = {
    "is_customer": N_("Customer"), "is_supplier": N_("Supplier"), "is_prospect": N_("Prospect"),
    "is_other": N_("Other contact"),
}  # fmt: skip


def term_rows(sheet: Sheet) -> list[RowSpec]:
    """Return the rows of the card Terms; payment terms and VAT number are there also when they are empty."""
    return field_rows(sheet, sheet.view.contact, TERMS, always=("payment_terms", "vat_number"))


def tax_rows(sheet: Sheet) -> list[RowSpec]:
    """Return the rows of the card Tax and accounting."""
    return field_rows(sheet, sheet.view.contact, TAX, always=TAX)


def einvoice_rows(sheet: Sheet) -> list[RowSpec]:
    """Return the rows of the card E-invoice."""
    return field_rows(sheet, sheet.view.contact, EINVOICE, always=EINVOICE)


def role_names(contact: Contact) -> list[str]:
    """Return the roles of a contact in words."""
    return [_(ROLE_LABELS[name]) for name in ROLES if getattr(contact, name)]


def category_names(sheet: Sheet) -> list[str]:
    """Return the categories of the contact by name."""
    known = sheet.view.surroundings.categories
    carried = {link.category_id for link in sheet.view.contact.categories}
    return [name for category, name in known.items() if category in carried]


def detail_rows(
    sheet: Sheet, choose_roles: Callable[[], object], choose_categories: Callable[[], object]
) -> list[RowSpec]:
    """Return the rows of the card Details."""
    contact = sheet.view.contact
    names = _PERSON if contact.kind == "person" else _ORGANISATION
    rows = field_rows(sheet, contact, ("number", "kind") if sheet.show_all else ())
    rows += field_rows(sheet, contact, names if sheet.show_all else [name for name in names if name != "name"])
    key = key_of(contact)
    rows.append(
        RowSpec(row_key(key, "roles"), _("Roles"), ", ".join(role_names(contact)), blank=_("Add"), opens=choose_roles)
    )
    rows.append(
        RowSpec(
            row_key(key, "categories"),
            _("Categories"),
            ", ".join(category_names(sheet)),
            blank=_("Add"),
            opens=choose_categories,
        )
    )
    rows += field_rows(sheet, contact, ("priority", "responsible_id"), always=("priority", "responsible_id"))
    rows += field_rows(sheet, contact, ("language", "birthday", "anniversary"))
    rows.append(_salutation_row(sheet, contact))
    return rows


def _salutation_row(sheet: Sheet, contact: Contact) -> RowSpec:
    """Return the row of the salutation line; while it is empty it shows the one that is built."""
    row = field_row(sheet, contact, "salutation_line", always=True)
    built = salutation_line(addressee(contact, sheet.home))
    if row is None or contact.salutation_line:
        return row or RowSpec("", "", "")
    return replace(row, blank=built)


# --- bank accounts ----------------------------------------------------------------------------------------------
def bank_rows(sheet: Sheet, account: BankAccount, commit: Commit) -> list[RowSpec]:
    """Return the rows of one bank account."""
    key = key_of(account)
    commands = [RowCommand(_("Remove account"), "trash-2", lambda: commit(remove(key)))]
    if not account.is_default:
        commands.insert(0, RowCommand(_("Make default"), "star", lambda: commit(make_default(key))))
    rows = field_rows(sheet, account, ("bank_name", "bic", "holder"))
    return [_iban_row(sheet, key, account, tuple(commands)), *rows]


def _iban_row(sheet: Sheet, key: Key, account: BankAccount, commands: tuple[RowCommand, ...]) -> RowSpec:
    entry = input_for(account, "iban", sheet.view.surroundings)
    is_one_of_many = len(sheet.view.contact.bank_accounts) > 1
    note = _("default") if account.is_default and is_one_of_many else ""

    def change(values: Values) -> Change | None:
        return set_values(key, _account_values(values[0], account, sheet.home)) if values[0] else remove(key)

    def judge(values: Values) -> Finding:
        return check(entry, values[0], sheet.home)

    return RowSpec(
        row_key(key, "iban"), entry.shown_label, joined_text([entry]), (entry,), change, commands, note=note,
        blank=_("Add"), judge=judge,
    )  # fmt: skip


def _account_values(text: str, account: BankAccount | None, home: Home) -> dict[str, str]:
    """Return the IBAN without blanks, with BIC and bank where they are not filled in and the registry knows them."""
    from gcrm.model.checks import iban

    found = iban.check(text)
    values = {"iban": found.value}
    for name, proposal in found.proposals.items():
        if account is None or not getattr(account, name) or account.iban != found.value:
            values[name] = proposal
    return values


def new_account_row(sheet: Sheet) -> RowSpec:
    """Return the row in which the IBAN of a new account is typed."""
    entry = Input(field_of(BankAccount, "iban"), "")

    def change(values: Values) -> Change | None:
        if not values[0]:
            return None
        parts = _account_values(values[0], None, sheet.home)
        return add_to("bank_accounts", lambda contact: BankAccount(contact_id=contact.id, **parts))

    def judge(values: Values) -> Finding:
        return check(entry, values[0], sheet.home)

    return RowSpec("new:account", entry.shown_label, "", (entry,), change, blank=_("Add"), judge=judge)


# --- permissions ------------------------------------------------------------------------------------------------
def consent_rows(sheet: Sheet, commit: Commit) -> list[RowSpec]:
    """Return one row per channel: allowed or not, since when, said where; below it what its persons said."""
    contact = sheet.view.contact
    rows = []
    for channel, label in CHANNELS:
        said = current(contact.consents, channel)
        rows.append(_consent_row(sheet, contact, channel, _(label), said, commit))
        for role in contact.persons:
            own = current(contact.consents, channel, role.id) if role.id else None
            if own is not None:
                name = role.person.full_name if role.person else ""
                told = _("{channel}: {name}").format(channel=_(label), name=name or _("without a name"))
                rows.append(_consent_row(sheet, contact, channel, told, own, commit))
    return rows


def _consent_row(
    sheet: Sheet, contact: Contact, channel: str, label: str, said: Consent | None, commit: Commit
) -> RowSpec:
    inputs = (
        Input(field_of(Consent, "is_allowed"), said.is_allowed if said else None, stretch=2),
        Input(field_of(Consent, "source"), said.source if said else "", stretch=3),
        Input(field_of(Consent, "said_on"), said.said_on if said else date.today(), stretch=4),
    )

    def change(values: Values) -> Change | None:
        if values[0] is None:
            return remove(key_of(said)) if said else None
        parts = {"is_allowed": values[0], "source": values[1], "said_on": values[2]}
        if said is not None and said.is_allowed != values[0] and values[2] == said.said_on:
            parts["said_on"] = date.today()  # another word is another statement: the former stays as its proof
        if said is not None and said.is_allowed == values[0]:
            return set_values(key_of(said), parts)
        parts["contact_person_id"] = said.contact_person_id if said is not None else None
        return add_to("consents", lambda owner: Consent(contact_id=owner.id, channel=channel, **parts))

    text = _consent_text(said) if said else ""
    commands = (RowCommand(_("Remove"), "trash-2", lambda: commit(remove(key_of(said)))),) if said else ()
    whose = said.contact_person_id if said is not None and said.contact_person_id else ""
    key = row_key(key_of(contact), f"consent:{channel}{whose}")
    return RowSpec(key, label, text, inputs, change, commands, blank=_("Not asked"), first_line=1)


def _consent_text(said: Consent) -> str:
    """Return "Allowed · fair in Leipzig · 3 Mar 2025"."""
    parts = [_("Allowed") if said.is_allowed else _("Not allowed"), said.source]
    if said.said_on is not None:
        parts.append(show_date(said.said_on))
    return " · ".join(part for part in parts if part)


def custom_group_rows(sheet: Sheet, group: str) -> list[RowSpec]:
    """Return the rows of one group of user-defined fields of the contact."""
    return custom_rows(sheet, sheet.view.contact, "contact", group)
