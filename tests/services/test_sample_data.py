"""Sample data on both databases: they come, they go, and what was edited stays."""

from __future__ import annotations

from gcrm.model.base import Home
from gcrm.services import company, contact, sample_data
from gcrm.services.contact_list import ContactQuery, ids
from gcrm.services.database import Database


def count(database: Database) -> int:
    with database.read() as session:
        return contact.count(session)


def test_an_office_is_empty_until_the_first_contact(database: Database) -> None:
    with database.read() as session:
        assert sample_data.is_empty(session)
    made = contact.create(database, contact.empty(name="Albrecht"))
    contact.trash(database, [made])
    with database.read() as session:
        assert not sample_data.is_empty(session)


def test_sample_data_come_and_go_as_a_whole(database: Database) -> None:
    sample_data.add(database)
    assert count(database) == sample_data.CONTACTS
    with database.read() as session:
        assert len(sample_data.operations(session)) == 2  # the office, and its calendar
    assert sample_data.remove(database) == 0
    assert count(database) == 0
    assert company.main_company(database).record.name == ""
    assert database.home == Home()
    with database.read() as session:
        assert not sample_data.operations(session)
        assert sample_data.is_empty(session)
    assert sample_data.remove(database) == 0


def test_own_contacts_and_edited_samples_stay(database: Database) -> None:
    sample_data.add(database)
    own = contact.create(database, contact.empty(name="My first customer"))
    with database.read() as session:
        first = int(next(found for found in ids(session, ContactQuery()) if found != own))
    loaded = contact.load(database, first)
    loaded.record.notes = "My own note"
    contact.save(database, loaded)
    assert sample_data.remove(database) > 0
    with database.read() as session:
        assert set(ids(session, ContactQuery())) == {own, first}
    assert contact.load(database, first).record.notes == "My own note"
