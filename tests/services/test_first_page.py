"""The first page of a search is the beginning of the whole result, wherever its steps end."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing
from itertools import product
from pathlib import Path
from unittest.mock import patch

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from gcrm.services import along_names, contact, contact_list
from gcrm.services.contact_list import ContactQuery
from gcrm.services.database import Database
from gcrm.services.opening import open_office
from tests.databases import PostgresOffices, SqliteOffices

BEGIN = ("Mueller", "Müller", "Bauer", "Neuehaeuser", "Haeuser", "Zur Laub-Aue", "(Laub)", "Aubach", "Aeeuble", "Xaver")
END = ("", "Laub", "Haeuserle", "Häuser & Co", "Muellhaus", "von der Aue", "Maeule 4711", "Ueberlaub")
NOTES = ("laube erfurt", "", "haeusler", "mullau")
WORDS = (
    "laub",
    "haus",
    "muell",
    "müll",
    "aue",
    "ehaus",
    "aee",
    "(laub",
    "haus-",
    "ueb",
    "erf",
    "maul",
    "hauser",
    "47",
    "k7",
    "laub aue",
)
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


def opened(offices: SqliteOffices | PostgresOffices, folder: Path) -> Iterator[Database]:
    """Give an office with names that can be read in several ways."""
    with offices.migrated(folder) as url, closing(open_office(url)) as database:
        many_names(database)
        yield database


@pytest.fixture(scope="module")
def sqlite(sqlite_offices: SqliteOffices, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Database]:
    yield from opened(sqlite_offices, tmp_path_factory.mktemp("names"))


@pytest.fixture(scope="module")
def postgres(postgres_offices: PostgresOffices, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Database]:
    yield from opened(postgres_offices, tmp_path_factory.mktemp("names"))


@pytest.fixture(params=["sqlite", "postgres"])
def office(request: pytest.FixtureRequest) -> Database:
    found: Database = request.getfixturevalue(request.param)
    return found


@settings(max_examples=40)
@given(
    words=st.sampled_from(WORDS) | PIECES,
    include=st.sampled_from(["active"] * 8 + ["archived", "trash"]),
    only=st.sampled_from([None] * 8 + [frozenset(range(10, 70))]),
    limit=st.integers(1, 60),
    bounds=st.fixed_dictionaries({name: st.sampled_from([0, 4, 30, 90]) for name in along_names.BOUNDS}),
)
def test_the_first_page_is_the_beginning_of_the_whole_result(
    office: Database, words: str, include: str, only: frozenset[int] | None, limit: int, bounds: dict[str, int]
) -> None:
    query = ContactQuery(words=words, include=include, only=only)
    with office.read() as session, patch.object(along_names, "BOUNDS", bounds):
        assert contact_list.ids(session, query, limit) == contact_list.ids(session, query)[:limit]


NOTHING = dict.fromkeys(along_names.BOUNDS, 0)
ENDS = [
    NOTHING | dict.fromkeys(names.split(), 90) for names in ("", "few_names", "near", "far", "few_texts", "near far")
]


@pytest.mark.parametrize("bounds", ENDS, ids=lambda bounds: " ".join(name for name in bounds if bounds[name]) or "none")
def test_each_step_of_a_server_leads_to_the_same_page(postgres: Database, bounds: dict[str, int]) -> None:
    with postgres.read() as session, patch.object(along_names, "BOUNDS", bounds):
        for words in ("laub", "haus", "hauser", "aue", "mull", "maul"):
            whole = contact_list.ids(session, ContactQuery(words=words))
            for limit in (1, 7, 12, 20, 60):
                assert contact_list.ids(session, ContactQuery(words=words), limit) == whole[:limit], (words, limit)
