"""The drawings of the icons, out of the package `lucide` (https://lucide.dev, ISC licence).

They are read straight from the package's file of drawings: importing the package takes longer than painting a window.
"""

from __future__ import annotations

import sqlite3
from contextlib import closing
from functools import lru_cache
from importlib.util import find_spec
from pathlib import Path


@lru_cache(maxsize=1)
def _database() -> str:
    """Return the address of the drawings in the package; importing the package would take longer than the window."""
    found = find_spec("lucide")
    places = found.submodule_search_locations if found is not None else None
    if not places:
        raise LookupError("the package lucide is not installed")
    return f"{(Path(places[0]) / 'data' / 'lucide-icons.db').as_uri()}?mode=ro"


def read_drawing(name: str) -> str:
    """Return the SVG text of an icon; LookupError when there is none of that name."""
    with closing(sqlite3.connect(_database(), uri=True)) as drawings:
        row = drawings.execute("SELECT svg FROM icons WHERE name = ?", (name,)).fetchone()
    if row is None:
        raise LookupError(f"no icon is called {name!r}")
    return str(row[0])
