"""What is printed of an office: its own company from the first day on, and whom labels are for."""

from __future__ import annotations

from pathlib import Path

import pytest

from gcrm.model.address import Address
from gcrm.model.contact_person import ContactPerson, Person
from gcrm.services import contact
from gcrm.services.database import Database
from gcrm.services.home import own_company
from gcrm.services.printing.contact_sheet import print_contact_sheet
from gcrm.services.printing.for_contact import label_options, sheet_of
from gcrm.services.printing.label_sheets import find_sheet
from gcrm.services.printing.labels import LabelRun, print_labels
from gcrm.services.printing.sources import recipients, sender_line
from tests.services.printing.pdf_facts import whole_text


def firm(database: Database, name: str, *people: str, default: str = "") -> int:
    made = contact.empty(name=name)
    made.addresses.append(
        Address(street="Markt", house_number="1", postcode="04109", town="Leipzig", country="DE", custom={})
    )
    for last in people:
        person = Person(first_name="Eva", last_name=last)
        made.persons.append(ContactPerson(function="", person=person, points=[], custom={}, is_default=last == default))
    return contact.create(database, made)


def test_an_own_company_that_was_not_entered_prints_nothing(database: Database, tmp_path: Path) -> None:
    who = firm(database, "Albrecht GmbH")
    with database.read() as session:
        company = own_company(session)
        sheet = sheet_of(session, who, user=database.user_id)
    assert sender_line(company) == ""
    assert (company.phone, company.vat_number, company.country) == ("", "", "DE")
    company.street, company.town = "Markt", "Leipzig"
    assert sender_line(company) == ""
    printed = print_contact_sheet(tmp_path / "sheet.pdf", sheet)
    assert "None" not in whole_text(tmp_path / "sheet.pdf", printed.pages)


def labels(database: Database, contacts: list[int], path: Path, *, every_person: bool) -> LabelRun:
    with database.read() as session:
        everyone = recipients(session, contacts, every_person=every_person)
        return print_labels(path, find_sheet("L7163"), everyone, label_options(session, database.home))


@pytest.mark.parametrize(("every_person", "expected"), [(False, 2), (True, 4)])
def test_one_label_for_each_organisation_or_for_each_contact_person(
    database: Database, tmp_path: Path, every_person: bool, expected: int
) -> None:
    many = firm(database, "Albrecht GmbH", "Adam", "Becker", "Costa", default="Becker")
    alone = firm(database, "Muster GmbH")
    run = labels(database, [many, alone], tmp_path / "labels.pdf", every_person=every_person)
    text = whole_text(tmp_path / "labels.pdf", run.pages)
    assert (run.labels, run.placed) == (expected, (many, alone))
    assert text.count("04109 Leipzig") == expected
    shown = [name for name in ("Eva Becker", "Eva Adam", "Eva Costa") if name in text]
    assert shown == (["Eva Becker", "Eva Adam", "Eva Costa"] if every_person else ["Eva Becker"])
    assert text.index("Eva Becker") == min(text.index(name) for name in shown)


def test_a_private_person_gets_one_label_either_way(database: Database, tmp_path: Path) -> None:
    made = contact.empty(kind="person", first_name="Eva", last_name="Adam")
    made.addresses.append(Address(street="Markt", postcode="04109", town="Leipzig", country="DE", custom={}))
    who = contact.create(database, made)
    for every in (False, True):
        assert labels(database, [who], tmp_path / "labels.pdf", every_person=every).labels == 1
