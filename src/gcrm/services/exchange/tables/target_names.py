"""Targets as people read them: what a column can go into, in the order of a form, and the name of one."""

from __future__ import annotations

from collections.abc import Iterator

from gcrm.i18n import N_, _
from gcrm.model.address import PURPOSES as ADDRESS_PURPOSES
from gcrm.model.address import Address
from gcrm.model.bank_account import BankAccount
from gcrm.model.contact import Contact
from gcrm.model.contact_person import ContactPerson
from gcrm.model.contact_point import POINT_KINDS
from gcrm.model.contact_point import POINT_PURPOSES as USES
from gcrm.model.custom_field import CUSTOM_KINDS
from gcrm.model.fields import fields_of
from gcrm.services.exchange.tables.choice import Where
from gcrm.services.exchange.tables.setters import ADDRESS_PARTS, BANK_PARTS, LINES, POINTS, PURPOSES, SLOTS
from gcrm.services.exchange.tables.values import contact_fields

KEEP, LEAVE = "keep", "leave"
NEW_KINDS = ("text", "long_text", "number", "date", "yes_no", "link")
_OWN = {
    KEEP: N_("Other data, under its heading"),
    LEAVE: N_("Leave out"),
    "note": N_("Notes, with the heading before it"),
    "any_name": N_("Name of a person or company"),
    "full_name": N_("Full name"),
    "middle_name": N_("Middle name"),
    "suffix": N_("Name suffix"),
    "nickname": N_("Nickname"),
    "gender": N_("Gender"),
    "birthday.day": N_("Birthday: day"),
    "birthday.month": N_("Birthday: month"),
    "birthday.year": N_("Birthday: year"),
    "categories": N_("Categories"),
    "role": N_("Customer, supplier or prospect"),
    "area_code": N_("Area code of the next number"),
    "address.postcode_town": N_("Postcode and town"),
    "address.whole": N_("Whole address"),
    "address.addressee": N_("Addressee"),
}
_NAMES = (
    "any_name", "name", "name2", "salutation", "title", "full_name", "first_name", "middle_name", "last_name", "suffix",
    "nickname", "department", "function", "birthday", "birthday.day", "birthday.month", "birthday.year", "anniversary",
    "gender", "language", "kind", "categories", "role", "notes",
)  # fmt: skip
_PARTS = {"type": N_("Kind"), "service": N_("Label"), "label": N_("Label")}
_PERSON = ("department", "function")


def choices(where: Where) -> list[tuple[str, str]]:
    """Return name and target of everything a column can go into."""
    own = [f"own.{field.label}" for field in where.own_fields if field.owner == "contact"]
    new = [f"new.{kind}" for kind in NEW_KINDS]
    fields = [name for name in contact_fields() if name not in _NAMES]
    targets = [KEEP, LEAVE, "note", *own, *new, *_NAMES, *_addresses(), *_points(), *fields]
    targets += [f"{bank}.{part}" for bank in ("bank", "bank2") for part in BANK_PARTS]
    return [(name_of(target), target) for target in dict.fromkeys(targets)]


def _addresses() -> Iterator[str]:
    """Yield the parts of the usual address, then of the others."""
    for slot in ("", *SLOTS, "other2", "other3"):
        yield from (f"address.{slot}.{part}" if slot else f"address.{part}" for part in ADDRESS_PARTS)


def _points() -> Iterator[str]:
    """Yield the kinds of numbers and addresses, each with its uses."""
    yield "area_code"
    for kind in POINTS:
        yield kind
        yield from (f"{kind}.{use}" for use in PURPOSES if kind != "messenger")


def name_of(target: str) -> str:
    """Return the name of a target in the language in force."""
    word, _bar, label = target.partition("|")
    if word == LINES:
        return "gCRM"
    if word in _OWN:
        return _(_OWN[word])
    head, _dot, rest = word.partition(".")
    if head == "own":
        return rest
    if head == "new":
        return _("New field ({kind})").format(kind=_(dict(CUSTOM_KINDS).get(rest, rest)))
    if ":" in word:
        return _numbered(word)
    if head == "address":
        return _address_name(rest)
    if head.rstrip("0123456789") == "bank":
        name = _(fields_of(BankAccount)[rest].label) if rest in BANK_PARTS else word
        return f"{name} {head[4:]}" if head[4:] else name
    if head in POINTS:
        return _point_name(head, rest, label)
    return _field_name(word)


def _field_name(word: str) -> str:
    """Return the label of a field of the contact or of its person."""
    told = fields_of(ContactPerson if word in _PERSON else Contact).get(word)
    return _(told.label) if told else word


def _address_name(rest: str) -> str:
    """Return the name of a part of an address, with whose it is."""
    slot, _dot, part = rest.rpartition(".")
    named = _OWN.get(f"address.{part}", "")
    told = fields_of(Address).get(part)
    field = _(named) if named else _(told.label) if told else part
    digits = slot[len(slot.rstrip("0123456789")) :]
    purpose = dict(ADDRESS_PURPOSES).get(slot.removesuffix(digits), "")
    group = f"{_(purpose)} {digits}".rstrip()
    return _("{group}: {field}").format(group=group, field=field) if purpose else field


def _point_name(kind: str, use: str, label: str) -> str:
    """Return the name of a number or address, with its use or label."""
    name = _(dict(POINT_KINDS)[kind])
    told = label or (_(dict(USES).get(use, "")) if use else "")
    return _("{kind} ({use})").format(kind=name, use=told) if told else name


def _numbered(word: str) -> str:
    """Return the name of a value whose kind stands in a column of its own, or of that kind."""
    head, _colon, rest = word.partition(":")
    number, _dot, part = rest.partition(".")
    digits = "".join(letter for letter in number if letter.isdigit())
    kinds = {**dict(POINT_KINDS), "address": N_("Address"), "event": N_("Day"), "other": N_("Other data")}
    name = f"{_(kinds.get(head, head))} {digits}"
    if not part:
        return name
    field = _(_PARTS[part]) if part in _PARTS else _address_name(part)
    return _("{group}: {field}").format(group=name, field=field)
