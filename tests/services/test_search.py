"""The search index finds the same on both engines, in every spelling, by words in any order."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import ExitStack
from functools import partial
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gcrm.model.address import Address
from gcrm.model.change import ContactSearch
from gcrm.model.contact_person import ContactPerson, Person
from gcrm.model.contact_point import ContactPoint
from gcrm.model.custom_field import CustomField
from gcrm.model.fold import fold
from gcrm.services import contact, custom_field, search, search_texts
from gcrm.services.contact_list import ContactQuery, ids
from gcrm.services.database import Database
from gcrm.services.opening import open_office
from gcrm.services.quick_find import quick_people
from tests.databases import Fill, PostgresOffices, SqliteOffices
from tests.services.offices import organisation

Look = Callable[[Fill], Database]
Offices = SqliteOffices | PostgresOffices


@pytest.fixture(scope="module")
def opened(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Callable[[Offices, Fill], Database]]:
    """Give a way to open an office that is filled once for all tests of this file that only look at it."""
    known: dict[tuple[Offices, Fill], Database] = {}
    with ExitStack() as stack:

        def open_filled(offices: Offices, by: Fill) -> Database:
            if (offices, by) not in known:
                url = stack.enter_context(offices.migrated(tmp_path_factory.mktemp("filled")))
                known[offices, by] = open_office(url)
                stack.callback(known[offices, by].close)
                by(known[offices, by])
            return known[offices, by]

        yield open_filled


@pytest.fixture
def look(opened: Callable[[Offices, Fill], Database], offices: Offices) -> Look:
    """Give the same for one engine."""
    return partial(opened, offices)


def found(database: Database, words: str) -> list[int]:
    with database.read() as session:
        return list(ids(session, ContactQuery(words=words)))


def two_contacts(database: Database) -> None:
    organisation(database)
    contact.create(database, contact.empty(name="Zzyzx"))


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
def test_a_contact_is_found_by_whatever_belongs_to_it(look: Look, words: str) -> None:
    assert found(look(two_contacts), words) == [1]


@pytest.mark.parametrize("words", ["albrecht köln", "xyz", "99999", "anna müller", "0341 9999999"])
def test_every_word_must_be_there(look: Look, words: str) -> None:
    assert found(look(two_contacts), words) == []


def plain_and_marks(database: Database) -> None:
    contact.create(database, contact.empty(name="Plain"))
    contact.create(database, contact.empty(name="100%_\\\"'* -- b"))


@pytest.mark.parametrize(
    "words", ["%", "_", "\\", '"', "'", "*", "a*", '"a" OR "b"', "NEAR(a b)", "a\0b", "--", "%%%", "()"]
)
def test_nothing_that_is_typed_is_syntax(look: Look, words: str) -> None:
    assert set(found(look(plain_and_marks), words)) <= {1, 2}


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
    assert found(database, "true") == []


@pytest.mark.parametrize(
    ("kept", "words"),
    [
        ("12.50", ("12.50", "12")),
        (12.5, ("12.50", "12,50", "12,5")),
        (1250, ("1250", "1.250", "1,250", "1.250,00", "1250.00")),
        (-0.125, ("0.125", "0,125")),
        ("2026-05-04", ("2026-05-04", "04.05.2026", "4.5.2026", "04/05/2026", "2026")),
        ("2026-99-99", ("2026-99-99",)),
        (["Öl", "Gas 4711/3"], ("oel", "gas 4711/3", "47113")),
    ],
)
def test_user_defined_values_are_found_as_people_see_and_type_them(
    database: Database, kept: Any, words: tuple[str, ...]
) -> None:
    record, other = contact.empty(name="With field"), contact.empty(name="Without")
    record.custom, other.custom = {"f1": kept}, {"f1": False}
    made = contact.create(database, record)
    contact.create(database, other)
    assert {each: found(database, each) for each in words} == {each: [made] for each in words}


def test_user_defined_fields_of_addresses_and_contact_persons_are_found(database: Database) -> None:
    record = contact.empty(name="With children")
    record.addresses.append(Address(town="Ulm", custom={"f1": "Rampe Nord"}))
    anna = Person(first_name="Anna", last_name="Berg")
    record.persons.append(ContactPerson(person=anna, points=[], custom={"f2": ["Stapler", "Kran"]}))
    made = contact.create(database, record)
    assert [found(database, words) for words in ("rampe nord", "kran", "berg stapler")] == [[made]] * 3
    loaded = contact.load(database, made)
    loaded.record.addresses[0].custom = {"f1": "Tor 4"}
    loaded.record.persons[0].custom = {}
    contact.save(database, loaded)
    assert [found(database, words) for words in ("rampe", "kran", "tor 4")] == [[], [], [made]]


def test_a_field_that_names_a_contact_is_found_by_the_present_name(database: Database) -> None:
    other = contact.create(database, contact.empty(name="Steuerbüro Alt"))
    key = f"f{custom_field.create(database, CustomField(owner='contact', label='Tax adviser', kind='contact'))}"
    site = f"f{custom_field.create(database, CustomField(owner='address', label='Keys at', kind='contact'))}"
    record = contact.empty(name="Client")
    record.custom = {key: other}
    made = contact.create(database, record)
    second = contact.empty(name="Site")
    second.addresses.append(Address(town="Ulm", custom={site: other}))
    place = contact.create(database, second)
    assert found(database, "alt steuerbuero") == [other, made, place]
    loaded = contact.load(database, other)
    loaded.record.name = "Kanzlei Neu"
    contact.save(database, loaded)
    assert found(database, "kanzlei neu") == [other, made, place]
    assert found(database, "steuerbuero") == []
    with database.read() as session:
        known = [made, place, other]
        assert search_texts.index_texts(session, known) == {
            row.contact_id: row.text for row in session.query(ContactSearch).where(ContactSearch.contact_id.in_(known))
        }


def people_with_umlauts(database: Database) -> None:
    for name in ("Müller", "Mueller", "Muller", "Trimuller"):
        record = contact.empty(name=f"Firm {name[:3]}")
        someone = Person(first_name="Anna", last_name=name)
        record.persons.append(ContactPerson(person=someone, points=[], custom={}))
        contact.create(database, record)


@pytest.mark.parametrize("words", ["Müller", "mueller", "Muller", "anna müll", "MÜLLER an"])
def test_people_are_offered_however_their_umlauts_are_written(look: Look, words: str) -> None:
    with look(people_with_umlauts).read() as session:
        titles = [hit.title for hit in quick_people(session, words)]
    assert titles == ["Anna Mueller", "Anna Müller", "Anna Muller"]


def test_notes_are_found(database: Database) -> None:
    made = contact.create(database, contact.empty(name="Quiet", notes="Rings only\nafter six"))
    assert found(database, "after rings") == [made]


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


def with_numbers(database: Database, **values: Any) -> int:
    """Make one contact with these values, between others that must not be found."""
    contact.create(database, contact.empty(name="Zzyzx", number="1", vat_number="PT509442013"))
    record = contact.empty(name="Numbers", **values)
    return contact.create(database, record)


@pytest.mark.parametrize(
    ("values", "words"),
    [
        ({"number": "2024-0017"}, ("2024-0017", "20240017", "2024 0017", "24-0017", "0017")),
        ({"number": "10.234"}, ("10.234", "10234", "10 234")),
        ({"number": "00-1234"}, ("00-1234", "001234")),
        ({"number": "K-10017"}, ("K-10017", "k10017", "10017", "10 017")),
        (
            {"vat_number": "PT 501 964 843"},
            ("501 964 843", "501964843", "PT501964843", "pt 501 964 843", "501.964.843"),
        ),
        ({"vat_number": "PT501964843"}, ("501 964 843", "PT 501 964 843")),
        ({"vat_number": "CHE-123.456.789 MWST"}, ("123.456.789", "123456789", "CHE-123.456.789", "che123456789")),
    ],
)
def test_numbers_are_found_with_and_without_what_separates_their_digits(
    database: Database, values: dict[str, Any], words: tuple[str, ...]
) -> None:
    made = with_numbers(database, **values)
    assert {each: found(database, each) for each in words} == {each: [made] for each in words}


@pytest.mark.parametrize(
    ("postcode", "words"),
    [
        ("1000-205", ("1000-205", "1000 205", "1000205", "1000–205", "lisboa 1000-205")),
        ("110 00", ("110 00", "11000", "110-00")),
        ("SW1A 1AA", ("SW1A 1AA", "sw1a1aa")),
        ("04103", ("04103", "4103", "04103 7123", "7123 04103")),
    ],
)
def test_postcodes_are_found_as_people_write_them(database: Database, postcode: str, words: tuple[str, ...]) -> None:
    record = contact.empty(name="Somewhere", number="7123")
    record.addresses.append(Address(postcode=postcode, town="Lisboa", custom={}))
    made = contact.create(database, record)
    contact.create(database, contact.empty(name="Elsewhere", number="8000"))
    assert {each: found(database, each) for each in words} == {each: [made] for each in words}


def test_the_exact_number_comes_before_telephones_with_its_digits(database: Database) -> None:
    record = contact.empty(name="Aachen phone")
    record.points.append(ContactPoint(kind="phone", value="+49 2024 001755"))
    phone = contact.create(database, record)
    exact = contact.create(database, contact.empty(name="Zwickau", number="2024-0017"))
    words = contact.create(database, contact.empty(name="Aalen", number="2024-001", notes="see 2024-00178"))
    assert found(database, "2024-0017") == [exact, phone, words]


def test_digits_in_a_row_come_before_digits_as_words(database: Database) -> None:
    scattered = contact.create(database, contact.empty(name="Aalen", number="0221", notes="room 4711"))
    record = contact.empty(name="Zwickau")
    record.points.append(ContactPoint(kind="phone", value="0221 4711815"))
    phone = contact.create(database, record)
    assert found(database, "0221 4711") == [phone, scattered]
    assert found(database, "02 21 47 11") == [phone]


@pytest.mark.parametrize("typed", ["0221 4711815", "+49 221 4711815", "+49 (0)221 / 47118-15", "0049.221.4711815"])
def test_a_telephone_number_is_found_in_any_spelling(database: Database, typed: str) -> None:
    record = contact.empty(name="Numbers")
    record.points.append(ContactPoint(kind="phone", value=typed))
    made = contact.create(database, record)
    words = (
        "+49 (0)221 4711815", "+49(0)221/4711815", "0049 (0)221 4711815", "0221–4711815", "0221‑4711815",
        "tel 0221 4711815", "Tel.: +49 221 4711815", "(0221) 4711-815", "[0221] 4711815", "0221/4711815",
        "02 21 / 4 71 18 15", "+49 0221 4711815", "0049 0221/4711815", "4711815", "221 4711", "numbers +49 221 4711815",
    )  # fmt: skip
    assert {each: found(database, each) for each in words} == {each: [made] for each in words}


@pytest.mark.parametrize(
    ("typed", "words"),
    [
        ("+358 40 1234567", ("040 1234567", "+358 (0)40 1234567")),
        ("+353 87 1234567", ("087 1234567", "00353 87 1234567")),
        ("+36 1 2345678", ("06 1 2345678",)),
        ("+351 912 345 678", ("912 345 678", "912345678")),
        ("+39 06 1234 5678", ("06 12345678",)),
    ],
)
def test_a_national_number_is_found_whatever_its_country(
    database: Database, typed: str, words: tuple[str, ...]
) -> None:
    record = contact.empty(name="Abroad")
    record.points.append(ContactPoint(kind="mobile", value=typed))
    made = contact.create(database, record)
    assert {each: found(database, each) for each in words} == {each: [made] for each in words}


UMLAUTS = ("Bäckerei Müller", "Baeckerei Mueller", "Muller AG", "Mueller GmbH", "Müller KG", "Trimuller", "Trimüller")


def umlauts(database: Database) -> None:
    for name in UMLAUTS:
        contact.create(database, contact.empty(name=name))


@pytest.mark.parametrize("words", ["Müller", "müll", "Mueller", "muelle", "Muller", "mul", "mü", "mu", "m"])
@pytest.mark.parametrize("limit", [None, 3, 50])
def test_umlauts_rank_alike_however_they_are_written(look: Look, words: str, limit: int | None) -> None:
    order = ["Mueller GmbH", "Muller AG", "Müller KG", "Bäckerei Müller", "Baeckerei Mueller", "Trimuller", "Trimüller"]
    with look(umlauts).read() as session:
        got = list(ids(session, ContactQuery(words=words), limit))
    assert got == [UMLAUTS.index(name) + 1 for name in order][:limit]


WRITTEN_OUT = ("Mueller", "Ellmann", "Uelzen", "Ulrich", "Baeuerle", "Bauer")


def written_out(database: Database) -> None:
    for name in WRITTEN_OUT:
        contact.create(database, contact.empty(name=name))


@pytest.mark.parametrize(
    ("words", "order"),
    [
        ("ell", ["Ellmann", "Mueller"]),
        ("uel", ["Uelzen", "Ulrich", "Mueller"]),
        ("ul", ["Uelzen", "Ulrich", "Mueller"]),
        ("baur", ["Baeuerle", "Bauer"]),
    ],
)
def test_parts_of_written_out_umlauts_rank_too(look: Look, words: str, order: list[str]) -> None:
    wanted = [WRITTEN_OUT.index(name) + 1 for name in order]
    for limit in (None, 50):
        with look(written_out).read() as session:
            got = list(ids(session, ContactQuery(words=words), limit))
        assert [contact_id for contact_id in got if contact_id in wanted] == wanted
