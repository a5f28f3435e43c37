"""What a list shows, as a table: its columns in their order, without those the person may not see."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

from sqlalchemy.orm import Session

from gcrm.errors import UserError
from gcrm.i18n import _
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
    heads = tuple(OutColumn(c.label if c.is_custom else _(c.label), c.kind, tuple(c.choices)) for c in chosen)
    return OutTable(heads, _rows(session, contacts, [column.name for column in chosen], progress or Silence()))


def _rows(session: Session, contacts: Sequence[int], names: Sequence[str], progress: Progress) -> Iterator[list[Any]]:
    """Yield the rows in the order of the contacts; contacts that are gone are left out."""
    for start in range(0, len(contacts), BATCH):
        progress.report(start, len(contacts))
        progress.check()
        batch = list(contacts[start : start + BATCH])
        found = contact_list.rows(session, batch, names)
        for contact in batch:
            if contact in found:
                yield [found[contact][name] for name in names]
