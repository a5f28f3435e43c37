"""What somebody said of a table of a cut-over, kept for the next time that a table with these headings is looked at."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from gcrm.services import settings
from gcrm.services.database import Database
from gcrm.services.exchange.cut_over.kinds import FILE, LEAVE, choices
from gcrm.services.exchange.cut_over.sources import Folder, Source

SETTING = "cut_over.tables"
MOST = 100
"""Tables that are kept in mind; the oldest go first."""


def remember(database: Database, source: Source) -> None:
    """Keep what a table is taken for and where its columns go. One to attach or leave out says nothing of the next."""
    if source.kind in (FILE, LEAVE) or not source.columns:
        return
    with database.read() as session:
        known = dict(settings.get(session, SETTING, database.user_id))
    known.pop(_key(source), None)
    known[_key(source)] = {"kind": source.kind, "columns": dict(source.said)}
    settings.set(database, SETTING, dict(list(known.items())[-MOST:]))


def recalled(database: Database, folder: Folder) -> Folder:
    """Return a folder with what was said of its tables before; the mapping file counts first."""
    with database.read() as session:
        known = settings.get(session, SETTING, database.user_id)
    return replace(folder, sources=tuple(_recalled(each, known) for each in folder.sources)) if known else folder


def _recalled(source: Source, known: Mapping[str, Any]) -> Source:
    """Return a table with what was said of it; what cannot be understood any more is passed over."""
    said = known.get(_key(source))
    if source.is_told or source.problem or not isinstance(said, dict):
        return source
    kind, columns = said.get("kind"), said.get("columns")
    if kind not in {key for _label, key in choices()} or not isinstance(columns, dict):
        return source
    here = {column.key for column in source.columns}
    words = {key: word for key, word in columns.items() if key in here and isinstance(word, str)}
    return replace(source, kind=str(kind), said=words, is_recalled=True)


def _key(source: Source) -> str:
    """Return what tables with these headings have in common; one without headings is known by its name."""
    headings = sorted(column.heading for column in source.columns)
    name = "" if any(headings) else source.name
    return hashlib.sha256("\n".join([name, str(len(headings)), *headings]).encode()).hexdigest()[:32]
