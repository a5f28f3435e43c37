"""Merging: everything goes over, nothing twice, and one undo brings all back."""

from __future__ import annotations

from typing import Any

import pytest
from sqlalchemy import Column, func, select

from gcrm.errors import ConflictError, UserError
from gcrm.model.activity import Activity, ActivityLink
from gcrm.model.address import Address
from gcrm.model.attachment import Attachment
from gcrm.model.bank_account import BankAccount
from gcrm.model.base import Base
from gcrm.model.category import ContactCategory
from gcrm.model.contact import Contact
from gcrm.model.contact_person import ContactPerson, Person
from gcrm.model.contact_point import ContactPoint
from gcrm.model.custom_field import CustomField
from gcrm.model.registry import RECORDS, class_of
from gcrm.services import changes, contact, contact_list, custom_field, undo
from gcrm.services.check import check
from gcrm.services.contact_list import ContactQuery
from gcrm.services.database import Database
from gcrm.services.merge import merge, preview
from gcrm.services.opening import open_office
from gcrm.services.repoint import pointing_tables
from gcrm.services.seals import seal_pending
from gcrm.services.unit_of_work import unit_of_work
from tests.samples import START, make
from tests.services.offices import organisation


def dump(database: Database) -> dict[str, list[tuple[Any, ...]]]:
    """Return every row of every record table without its bookkeeping, but with who made it."""
    with database.read() as session:
        found = {}
        for cls in RECORDS:
            table = Base.metadata.tables[cls.__tablename__]
            if cls.__tablename__ != "number_range":
                columns = [
                    c for c in table.columns if c.name not in ("version", "created_at", "changed_at", "changed_by")
                ]
                rows = session.execute(select(*columns).order_by(table.c.id)).all()
                found[cls.__tablename__] = [tuple(row) for row in rows]
    return found


def two(database: Database) -> tuple[int, int]:
    return organisation(database), organisation(database, "Albrecht Metallbau")


def read(database: Database, contact_id: int) -> Contact:
    with database.read() as session:
        return contact.read(session, contact_id)


@pytest.mark.parametrize("column", pointing_tables(), ids=lambda column: f"{column.table.name}.{column.name}")
def test_whatever_points_to_a_contact_goes_over(database: Database, column: Column[Any]) -> None:
    keep, other = two(database)
    with unit_of_work(database, "Something new") as work:
        made = make(work.session, class_of(column.table.name), 3, **{column.name: other}).id
    before = dump(database)
    merge(database, keep, [other])
    with database.read() as session:
        assert session.scalar(select(func.count()).select_from(column.table).where(column == other)) == 0
        assert session.scalar(select(column).where(column.table.c.id == made)) == keep
        assert session.get(Contact, other) is None
    undo.undo_last(database)
    assert dump(database) == before


def test_a_merge_can_be_undone_redone_and_undone(database: Database) -> None:
    keep, other = two(database)
    before = dump(database)
    merge(database, keep, [other], {"number": other, "name": other})
    after = dump(database)
    assert read(database, keep).number == "10002"
    for expected in (before, after, before):
        (undo.redo_last if expected is after else undo.undo_last)(database)
        assert dump(database) == expected
    seal_pending(database)
    assert check(database, full=True).ok


def test_children_that_say_nothing_new_are_dropped(database: Database) -> None:
    keep, other = two(database)
    merge(database, keep, [other])
    stays = read(database, keep)
    assert [len(x) for x in (stays.addresses, stays.points, stays.bank_accounts, stays.persons)] == [1, 2, 1, 1]
    assert len(stays.categories) == 1
    with database.read() as session:
        assert session.query(Person).count() == 1


def test_children_that_say_something_new_stay(database: Database) -> None:
    keep, other = two(database)
    loaded = contact.load(database, other)
    loaded.record.addresses[0].supplement = "Halle 3"
    loaded.record.points[0].value = "0341 1234560"
    loaded.record.points.append(ContactPoint(kind="mobile", value="+49 171 5551234"))
    loaded.record.bank_accounts[0].iban = "DE02120300000000202051"
    loaded.record.persons[0].department = "Einkauf"
    loaded.record.persons[0].points.append(ContactPoint(contact_id=other, kind="phone", value="+49 341 123456-11"))
    contact.save(database, loaded)
    merge(database, keep, [other])
    stays = read(database, keep)
    assert [len(x) for x in (stays.addresses, stays.points, stays.bank_accounts, stays.persons)] == [2, 3, 2, 2]
    for children in (stays.addresses, stays.bank_accounts, stays.persons):
        assert [child.is_default for child in children] == [True, False]
    assert [point.value for person in stays.persons for point in person.points] == ["+49 341 123456-11"]
    assert check(database).ok


def test_what_points_to_a_dropped_person_goes_to_the_one_that_stays(database: Database) -> None:
    keep, other = two(database)
    person = read(database, other).persons[0]
    with unit_of_work(database, "Logged") as work:
        work.session.add(
            Activity(contact_id=other, contact_person_id=person.id, type="call", at=START, text="Ruft an", custom={})
        )
        work.session.add(
            ContactPoint(contact_id=other, contact_person_id=person.id, kind="mobile", value="+49 171 5550000")
        )
    before = dump(database)
    merge(database, keep, [other])
    stays = read(database, keep)
    assert [point.value for point in stays.persons[0].points] == ["+49 171 5550000"]
    with database.read() as session:
        calls = session.query(Activity).filter(Activity.type == "call")
        assert calls.one().contact_person_id == stays.persons[0].id
    undo.undo_last(database)
    assert dump(database) == before


def test_categories_unite(database: Database) -> None:
    keep, other = two(database)
    contact.set_category(database, [other], "Presse")
    merge(database, keep, [other])
    with database.read() as session:
        assert session.query(ContactCategory).filter(ContactCategory.contact_id == keep).count() == 2
        assert list(contact_list.ids(session, ContactQuery(words="presse"))) == [keep]


def test_links_and_contact_fields_follow(database: Database) -> None:
    keep, other = two(database)
    third = organisation(database, "Becker")
    made = custom_field.create(database, CustomField(owner="contact", label="Agent", kind="contact"))
    loaded = contact.load(database, third)
    loaded.record.custom = {f"f{made}": other}
    contact.save(database, loaded)
    with unit_of_work(database, "Logged") as work:
        activity = Activity(contact_id=third, type="call", at=START, custom={})
        work.session.add(activity)
        work.session.flush()
        work.session.add(ActivityLink(activity_id=activity.id, table_name="contact", record_id=other))
    merge(database, keep, [other])
    assert read(database, third).custom == {f"f{made}": keep}
    with database.read() as session:
        assert session.query(ActivityLink).one().record_id == keep


def test_one_picture_stays_the_picture(database: Database) -> None:
    keep, other = two(database)
    with unit_of_work(database, "Pictures") as work:
        for owner in (keep, other):
            work.session.add(Attachment(contact_id=owner, name="logo.png", is_picture=True))
    merge(database, keep, [other])
    with database.read() as session:
        pictures = session.query(Attachment).order_by(Attachment.id)
        assert [file.is_picture for file in pictures if file.contact_id == keep] == [True, False]


def test_the_preview_stands_side_by_side_and_proposes(database: Database) -> None:
    keep, other = two(database)
    loaded = contact.load(database, other)
    loaded.record.vat_number, loaded.record.is_supplier, loaded.record.kept = "DE136695976", True, ["X-A:1"]
    contact.save(database, loaded)
    with database.read() as session:
        shown = preview(session, [keep, other])
    told = {each.name: each for each in shown.fields}
    assert shown.keep == keep
    assert list(shown.names.values()) == ["Albrecht Metallbau GmbH", "Albrecht Metallbau"]
    assert told["vat_number"].proposal == other
    assert told["name"].proposal == keep
    assert told["priority"].is_equal
    assert not told["name"].is_equal
    assert shown.children[other]["contact_point"] == 2
    merge(database, keep, [other])
    stays = read(database, keep)
    assert (stays.vat_number, stays.name, stays.kept) == ("DE136695976", "Albrecht Metallbau GmbH", ["X-A:1"])
    assert stays.is_customer
    assert stays.is_supplier


def test_choices_hold(database: Database) -> None:
    keep, other = two(database)
    merge(database, keep, [other], {"name": other, "priority": 4711})
    stays = read(database, keep)
    assert (stays.name, stays.priority) == ("Albrecht Metallbau", "A")


def test_the_history_of_both_stays(database: Database) -> None:
    keep, other = two(database)
    third = organisation(database, "Albrecht")
    loaded = contact.load(database, other)
    loaded.record.name2 = "Only the other had this"
    contact.save(database, loaded)
    merge(database, other, [third])
    merge(database, keep, [other])
    with database.read() as session:
        assert changes.merged_into(session, keep) == [keep, other, third]
        assert "Only the other had this" in {entry.new for entry in changes.contact_history(session, keep, 2000)}


def test_undo_refuses_when_somebody_changed_the_same_since(database: Database, database_url: str) -> None:
    keep, other = two(database)
    done = merge(database, keep, [other], {"name": other})
    colleague = open_office(database_url, user="anna")
    loaded = contact.load(colleague, keep)
    loaded.record.name = "Albrecht Stahl"
    contact.save(colleague, loaded)
    colleague.close()
    with pytest.raises(ConflictError, match="anna"):
        undo.undo(database, done)


def test_what_cannot_be_merged_is_refused(database: Database) -> None:
    keep, other = two(database)
    with pytest.raises(UserError, match="from two"):
        merge(database, keep, [keep])
    contact.trash(database, [other])
    with pytest.raises(UserError, match="deleted meanwhile"):
        merge(database, keep, [other])
    with database.read() as session:
        assert session.query(Address).count() == 2
        assert session.query(BankAccount).count() == session.query(ContactPerson).count() == 2
