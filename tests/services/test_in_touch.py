"""When the office was last in touch: the record page, the list and the filter say the same."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from gcrm.model.base import now
from gcrm.model.follow_up import When
from gcrm.services import activity, contact, contact_list, contact_page
from gcrm.services.activity import note_program_action
from gcrm.services.contact_list import ContactQuery
from gcrm.services.database import Database
from gcrm.services.unit_of_work import unit_of_work

CALLED = datetime(2026, 5, 4, 9, 30, tzinfo=UTC)
TOMORROW = When(datetime(2030, 1, 2, 0, 0), all_day=True)


@pytest.fixture
def made(database: Database) -> int:
    return contact.create(database, contact.empty(name="Albrecht"))


def last(database: Database, made: int) -> datetime | None:
    """Return the last contact, after the page and the list agreed."""
    with database.read() as session:
        figure = contact_page.read_figures(session, made, database.user_id)[0].last_contact
        row = contact_list.rows(session, [made], ["last_contact"])[made]
        empty = contact_list.ids(session, ContactQuery(conditions={"field": "last_contact", "op": "empty"}))
    assert row["last_contact"] == figure
    assert (made in empty) == (figure is None)
    return figure


def test_a_call_with_a_follow_up_is_a_contact(database: Database, made: int) -> None:
    assert last(database, made) is None
    activity.log(database, made, "Offer", type="call", at=CALLED, follow_up=TOMORROW)
    assert last(database, made) == CALLED


@pytest.mark.parametrize("kind", ["note", "task"])
def test_what_the_customer_knows_nothing_of_is_none(database: Database, made: int, kind: str) -> None:
    activity.log(database, made, "Think", type=kind, at=CALLED)
    with unit_of_work(database, "Printed") as work:
        note_program_action(work, made, "print", "Printed")
        note_program_action(work, made, "export", "Exported")
    assert last(database, made) is None


def test_what_is_still_to_come_is_none(database: Database, made: int) -> None:
    activity.log(database, made, "Fair", type="meeting", at=now() + timedelta(days=3))
    assert last(database, made) is None
    activity.log(database, made, "Here", type="visit", at=CALLED)
    assert last(database, made) == CALLED
