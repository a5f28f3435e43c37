"""Contacts and Outlook's contacts in step: first met, then only what changed, and nothing deleted unless told."""

from __future__ import annotations

from typing import Any

import pytest
from sqlalchemy import select

from gcrm.errors import UserError
from gcrm.model.activity import Activity
from gcrm.model.address import Address
from gcrm.model.contact import Contact
from gcrm.model.contact_point import ContactPoint
from gcrm.services import contact, undo
from gcrm.services.contact_data import category_names
from gcrm.services.database import Database
from gcrm.services.outlook.link import TRIES
from gcrm.services.outlook.sync import Choice, Outcome, sync
from gcrm.services.progress import Silence
from tests.services.outlook.fake import Outlook

ONLY = Choice(appointments=False)


def exchange(database: Database, outlook: Outlook, choice: Choice = ONLY, **more: Any) -> dict[str, Any]:
    """Exchange, and return what was done without what was not."""
    told: Outcome = sync(database, outlook.link(), choice, **more)
    return {name: value for name, value in told.as_json().items() if value and name != "lines"}


def person(database: Database, first: str, last: str, *points: tuple[str, str], **more: Any) -> int:
    made = contact.empty(kind="person", first_name=first, last_name=last)
    made.points = [ContactPoint(kind=kind, value=value) for kind, value in points]
    return contact.create(database, made, **more)


def read(database: Database, one: int) -> Contact:
    with database.read() as session:
        found = contact.read(session, one)
        session.expunge_all()
        return found


def edit(database: Database, one: int, **values: Any) -> None:
    loaded = contact.load(database, one)
    for name, value in values.items():
        setattr(loaded.record, name, value)
    contact.save(database, loaded)


def names(database: Database) -> list[str]:
    with database.read() as session:
        shown = select(Contact).where(Contact.deleted_at.is_(None)).order_by(Contact.id)
        return [each.display_name for each in session.scalars(shown)]


def test_both_sides_meet_once_and_then_only_what_changed_travels(database: Database) -> None:
    outlook = Outlook()
    theirs = outlook.add_contact(
        FirstName="Anna", MiddleName="Maria", LastName="Albrecht", CompanyName="Albrecht GmbH", Title="Frau Dr.",
        Email1Address="anna@albrecht.example", BusinessTelephoneNumber="+49 30 1234567", Categories="Kunden, VIP",
        Body="Hello\r\nWorld", BusinessAddressStreet="Hauptstr. 7a\r\nHof", BusinessAddressCity="Berlin",
        BusinessAddressPostalCode="10115", BusinessAddressCountry="Deutschland", FileAs="Albrecht",
    )  # fmt: skip
    mine = person(database, "Bernd", "Beck", ("mobile", "+49 171 5550001"), ("email", "b@beck.example"))
    planned = exchange(database, outlook, dry_run=True)
    assert planned == {"created_here": 1, "created_there": 1}
    assert len(outlook.contacts.items) == 1
    assert names(database) == ["Bernd Beck"]
    assert exchange(database, outlook) == planned
    saved = outlook.wrote
    assert exchange(database, outlook) == {}
    assert outlook.wrote == saved

    came = next(one for one in (read(database, 1), read(database, 2)) if one.name)
    assert (came.name, came.notes, came.persons[0].person.title) == ("Albrecht GmbH", "Hello\nWorld", "Dr.")
    assert (came.persons[0].person.first_name, came.persons[0].person.salutation) == ("Anna Maria", "ms")
    address = came.addresses[0]
    place = (address.street, address.house_number, address.supplement, address.postcode, address.town, address.country)
    assert place == ("Hauptstr.", "7a", "Hof", "10115", "Berlin", "DE")
    went = next(item for item in outlook.contacts.items.values() if item is not theirs)
    assert (went.FirstName, went.LastName, went.Email1Address) == ("Bernd", "Beck", "b@beck.example")

    outlook.edit(theirs, JobTitle="Owner", BusinessTelephoneNumber="+49 30 7654321")
    loaded = contact.load(database, mine)
    loaded.record.addresses.append(Address(purpose="private", street="Am See", house_number="3", town="Ulm", custom={}))
    contact.save(database, loaded)
    assert exchange(database, outlook) == {"changed_here": 1, "changed_there": 1}
    assert (went.HomeAddressStreet, went.HomeAddressCity, went.FirstName) == ("Am See 3", "Ulm", "Bernd")
    changed = read(database, came.id)
    points = [*changed.points, *changed.persons[0].points]
    assert changed.persons[0].function == "Owner"
    assert changed.notes == "Hello\nWorld"
    assert [point.value for point in points if point.kind == "phone"] == ["+49 (30) 7654321"]
    assert exchange(database, outlook) == {}


def test_what_changed_on_both_sides_stays_here_and_is_kept_as_a_note(database: Database) -> None:
    outlook = Outlook()
    mine = person(database, "Bernd", "Beck", ("email", "b@beck.example"))
    exchange(database, outlook)
    item = next(iter(outlook.contacts.items.values()))
    outlook.edit(item, LastName="Becker", JobTitle="Smith")
    edit(database, mine, last_name="Bekk", birthday=None)
    assert exchange(database, outlook) == {"changed_here": 1, "changed_there": 1, "conflicts": 1}
    assert item.LastName == read(database, mine).last_name == "Bekk"
    with database.read() as session:
        note = session.scalars(select(Activity).where(Activity.contact_id == mine)).one()
    assert "Last name: Becker" in note.text
    assert note.state == "open"
    assert exchange(database, outlook) == {}


def test_a_run_is_undone_whole_and_the_next_one_tells_outlook(database: Database) -> None:
    outlook = Outlook()
    mine = person(database, "Bernd", "Beck", ("email", "b@beck.example"))
    exchange(database, outlook)
    item = next(iter(outlook.contacts.items.values()))
    outlook.edit(item, LastName="Becker")
    outlook.add_contact(FirstName="Carla", LastName="Conrad")
    assert exchange(database, outlook) == {"changed_here": 1, "created_here": 1}
    undo.undo_last(database)
    assert names(database) == ["Bernd Beck"]
    assert exchange(database, outlook) == {"changed_there": 1}
    assert item.LastName == "Beck" == read(database, mine).last_name
    assert len(outlook.contacts.items) == 2, "who was made by it stays away from here, and stays in Outlook"


def test_a_category_says_who_goes_and_what_comes_gets_it(database: Database) -> None:
    outlook, choice = Outlook(), Choice(appointments=False, category="Outlook")
    person(database, "Bernd", "Beck", categories=["Outlook"])
    person(database, "Carla", "Conrad")
    outlook.add_contact(FirstName="Dora", LastName="Dahl")
    outlook.add_contact(FirstName="Erna", LastName="Erb", Sensitivity=2)
    assert exchange(database, outlook, choice) == {"created_here": 1, "created_there": 1}
    assert names(database) == ["Bernd Beck", "Carla Conrad", "Dora Dahl"], "a private contact stays in Outlook"
    with database.read() as session:
        carried = category_names(session, session.scalars(select(Contact.id)).all())
    assert sorted(carried.values()) == [("Outlook",), ("Outlook",)]
    assert exchange(database, outlook, choice) == {}


def test_nothing_is_deleted_unless_told_and_then_only_what_did_not_change(database: Database) -> None:
    outlook, told = Outlook(), Choice(appointments=False, deletes=True)
    ids = [person(database, "Bernd", f"Beck {number}") for number in range(12)]
    exchange(database, outlook)
    items = {item.LastName: item for item in outlook.contacts.items.values()}
    items["Beck 0"].Delete()
    items["Beck 1"].Delete()
    edit(database, ids[1], first_name="Bert")
    contact.trash(database, [ids[2]])
    contact.trash(database, [ids[3]])
    outlook.edit(items["Beck 3"], JobTitle="Smith")
    assert exchange(database, outlook) == {}
    assert len(outlook.contacts.items) == 10
    assert exchange(database, outlook, told, dry_run=True) == {"deleted_here": 1, "deleted_there": 1}
    assert exchange(database, outlook, told) == {"deleted_here": 1, "deleted_there": 1}
    assert read(database, ids[0]).deleted_at is not None
    assert read(database, ids[1]).deleted_at is None
    assert "Beck 2" not in {item.LastName for item in outlook.contacts.items.values()}
    undo.undo_last(database)
    assert read(database, ids[0]).deleted_at is None

    for item in list(outlook.contacts.items.values()):
        item.Delete()
    with pytest.raises(UserError, match="nothing was changed"):
        exchange(database, outlook, told)


def test_who_is_here_already_is_known_and_keeps_what_differs(database: Database) -> None:
    outlook = Outlook()
    mine = person(database, "Bernd", "Beck", ("email", "b@beck.example"), ("mobile", "0171 5550001"))
    item = outlook.add_contact(
        FirstName="Bernd", LastName="Beck", Email1Address="B@beck.example", MobileTelephoneNumber="0171/5550001",
        WebPage="beck.example", Body="Likes coffee",
    )  # fmt: skip
    edit(database, mine, notes="Likes tea")
    twice = outlook.add_contact(FirstName="Bernd", LastName="Beck", Email1Address="b@beck.example")
    told = exchange(database, outlook)
    assert told.pop("problems") == ["“Bernd Beck” stands in Outlook more than once. Bring both together there."]
    assert told == {"changed_here": 1, "differing": 1}
    assert (read(database, mine).notes, item.Body) == ("Likes tea", "Likes coffee\r\n")
    twice.Delete()
    item.move()  # to another mailbox and back: its name is another one
    assert exchange(database, outlook) == {"differing": 1}
    assert names(database) == ["Bernd Beck"]


def test_outlook_may_be_busy_and_tells_addresses_inside_exchange(database: Database) -> None:
    outlook = Outlook()
    item = outlook.add_contact(FirstName="Anna", LastName="Albrecht")
    item.values.update(Email1Address="/o=ExchangeLabs/cn=anna", Email1AddressType="EX")
    where = "http://schemas.microsoft.com/mapi/id/{00062004-0000-0000-C000-000000000046}/8084001F"
    item.PropertyAccessor.values[where] = "anna@albrecht.example"
    unknown = outlook.add_contact(FirstName="Bernd", LastName="Beck")
    unknown.values.update(Email1Address="/o=ExchangeLabs/cn=bernd", Email1AddressType="EX")
    outlook.busy = 3
    assert exchange(database, outlook) == {"created_here": 2}
    assert len(outlook.waited) == 3
    with database.read() as session:
        assert session.scalars(select(ContactPoint.value)).all() == ["anna@albrecht.example"]
    outlook.busy = TRIES
    with pytest.raises(Exception, match="waits for an answer"):
        exchange(database, outlook)


def test_what_was_written_here_is_known_again_when_outlook_is_closed_meanwhile(database: Database) -> None:
    outlook = Outlook()
    person(database, "Bernd", "Beck")
    outlook.add_contact(FirstName="Carla", LastName="Conrad")

    class Closing(Silence):
        """Lets a window of Outlook ask something when everything was read."""

        def check(self) -> None:
            outlook.busy = 10 * TRIES

    told = exchange(database, outlook, progress=Closing())
    assert (told["created_here"], "created_there" in told) == (1, False)
    assert "waits for an answer" in told["problems"][0]
    outlook.busy = 0
    assert exchange(database, outlook) == {"created_there": 1}


def test_what_is_changed_while_it_runs_is_taken_next_time(database: Database) -> None:
    outlook = Outlook()
    mine = person(database, "Bernd", "Beck", ("email", "b@beck.example"))
    exchange(database, outlook)
    item = next(iter(outlook.contacts.items.values()))
    outlook.edit(item, JobTitle="Smith")

    class Hurry(Silence):
        """Edits both sides when everything was read."""

        def check(self) -> None:
            edit(database, mine, notes="Likes tea")
            outlook.edit(item, WebPage="beck.example")

    assert exchange(database, outlook, progress=Hurry()) == {"changed_here": 1}
    assert exchange(database, outlook) == {"changed_here": 1, "changed_there": 1}
    assert item.Body == "Likes tea\r\n"
    assert [point.value for point in read(database, mine).points] == ["b@beck.example", "beck.example"]
    assert exchange(database, outlook) == {}
