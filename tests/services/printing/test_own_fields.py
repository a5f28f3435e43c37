"""User-defined fields on the contact sheet: of the contact, its addresses and persons; names instead of ids."""

from __future__ import annotations

from gcrm.model.address import Address
from gcrm.model.contact_person import ContactPerson, Person
from gcrm.model.custom_field import CustomField
from gcrm.services import contact, custom_field
from gcrm.services.database import Database
from gcrm.services.printing.for_contact import sheet_of


def test_the_sheet_has_every_own_field_in_words(database: Database) -> None:
    def define(owner: str, label: str, kind: str, choices: tuple[str, ...] = ()) -> str:
        told = CustomField(owner=owner, label=label, kind=kind, choices=list(choices))
        return f"f{custom_field.create(database, told)}"

    supplier = define("contact", "Bought from", "contact")
    colours = define("contact", "Colours", "choices", ("Red", "Blue"))
    secret, gate = define("contact", "Secret", "text"), define("address", "Gate", "text")
    since = define("contact_person", "Since", "date")
    custom_field.hide(database, int(secret[1:]))
    becker = contact.create(database, contact.empty(name="Becker KG"))
    record = contact.empty(name="Albrecht")
    record.custom = {supplier: becker, colours: ["Red", "Blue"], secret: "hidden"}
    record.addresses.append(Address(town="Leipzig", country="DE", custom={gate: "North"}))
    someone = Person(first_name="Anna", last_name="Albrecht")
    record.persons.append(ContactPerson(person=someone, points=[], custom={since: "2020-03-01"}))
    made = contact.create(database, record)
    with database.read() as session:
        sections = {section.key: section for section in sheet_of(session, made, speak="en").sections}
    assert sections["custom"].rows == (("Bought from", "Becker KG"), ("Colours", "Red; Blue"))
    assert sections["addresses"].rows[0][1].endswith("Leipzig\nGate: North")
    persons = sections["persons"].table
    assert persons is not None
    assert [column.label for column in persons.columns][-1] == "Further fields"
    assert persons.rows[0][-1] == "Since: 01/03/2020"
