"""Contacts: create, save, defaults, categories, trash and archive."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy import select, update

from gcrm.errors import UserError
from gcrm.model.address import Address
from gcrm.model.base import now
from gcrm.model.category import Category
from gcrm.model.change import Operation
from gcrm.model.contact import Contact
from gcrm.model.contact_point import ContactPoint
from gcrm.services import contact, undo
from gcrm.services.changes import operation_label
from gcrm.services.database import Database
from gcrm.services.unit_of_work import unit_of_work
from tests.services.offices import organisation


@pytest.mark.parametrize(
    ("values", "number"),
    [({"is_customer": True}, "10001"), ({"is_supplier": True}, "70001"), ({}, "50001"), ({"number": "X 1"}, "X 1")],
)
def test_a_new_contact_gets_a_number_of_its_role(database: Database, values: dict[str, object], number: str) -> None:
    made = contact.create(database, contact.empty(name="Albrecht", **values))
    assert contact.load(database, made).record.number == number


def test_a_number_is_given_once(database: Database) -> None:
    contact.create(database, contact.empty(name="One", number="7"))
    with pytest.raises(UserError, match="The number 7 belongs to One") as refused:
        contact.create(database, contact.empty(name="Two", number="7"))
    assert refused.value.field == "number"
    other = contact.load(database, contact.create(database, contact.empty(name="Three")))
    other.record.number = "7"
    with pytest.raises(UserError, match="belongs to One"):
        contact.save(database, other)


@pytest.mark.parametrize("name", ["", "  ", "\0"])
def test_a_contact_needs_a_name(database: Database, name: str) -> None:
    with pytest.raises(UserError, match="Enter the name"):
        contact.create(database, contact.empty(name=name))
    loaded = contact.load(database, organisation(database))
    loaded.record.name = name
    with pytest.raises(UserError, match="Enter the name"):
        contact.save(database, loaded)


HARD = [
    "Ä" * 5000,
    "<img src=file:///etc/passwd>",
    "'; DROP TABLE contact; --",
    "🙂👩‍🔧",
    "\u202eexe.pdf",
    "a\0b",
    "x" * 1_000_000,
]


@pytest.mark.parametrize("name", HARD, ids=range(len(HARD)))
def test_hard_texts_come_back_as_they_were(database: Database, name: str) -> None:
    record = contact.empty(name=name, notes=name)
    record.addresses.append(Address(street=name, town=name))
    record.points.append(ContactPoint(kind="phone", value=name[:200]))
    saved = contact.load(database, contact.create(database, record)).record
    kept = name.replace("\0", "")
    assert (saved.name, saved.notes, saved.addresses[0].street) == (kept, kept, kept)


def test_what_no_database_keeps_is_taken_out(database: Database) -> None:
    record = contact.empty(name="Half \ud800 letter")
    record.custom = {"f1": ["a\0b", {"\udfffk": "\ud83d"}]}
    loaded = contact.load(database, contact.create(database, record))
    assert loaded.record.name == "Half  letter"
    assert loaded.record.custom == {"f1": ["ab", {"k": ""}]}
    loaded.record.points.append(ContactPoint(kind="email", value="a\ud800@b.de"))
    assert contact.save(database, loaded).record.points[0].value == "a@b.de"


def test_what_no_index_can_hold_is_refused_in_words(database: Database) -> None:
    with pytest.raises(UserError, match="Number is too long: at most 500") as refused:
        contact.create(database, contact.empty(name="Long", number="1" * 501))
    assert refused.value.field == "number"
    loaded = contact.load(database, organisation(database))
    loaded.record.addresses[0].postcode = "0" * 5000
    with pytest.raises(UserError, match="Postcode is too long"):
        contact.save(database, loaded)


def test_there_is_one_default_of_each_kind(database: Database) -> None:
    record = contact.empty(name="Albrecht")
    record.addresses += [Address(town="A"), Address(town="B"), Address(town="C", purpose="delivery")]
    record.points += [ContactPoint(kind="phone", value="1"), ContactPoint(kind="email", value="a@b.de")]
    loaded = contact.load(database, contact.create(database, record))
    assert [address.is_default for address in loaded.record.addresses] == [True, False, True]
    assert [point.is_default for point in loaded.record.points] == [True, True]
    loaded.record.addresses[1].is_default = True
    loaded.record.addresses[0].is_default = False
    loaded = contact.save(database, loaded)
    assert [address.is_default for address in loaded.record.addresses] == [False, True, True]
    loaded.record.addresses[0].is_default = True
    del loaded.record.addresses[1]
    loaded = contact.save(database, loaded)
    assert [address.is_default for address in loaded.record.addresses] == [True, True]


def test_an_address_that_was_left_is_no_default(database: Database) -> None:
    from datetime import date

    loaded = contact.load(database, organisation(database))
    loaded.record.addresses[0].until_on = date(2026, 1, 1)
    loaded.record.addresses.append(Address(town="Halle"))
    saved = contact.save(database, loaded).record
    assert [address.is_default for address in saved.addresses] == [False, True]


def test_categories_are_known_by_their_folded_name(database: Database) -> None:
    one, two = organisation(database), organisation(database, "Becker")
    contact.set_category(database, [one, two], "Öffentliche Hand")
    contact.set_category(database, [one], "OFFENTLICHE hand")
    with database.read() as session:
        assert [category.name for category in contact.categories(session)] == ["Newsletter", "Öffentliche Hand"]
        assert len(contact.read(session, one).categories) == 2
    contact.set_category(database, [one], "öffentliche hand", carried=False)
    with database.read() as session:
        assert len(contact.read(session, one).categories) == 1
        assert session.query(Category).count() == 2


def test_the_trash_keeps_everything_and_only_it_is_purged(database: Database) -> None:
    one, two = organisation(database), organisation(database, "Becker")
    contact.trash(database, [one])
    with database.read() as session:
        assert contact.count(session) == 1
    contact.purge(database, [one, two])
    with database.read() as session:
        assert [found.id for found in session.query(Contact)] == [two]


def test_trash_and_archive_can_be_taken_back(database: Database) -> None:
    made = organisation(database)
    contact.archive(database, [made])
    with database.read() as session:
        assert contact.count(session) == 0
    contact.archive(database, [made], archived=False)
    contact.trash(database, [made])
    contact.restore(database, [made])
    with database.read() as session:
        assert contact.count(session) == 1
        assert session.get_one(Contact, made).version == 5


def test_a_field_is_set_for_many_at_once(database: Database) -> None:
    ids = [organisation(database, name) for name in ("One", "Two", "Three")]
    contact.set_field(database, ids[:2], "priority", "C")
    with database.read() as session:
        assert [found.priority for found in session.query(Contact).order_by(Contact.id)] == ["C", "C", "A"]
    with pytest.raises(UserError, match="at once"):
        contact.set_field(database, ids, "number", "1")


def test_a_contact_that_is_gone_is_said(database: Database) -> None:
    with pytest.raises(UserError, match="does not exist any more"):
        contact.load(database, 4711)


def test_what_the_program_empties_by_itself_is_not_what_the_user_did_last(database: Database) -> None:
    old, made = organisation(database, "Alt"), organisation(database, "Neu")
    contact.trash(database, [old])
    contact.archive(database, [made])
    with unit_of_work(database, "Long ago", kind="system") as work:
        work.session.execute(update(Contact).where(Contact.id == old).values(deleted_at=now() - timedelta(days=9)))
    assert contact.empty_trash(database, 7) == 1
    with database.read() as session:
        step = undo.next_undo(session, database.user_id)
        assert step is not None
        assert step.label == "Contact “Neu” archived"
        newest = session.scalars(select(Operation).order_by(Operation.id.desc())).first()
        assert newest is not None
        assert (newest.kind, operation_label(newest.label, newest.params)) == (
            "system",
            "Contact “Alt” deleted for good",
        )
