"""JSON: one object with the contacts, each as `gcrm show --json` gives it, or the columns that a list shows."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Sequence
from typing import Any, BinaryIO

from sqlalchemy import select
from sqlalchemy.orm import Session

from gcrm.model.bank_account import BankAccount
from gcrm.model.consent import Consent
from gcrm.model.open_item import OpenItem
from gcrm.services.contact_data import category_names, data_of, plain
from gcrm.services.exchange.out.cells import OutTable, typed
from gcrm.services.plain_contacts import plain_contacts
from gcrm.services.privacy import rights_of
from gcrm.services.progress import Progress, Silence

VERSION = 1
BATCH = 300


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
    """Yield contacts with every field that may be seen, as contact_data gives one; those that are gone are left out."""
    watch, rights = progress or Silence(), rights_of(session)
    for start in range(0, len(contacts), BATCH):
        watch.report(start, len(contacts))
        watch.check()
        batch = list(contacts[start : start + BATCH])
        found = plain_contacts(session, batch, with_own=True)
        categories = category_names(session, batch)
        for name, record in (("bank_accounts", BankAccount), ("open_items", OpenItem), ("consents", Consent)):
            children = _children(session, record, batch) if rights.sees(record.__tablename__) else {}
            for number, contact in found.items():
                contact.__dict__[name] = children.get(number, [])
        for number in batch:
            if number in found:
                yield data_of(found[number], categories.get(number, ()), rights)
        session.expunge_all()


def _children(session: Session, record: type[Any], batch: Sequence[int]) -> dict[int, list[Any]]:
    """Return children by contact, in the order of ids."""
    found: dict[int, list[Any]] = {}
    for child in session.scalars(select(record).where(record.contact_id.in_(batch)).order_by(record.id)):
        found.setdefault(child.contact_id, []).append(child)
    return found


def row_objects(table: OutTable, names: Sequence[str]) -> Iterator[dict[str, Any]]:
    """Yield the rows of a table by the names of its columns."""
    kinds = [column.kind for column in table.columns]
    for row in table.rows:
        yield {name: plain(typed(value, kind)) for name, value, kind in zip(names, row, kinds, strict=True)}
