"""When a change is so large that a backup is made before it; imports everything only then."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from gcrm.services.database import Database
    from gcrm.services.progress import Progress

VERY_MANY = 1000
"""Contacts that a change touches at least before a backup is made first; below that, undo is enough."""
MANY = 100
"""The same for an import, which brings what others wrote."""


def before_many(database: Database, count: int, progress: Progress | None = None, *, least: int = VERY_MANY) -> None:
    """Make a backup before `count` contacts are written at once, when they are at least so many."""
    if count >= least:
        from gcrm.services.backup.automatic import before_much

        before_much(database, progress)
