"""The book of postcodes: a file that is made once and only read from then on; SQLite, so that it costs no memory."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable, Iterator, Mapping
from contextlib import closing
from dataclasses import dataclass, field
from itertools import groupby, islice
from pathlib import Path

from gcrm.model.fold import sort_key
from gcrm.paths import data_folder
from gcrm.services.geo.sources import Place
from gcrm.shipped import resource

NAME = "postcodes.sqlite"
FORMAT = "1"
_SCHEMA = """
    CREATE TABLE about (key TEXT PRIMARY KEY, value TEXT NOT NULL) WITHOUT ROWID;
    CREATE TABLE town (id INTEGER PRIMARY KEY, country TEXT NOT NULL, name TEXT NOT NULL, UNIQUE (country, name));
    CREATE TABLE called (country TEXT, key TEXT, town INTEGER, PRIMARY KEY (country, key, town)) WITHOUT ROWID;
    CREATE TABLE postcode (country TEXT, code TEXT, town INTEGER, PRIMARY KEY (country, code, town)) WITHOUT ROWID;
"""
_INDEX = "CREATE INDEX of_town ON postcode (town)"
_TOWNS = "SELECT t.name FROM postcode p JOIN town t ON t.id = p.town WHERE p.country = ? AND p.code = ? ORDER BY t.name"
_CODES = """
    SELECT DISTINCT p.code FROM called c JOIN postcode p ON p.town = c.town
    WHERE c.country = ? AND c.key = ? ORDER BY p.code LIMIT ?
"""
_COUNTS = "SELECT country, count(DISTINCT code) FROM postcode GROUP BY country ORDER BY country"


@dataclass(frozen=True, slots=True)
class About:
    """What a book holds: where it is from, under which licence, and how many postcodes of each country."""

    source: str = ""
    licence: str = ""
    counts: Mapping[str, int] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Book:
    """A book in a file. Reading raises sqlite3.Error where the file is none."""

    path: Path

    def _open(self) -> sqlite3.Connection:
        return sqlite3.connect(f"{self.path.absolute().as_uri()}?mode=ro&immutable=1", uri=True)

    def towns(self, country: str, postcode: str) -> list[str]:
        """Return the towns of a postcode by name."""
        with closing(self._open()) as connection:
            return [str(row[0]) for row in connection.execute(_TOWNS, (country, postcode))]

    def postcodes(self, country: str, town: str, most: int) -> list[str]:
        """Return the first postcodes of a town, whatever its accents; "Halle" finds "Halle (Saale)" too."""
        with closing(self._open()) as connection:
            return [str(row[0]) for row in connection.execute(_CODES, (country, sort_key(town), most))]

    def about(self) -> About:
        """Return what the book holds."""
        with closing(self._open()) as connection:
            told = dict(connection.execute("SELECT key, value FROM about"))
            return About(told.get("source", ""), told.get("licence", ""), dict(connection.execute(_COUNTS)))


def find_book() -> Book | None:
    """Return the book of this computer, else the one that came with the program, None without both."""
    places = (data_folder() / NAME, resource(NAME))
    return next((Book(path) for path in places if path.is_file()), None)


def make_book(path: Path, places: Iterable[Place], about: Mapping[str, str]) -> int:
    """Write a book in place of a former one; return how many entries it has."""
    new = path.with_name(f"{path.name}.new")
    new.unlink(missing_ok=True)
    with closing(sqlite3.connect(new)) as connection:
        connection.executescript(_SCHEMA)
        count = _fill(connection, places)
        connection.executescript(_INDEX)
        connection.executemany("INSERT INTO about VALUES (?, ?)", [("format", FORMAT), *about.items()])
        connection.commit()
    new.replace(path)
    return count


def _fill(connection: sqlite3.Connection, places: Iterable[Place]) -> int:
    """Write all places, one country after the other, so that all countries of the world need little memory."""
    towns: dict[tuple[str, str], int] = {}
    return sum(_fill_country(connection, towns, group) for _country, group in groupby(places, lambda one: one.country))


def _fill_country(connection: sqlite3.Connection, towns: dict[tuple[str, str], int], places: Iterable[Place]) -> int:
    """Write the places of a country; `towns` are those that have a number already."""
    first = len(towns)
    seen: dict[tuple[str, str], dict[int, str]] = {}
    for place in places:
        if place.town:
            number = towns.setdefault((place.country, place.town), len(towns) + 1)
            seen.setdefault((place.country, place.postcode), {})[number] = place.town
    new = list(islice(towns.items(), first, None))
    called = ((country, key, number) for (country, name), number in new for key in _keys(name))
    rows = [(*key, number) for key, names in seen.items() for number in _without_districts(names)]
    connection.executemany("INSERT INTO town VALUES (?, ?, ?)", ((number, *town) for town, number in new))
    connection.executemany("INSERT OR IGNORE INTO called VALUES (?, ?, ?)", called)
    connection.executemany("INSERT OR IGNORE INTO postcode VALUES (?, ?, ?)", rows)
    return len(rows)


def _without_districts(names: Mapping[int, str]) -> list[int]:
    """Leave out what only adds a district: "Hamburg Altstadt" beside "Hamburg"."""
    here = set(names.values())
    return [number for number, name in names.items() if here.isdisjoint(_beginnings(name))]


def _beginnings(name: str) -> Iterator[str]:
    """Yield what a name begins with: "Hamburg" of "Hamburg Altstadt"."""
    place = name.find(" ")
    while place > 0:
        yield name[:place]
        place = name.find(" ", place + 1)


def _keys(name: str) -> set[str]:
    """Return the keys a town is found by: its name, and what stands before a bracket or stroke."""
    short = name.partition("(")[0].partition("/")[0].strip()
    return {key for key in (sort_key(name), sort_key(short)) if key}
