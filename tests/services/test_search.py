"""The search index finds the same on both engines, in every spelling, by words in any order."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gcrm.model.contact_point import ContactPoint
from gcrm.model.fold import fold
from gcrm.services import contact, search
from gcrm.services.contact_list import ContactQuery, ids
from gcrm.services.database import Database
from tests.services.offices import organisation


def found(database: Database, words: str) -> list[int]:
    with database.read() as session:
        return list(ids(session, ContactQuery(words=words)))


@pytest.mark.parametrize(
    "words",
    [
        "albrecht", "metallbau albrecht", "ALBR leip", "tall", "le", "a", "10001", "0341 123456-0", "0341/1234560",
        "+49 (341) 1234560", "1234560", "0049 341 1234560", "info@albrecht.example", "albrecht.example",
        "anna albrecht", "anna",
        "04103", "hauptstrasse", "Hauptstraße", "de89370", "DE89370400440532013000", "newsletter", "managing",
        "lbrec etal", "  albrecht   leipzig  ",
    ],
)  # fmt: skip
def test_a_contact_is_found_by_whatever_belongs_to_it(database: Database, words: str) -> None:
    made = organisation(database)
    contact.create(database, contact.empty(name="Zzyzx"))
    assert found(database, words) == [made]


@pytest.mark.parametrize("words", ["albrecht köln", "xyz", "99999", "anna müller", "0341 9999999"])
def test_every_word_must_be_there(database: Database, words: str) -> None:
    organisation(database)
    assert found(database, words) == []


@pytest.mark.parametrize(
    "words", ["%", "_", "\\", '"', "'", "*", "a*", '"a" OR "b"', "NEAR(a b)", "a\0b", "--", "%%%", "()"]
)
def test_nothing_that_is_typed_is_syntax(database: Database, words: str) -> None:
    contact.create(database, contact.empty(name="Plain"))
    marks = contact.create(database, contact.empty(name="100%_\\\"'* -- b"))
    assert set(found(database, words)) <= {marks, 1}


@given(st.text(max_size=12))
def test_any_text_can_be_asked_for(text: str) -> None:
    for dialect in ("sqlite", "postgresql"):
        search.matching(text, dialect)
    assert all(term and all(spelling == fold(spelling) for spelling in term) for term in search.terms_of(text))


def test_ranks_put_the_nearest_first(database: Database) -> None:
    inside = contact.create(database, contact.empty(name="Malbrecht"))
    word = contact.create(database, contact.empty(name="Haus Albrecht"))
    start = contact.create(database, contact.empty(name="Albrecht Bau"))
    exact = contact.create(database, contact.empty(name="Zacher", number="albrecht"))
    person = contact.create(database, contact.empty(first_name="Albrecht", last_name="Zorn"))
    assert found(database, "albrecht") == [exact, start, word, person, inside]


def test_user_defined_fields_are_found(database: Database) -> None:
    record = contact.empty(name="With field")
    record.custom = {"f1": "Fräsmaschine", "f2": ["Öl", "Gas"], "f3": 4711, "f4": None, "f5": True}
    made = contact.create(database, record)
    for words in ("fraesmaschine", "gas oel", "4711"):
        assert found(database, words) == [made]


def test_what_goes_is_not_found_any_more(database: Database) -> None:
    made = organisation(database)
    loaded = contact.load(database, made)
    loaded.record.points = [ContactPoint(kind="phone", value="0221 4710000")]
    contact.save(database, loaded)
    assert found(database, "0341 1234560") == []
    assert found(database, "02214710000") == [made]


def test_a_renamed_category_is_found_by_its_new_name(database: Database) -> None:
    from gcrm.model.category import Category
    from gcrm.services.unit_of_work import unit_of_work

    made = organisation(database)
    with unit_of_work(database, "Renamed") as work:
        work.session.query(Category).one().name = "Rundbrief"
    assert found(database, "newsletter") == []
    assert found(database, "rundbrief") == [made]
