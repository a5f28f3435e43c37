"""Addresses with a first and a last day: what is used follows the calendar, and the default is protected."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from sqlalchemy import update

from gcrm.errors import UserError
from gcrm.model.address import Address
from gcrm.model.contact import Contact
from gcrm.model.contact_person import ContactPerson, Person
from gcrm.services import contact, contact_list, undo
from gcrm.services.aggregate import Loaded
from gcrm.services.caller import _town
from gcrm.services.check.derived import defaults
from gcrm.services.contact_list import ContactQuery
from gcrm.services.database import Database
from gcrm.services.exchange.contact_card import to_card
from gcrm.services.printing.for_contact import sheet_of
from gcrm.services.printing.sources import recipients
from gcrm.ui.contact.changes_of import move_address


def on(days: int) -> date:
    return date.today() + timedelta(days=days)


def made(database: Database, *addresses: Address) -> Loaded[Contact]:
    one = contact.empty(name="Albrecht")
    one.addresses.extend(addresses)
    return contact.load(database, contact.create(database, one))


def town_everywhere(database: Database, one: int) -> set[str]:
    """Return the town of a contact as each part of the program tells it."""
    with database.read() as session:
        row = contact_list.rows(session, [one], ("town",))[one]
        sheet = sheet_of(session, one, sections=("addresses",))
        whole = contact.read(session, one)
        found = {
            str(row["town"]),
            recipients(session, [one])[0].town,
            _town(session, one),
            "+".join(address.town for address in to_card(whole).addresses),
            "+".join(text.split()[-1] for _purpose, text in sheet.sections[0].rows),
        }
        query = ContactQuery(conditions={"field": "has_address"})
        return found if one in contact_list.ids(session, query) else {*found, "none"}


@pytest.mark.parametrize(("days", "town"), [(60, "Leipzig"), (1, "Leipzig"), (0, "Halle"), (-3, "Halle")])
def test_a_move_takes_effect_on_its_day(database: Database, days: int, town: str) -> None:
    loaded = made(database, Address(town="Leipzig", country="DE", custom={}))
    old = loaded.record.addresses[0].id
    move_address(("address", old), {"town": "Halle"}, on(days))(loaded.record)
    saved = contact.save(database, loaded).record
    assert [(a.town, a.from_on, a.until_on) for a in saved.addresses] == [
        ("Leipzig", None, on(days - 1)), ("Halle", on(days), None),
    ]  # fmt: skip
    assert town_everywhere(database, saved.id) == {town}
    assert [a.is_default for a in saved.addresses if a.is_present()] == [True]
    with database.read() as session:
        assert list(defaults(session)) == []


def test_the_default_goes_over_by_itself_when_its_last_day_has_passed(database: Database) -> None:
    loaded = made(
        database,
        Address(town="Leipzig", until_on=on(5), custom={}),
        Address(town="Halle", from_on=on(6), is_default=True, custom={}),
    )
    assert [address.is_default for address in loaded.record.addresses] == [True, True]
    old, new = (address.id for address in loaded.record.addresses)
    with database.engine.begin() as connection:  # a week goes by without anybody saving
        connection.execute(update(Address).where(Address.id == old).values(until_on=on(-2)))
        connection.execute(update(Address).where(Address.id == new).values(from_on=on(-1)))
    assert town_everywhere(database, loaded.record.id) == {"Halle"}
    with database.read() as session:
        assert list(defaults(session)) == []


def test_the_default_address_goes_only_after_another_was_chosen(database: Database) -> None:
    loaded = made(
        database, Address(town="Leipzig", custom={}), Address(town="Halle", custom={}),
        Address(town="Bonn", purpose="delivery", custom={}),
    )  # fmt: skip
    del loaded.record.addresses[0]
    with pytest.raises(UserError, match="default address"):
        contact.save(database, loaded)
    loaded = contact.load(database, loaded.record.id)
    loaded.record.addresses[1].is_default = True
    del loaded.record.addresses[0]
    loaded = contact.save(database, loaded)
    assert [(a.town, a.is_default) for a in loaded.record.addresses] == [("Halle", True), ("Bonn", True)]
    del loaded.record.addresses[1]  # the only one for deliveries
    loaded = contact.save(database, loaded)
    del loaded.record.addresses[0]  # the only one at all
    assert contact.save(database, loaded).record.addresses == []
    undo.undo_last(database)
    assert [a.town for a in contact.load(database, loaded.record.id).record.addresses] == ["Halle"]


def test_an_emptied_address_is_taken_out_unless_it_is_the_default_of_several(database: Database) -> None:
    loaded = made(database, Address(street="Ring", town="Leipzig", country="DE", custom={}))
    loaded.record.addresses[0].town = loaded.record.addresses[0].street = ""
    loaded = contact.save(database, loaded)
    assert loaded.record.addresses == []
    loaded = made(database, Address(town="Leipzig", custom={}), Address(town="Halle", custom={}))
    loaded.record.addresses[0].town = ""
    with pytest.raises(UserError, match="default address"):
        contact.save(database, loaded)


def test_the_default_person_goes_only_after_another_was_chosen(database: Database) -> None:
    one = contact.empty(name="Albrecht")
    for name in ("Anna", "Jörg"):
        one.persons.append(ContactPerson(person=Person(first_name=name), points=[], custom={}))
    loaded = contact.load(database, contact.create(database, one))
    first = loaded.record.persons.pop(0)
    with pytest.raises(UserError, match="default person"):
        contact.save(database, loaded)
    loaded = contact.load(database, loaded.record.id)
    loaded.record.persons[0].is_default, loaded.record.persons[1].is_default = False, True
    loaded.record.persons = [link for link in loaded.record.persons if link.id != first.id]
    loaded = contact.save(database, loaded)
    assert [link.person.first_name for link in loaded.record.persons] == ["Jörg"]
    loaded.record.persons.clear()
    assert contact.save(database, loaded).record.persons == []
