"""Rows of the card Open items: one line for each that is open, all fields and settled ones with the pencil."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from decimal import Decimal

from gcrm.i18n import _, ngettext
from gcrm.model.open_item import CREDIT_NOTE, OpenItem
from gcrm.services.open_item import open_text, overdue_text, sums_of
from gcrm.services.showing import show_date, show_money
from gcrm.ui.contact.changes_of import add_to, remove, set_values
from gcrm.ui.contact.fields import Sheet, field_rows, row_key
from gcrm.ui.contact.rows import RowCommand, RowSpec, Values
from gcrm.ui.contact.saving import Change, key_of
from gcrm.ui.forms import Input, field_of, input_for

Commit = Callable[[Change], None]
NEW = ("number", "amount", "due_on")
"""What is typed of a new item."""
LINE = ("rest", "due_on")
"""What is edited in the line of an item: what is left after a payment, and a later date; the pencil shows the rest."""
FIELDS = ("number", "kind", "document_on", "due_on", "amount", "rest", "currency", "settled_on", "note")


def item_rows(sheet: Sheet, commit: Commit) -> list[RowSpec]:
    """Return the rows of the open items, the longest due first; with all fields those of settled ones, too."""
    items = sorted(sheet.view.contact.open_items, key=lambda item: (item.due_on or date.max, item.id))
    still_open = [item for item in items if item.is_open]
    if not sheet.show_all:
        return [*_total_row(still_open), *(_line(sheet, item, commit) for item in still_open)]
    rows = []
    for item in [*still_open, *(item for item in items if not item.is_open)]:
        rows += [_heading(item, commit), *field_rows(sheet, item, FIELDS)]
    return rows


def settled_row(sheet: Sheet, show: Callable[[], object]) -> list[RowSpec]:
    """Return the row that says how many items are settled, where some are and not all fields are shown."""
    count = sum(not item.is_open for item in sheet.view.contact.open_items)
    if not count or sheet.show_all:
        return []
    text = ngettext("{count} document", "{count} documents", count).format(count=count)
    return [RowSpec("open_item:settled", _("Settled"), text, opens=show)]


def new_item_row(sheet: Sheet) -> RowSpec:
    """Return the row in which a new open item is typed: all of its amount is open."""
    currency = sheet.view.contact.currency or ""
    inputs = tuple(Input(field_of(OpenItem, name), currency=currency) for name in NEW)

    def change(values: Values) -> Change | None:
        if not any(values):
            return None
        number, amount, due_on = values
        parts = {"number": number or "", "amount": amount or Decimal(0), "rest": amount or Decimal(0), "due_on": due_on}
        return add_to("open_items", lambda contact: OpenItem(contact_id=contact.id, **parts))

    return RowSpec("new:open_item", inputs[0].shown_label, "", inputs, change, blank=_("Add"), first_line=2)


def _total_row(items: list[OpenItem]) -> list[RowSpec]:
    """Return the row of what is open in all, and how much of it is overdue, where there are several items."""
    if len(items) < 2:
        return []
    found = sums_of(items)
    late = overdue_text(found)
    note = _("overdue {amount}").format(amount=late) if late else ""
    return [RowSpec("open_item:total", _("In all"), open_text(found), note=note, tone="bad" if late else "")]


def _line(sheet: Sheet, item: OpenItem, commit: Commit) -> RowSpec:
    """Return the line of an item."""
    key = key_of(item)
    around = sheet.view.surroundings
    inputs = tuple(input_for(item, name, around, currency=item.currency) for name in LINE)

    def change(values: Values) -> Change:
        return set_values(key, dict(zip(LINE, values, strict=True)))

    return RowSpec(
        row_key(key, "line"), item.number, _amount(item), inputs, change, _commands(item, commit), note=_state(item),
        first_line=1, tone="bad" if item.is_overdue() else "",
    )  # fmt: skip


def _heading(item: OpenItem, commit: Commit) -> RowSpec:
    """Return the row above all fields of an item."""
    text = _amount(item) if item.is_open else _("settled")
    return RowSpec(
        row_key(key_of(item), "heading"), item.number, text, commands=_commands(item, commit), note=_state(item),
        is_heading=True, tone="bad" if item.is_overdue() else "",
    )  # fmt: skip


def _amount(item: OpenItem) -> str:
    """Return what is open, and of how much where a part is paid."""
    rest = show_money(item.signed_rest, item.currency)
    if item.rest == item.amount:
        return rest
    return _("{rest} of {amount}").format(rest=rest, amount=show_money(item.amount, item.currency))


def _state(item: OpenItem) -> str:
    """Return when an open item is due, in words where that has passed, and what it is if no invoice."""
    parts = [_("Credit note")] if item.kind == CREDIT_NOTE else []
    if item.is_open and item.due_on is not None:
        late = (date.today() - item.due_on).days
        if item.is_overdue():
            words = ngettext("{count} day overdue", "{count} days overdue", late)
            parts.append(words.format(count=late))
        else:
            parts.append(_("due {date}").format(date=show_date(item.due_on)))
    return " · ".join(parts)


def _commands(item: OpenItem, commit: Commit) -> tuple[RowCommand, ...]:
    """Return what can be done with an item."""
    key = key_of(item)
    settle = set_values(key, {"settled_on": date.today()})
    commands = (RowCommand(_("Remove"), "trash-2", lambda: commit(remove(key))),)
    if not item.is_open:
        return commands
    return (RowCommand(_("Mark as settled"), "check", lambda: commit(settle)), *commands)
