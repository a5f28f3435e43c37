"""Filters over every kind of field: what is typed, own fields, umlauts; both engines find the same."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from decimal import Decimal
from typing import Any

import pytest

from gcrm.errors import UserError
from gcrm.i18n import language
from gcrm.model.address import Address
from gcrm.model.contact_person import ContactPerson, Person
from gcrm.model.custom_field import CustomField
from gcrm.services import contact, contact_columns, contact_list, custom_field
from gcrm.services.contact_list import ContactQuery
from gcrm.services.database import Database

KINDS = ("text", "number", "money", "date", "yes_no", "choice", "choices", "contact")
FIRST: dict[str, Any] = {
    "text": "Ärztehaus", "number": 2.5, "money": 1000, "date": "2030-11-23", "yes_no": True, "choice": "Straße",
    "choices": ["Red", "Bläulich"],
}  # fmt: skip
SECOND: dict[str, Any] = {
    "text": "zebra", "number": 10, "money": 7.25, "date": "2031-01-02", "yes_no": False, "choice": "Platz",
    "choices": ["Green"],
}  # fmt: skip


@pytest.fixture
def speaking() -> Iterator[None]:
    with language("de"):
        yield


@pytest.fixture
def fields(database: Database) -> dict[str, str]:
    """Define a field of each kind; contacts A and B have values, C has none. Return the names of the fields."""
    names = {}
    for kind in KINDS:
        choices = {"choice": ["Straße", "Platz"], "choices": ["Red", "Bläulich", "Green"]}.get(kind, [])
        own = CustomField(owner="contact", label=f"Own {kind}", kind=kind, choices=choices)
        made = custom_field.create(database, own)
        names[kind] = f"custom.f{made}"
    becker = contact.create(database, contact.empty(name="Bäcker KG"))
    for name, values, other in (("A", FIRST, becker), ("B", SECOND, None), ("C", {}, None)):
        kept = {names[kind].removeprefix("custom."): value for kind, value in values.items()}
        if other:
            kept[names["contact"].removeprefix("custom.")] = other
        create(database, name, kept)
    contact.trash(database, [becker])
    return names


def create(database: Database, name: str, custom: dict[str, Any]) -> None:
    record = contact.empty(name=name)
    record.custom = custom
    contact.create(database, record)


def found(database: Database, name: str, operator: str, value: Any = None) -> str:
    """Return the names of the contacts that a comparison finds, joined."""
    conditions = {"field": name, "op": operator, "value": value}
    with database.read() as session:
        wanted = contact_list.ids(session, ContactQuery(conditions=conditions))
        rows = contact_list.rows(session, wanted)
        assert contact_list.count(session, ContactQuery(conditions=conditions)) == len(wanted)
        return "".join(str(rows[one]["display_name"]) for one in wanted)


OWN = [
    ("text", "contains", "ärzte", "A"), ("text", "is", "arztehaus", "A"), ("text", "starts", "ZEB", "B"),
    ("text", "is_not", "Zebra", "AC"), ("text", "empty", None, "C"), ("text", "filled", None, "AB"),
    ("number", "more", "2,5", "B"), ("number", "is", "2.5", "A"), ("number", "less", 3, "A"),
    ("number", "empty", "", "C"),
    ("money", "more", "999,99", "A"), ("money", "is", "1.000,00", "A"), ("money", "is", 7.25, "B"),
    ("date", "is", "23.11.2030", "A"), ("date", "is", "2030-11-23", "A"), ("date", "more", "23.11.2030", "B"),
    ("date", "month", 11, "A"), ("date", "before_days", 36500, "AB"), ("date", "since_days", 30, ""),
    ("yes_no", "is", True, "A"), ("yes_no", "is", False, "B"), ("yes_no", "is", "nein", "B"),
    ("yes_no", "is_not", True, "BC"), ("yes_no", "filled", None, "AB"),
    ("choice", "is", "Strasse", "A"), ("choice", "is_not", "Platz", "AC"),
    ("choices", "is", "Red", "A"), ("choices", "is", "blaulich", "A"), ("choices", "contains", "gre", "B"),
    ("choices", "is_not", "Red", "BC"), ("choices", "empty", None, "C"), ("choices", "filled", None, "AB"),
    ("contact", "is", "backer kg", "A"), ("contact", "contains", "Bäck", "A"), ("contact", "is_not", "x", "ABC"),
    ("contact", "empty", None, "BC"),
]  # fmt: skip


@pytest.mark.usefixtures("speaking")
def test_own_fields_of_every_kind_are_compared(database: Database, fields: dict[str, str]) -> None:
    for kind, operator, value, expected in OWN:
        assert found(database, fields[kind], operator, value) == expected, (kind, operator, value)


def test_own_fields_are_shown_as_people_read_them(database: Database, fields: dict[str, str]) -> None:
    with database.read() as session:
        columns = {column.name: column for column in contact_columns.all_columns(session)}
        wanted = contact_list.ids(session, ContactQuery())
        rows = contact_list.rows(session, wanted, list(columns))
        first = rows[wanted[0]]
    assert first[fields["choices"]] == "Red; Bläulich"
    assert first[fields["contact"]] == "Bäcker KG"
    assert first[fields["yes_no"]] is True
    assert {columns[name].label for name in fields.values()} == {f"Own {kind}" for kind in KINDS}


def test_texts_sort_by_their_key(database: Database, fields: dict[str, str]) -> None:
    name = fields["text"].removeprefix("custom.")
    for text in ("Apfel", "Zahn", "ärztlich"):
        create(database, text, {name: text})
    with database.read() as session:
        wanted = contact_list.ids(session, ContactQuery(sort=(fields["text"],)))
        rows = contact_list.rows(session, wanted, [fields["text"]])
        texts = [rows[one][fields["text"]] for one in wanted]
    assert texts == ["Apfel", "Ärztehaus", "ärztlich", "Zahn", "zebra", None]


def test_program_fields_take_neither_case_nor_umlauts_into_account(database: Database) -> None:
    record = contact.empty(name="Über KG", first_name="", birthday=date(1980, 11, 23), credit_limit=Decimal("1000"))
    record.notes = ""
    record.addresses.append(Address(street="Hauptstraße", house_number="1", town="Leipzig", country="DE"))
    contact.create(database, record)
    contact.create(database, contact.empty(name="Other"))
    cases = [
        ("street", "contains", "hauptstrasse"), ("street", "is", "HAUPTSTRASSE 1"), ("town", "is", "leipzig"),
        ("town", "starts", "LEIP"), ("display_name", "is", "uber kg"), ("display_name", "starts", "ÜBER"),
        ("country", "is", "de"), ("birthday", "is", "23.11.1980"), ("birthday", "less", "24.11.1980"),
        ("birthday", "month", "11"), ("credit_limit", "is", "1.000,00"), ("credit_limit", "more", "999,99"),
    ]  # fmt: skip
    with language("de"):
        for name, operator, value in cases:
            assert found(database, name, operator, value) == "Über KG", (name, operator, value)
    today = date.today().isoformat()
    assert found(database, "created_at", "is", today) == "OtherÜber KG"
    assert found(database, "created_at", "less", today) == found(database, "created_at", "more", today) == ""


UNREADABLE = [
    ("birthday", "is", "198"), ("birthday", "less", "soon"), ("created_at", "is", "x"), ("credit_limit", "is", "-"),
    ("credit_limit", "more", "1e400"), ("birthday", "before_days", "soon"), ("follow_up", "before_days", "9999999"),
    ("follow_up", "since_days", "-1"), ("birthday", "month", "November"), ("birthday", "month", 13),
    ("is_customer", "is", "perhaps"), ("responsible_id", "is", "me"), ("created_at", "is", "9999-13-31"),
]  # fmt: skip


@pytest.mark.parametrize(("name", "operator", "value"), UNREADABLE)
def test_what_cannot_be_read_is_refused_with_a_sentence(
    database: Database, name: str, operator: str, value: Any
) -> None:
    with pytest.raises(UserError):
        found(database, name, operator, value)
    with pytest.raises(UserError):
        contact_list.save_filter(
            database, "Bad", ContactQuery(conditions={"field": name, "op": operator, "value": value})
        )


def test_a_filter_looks_at_every_address_and_person(database: Database) -> None:
    gate = custom_field.create(database, CustomField(owner="address", label="Gate", kind="text"))
    colours = CustomField(owner="contact_person", label="Colours", kind="choices", choices=["Red", "Blue"])
    colour = custom_field.create(database, colours)
    record = contact.empty(name="A")
    record.addresses.append(Address(town="Leipzig", is_default=True, custom={f"f{gate}": "North"}))
    record.addresses.append(Address(town="Köln", custom={f"f{gate}": "Süd"}))
    record.persons.append(ContactPerson(person=Person(last_name="X"), points=[], custom={f"f{colour}": ["Blue"]}))
    contact.create(database, record)
    contact.create(database, contact.empty(name="B"))
    for name, operator, value, expected in (
        (f"custom.f{gate}", "contains", "sud", "A"), (f"custom.f{gate}", "is", "North", "A"),
        (f"custom.f{gate}", "is_not", "Süd", "B"), (f"custom.f{gate}", "empty", "", "B"),
        (f"custom.f{colour}", "is", "Blue", "A"), (f"custom.f{colour}", "is", "Red", ""),
        (f"custom.f{colour}", "filled", "", "A"),
    ):  # fmt: skip
        assert found(database, name, operator, value) == expected, (name, operator, value)
    with database.read() as session:
        columns = {column.name: column.label for column in contact_columns.all_columns(session)}
        rows = contact_list.rows(session, contact_list.ids(session, ContactQuery()), list(columns))
    assert columns[f"custom.f{gate}"] == "Gate (Address)"
    assert [row[f"custom.f{gate}"] for row in rows.values()] == ["North", None]
