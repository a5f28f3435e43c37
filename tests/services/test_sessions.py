"""One session per service call (law 4): what a service hands out hangs on no session and reads nothing by itself."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any

import pytest
from sqlalchemy import inspect
from sqlalchemy.exc import InvalidRequestError
from sqlalchemy.orm.exc import DetachedInstanceError

from gcrm.model.contact import Contact
from gcrm.model.custom_field import CustomField
from gcrm.services import activity, contact, contact_page, contact_rules, custom_field
from gcrm.services.database import Database
from tests.services.offices import organisation
from tests.sessions import left_open


def saved_contact(database: Database, who: int) -> Iterable[Any]:
    loaded = contact.load(database, who)
    loaded.record.notes = "changed"
    return contact_rules.walk(contact.save(database, loaded).record)


def new_contact(database: Database, who: int) -> Iterable[Any]:
    record = contact.empty(name="New")
    contact.create(database, record)
    return contact_rules.walk(record)


def logged(database: Database, who: int) -> Iterable[Any]:
    return [activity.load(database, activity.log(database, who, "Word")).record]


def saved_activity(database: Database, who: int) -> Iterable[Any]:
    loaded = activity.load(database, activity.log(database, who, "Word"))
    loaded.record.text = "Other word"
    return [activity.save(database, loaded).record]


def user_defined_fields(database: Database, who: int) -> Iterable[Any]:
    custom_field.create(database, CustomField(owner="contact", label="Colour", kind="text"))
    return contact_page.view(database, who).surroundings.custom_fields["contact"]


CALLS: dict[str, Callable[[Database, int], Iterable[Any]]] = {
    "contact.load": lambda database, who: contact_rules.walk(contact.load(database, who).record),
    "contact.save": saved_contact,
    "contact.create": new_contact,
    "contact_page.view": lambda database, who: contact_rules.walk(contact_page.view(database, who).contact),
    "contact_page.surroundings": user_defined_fields,
    "activity.load": logged,
    "activity.save": saved_activity,
}


@pytest.mark.parametrize("call", CALLS.values(), ids=CALLS)
def test_what_a_service_returns_is_detached(call: Callable[[Database, int], Iterable[Any]], database: Database) -> None:
    records = list(call(database, organisation(database)))
    assert records
    assert [record for record in records if not inspect(record).detached] == []
    assert left_open() == []


def test_a_record_never_reads_behind_a_windows_back(database: Database) -> None:
    who = organisation(database)
    with database.read() as session:
        found = session.get(Contact, who)
        assert found is not None
        with pytest.raises(InvalidRequestError, match="lazy='raise'"):
            _ = found.addresses
    with pytest.raises((InvalidRequestError, DetachedInstanceError)):
        _ = found.addresses


def test_a_session_that_stays_open_is_found(database: Database) -> None:
    who = organisation(database)
    session = database.sessions()
    found = session.get(Contact, who)
    assert found is not None
    assert left_open() == ["a session holds ['Contact']"]
    session.close()
    assert left_open() == []
