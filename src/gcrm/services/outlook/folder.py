"""A folder of Outlook as one side of the exchange: what is in it and since when, one item, written, deleted.

The quick list ("Folder.GetTable method") tells of all items when they were last changed; only those that changed since
are opened. No filter by date is asked for: its dates would be those of this computer's country, and whole minutes
("Items.Restrict method").
"""

from __future__ import annotations

import hashlib
from abc import ABC, abstractmethod
from collections.abc import Mapping
from datetime import datetime
from functools import partial
from typing import Any

from gcrm.services.outlook.link import Link, wall_of

_COLUMNS = ("EntryID", "MessageClass", "LastModificationTime")
"""What the list says of each item, by the names of fields: then dates are local, and names of items text."""


class Folder(ABC):
    """One of the two folders; what is in an item, its two kinds say."""

    number: int
    item_type: int
    class_: str
    columns: tuple[str, ...] = ()

    def __init__(self, link: Link) -> None:
        self.link = link
        self._session = link.ask(lambda: link.application.GetNamespace("MAPI"))
        self._folder = link.ask(lambda: self._session.GetDefaultFolder(self.number))
        self.resting: set[str] = set()
        self._store = str(link.get(self._folder, "StoreID"))
        told = f"{self._store}|{link.get(self._folder, 'EntryID')}"
        self.place = f"{self.class_[4:].lower()}-{hashlib.sha256(told.encode()).hexdigest()[:16]}"

    def listing(self) -> dict[str, str]:
        """Return when each item was last changed, by its name; lists of recipients and the like are left out."""
        table = self.link.ask(self._folder.GetTable)
        columns = self.link.get(table, "Columns")
        self.link.ask(columns.RemoveAll)
        for name in (*_COLUMNS, *self.columns):
            self.link.ask(partial(columns.Add, name))
        found: dict[str, str] = {}
        while not self.link.get(table, "EndOfTable"):
            entry, kind, changed, *more = self.link.ask(lambda: table.GetNextRow().GetValues())
            if str(kind).startswith(self.class_):
                found[str(entry)] = _mark(changed)
                if not self.is_wanted(*more):
                    self.resting.add(str(entry))
        return found

    def open(self, entry: str) -> Any:
        """Return an item."""
        return self.link.ask(lambda: self._session.GetItemFromID(entry, self._store))

    def get(self, entry: str) -> dict[str, Any] | None:
        """Return what an item says, None for one that is not exchanged."""
        return self.read(self.link, self.open(entry))

    def create(self, values: Mapping[str, Any]) -> str:
        """Make an item and return its name."""
        items = self.link.get(self._folder, "Items")
        item = self.link.ask(lambda: items.Add(self.item_type))
        self.write(self.link, item, values)
        return str(self.link.get(item, "EntryID"))

    def change(self, entry: str, changes: Mapping[str, Any]) -> None:
        """Write fields of an item."""
        self.write(self.link, self.open(entry), changes)

    def delete(self, entry: str) -> None:
        """Move an item to the deleted items."""
        self.link.ask(self.open(entry).Delete)

    def refused(self, entry: str) -> frozenset[str]:
        """Return which fields of an item may not be written."""
        return frozenset()

    def is_wanted(self, *more: Any) -> bool:
        """Tell by further columns of the list whether a new item can take part; the others are `resting`."""
        return True

    def has_words(self, changes: Mapping[str, Any]) -> bool:
        """Tell whether Outlook can hold what is to be written."""
        return True

    @abstractmethod
    def read(self, link: Link, item: Any) -> dict[str, Any] | None:
        """Return what an item says, None for one that is not exchanged."""

    @abstractmethod
    def write(self, link: Link, item: Any, changes: Mapping[str, Any]) -> None:
        """Set fields of an item and save it."""


def _mark(changed: Any) -> str:
    """Return a moment of Outlook as the state of an item; it is only compared with itself."""
    wall = wall_of(changed) if isinstance(changed, datetime) else None
    return wall.isoformat() if wall is not None else str(changed)
