"""Small offices for the tests of services, and hands that go round the program."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import text

from gcrm.model.address import Address
from gcrm.model.bank_account import BankAccount
from gcrm.model.contact_person import ContactPerson, Person
from gcrm.model.contact_point import ContactPoint
from gcrm.services import company, contact, schema
from gcrm.services.database import Database


def organisation(database: Database, name: str = "Albrecht Metallbau GmbH", *, town: str = "Leipzig") -> int:
    """Make an organisation with one of each child, and return its id."""
    record = contact.empty(name=name, is_customer=True, priority="A")
    record.addresses.append(Address(street="Hauptstraße", house_number="7", postcode="04103", town=town, country="DE"))
    record.points.append(ContactPoint(kind="phone", value="+49 341 123456-0"))
    record.points.append(ContactPoint(kind="email", value="info@albrecht.example"))
    record.bank_accounts.append(BankAccount(iban="DE89370400440532013000"))
    anna = Person(salutation="ms", first_name="Anna", last_name="Albrecht")
    record.persons.append(ContactPerson(function="Managing director", person=anna, points=[], custom={}))
    return contact.create(database, record, categories=["Newsletter"])


def enter_company(database: Database, **values: str) -> int:
    """Enter what is told of the own company, and return its id."""
    own = company.main_company(database)
    for name, value in values.items():
        setattr(own.record, name, value)
    return company.save(database, own).record.id


def tamper(database: Database, statements: Sequence[str]) -> None:
    """Write as somebody who owns the database and goes round its guards."""
    with database.engine.connect().execution_options(gcrm_write=True) as connection, connection.begin():
        if database.is_sqlite:
            connection.exec_driver_sql("PRAGMA defer_foreign_keys = ON")
            schema.drop_triggers(connection)
        else:
            connection.execute(text("SET LOCAL session_replication_role = replica"))
        for statement in statements:
            connection.execute(text(statement))
        if database.is_sqlite:
            schema.make_triggers(connection)
