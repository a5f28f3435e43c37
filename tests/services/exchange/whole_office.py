"""Exports of whole offices, as the tests look at them."""

from __future__ import annotations

import zipfile
from pathlib import Path

from gcrm.services import table_rows
from gcrm.services.database import Database

Files = dict[str, bytes]
"""The files of an export by their names."""


def rows(database: Database) -> dict[str, bytes]:
    with database.engine.connect() as connection:
        return {table.name: b"".join(table_rows.read_rows(connection, table)) for table in table_rows.tables()}


def texts(folder: Path) -> str:
    """Return everything that can be read in an export."""
    return "\n".join(path.read_text(encoding="utf-8") for path in sorted(folder.rglob("*")) if path.is_file())


def pack(files: Files, path: Path, inner: str = "") -> Path:
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in files.items():
            archive.writestr(inner + name, data)
    return path
