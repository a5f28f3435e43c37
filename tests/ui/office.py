"""The office that tests of windows work in: the contacts of the design pictures."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta

from gcrm.model.activity import Activity
from gcrm.model.address import Address
from gcrm.model.bank_account import BankAccount
from gcrm.model.consent import Consent
from gcrm.model.contact import Contact
from gcrm.model.contact_person import ContactPerson, Person
from gcrm.model.contact_point import ContactPoint
from gcrm.model.custom_field import CustomField
from gcrm.services import contact
from gcrm.services.database import Database
from gcrm.services.unit_of_work import unit_of_work


@dataclass(frozen=True, slots=True)
class Office:
    """An opened office and the ids of its contacts."""

    database: Database
    albrecht: int
    becker: int
    cardoso: int


def point(kind: str, value: str) -> ContactPoint:
    return ContactPoint(kind=kind, value=value)


def person(first: str, last: str, salutation: str, function: str) -> ContactPerson:
    someone = Person(first_name=first, last_name=last, salutation=salutation)
    return ContactPerson(function=function, person=someone, points=[], custom={})


def albrecht() -> Contact:
    made = contact.empty(
        name="Albrecht Metallbau GmbH",
        is_customer=True,
        priority="A",
        payment_terms="14 days 2 %, 30 days net",
        price_group="Trade −8 %",
        vat_number="DE136695976",
        language="de",
    )
    made.addresses.append(
        Address(street="Hauptstraße", house_number="7", postcode="04103", town="Leipzig", country="DE", custom={})
    )
    made.addresses.append(
        Address(
            purpose="delivery",
            street="Torgauer Straße",
            house_number="12 b",
            postcode="04318",
            town="Leipzig",
            country="DE",
            custom={},
        )
    )
    made.points += [
        point("phone", "+49 341 123456-0"), point("mobile", "0171 5551234"),
        point("email", "info@albrecht.example"), point("web", "albrecht.example"),
    ]  # fmt: skip
    made.persons += [
        person("Anna", "Albrecht", "ms", "Managing director"),
        person("Jörg", "Pfeiffer", "mr", "Purchasing"),
        person("Lea", "Lindner", "ms", "Accounts payable"),
    ]
    made.bank_accounts.append(BankAccount(iban="DE89370400440532013000", bic="COBADEFFXXX", bank_name="Commerzbank"))
    made.consents.append(Consent(channel="email", is_allowed=True, source="fair in Leipzig", said_on=date(2025, 3, 3)))
    return made


def becker() -> Contact:
    made = contact.empty(name="Becker & Söhne <b>KG</b>", is_customer=True, priority="B")
    made.addresses.append(Address(street="Domplatz", house_number="1", postcode="50667", town="Köln", custom={}))
    made.points.append(point("phone", "0221 998877"))
    return made


def cardoso() -> Contact:
    made = contact.empty(
        kind="person", salutation="ms", first_name="Joana", last_name="Cardoso", is_supplier=True, language="pt"
    )
    made.addresses.append(Address(street="Rua Augusta", house_number="24", postcode="1100-053", town="Lisboa",
                                  country="PT", custom={}))  # fmt: skip
    return made


def activities(contact_id: int, user: int) -> list[Activity]:
    now = datetime.now(UTC)
    call = Activity(type="call", direction="in", at=now - timedelta(minutes=5), state="done", custom={})
    call.text = "Wants 2 % cash discount"
    task = Activity(type="task", subject="Call back about offer", at=now - timedelta(days=9), state="open", custom={})
    task.follow_up_at, task.follow_up_all_day = now - timedelta(days=2), True
    for activity in (call, task):
        activity.contact_id, activity.responsible_id = contact_id, user
    return [call, task]


def add_direct_lines(database: Database, contact_id: int) -> None:
    loaded = contact.load(database, contact_id)
    for link, number in zip(loaded.record.persons, ("+49 341 123456-11", "+49 341 123456-23"), strict=False):
        line = point("phone", number)
        line.contact_id, line.contact_person_id = contact_id, link.id
        link.points.append(line)
    contact.save(database, loaded)


def fill_office(database: Database) -> Office:
    first = contact.create(database, albrecht(), categories=["Metal", "Leipzig"])
    add_direct_lines(database, first)
    second = contact.create(database, becker())
    third = contact.create(database, cardoso())
    with unit_of_work(database, "Office filled", kind="system") as work:
        work.session.add_all(activities(first, database.user_id))
        for label, kind, choices in (
            ("Machine park", "text", []), ("Hall size", "number", []), ("Crane", "yes_no", []),
            ("Trade", "choice", ["Steel", "Glass"]),
        ):  # fmt: skip
            work.session.add(CustomField(owner="contact", label=label, kind=kind, choices=choices, group_name="Plant",
                                         options={}))  # fmt: skip
    return Office(database, first, second, third)
