"""Children of a contact are saved with it, whenever they were added."""

from __future__ import annotations

from typing import Any

from gcrm.model.address import Address
from gcrm.model.bank_account import BankAccount
from gcrm.model.consent import Consent
from gcrm.model.contact_person import ContactPerson, Person
from gcrm.model.contact_point import ContactPoint
from gcrm.services import contact
from gcrm.services.check import check
from gcrm.services.database import Database


def person(name: str, number: str) -> ContactPerson:
    return ContactPerson(
        person=Person(first_name=name, last_name="Albrecht"), points=[ContactPoint(kind="phone", value=number)]
    )


def test_a_new_contact_keeps_the_numbers_of_its_persons(database: Database) -> None:
    record = contact.empty(name="Albrecht Metallbau GmbH")
    record.persons.append(person("Anna", "0341 1234561"))
    record.points.append(ContactPoint(kind="phone", value="0341 123456"))
    saved = contact.load(database, contact.create(database, record)).record
    assert [point.value for point in saved.points] == ["0341 123456"]
    assert [point.value for point in saved.persons[0].points] == ["0341 1234561"]
    assert saved.persons[0].points[0].contact_id == saved.id


def test_everything_can_be_added_to_a_contact_that_exists(database: Database) -> None:
    record = contact.empty(name="Albrecht Metallbau GmbH")
    record.persons.append(person("Anna", "0341 1234561"))
    loaded = contact.load(database, contact.create(database, record))
    loaded.record.addresses.append(Address(town="Leipzig"))
    loaded.record.points.append(ContactPoint(kind="email", value="info@albrecht.example"))
    loaded.record.bank_accounts.append(BankAccount(iban="DE02120300000000202051"))
    loaded.record.consents.append(Consent(channel="mail", is_allowed=False))
    loaded.record.persons[0].points.append(ContactPoint(kind="mobile", value="0171 5551234"))
    loaded.record.persons.append(person("Jörg", "0341 1234562"))
    saved = contact.save(database, loaded).record
    assert (saved.addresses[0].town, saved.addresses[0].is_default) == ("Leipzig", True)
    assert [point.value for point in saved.points] == ["info@albrecht.example"]
    assert saved.bank_accounts[0].is_default
    assert not saved.consents[0].is_allowed
    assert [[point.value for point in one.points] for one in saved.persons] == [
        ["0341 1234561", "0171 5551234"],
        ["0341 1234562"],
    ]
    assert saved.version > 1


def two_of_each(database: Database) -> int:
    """Make a contact with three of everything that has a default; the first ones are it."""
    record = contact.empty(name="Albrecht Metallbau GmbH")
    for number in "123":
        record.addresses.append(Address(town=f"Ort {number}"))
        record.points.append(ContactPoint(kind="phone", value=f"0341 12345{number}"))
        record.bank_accounts.append(BankAccount(holder=number))
        record.persons.append(person(f"Anna {number}", f"0341 777{number}"))
    return contact.create(database, record)


def test_two_people_who_choose_a_default_leave_one(database: Database) -> None:
    made = two_of_each(database)
    mine, theirs = contact.load(database, made), contact.load(database, made)
    for loaded, place in ((theirs, 2), (mine, 1)):
        record = loaded.record
        lists: list[list[Any]] = [record.addresses, record.points, record.bank_accounts, record.persons]
        for children in lists:
            children[0].is_default, children[place].is_default = False, True
        contact.save(database, loaded)
    saved = contact.load(database, made).record
    after: list[list[Any]] = [saved.addresses, saved.points, saved.bank_accounts, saved.persons]
    for children in after:
        assert [child.is_default for child in sorted(children, key=lambda c: c.id)] == [False, True, False]
    assert check(database).ok


def test_a_default_that_was_added_beside_another_leaves_one(database: Database) -> None:
    made = two_of_each(database)
    mine, theirs = contact.load(database, made), contact.load(database, made)
    for loaded, town in ((theirs, "Bonn"), (mine, "Kiel")):
        loaded.record.addresses[0].is_default = False
        loaded.record.addresses.append(Address(town=town, is_default=True))
        contact.save(database, loaded)
    saved = contact.load(database, made).record
    assert [address.town for address in saved.addresses if address.is_default] == ["Kiel"]
    assert check(database).ok
