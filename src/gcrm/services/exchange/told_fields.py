"""Fields of a contact that no card has, as a table tells them (`Card.told`): terms, tax, accounting, bank accounts."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from gcrm.model.bank_account import BankAccount
from gcrm.model.checks import iban
from gcrm.model.contact import Contact
from gcrm.model.fold import clean, fold
from gcrm.services.exchange import own_line
from gcrm.services.exchange.plain_records import Maker

BANK_FIELDS = ("iban", "bic", "bank_name", "holder")


def put(contact: Contact, told: Iterable[tuple[str, Any]], make: Maker) -> None:
    """Give a contact what a table told; a number that is none stays with the other data."""
    accounts: dict[str, dict[str, str]] = {}
    for name, value in told:
        head, dot, part = name.partition(".")
        if dot:
            accounts.setdefault(head, {})[part] = clean(value)
        elif name == "number":
            _number(contact, clean(value))
        elif name == "salutation":
            named = own_line.default_person(contact)
            setattr(named.person if named is not None else contact, name, clean(value)[: own_line.LONGEST_SALUTATION])
        else:
            setattr(contact, name, value)
    for place, values in enumerate(accounts.values()):
        contact.bank_accounts.append(_account(values, make, is_default=not place))


def _number(contact: Contact, value: str) -> None:
    """Take a customer number, where it is one."""
    if own_line.is_number(value):
        contact.number = value
    elif value:
        contact.kept = [*contact.kept, own_line.number_line(value)]


def _account(values: dict[str, str], make: Maker, *, is_default: bool) -> BankAccount:
    """Return a bank account."""
    told = {name: values.get(name, "") for name in BANK_FIELDS} | {"iban": iban.compact(values.get("iban", ""))}
    made: BankAccount = make.account(**told, is_default=is_default)
    return made


def account_key(account: BankAccount) -> str:
    """Return what makes two bank accounts the same."""
    return iban.compact(account.iban or "") or fold(f"{account.bic} {account.bank_name} {account.holder}")
