"""The export of everything: one moment of the office as open files, in a folder or a zip that is whole or not there.

office.json says what there is, tables/ holds the records, files/ the attached files, index.html is for people, and
SHA256SUMS proves all of it. docs/open-format.md describes it.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, Table, func, select, text
from sqlalchemy.orm import Session

from gcrm import __version__
from gcrm.i18n import _, current_language, ngettext
from gcrm.model.base import now
from gcrm.model.fields import field_of_column
from gcrm.services import schema, table_rows
from gcrm.services.backup.create import mended_words, office_name
from gcrm.services.database import Database
from gcrm.services.exchange.everything import pages
from gcrm.services.exchange.everything.contents import Content, contents, write_contents
from gcrm.services.exchange.everything.gate import Gate
from gcrm.services.exchange.everything.rules import A_ROW, FORMAT, MANIFEST, RULES, SUMS, VERSION
from gcrm.services.exchange.everything.scope import Scope, scope_of
from gcrm.services.exchange.everything.shelf import Leaf, Shelf, shelf
from gcrm.services.exchange.everything.values import Fact, facts_of, json_line
from gcrm.services.file_safety import safe_name
from gcrm.services.progress import Progress, Silence
from gcrm.services.row_trouble import refused
from gcrm.services.unreachable import translated
from gcrm.services.unseen import shut_tables

BLOCK = 1 << 18
"""Characters of lines that are written at once."""


@dataclass(frozen=True, slots=True)
class Made:
    """What was exported where; `size` is that of the zip, or of all files.

    `left_out` are reasons as in scope.py; `mended` are records as a backup tells them.
    """

    path: Path
    contacts: int
    files: int
    rows: int
    size: int
    left_out: tuple[str, ...] = ()
    damaged: tuple[str, ...] = ()
    mended: tuple[str, ...] = ()

    @property
    def notice(self) -> str:
        """Return the sentence about records that were mended, "" for none."""
        return mended_words(self.mended)

    @property
    def damage(self) -> str:
        """Return the sentence about files that were damaged in the office already, "" for none."""
        count = len(self.damaged)
        told = ngettext("{count} file in the office is damaged.", "{count} files in the office are damaged.", count)
        return told.format(count=count) if count else ""


def export_everything(
    database: Database, target: Path, progress: Progress | None = None, *, with_private: bool = False
) -> Made:
    """Write all of an office that the person who works may see into a folder, or a zip where `target` ends so.

    The owner can have what is private to others written, too. Raises UserError without the right and for a place that
    is taken, EnvironmentProblem when office or disk are away; nothing is left behind then.
    """
    database.rights.require("contacts", "export")
    database.rights.require("files", "export")
    at = now()
    with _moment(database) as session, shelf(target, at) as place:
        scope = scope_of(database, session, with_private=with_private)
        made = _Export(session, place, at, scope, progress or Silence()).write(target)
    return replace(made, size=target.stat().st_size) if target.is_file() else made


def proposed_name(database: Database, today: date) -> str:
    """Return what an export is called where nobody says otherwise: the office and the day."""
    with database.read() as session:
        office = office_name(session.connection())
    return safe_name(f"gCRM {office} {today.isoformat()}")


@contextmanager
def _moment(database: Database) -> Iterator[Session]:
    """Give a session that sees one moment of the office, for the eyes of the person who works."""
    options = {} if database.is_sqlite else {"isolation_level": "REPEATABLE READ"}
    with (
        translated(database.url),
        database.engine.connect().execution_options(**options) as connection,
        connection.begin(),
        Session(connection, autoflush=False, info=database.session_info()) as session,
    ):
        if database.is_sqlite:
            shut_tables(session)
        else:
            connection.execute(text("SET LOCAL statement_timeout = 0"))
            connection.execute(text("SET LOCAL transaction_read_only = on"))
        yield session


@dataclass(slots=True)
class _Export:
    """One export that is being written."""

    session: Session
    shelf: Shelf
    at: datetime
    scope: Scope
    progress: Progress
    mended: list[str] = field(default_factory=list)
    _done: int = 0
    _total: int = 0

    def write(self, target: Path) -> Made:
        """Write all files."""
        connection, scope = self.session.connection(), self.scope
        found = contents(self.session, scope)
        tables = [table for table in table_rows.tables() if RULES[table.name].way == "rows"]
        seen = [table for table in tables if table.name not in scope.shut]
        counts = (connection.scalar(select(func.count()).select_from(table)) or 0 for table in seen)
        self._total = sum(counts) + sum(content.size for content in found.values()) // A_ROW
        gate = Gate(scope, found)
        told = [self._table(connection, table, gate, scope, found) for table in seen]
        rows = {each["name"]: each["rows"] for each in told}
        self._at(_("Writing the files"))
        damaged = write_contents(connection, found, self.shelf, self._wrote)
        self._at(_("Writing the pages"))
        told += [{"name": table.name, "left_out": True} for table in tables if table.name in scope.shut]
        self._pages(scope, found, rows, told)
        self._whole(scope, told, damaged)
        return Made(
            target, rows.get("contact", 0), len(found), sum(rows.values()), self.shelf.size,
            scope.reasons, tuple(damaged), tuple(self.mended),
        )  # fmt: skip

    # --- tables ---------------------------------------------------------------------------------------------------
    def _table(
        self, connection: Connection, table: Table, gate: Gate, scope: Scope, found: dict[str, Content]
    ) -> dict[str, Any]:
        """Write the rows of a table, and return what office.json says of it."""
        facts = facts_of(table, scope.hidden.get(table.name, ()))
        name = f"tables/{table.name}.jsonl"
        make = json_line(facts)
        waiting: list[str] = []
        count = size = 0
        label = _(RULES[table.name].label)
        self._at(_("Writing: {table}").format(table=label))
        with self.shelf.file(name) as leaf:
            for row in gate.rows(connection, table, self.mended):
                count += 1
                added = {"file": found[row[0]].path} if table.name == "blob" else {}
                try:
                    waiting.append(make(row, added))
                except (ValueError, RecursionError) as problem:
                    raise refused(table, row[0].encode(), str(problem)) from problem
                size += len(waiting[-1])
                if size >= BLOCK:
                    size = self._flush(leaf, waiting)
            self._flush(leaf, waiting)
        return {
            "name": table.name,
            "label": label,
            "file": name,
            "rows": count,
            "sha256": self.shelf.sums[name],
            "columns": [_column(table, fact) for fact in facts],
        }

    def _flush(self, leaf: Leaf, waiting: list[str]) -> int:
        """Write lines that wait; return how much is waiting then."""
        leaf.write("".join(waiting).encode())
        self._more(len(waiting))
        waiting.clear()
        return 0

    # --- for people -----------------------------------------------------------------------------------------------
    def _pages(self, scope: Scope, found: dict[str, Content], rows: dict[str, int], told: list[dict[str, Any]]) -> None:
        """Write the pages to read."""
        office = office_name(self.session.connection())
        listed = []
        for name, title, page in pages.contact_pages(self.session, found):
            self.progress.check()
            self.shelf.put(name, page)
            listed.append((name, title))
        filled = {each["name"]: each for each in told if each.get("rows")}
        tables = [(name, filled[name]["file"], rows[name]) for name in RULES if name in filled]
        head = pages.Head(office, self.at, tables, rows.get("contact", 0), len(found))
        self.shelf.put(pages.INDEX, pages.index_page(head, scope, listed))

    def _whole(self, scope: Scope, told: list[dict[str, Any]], damaged: list[str]) -> None:
        """Write what is told of the whole, and the checksums."""
        connection = self.session.connection()
        whole = {
            "format": FORMAT,
            "version": VERSION,
            "program": __version__,
            "schema": schema.revision(connection),
            "at": self.at.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ"),
            "office": office_name(connection),
            "language": current_language(),
            "left_out": list(scope.reasons),
            "damaged": damaged,
            "mended": self.mended,
            "tables": told,
        }
        self.shelf.put(MANIFEST, json.dumps(whole, ensure_ascii=False, indent=1) + "\n")
        self.shelf.put(SUMS, "".join(f"{sha256}  {name}\n" for name, sha256 in sorted(self.shelf.sums.items())))

    # --- how far --------------------------------------------------------------------------------------------------
    def _at(self, doing: str) -> None:
        self.progress.report(min(self._done, self._total), self._total, doing)

    def _more(self, count: int) -> None:
        self._done += count
        self.progress.report(min(self._done, self._total), self._total)

    def _wrote(self, size: int) -> None:
        self._more(size // A_ROW)


def _column(table: Table, fact: Fact) -> dict[str, Any]:
    """Return what office.json says of a column: also what the windows call it."""
    told = field_of_column(table, fact.name)
    return fact.as_json() | ({"label": _(told.label)} if told is not None else {})
