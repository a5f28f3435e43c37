"""Rows for plain fields of a record: a list of names becomes rows that can be edited in place."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

from gcrm.i18n import _
from gcrm.model.base import Home, Record
from gcrm.model.checks.finding import Finding
from gcrm.services.aggregate import Key
from gcrm.services.contact_page import ContactView
from gcrm.ui.contact.changes_of import set_values
from gcrm.ui.contact.rows import Host, RowSpec, Values
from gcrm.ui.contact.saving import Change, key_of
from gcrm.ui.forms import Input, custom_inputs, input_for, text_of
from gcrm.ui.forms.hints import check


@dataclass(frozen=True, slots=True)
class Sheet:
    """What rows are made from: the contact as it was read, where the office is, and whether empty fields are shown."""

    view: ContactView
    home: Home
    show_all: bool = False
    host: Host | None = None

    @property
    def country(self) -> str:
        """Return the country of the contact's first address, else that of the office."""
        present = [address for address in self.view.contact.addresses if address.is_present()]
        return next((address.country for address in present if address.country), "") or self.home.country


def field_row(sheet: Sheet, record: Record, name: str, *, always: bool = False, label: str = "") -> RowSpec | None:
    """Return the row of one field; None when it is empty and only filled ones are shown, or when it is hidden."""
    if sheet.host is not None and not sheet.host.rights.sees(record.__tablename__, name):
        return None
    currency = getattr(record, "currency", "") or "EUR"
    entry = input_for(record, name, sheet.view.surroundings, label=label, country=sheet.country, currency=currency)
    return row_of(sheet, key_of(record), entry, always=always)


def row_of(sheet: Sheet, key: Key, entry: Input, *, always: bool = False) -> RowSpec | None:
    """Return the row of an input of a record."""
    text = text_of(entry)
    is_required = entry.definition is not None and entry.definition.is_required
    if not text and not (sheet.show_all or always or is_required):
        return None
    label = _("{label} (required)").format(label=entry.shown_label) if is_required else entry.shown_label
    told = entry.field.help if entry.definition is not None else _(entry.field.help)
    if entry.field.kind == "contact":
        return replace(_contact_row(sheet, key, entry, text), label=label, help=told)

    def change(values: Values) -> Change | None:
        return set_values(key, {entry.name: values[0]})

    def judge(values: Values) -> Finding:
        return check(entry, values[0], sheet.home)

    return RowSpec(row_key(key, entry.name), label, text, (entry,), change, blank=_("Add"), judge=judge, help=told)


def _contact_row(sheet: Sheet, key: Key, entry: Input, text: str) -> RowSpec:
    """Return the row of a field that names another contact: it is chosen from the hits of a search."""
    host = sheet.host

    def take(contact: int | None) -> None:
        if host is not None:
            host.commit(set_values(key, {entry.name: contact}), lambda: None, lambda error: None)

    def choose() -> None:
        if host is not None:
            host.pick_contact(entry.shown_label, take)

    return RowSpec(row_key(key, entry.name), entry.shown_label, text, blank=_("Add"), opens=choose)


def row_key(key: Key, name: str) -> str:
    """Return the name of a row that speaks of one field of one record."""
    return f"{key[0]}:{key[1]}:{name}"


def field_rows(sheet: Sheet, record: Record, names: Iterable[str], always: Sequence[str] = ()) -> list[RowSpec]:
    """Return the rows of several fields; those in `always` also when they are empty."""
    rows = [field_row(sheet, record, name, always=name in always) for name in names]
    return [row for row in rows if row is not None]


def custom_rows(sheet: Sheet, record: Record, owner: str, group: str | None = None) -> list[RowSpec]:
    """Return the rows of user-defined fields, of one group or of all."""
    rows = []
    for entry in custom_inputs(record, owner, sheet.view.surroundings):
        if group is None or entry.field.group == group:
            row = row_of(sheet, key_of(record), entry, always=group is not None)
            if row is not None:
                rows.append(row)
    return rows
