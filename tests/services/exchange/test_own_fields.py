"""User-defined fields travel in vCards: out of one office, into an empty one, and back."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from gcrm.model.address import Address
from gcrm.model.contact import Contact
from gcrm.model.contact_person import ContactPerson, Person
from gcrm.model.custom_field import CustomField
from gcrm.services import contact, contact_list, custom_field
from gcrm.services.contact_list import ContactQuery
from gcrm.services.database import Database
from gcrm.services.exchange import importer
from gcrm.services.exchange.exporter import clipboard_texts, export_query
from gcrm.services.exchange.own_fields import HEAD
from gcrm.services.exchange.vcard_write import Version
from gcrm.services.opening import open_office
from gcrm.services.search_texts import index_texts

VALUES: dict[str, Any] = {
    "text": "Fräse 7; \"groß\", \\n", "long_text": "one\ntwo", "number": 12.5, "money": 1000, "date": "2030-11-23",
    "yes_no": False, "choice": "Straße", "choices": ["Red", "Bläulich"], "link": "https://example.com",
}  # fmt: skip
CHOICES = {"choice": ["Straße", "Platz"], "choices": ["Red", "Bläulich"]}


def define(database: Database) -> dict[str, str]:
    """Define a field of every kind for contacts, one for addresses, one for persons; return their keys by label."""
    wanted = [("contact", f"Own {kind}", kind) for kind in (*VALUES, "contact")]
    wanted += [("address", "Gate", "text"), ("contact_person", "Since", "date")]
    keys = {}
    for owner, label, kind in wanted:
        told = CustomField(owner=owner, label=label, kind=kind, choices=CHOICES.get(kind, []))
        keys[label] = f"f{custom_field.create(database, told)}"
    return keys


def fill(database: Database, keys: dict[str, str]) -> None:
    """Make Albrecht with every value, who points to Becker."""
    becker = contact.create(database, contact.empty(name="Becker & Söhne KG"))
    record = contact.empty(name="Albrecht GmbH")
    record.custom = {keys[f"Own {kind}"]: value for kind, value in VALUES.items()} | {keys["Own contact"]: becker}
    for street, gate in (("Hauptstraße", "North"), ("Ring", "Süd")):
        place = {"street": street, "house_number": "7 b", "postcode": "04103", "town": "Leipzig", "country": "DE"}
        record.addresses.append(Address(custom={keys["Gate"]: gate}, **place))
    for name, since in (("Anna", "2020-03-01"), ("Lea", "2021-04-02")):
        someone = Person(first_name=name, last_name="Albrecht")
        record.persons.append(ContactPerson(person=someone, points=[], custom={keys["Since"]: since}))
    contact.create(database, record)


def read(database: Database, name: str) -> Contact:
    with database.read() as session:
        every = [contact.read(session, found) for found in contact_list.ids(session, ContactQuery(words=name))]
    named = [record for record in every if name in record.display_name.lower()]
    (one,) = named or every
    return one


def values(database: Database, keys: dict[str, str]) -> dict[str, Any]:
    """Return every value by label, names instead of ids."""
    record = read(database, "albrecht gmbh")
    labels = {key: label for label, key in keys.items()}
    told = {labels[key]: value for key, value in record.custom.items()}
    with database.read() as session:
        if "Own contact" in told:
            told["Own contact"] = contact.read(session, told["Own contact"]).display_name
    for address in record.addresses:
        told |= {f"{address.street} {labels[key]}": value for key, value in address.custom.items()}
    for person in record.persons:
        told |= {f"{person.person.first_name} {labels[key]}": value for key, value in person.custom.items()}
    return told


@pytest.fixture
def elsewhere(tmp_path: Path) -> Iterator[Database]:
    other = open_office(str(tmp_path / "other.gcrm"))
    yield other
    other.close()


@pytest.mark.parametrize("version", ["3.0", "4.0"])
def test_another_office_gets_equal_values(
    database: Database, elsewhere: Database, tmp_path: Path, version: Version
) -> None:
    keys, file = define(database), tmp_path / "all.vcf"
    fill(database, keys)
    custom_field.create(elsewhere, CustomField(owner="contact", label="Another", kind="text"))
    others = define(elsewhere)
    assert others != keys
    export_query(database, ContactQuery(), file, version=version)
    importer.apply(elsewhere, importer.preview(elsewhere, [file]))
    assert values(elsewhere, others) == values(database, keys)
    assert len(values(database, keys)) == len(VALUES) + 1 + 4
    record = read(elsewhere, "fräse")
    assert record.kept == []
    with elsewhere.read() as session:
        assert "blaulich" in index_texts(session, [record.id])[record.id]
    for office in (database, elsewhere):
        plan = importer.preview(office, [file], duplicates="update")
        assert plan.counts() == {"skip": 2}, [row.reason() for row in plan.rows]


def test_unknown_fields_are_kept_and_written_back(database: Database, elsewhere: Database, tmp_path: Path) -> None:
    keys, first, second = define(database), tmp_path / "first.vcf", tmp_path / "second.vcf"
    fill(database, keys)
    export_query(database, ContactQuery(), first)
    importer.apply(elsewhere, importer.preview(elsewhere, [first]))
    record = read(elsewhere, "albrecht gmbh")
    assert record.custom == {}
    assert sum(line.startswith(HEAD) for line in record.kept) == len(VALUES) + 1 + 4
    export_query(elsewhere, ContactQuery(), second)
    before = values(database, keys)
    contact.purge(database, [read(database, "albrecht gmbh").id, read(database, "becker").id])
    importer.apply(database, importer.preview(database, [second]))
    assert values(database, keys) == before


def test_what_is_missing_is_filled_and_nothing_is_replaced(
    database: Database, elsewhere: Database, tmp_path: Path
) -> None:
    keys, file = define(database), tmp_path / "all.vcf"
    fill(database, keys)
    others = define(elsewhere)
    export_query(database, ContactQuery(), file)
    importer.apply(elsewhere, importer.preview(elsewhere, [file]))
    loaded = contact.load(elsewhere, read(elsewhere, "albrecht gmbh").id)
    loaded.record.custom = {others["Own text"]: "ours"}
    loaded.record.addresses[0].custom = {}
    contact.save(elsewhere, loaded)
    plan = importer.preview(elsewhere, [file], duplicates="update")
    assert plan.counts() == {"skip": 1, "update": 1}
    importer.apply(elsewhere, plan)
    assert values(elsewhere, others) == values(database, keys) | {"Own text": "ours"}


@pytest.mark.parametrize(
    "line",
    ["", "{", "[]", '{"label":"Own number","kind":"number","value":"many"}', '{"label":"Own date","value":[1]}',
     '{"label":"Own yes_no","kind":"yes_no","value":null}', '{"owner":"user","label":"Own text","value":"x"}',
     '{"label":"Own contact","kind":"contact","value":"Nobody"}', '{"label":{"a":1},"kind":[],"value":{}}'],
)  # fmt: skip
def test_what_does_not_fit_stays_with_the_contact(database: Database, tmp_path: Path, line: str) -> None:
    define(database)
    file = tmp_path / "odd.vcf"
    file.write_text(f"BEGIN:VCARD\nVERSION:3.0\nFN:Jane Roe\nN:Roe;Jane;;;\n{HEAD}{line}\nEND:VCARD\n")
    importer.apply(database, importer.preview(database, [file]))
    record = read(database, "roe")
    assert record.custom == {}
    assert record.kept == [f"{HEAD}{line}"]


def test_the_clipboard_is_for_others(database: Database) -> None:
    fill(database, define(database))
    with database.read() as session:
        everybody = list(contact_list.ids(session, ContactQuery()))
        assert HEAD not in clipboard_texts(session, everybody, database.home).vcard
