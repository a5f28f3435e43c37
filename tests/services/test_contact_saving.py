"""Saving in two trips: what comes back is what the database holds, in values, versions, index and history."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from sqlalchemy import func, select

from gcrm.errors import ConflictError, UserError
from gcrm.model.address import Address
from gcrm.model.bank_account import BankAccount
from gcrm.model.base import BOOKKEEPING
from gcrm.model.category import ContactCategory
from gcrm.model.change import Change, ContactSearch, Operation
from gcrm.model.consent import Consent
from gcrm.model.contact import Contact
from gcrm.model.contact_person import ContactPerson, Person
from gcrm.model.contact_point import ContactPoint
from gcrm.model.custom_field import CustomField
from gcrm.services import contact
from gcrm.services.aggregate import Loaded
from gcrm.services.changed import Changed
from gcrm.services.check import check
from gcrm.services.database import Database
from gcrm.services.search_texts import index_texts
from gcrm.services.unit_of_work import unit_of_work
from tests.services.offices import organisation

Edit = Callable[[Contact], object]


def person(last_name: str) -> ContactPerson:
    """Return somebody with a number, as a window makes them: without what the model fills in."""
    return ContactPerson(person=Person(last_name=last_name), points=[ContactPoint(kind="phone", value="0341 99")])


def set_all(record: Any, **values: Any) -> None:
    for name, value in values.items():
        setattr(record, name, value)


def everything(one: Contact) -> None:
    one.name, one.discount = "Ächzer & Söhne", Decimal("2.5")
    one.addresses[0].town = "Köln"
    one.addresses.append(Address(street="Ring", town="Bonn", country="DE"))
    one.points.append(ContactPoint(kind="email", value="neu@b.example"))
    del one.points[0]
    one.bank_accounts.append(BankAccount(iban="DE02120300000000202051"))
    one.persons.append(person("Neu"))
    one.persons[0].points.append(ContactPoint(kind="phone", value="0341 55"))
    one.consents.append(Consent(channel="email", is_allowed=True, said_on=date(2025, 1, 2)))
    del one.categories[0]


EDITS: dict[str, Edit] = {
    "a note": lambda one: set_all(one, notes="Zeile\nzwei „Ü“"),
    "exact numbers": lambda one: set_all(one, discount=Decimal("12.345"), credit_limit=Decimal(1000)),
    "dates": lambda one: set_all(one, birthday=date(1970, 2, 3), anniversary=None),
    "user-defined values": lambda one: set_all(one, custom={"f9": "Z", "f1": 2.5, "f10": ["b", "a"], "f2": "no"}),
    "a name": lambda one: set_all(one, name="Öztürk-Müller GmbH"),
    "a number": lambda one: set_all(one, number="K-77"),
    "an address": lambda one: set_all(one.addresses[0], street="Große Straße", custom={"f3": "Hof"}),
    "a role": lambda one: set_all(one.persons[0], function="Chair"),
    "a person": lambda one: set_all(one.persons[0].person, first_name="Änne"),
    "a telephone number": lambda one: set_all(one.points[0], value="0341 4711"),
    "a new address": lambda one: one.addresses.append(Address(street="Ring", town="Bonn", country="DE")),
    "a new person": lambda one: one.persons.append(person("Neu")),
    "no e-mail any more": lambda one: one.points.pop(),
    "no account any more": lambda one: one.bank_accounts.clear(),
    "no category any more": lambda one: one.categories.clear(),
    "everything": everything,
}  # fmt: skip


def whole(loaded: Loaded[Contact]) -> list[tuple[Any, ...]]:
    """Return all values of an aggregate, with ids and bookkeeping, in the order of its walk."""
    names = ("id", *BOOKKEEPING)
    values = loaded.base
    return [
        (record.__tablename__, *(getattr(record, name) for name in names), values[record.__tablename__, record.id])
        for record in loaded.walk(loaded.record)
    ]


@pytest.mark.parametrize("edit", EDITS.values(), ids=EDITS.keys())
def test_what_comes_back_is_what_is_kept(database: Database, edit: Edit) -> None:
    made = organisation(database)
    loaded = contact.load(database, made)
    edit(loaded.record)
    saved, read = contact.save(database, loaded), contact.load(database, made)
    assert whole(saved) == whole(read)
    assert saved.version == read.version == 2
    with database.read() as session:
        kept = session.scalar(select(ContactSearch.text).where(ContactSearch.contact_id == made))
        assert kept == index_texts(session, [made])[made]
    assert check(database).ok


def test_what_comes_back_can_be_edited_and_saved_again(database: Database) -> None:
    loaded = contact.load(database, organisation(database))
    for number in range(3):
        loaded.record.persons.append(person(f"Neu {number}"))
        loaded = contact.save(database, loaded)
    assert [role.person.last_name for role in loaded.record.persons] == ["Albrecht", "Neu 0", "Neu 1", "Neu 2"]
    assert all(role.points[0].contact_person_id == role.id for role in loaded.record.persons[1:])


def test_what_a_window_holds_stays_as_it_was_when_the_save_fails(database: Database) -> None:
    made = organisation(database)
    contact.create(database, contact.empty(name="Other", number="K-1"))
    loaded = contact.load(database, made)
    loaded.record.addresses.append(Address(street="Ring", town="Bonn", country="DE"))
    loaded.record.number = "K-1"
    with pytest.raises(UserError, match=r"K-1 belongs to Other"):
        contact.save(database, loaded)
    assert loaded.record.addresses[-1].id is None
    loaded.record.number = "K-2"
    assert len(contact.save(database, loaded).record.addresses) == 2


def test_the_listeners_hear_of_every_record(database: Database) -> None:
    made = organisation(database)
    heard: list[frozenset[Changed]] = []
    database.listeners.append(lambda _operation, changed: heard.append(changed))
    loaded = contact.load(database, made)
    loaded.record.notes = "new"
    loaded.record.persons.append(person("Neu"))
    role = contact.save(database, loaded).record.persons[-1]
    assert heard == [
        frozenset(
            {
                Changed("contact", made, made, "U"),
                Changed("person", role.person_id, None, "I"),
                Changed("contact_person", role.id, made, "I"),
                Changed("contact_point", role.points[0].id, made, "I"),
            }
        )
    ]


def test_what_others_wrote_already_leaves_no_operation(database: Database) -> None:
    made = organisation(database)
    one, two = contact.load(database, made), contact.load(database, made)
    one.record.notes = two.record.notes = "same"
    contact.save(database, one)
    with database.read() as session:
        before = session.scalar(select(func.count(Operation.id)))
    assert contact.save(database, two).record.notes == "same"
    with database.read() as session:
        assert session.scalar(select(func.count(Operation.id))) == before


def test_a_role_that_was_removed_meanwhile_is_not_written_to(database: Database) -> None:
    made = organisation(database)
    one, two = contact.load(database, made), contact.load(database, made)
    one.record.persons.clear()
    two.record.persons[0].person.first_name = "Änne"
    contact.save(database, one)
    with pytest.raises(ConflictError, match="deleted this record"):
        contact.save(database, two)


def test_who_has_a_role_elsewhere_is_found_there_by_the_new_name(database: Database) -> None:
    made, other = organisation(database), contact.create(database, contact.empty(name="Verein"))
    anna = contact.load(database, made).record.persons[0].person_id
    with unit_of_work(database, "Role") as work:
        work.session.add(ContactPerson(contact_id=other, person_id=anna, points=[], custom={}))
    loaded = contact.load(database, made)
    loaded.record.persons[0].person.last_name = "Xylander"
    contact.save(database, loaded)
    assert texts(database, made, other) == 2 * ["xylander"]


def test_who_is_named_by_a_field_is_found_there_by_the_new_name(database: Database) -> None:
    made, other = organisation(database), contact.create(database, contact.empty(name="Verein"))
    with unit_of_work(database, "Field") as work:
        field = CustomField(owner="contact", label="Recommended by", kind="contact", choices=[], options={})
        work.session.add(field)
    loaded = contact.load(database, other)
    loaded.record.custom = {field.key: made}
    contact.save(database, loaded)
    loaded = contact.load(database, made)
    loaded.record.name = "Xylander"
    contact.save(database, loaded)
    assert texts(database, made, other) == 2 * ["xylander"]


def test_a_known_person_takes_a_role(database: Database) -> None:
    anna = contact.load(database, organisation(database)).record.persons[0].person
    for role in (ContactPerson(person=anna, points=[]), ContactPerson(person=None, person_id=anna.id, points=[])):
        other = contact.create(database, contact.empty(name="Verein"))
        loaded = contact.load(database, other)
        loaded.record.persons.append(role)
        saved = contact.save(database, loaded)
        assert [role.person.last_name for role in saved.record.persons] == ["Albrecht"]
        assert whole(saved) == whole(contact.load(database, other))
    assert check(database).ok


def texts(database: Database, *contacts: int) -> list[str]:
    """Return "xylander" for each contact that is found by it, else its text."""
    with database.read() as session:
        found = index_texts(session, contacts)
        rows = session.execute(select(ContactSearch.contact_id, ContactSearch.text))
        kept = {row.contact_id: row.text for row in rows}
    assert {one: kept[one] for one in contacts} == found
    return ["xylander" if "xylander" in kept[one] else kept[one] for one in contacts]


def test_a_category_that_is_given_is_found(database: Database) -> None:
    made = organisation(database)
    with unit_of_work(database, "Category") as work:
        category = contact.category_named(work, "Xylander")
    loaded = contact.load(database, made)
    loaded.record.categories.append(ContactCategory(category_id=category.id))
    contact.save(database, loaded)
    assert texts(database, made) == ["xylander"]


def test_the_history_names_what_was_written_and_nothing_else(database: Database) -> None:
    made = organisation(database)
    with database.read() as session:
        last = session.scalar(select(func.max(Change.id))) or 0
    loaded = contact.load(database, made)
    loaded.record.addresses[0].town = "Bonn"
    contact.save(database, loaded)
    with database.read() as session:
        rows = session.execute(
            select(Change.table_name, Change.action, Change.old, Change.new).where(Change.id > last)
        ).all()
    assert [tuple(row[:2]) for row in rows] == [("address", "U")]
    assert ("Leipzig" in rows[0].old, "Bonn" in rows[0].new) == (True, True)
