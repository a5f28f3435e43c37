"""JSON: one object with the contacts, each as `gcrm show --json` gives it, or the columns that a list shows."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Sequence
from typing import Any, BinaryIO

from sqlalchemy.orm import Session

from gcrm.errors import UserError
from gcrm.services.contact_data import contact_data, plain
from gcrm.services.exchange.out.cells import OutTable, typed
from gcrm.services.progress import Progress, Silence

VERSION = 1


def write_json(file: BinaryIO, contacts: Iterable[Any]) -> int:
    """Write the object and return the number of contacts; each stands on a line of its own."""
    file.write(f'{{"format": "gcrm-contacts", "version": {VERSION}, "contacts": ['.encode())
    count = 0
    for count, contact in enumerate(contacts, 1):
        file.write(b",\n" if count > 1 else b"\n")
        file.write(json.dumps(contact, ensure_ascii=False).encode("utf-8", errors="replace"))
    file.write(b"\n]}\n")
    return count


def whole_objects(session: Session, contacts: Sequence[int], progress: Progress | None = None) -> Iterator[Any]:
    """Yield contacts with every field that may be seen; those that are gone are left out."""
    watch = progress or Silence()
    for place, contact in enumerate(contacts):
        watch.report(place, len(contacts))
        watch.check()
        try:
            data = contact_data(session, contact)
        except UserError:
            continue
        yield data


def row_objects(table: OutTable, names: Sequence[str]) -> Iterator[dict[str, Any]]:
    """Yield the rows of a table by the names of its columns."""
    kinds = [column.kind for column in table.columns]
    for row in table.rows:
        yield {name: plain(typed(value, kind)) for name, value, kind in zip(names, row, kinds, strict=True)}
