"""What a list shows, as a table: its columns in their order, without those the person may not see."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from decimal import Decimal
from typing import Any

from sqlalchemy.orm import Session

from gcrm.errors import UserError
from gcrm.i18n import _
from gcrm.model.custom_field import CustomField
from gcrm.model.parse import Money
from gcrm.services import contact_list
from gcrm.services.column import Column
from gcrm.services.contact_columns import column_of, custom_fields, seen_names
from gcrm.services.exchange.out.cells import OutColumn, OutTable
from gcrm.services.progress import Progress, Silence

BATCH = 400


def shown_table(
    session: Session, contacts: Sequence[int], columns: Sequence[str], progress: Progress | None = None
) -> OutTable:
    """Return the table of these columns. Raises UserError for a column that there is not, or none that may be seen."""
    custom, seen = custom_fields(session), seen_names(session, columns)
    chosen: list[Column] = []
    for name in columns:
        column = column_of(name, custom)
        if column is None:
            raise UserError(_("There is no column “{name}”.").format(name=name))
        if name in seen:
            chosen.append(column)
    if not chosen:
        raise UserError(_("You may see none of these columns. Choose others."))
    heads = tuple(
        OutColumn(c.label if c.is_custom else _(c.label), c.kind, tuple(c.choices), _currency(c, custom))
        for c in chosen
    )
    return OutTable(heads, _rows(session, contacts, chosen, progress or Silence()))


def _currency(column: Column, custom: Mapping[str, CustomField]) -> str:
    """Return the currency of a user-defined field, "" where there is none."""
    field = custom.get(column.name.removeprefix("custom.")) if column.is_custom else None
    return str(field.options.get("currency") or "") if field is not None else ""


def _rows(
    session: Session, contacts: Sequence[int], chosen: Sequence[Column], progress: Progress
) -> Iterator[list[Any]]:
    """Yield the rows in the order of the contacts; contacts that are gone are left out."""
    names = [column.name for column in chosen]
    amounts = {column.name for column in chosen if column.kind == "money" and not column.is_custom}
    wanted = list(dict.fromkeys([*names, "currency"])) if amounts else names
    for start in range(0, len(contacts), BATCH):
        progress.report(start, len(contacts))
        progress.check()
        batch = list(contacts[start : start + BATCH])
        found = contact_list.rows(session, batch, wanted)
        for contact in batch:
            if contact in found:
                row = found[contact]
                yield [_money(row, name) if name in amounts else row[name] for name in names]


def _money(row: contact_list.ContactRow, name: str) -> Money | None:
    """Return an amount in the currency of its contact, as far as that may be seen."""
    value = row[name]
    return Money(Decimal(str(value)), str(row.values.get("currency") or "")) if value is not None else None
