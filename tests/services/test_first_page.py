"""The first page of a search is the beginning of the whole result, wherever its steps end."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import product
from pathlib import Path
from unittest.mock import patch

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from gcrm.services import along_names, contact, contact_list
from gcrm.services.contact_list import ContactQuery
from gcrm.services.database import Database
from tests.databases import PostgresOffices, SqliteOffices

BEGIN = ("Mueller", "Müller", "Bauer", "Baur", "Neuehaeuser", "Haeuser", "Haus-Laub", "(Laub)", "Aubach", "Aeeuble")
END = ("", "Laub", "Haus", "Häuser & Co", "Mull", "von der Aue", "Maeule 4711", "Ueberlaub")
NOTES = ("laube erfurt", "", "haeusler", "mullau")
WORDS = ("laub", "haus", "muell", "müll", "aue", "ehaus", "aee", "(laub", "haus-", "ueb", "erf", "47", "k7", "laub aue")
PIECES = st.builds(
    lambda text, begin, length: text[begin : begin + length],
    st.sampled_from([*BEGIN, *END, *NOTES]),
    st.integers(0, 6),
    st.integers(1, 5),
)


def many_names(database: Database) -> None:
    for number, (begin, end) in enumerate(product(BEGIN, END)):
        notes = NOTES[number % 4]
        contact.create(database, contact.empty(name=f"{begin} {end}", number=f"k{number}", notes=notes))
    contact.archive(database, [1, 30])
    contact.trash(database, [2, 40])


@pytest.fixture(scope="module", params=["sqlite_offices", "postgres_offices"])
def office(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Database]:
    """Give an office with names that can be read in several ways, on either engine."""
    offices: SqliteOffices | PostgresOffices = request.getfixturevalue(request.param)
    folder: Path = tmp_path_factory.mktemp("names")
    with offices.migrated(folder) as url:
        database = Database.open(url)
        many_names(database)
        yield database
        database.close()


@settings(max_examples=50)
@given(
    words=st.sampled_from(WORDS) | PIECES,
    include=st.sampled_from(["active", "active", "active", "archived", "trash"]),
    only=st.none() | st.just(frozenset(range(10, 70))),
    limit=st.integers(1, 9),
    bounds=st.fixed_dictionaries({name: st.integers(0, 90) for name in along_names.BOUNDS}),
)
def test_the_first_page_is_the_beginning_of_the_whole_result(
    office: Database, words: str, include: str, only: frozenset[int] | None, limit: int, bounds: dict[str, int]
) -> None:
    query = ContactQuery(words=words, include=include, only=only)
    with office.read() as session, patch.object(along_names, "BOUNDS", bounds):
        assert contact_list.ids(session, query, limit) == contact_list.ids(session, query)[:limit]
