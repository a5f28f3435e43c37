"""Children of a contact are saved with it, whenever they were added."""

from __future__ import annotations

from gcrm.model.address import Address
from gcrm.model.bank_account import BankAccount
from gcrm.model.consent import Consent
from gcrm.model.contact_person import ContactPerson, Person
from gcrm.model.contact_point import ContactPoint
from gcrm.services import contact
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
