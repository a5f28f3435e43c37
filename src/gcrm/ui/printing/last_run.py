"""The last run of labels, kept so that one of its sheets can be printed again."""

from __future__ import annotations

import zlib
from collections.abc import Sequence
from dataclasses import dataclass

from gcrm.services.database import Database
from gcrm.ui.printing.choices import Choices

MOST_REMEMBERED = 5000
"""Contacts; a longer run is not kept."""


@dataclass(frozen=True, slots=True)
class LastRun:
    """Whose labels were printed, from which label on, on which kind of sheet."""

    contacts: tuple[int, ...]
    first: int
    sheet: str


def _name(database: Database) -> str:
    """Return the name of the last run of this office; ids of another office mean others."""
    return f"last_run_{zlib.crc32(str(database.url).encode())}"


def last_run(choices: Choices, database: Database) -> LastRun | None:
    """Return the last run on this computer, None where there was none."""
    kept = choices.get(_name(database), {})
    contacts, first, sheet = (kept.get(name) for name in ("contacts", "first", "sheet"))
    if not (isinstance(contacts, list) and contacts and isinstance(first, int) and isinstance(sheet, str)):
        return None
    return LastRun(tuple(contact for contact in contacts if isinstance(contact, int)), first, sheet)


def keep_last_run(choices: Choices, database: Database, contacts: Sequence[int], first: int, sheet: str) -> None:
    """Remember a run."""
    if len(contacts) <= MOST_REMEMBERED:
        choices.set(_name(database), {"contacts": list(contacts), "first": first, "sheet": sheet})
