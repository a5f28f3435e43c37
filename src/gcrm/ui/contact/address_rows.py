"""Rows of a postal address in the order of its country (model/address_format.py)."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from typing import Any

from gcrm.i18n import _, current_language
from gcrm.model.address import PURPOSES, Address
from gcrm.model.address_format import PostalAddress, address_format, join_street, label, lines, one_line, split_street
from gcrm.model.checks.finding import Finding
from gcrm.services.aggregate import Key
from gcrm.services.showing import show_date
from gcrm.ui.contact.changes_of import ADDRESS_PARTS, add_to, make_default, remove, set_values
from gcrm.ui.contact.fields import Sheet, custom_rows, field_row, row_key
from gcrm.ui.contact.rows import RowCommand, RowSpec, Values
from gcrm.ui.contact.saving import Change, key_of
from gcrm.ui.forms import Handle, Input, field_of, input_for, text_of
from gcrm.ui.forms.hints import check
from gcrm.ui.forms.town_help import help_town

Take = Callable[[Key, Mapping[str, Any]], Change | None]
Commit = Callable[[Change], None]
_WIDTHS = {"postcode": 2, "region": 2, "town": 4}


def parts_of(address: Address, pending: Mapping[str, Any] | None = None) -> PostalAddress:
    """Return the parts of an address, with what was typed and is not yet saved."""
    over = pending or {}
    return PostalAddress(**{name: over.get(name, getattr(address, name)) or "" for name in ADDRESS_PARTS})


def purpose_label(purpose: str) -> str:
    """Return the word for the purpose of an address."""
    return _(dict(PURPOSES).get(purpose, purpose))


def sorted_addresses(addresses: list[Address]) -> list[Address]:
    """Return present addresses, the default postal one first, then those to come, then those that were left."""
    present = [address for address in addresses if address.is_present()]
    coming = sorted((address for address in addresses if address.is_coming()), key=lambda one: (one.from_on, one.id))
    past = [address for address in addresses if address.is_former() and not address.is_coming()]
    present.sort(key=lambda address: (address.purpose != "postal", not address.is_default, address.id))
    past.sort(key=lambda address: address.id, reverse=True)
    return present + coming + past


def address_rows(sheet: Sheet, address: Address, pending: Mapping[str, Any], take: Take) -> list[RowSpec]:
    """Return the rows of one address; `take` gets the values of a row that was edited."""
    parts = parts_of(address, pending)
    country = parts.country or sheet.home.country
    key = key_of(address)
    rows = []
    for names in address_format(country).rows():
        if "street" in names:
            row = _street_row(sheet, key, parts, country, take)
        elif "town" in names or "postcode" in names or "region" in names:
            row = _town_row(sheet, key, names, parts, country, take)
        else:
            row = _plain_row(sheet, key, names[0], parts, country, take)
        rows += [row] if row is not None else []
    return rows


def more_rows(sheet: Sheet, address: Address) -> list[RowSpec]:
    """Return the rows of dates and user-defined fields, shown with all fields."""
    names = ("from_on", "until_on") if sheet.show_all else ()
    rows = [field_row(sheet, address, name) for name in names]
    return [row for row in rows if row is not None] + custom_rows(sheet, address, "address")


def open_rows(
    sheet: Sheet, address: Address, pending: Mapping[str, Any], take: Take, commit: Commit, *, heads: bool
) -> list[RowSpec]:
    """Return all rows of an address that is shown open, `heads`: below a heading; its first row has the commands."""
    rows = address_rows(sheet, address, pending, take) + more_rows(sheet, address)
    if heads:
        rows.insert(0, heading_row(sheet, address))
    elif rows:
        rows[0] = replace(rows[0], note=validity(address))
    return [replace(row, commands=address_commands(address, commit)) if row is rows[0] else row for row in rows]


def heading_row(sheet: Sheet, address: Address) -> RowSpec:
    """Return the row above an address: what it is for, which can be changed there, and when it holds."""
    entry = input_for(address, "purpose", sheet.view.surroundings)
    key = key_of(address)
    text = _("Default address") if address.is_default else _("Further address")

    def change(values: Values) -> Change | None:
        return set_values(key, {"purpose": values[0] or "other"})

    return RowSpec(
        row_key(key, "purpose"), purpose_label(address.purpose), text, (entry,), change, note=validity(address),
        is_heading=True,
    )  # fmt: skip


def address_commands(address: Address, commit: Commit) -> tuple[RowCommand, ...]:
    """Return what can be done with an address; removing the default one is refused with a sentence by the service."""
    key = key_of(address)
    commands = [RowCommand(_("Remove"), "trash-2", lambda: commit(remove(key)))]
    if not address.is_former():
        if not address.is_default:
            commands.insert(0, RowCommand(_("Make default"), "star", lambda: commit(make_default(key))))
        if address.purpose != "postal" or not address.is_default:
            commands.insert(0, RowCommand(_("Use as postal address"), "mail", lambda: commit(_as_postal(key))))
    return tuple(commands)


def validity(address: Address) -> str:
    """Return from or until when an address holds, where that is not always."""
    if address.is_coming() and address.from_on is not None:
        return _("from {date}").format(date=show_date(address.from_on))
    return _("until {date}").format(date=show_date(address.until_on)) if address.until_on is not None else ""


def _street_row(sheet: Sheet, key: Key, parts: PostalAddress, country: str, take: Take) -> RowSpec | None:
    text = join_street(parts.street, parts.house_number, country)
    if not text and parts.po_box and not sheet.show_all:
        return None
    entry = Input(field_of(Address, "street"), text)

    def change(values: Values) -> Change | None:
        street, number = split_street(values[0] or "", country)
        return take(key, {"street": street, "house_number": number})

    return RowSpec(row_key(key, "street"), _("Street"), text, (entry,), change, blank=_("Add"))


def _town_row(
    sheet: Sheet, key: Key, names: tuple[str, ...], parts: PostalAddress, country: str, take: Take
) -> RowSpec | None:
    inputs = tuple(_part_input(name, parts, country) for name in names)
    shown = PostalAddress(**{name: getattr(parts, name) for name in names}, country=country)
    text = " ".join(lines(shown, country, current_language()))
    if not text and not sheet.show_all and "town" not in names:
        return None

    def change(values: Values) -> Change | None:
        return take(key, dict(zip(names, values, strict=True)))

    def judge(values: Values) -> Finding:
        given = dict(zip(names, values, strict=True))
        entry = next((entry for entry in inputs if entry.name == "postcode"), None)
        return check(entry, given["postcode"], sheet.home) if entry is not None else Finding("")

    title = _("City") if "town" in names else inputs[0].shown_label
    assist = _help_of(sheet, country)
    return RowSpec(row_key(key, names[0]), title, text, inputs, change, blank=_("Add"), judge=judge, assist=assist)


def _help_of(sheet: Sheet, country: str) -> Callable[[Sequence[Handle]], object] | None:
    """Return what lets postcode and town fill each other in."""
    host = sheet.host
    return None if host is None else lambda handles: help_town(handles, lambda: country, host.ask_place)


def _part_input(name: str, parts: PostalAddress, country: str) -> Input:
    told = field_of(Address, name)
    return Input(
        told, getattr(parts, name), label(country, name, told.label), _WIDTHS.get(name, 1), country
    )  # fmt: skip


def _plain_row(sheet: Sheet, key: Key, name: str, parts: PostalAddress, country: str, take: Take) -> RowSpec | None:
    entry = _part_input(name, parts, country)
    text = text_of(entry)
    if not text and not sheet.show_all:
        return None

    def change(values: Values) -> Change | None:
        return take(key, {name: values[0] or ""})

    return RowSpec(row_key(key, name), entry.shown_label, text, (entry,), change, blank=_("Add"))


def summary_row(sheet: Sheet, address: Address, opens: Callable[[], object], commit: Commit) -> RowSpec:
    """Return the one row of an address besides the first: its purpose and the whole address in a line."""
    key = key_of(address)
    text = one_line(parts_of(address), sheet.home.country, current_language())
    commands, note = address_commands(address, commit), validity(address)
    if address.is_former():
        return RowSpec(row_key(key, "past"), _("Former"), text, commands=commands, note=note)
    title = purpose_label(address.purpose)
    name = row_key(key, "all")
    return RowSpec(name, title, text, commands=commands, opens=opens, blank=_("Add"), note=note, is_link=True)


def new_address_row(sheet: Sheet) -> RowSpec:
    """Return the row in which a new address is typed: street, then postcode and town in the order of the country.

    The purpose stands last, already chosen: delivery where there is a postal address.
    """
    country = sheet.home.country
    town = next((row for row in address_format(country).rows() if "town" in row), ("postcode", "town"))
    names = [name for name in town if name != "region"]
    parts = PostalAddress()
    street = Input(field_of(Address, "street"), "", stretch=5)
    has_postal = any(a.purpose == "postal" and not a.is_former() for a in sheet.view.contact.addresses)
    usual = "delivery" if has_postal else "postal"
    purpose = Input(field_of(Address, "purpose"), usual, stretch=3)
    inputs = (street, *(_part_input(name, parts, country) for name in names), purpose)

    def change(values: Values) -> Change | None:
        if not any(values[:-1]):
            return None
        number = split_street(values[0] or "", country)
        given = dict(zip(names, values[1:-1], strict=True)) | {"street": number[0], "house_number": number[1]}
        given["purpose"] = values[-1] or usual
        return add_to("addresses", lambda contact: Address(contact_id=contact.id, custom={}, **given))

    assist = _help_of(sheet, country)
    name = purpose_label(usual)
    return RowSpec("new:address", name, "", inputs, change, blank=_("Add"), first_line=1, assist=assist)


def _as_postal(key: Key) -> Change:
    """Return the change that makes an address the default postal one."""

    def change(contact: Any) -> None:
        set_values(key, {"purpose": "postal"})(contact)
        make_default(key)(contact)

    return change
