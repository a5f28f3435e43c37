"""Lists: order, search, filters and columns agree on both databases."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import pytest

from gcrm.errors import UserError
from gcrm.model.address import Address
from gcrm.model.contact import Contact
from gcrm.model.contact_person import ContactPerson, Person
from gcrm.model.contact_point import ContactPoint
from gcrm.services import contact, contact_columns, contact_list
from gcrm.services.contact_list import ContactQuery
from gcrm.services.database import Database

NAMES = ["Zeta", "Ångström", "Änne", "Ölmühle", "Übel", "Straße", "Strasse", "École", "Łódź", "İzmir", "çelik", "ñandú"]


def make(database: Database, name: str, town: str = "", **values: object) -> int:
    record = contact.empty(name=name, **values)
    if town:
        record.addresses.append(Address(town=town, postcode="04103", country="DE"))
    return contact.create(database, record)


def names(database: Database, query: ContactQuery) -> list[str]:
    with database.read() as session:
        wanted = contact_list.ids(session, query)
        rows = contact_list.rows(session, wanted)
        return [str(rows[i]["display_name"]) for i in wanted]


def test_names_sort_without_regard_to_accents_on_both_engines(database: Database) -> None:
    for name in NAMES:
        make(database, name)
    assert names(database, ContactQuery()) == [
        "Ångström", "Änne", "çelik", "École", "İzmir", "Łódź", "ñandú", "Ölmühle", "Straße", "Strasse", "Übel", "Zeta"
    ]  # fmt: skip


def test_every_spelling_finds_every_spelling(database: Database) -> None:
    for name in ("Müller & Söhne", "Mueller KG", "Muller Ltd"):
        make(database, name, "Köln")
    make(database, "Xyz", "Bonn")
    for words in ("Müller", "Mueller", "Muller", "mül", "ller", "m", "le", "köln müller", "MÜLL kol"):
        found = sorted(names(database, ContactQuery(words=words)))
        assert found == ["Mueller KG", "Muller Ltd", "Müller & Söhne"], words


def test_best_matches_come_first(database: Database) -> None:
    make(database, "Haus Albrecht")
    make(database, "Malbrecht")
    make(database, "Albrecht Metallbau")
    make(database, "Zacher", number="albrecht")
    assert names(database, ContactQuery(words="albrecht")) == [
        "Zacher",
        "Albrecht Metallbau",
        "Haus Albrecht",
        "Malbrecht",
    ]


def test_a_number_is_found_in_any_spelling(database: Database) -> None:
    record = contact.empty(name="Albrecht")
    record.points.append(ContactPoint(kind="phone", value="+49 341 123456-0"))
    contact.create(database, record)
    make(database, "Becker")
    for words in ("0341 123456", "+49 341 123456", "0049 (341) 12 34 56", "123456-0", "341123456"):
        assert names(database, ContactQuery(words=words)) == ["Albrecht"], words


def test_persons_mail_and_number_are_found(database: Database) -> None:
    record = contact.empty(name="Albrecht", is_customer=True)
    record.persons.append(
        ContactPerson(person=Person(first_name="Jörg", last_name="Pfeiffer"), function="Purchasing", points=[])
    )
    record.points.append(ContactPoint(kind="email", value="info@albrecht.example"))
    contact.create(database, record)
    for words in ("pfeiffer jorg", "joerg", "info@albrecht", "10001", "purch"):
        assert names(database, ContactQuery(words=words)) == ["Albrecht"], words


def test_no_word_is_syntax(database: Database) -> None:
    make(database, "Harmless")
    for words in ('"', "%", "_", "' OR 1=1 --", "a AND b", "NEAR(", "*", "\\", "\0", "ü%"):
        assert names(database, ContactQuery(words=words)) in ([], ["Harmless"]), words


def test_filters_combine_with_and_or_not(database: Database) -> None:
    a = make(database, "A", "Leipzig", is_customer=True, priority="A", credit_limit=Decimal("500"))
    b = make(database, "B", "Köln", is_supplier=True, priority="B", birthday=date(1990, 2, 3))
    c = make(database, "C", "", is_customer=True)
    contact.set_category(database, [a, b], "Press")
    is_a = {"field": "priority", "op": "is", "value": "A"}
    cases: list[tuple[dict[str, object], list[str]]] = [
        ({"field": "role", "value": "customer"}, ["A", "C"]),
        ({"all": [{"field": "role", "value": "customer"}, {"not": is_a}]}, ["C"]),
        ({"any": [is_a, {"field": "town", "op": "starts", "value": "KOEL"}]}, ["A"]),
        ({"any": [is_a, {"field": "town", "op": "starts", "value": "köl"}]}, ["A", "B"]),
        ({"field": "category", "value": "press"}, ["A", "B"]),
        ({"field": "category", "op": "is_not", "value": "Press"}, ["C"]),
        ({"field": "has_address"}, ["A", "B"]),
        ({"field": "birthday", "op": "month", "value": 2}, ["B"]),
        ({"field": "birthday", "op": "empty"}, ["A", "C"]),
        ({"field": "credit_limit", "op": "more", "value": 100}, ["A"]),
        ({"field": "town", "op": "filled"}, ["A", "B"]),
        ({"all": []}, ["A", "B", "C"]),
    ]
    for conditions, expected in cases:
        assert names(database, ContactQuery(conditions=conditions)) == expected, conditions
    assert c


def test_an_unknown_field_is_named(database: Database) -> None:
    with pytest.raises(UserError, match="colour"):
        names(database, ContactQuery(conditions={"field": "colour", "op": "is", "value": 1}))


def test_every_column_can_be_shown_sorted_and_counted(database: Database) -> None:
    make(database, "B", "Köln")
    make(database, "A", "Aachen")
    with database.read() as session:
        for column in contact_columns.all_columns(session):
            for sort in (column.name, f"-{column.name}"):
                found = contact_list.ids(session, ContactQuery(sort=(sort,)))
                assert len(found) == contact_list.count(session, ContactQuery()) == 2, sort
            assert column.name in contact_list.rows(session, found, [column.name])[found[0]].values
    assert names(database, ContactQuery(sort=("-town",))) == ["B", "A"]


def test_trash_and_archive_are_lists_of_their_own(database: Database) -> None:
    a, b = make(database, "A"), make(database, "B")
    contact.trash(database, [a])
    contact.archive(database, [b])
    assert names(database, ContactQuery()) == []
    assert names(database, ContactQuery(include="trash")) == ["A"]
    assert names(database, ContactQuery(include="archived")) == ["B"]
    contact.restore(database, [a])
    assert names(database, ContactQuery()) == ["A"]


def test_a_saved_list_is_found_by_name(database: Database) -> None:
    make(database, "A", is_customer=True)
    make(database, "B")
    contact_list.save_filter(database, "Customers", ContactQuery(conditions={"field": "role", "value": "customer"}))
    with database.read() as session:
        saved = contact_list.filter_named(session, "customers", database.user_id)
        assert len(contact_list.ids(session, contact_list.query_of(saved))) == 1
        with pytest.raises(UserError, match="Nobody"):
            contact_list.filter_named(session, "Nobody", database.user_id)
    assert Contact.__tablename__ == "contact"
