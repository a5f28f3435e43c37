"""Is a copied office the office? Compared are counts, sums, every byte of every row, the history and the files."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import BigInteger, Boolean, Connection, Integer, Table, cast, func, select
from sqlalchemy.orm import Session

from gcrm.errors import EnvironmentProblem
from gcrm.i18n import _
from gcrm.model.types import Scaled
from gcrm.services.blob import verify_hashes
from gcrm.services.check import history
from gcrm.services.table_rows import read_rows, tables

Told = Callable[[int], object]
"""Is told of so many rows more; may raise to stop."""


@dataclass(slots=True)
class Passed:
    """The lines of a table that went by: how many, and the SHA-256 over all of them."""

    rows: int = 0
    _total: Any = field(default_factory=hashlib.sha256)

    def by(self, blocks: Iterable[bytes], told: Told) -> Iterator[bytes]:
        """Let lines go by."""
        for block in blocks:
            count = block.count(b"\n")
            self.rows += count
            self._total.update(block)
            yield block
            told(count)

    @property
    def digest(self) -> bytes:
        """Return the SHA-256 over what went by."""
        return bytes(self._total.digest())


def count(connection: Connection) -> dict[str, int]:
    """Return how many rows each table has."""
    numbers = (select(func.count()).select_from(table) for table in tables())
    return {table.name: connection.scalar(number) or 0 for table, number in zip(tables(), numbers, strict=True)}


def sums(connection: Connection, table: Table) -> dict[str, int]:
    """Return the number of rows and the sum of every column of numbers, amounts of money in their smallest unit."""
    numbers = [column for column in table.columns if isinstance(column.type, Integer | Scaled | Boolean)]
    totals = (func.sum(cast(column, Integer if isinstance(column.type, Boolean) else BigInteger)) for column in numbers)
    row = connection.execute(select(func.count(), *totals).select_from(table)).one()
    names = ["", *(column.name for column in numbers)]
    return {name: int(value or 0) for name, value in zip(names, row, strict=True)}


def compare(source: Connection, target: Connection, passed: Mapping[str, Passed], told: Told) -> None:
    """Compare two offices whose rows went `passed` from one to the other. Raises EnvironmentProblem."""
    for table in tables():
        if sums(source, table) != sums(target, table):
            raise unlike(table.name, "sums")
        copied = Passed()
        for _block in copied.by(read_rows(target, table), told):
            pass
        if copied.digest != passed[table.name].digest:
            raise unlike(table.name, "rows")
    _compare_findings(source, target, "change", lambda session: [*history.digests(session), *history.seals(session)])
    _compare_findings(source, target, "blob", verify_hashes)


def _compare_findings(
    source: Connection, target: Connection, name: str, look: Callable[[Session], Iterable[object]]
) -> None:
    """Look at history or files of the copy; what was damaged before the move is as damaged behind it."""
    found = _found(target, look)
    if found and found != _found(source, look):
        raise unlike(name, str(found[0]))


def _found(connection: Connection, look: Callable[[Session], Iterable[object]]) -> list[object]:
    with Session(connection, autoflush=False) as session:
        return list(look(session))


def unlike(table: str, details: str) -> EnvironmentProblem:
    """Return the sentence for a copy that is not what was copied."""
    sentence = _("The copy of “{table}” is not like the original. Nothing was changed; try again.")
    return EnvironmentProblem(sentence.format(table=table), details=details)
