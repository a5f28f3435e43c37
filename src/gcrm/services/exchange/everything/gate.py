"""Lets the rows pass that are taken along: without what is left out, nothing may point to it."""

from __future__ import annotations

from collections.abc import Collection, Iterator, MutableSequence
from dataclasses import dataclass, field

from sqlalchemy import Connection, Table

from gcrm.model.activity import Activity
from gcrm.model.attachment import Blob
from gcrm.model.setting import Setting
from gcrm.services import moved, table_rows
from gcrm.services.exchange.everything.scope import Scope
from gcrm.services.sqlite_lines import NULL

Row = MutableSequence[str]


@dataclass(slots=True)
class Gate:
    """Rows are looked at table by table in the order in which they depend on each other.

    `contents` are the files' contents that are taken along. In an office that moved away, the mark of that stays.
    """

    scope: Scope
    contents: Collection[str]
    _kept: dict[str, set[str]] = field(default_factory=dict)

    def rows(self, connection: Connection, table: Table, mended: list[str]) -> Iterator[Row]:
        """Yield the rows of a table that pass, as the texts of their lines."""
        if not self.scope.is_whole and any(key.column.table is table for key in table.foreign_keys):
            self._kept[table.name] = {row[0] for row in self._read(connection, table, [])}
        for row in self._read(connection, table, mended):
            if not self.scope.is_whole:
                self._kept.setdefault(table.name, set()).add(row[0])
            yield row

    def _read(self, connection: Connection, table: Table, mended: list[str]) -> Iterator[Row]:
        def note(key: str) -> None:
            mended.append(f"{table.name} {key}")

        for block in table_rows.read_rows(connection, table, note):
            for line in block.decode().split("\n")[:-1]:
                row = line.split("\t")
                if self._passes(table, row):
                    yield row

    def _passes(self, table: Table, row: Row) -> bool:
        """Tell whether a row is taken along."""
        if table.name == Setting.__tablename__ and row[_place(table, "key")] == moved.KEY:
            return False
        if self.scope.is_whole:
            return True
        if table.name == Activity.__tablename__ and int(row[0]) in self.scope.private:
            return False
        if table.name == Blob.__tablename__ and row[0] not in self.contents:
            return False
        return self._points_to_what_is_there(table, row)

    def _points_to_what_is_there(self, table: Table, row: Row) -> bool:
        for key in table.foreign_keys:
            place, target = _place(table, key.parent.name), key.column.table
            kept = self._kept.get(target.name)
            if row[place] == NULL or (target is table and kept is None) or row[place] in (kept or ()):
                continue
            if key.ondelete != "SET NULL":
                return False
            row[place] = NULL
        return True


def _place(table: Table, name: str) -> int:
    return table.columns.keys().index(name)
