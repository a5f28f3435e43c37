"""Handing over, with notices to and fro."""

from __future__ import annotations

import pytest

from gcrm.errors import UserError
from gcrm.model.user import User
from gcrm.services import activity, delegation, follow_up, undo
from gcrm.services.database import Database
from gcrm.services.unit_of_work import unit_of_work
from tests.services.chronicle_office import MONDAY, at, colleague, customer, stored, whole


def told(database: Database) -> list[str]:
    with database.read() as session:
        return [row.sentence for row in delegation.notices(session, database.user_id)]


def test_the_delegate_hears_of_it_and_the_originator_of_its_end(database: Database) -> None:
    who = customer(database)
    made = activity.log(database, who, "send samples\nblue ones", follow_up=whole(MONDAY))
    with colleague(database) as anna:
        assert delegation.delegate(database, made, anna.user_id) == 1
        [notice] = told(anna)
        assert notice.endswith("gave you “send samples” (Müller GmbH)")
        assert told(database) == []
        found = stored(database, made)
        assert (found.responsible_id, found.delegated_by) == (anna.user_id, database.user_id)
        follow_up.complete(anna, made, at=at(9))
        assert told(database) == ["Anna completed “send samples” (Müller GmbH)"]
        with database.read() as session:
            [row] = delegation.notices(session, database.user_id)
            assert delegation.unread_count(session, database.user_id) == 1
        assert (row.activity_id, row.contact_id, row.kind) == (made, who, "completed")
        delegation.mark_read(anna, [row.id])
        assert len(told(database)) == 1
        delegation.mark_read(database, [row.id])
    assert told(database) == []


def test_whoever_had_it_hears_that_it_went_to_somebody_else(database: Database) -> None:
    with colleague(database) as anna, colleague(database, "ben") as ben:
        made = activity.log(database, customer(database), "x", follow_up=whole(MONDAY), responsible_id=anna.user_id)
        delegation.delegate(database, [made], ben.user_id)
        assert len(told(ben)) == 1
        [notice] = told(anna)
        assert "off your list" in notice


def test_taking_over_and_giving_to_the_same_tell_nobody(database: Database) -> None:
    made = activity.log(database, customer(database), "x", follow_up=whole(MONDAY))
    assert delegation.delegate(database, made, database.user_id) == 0
    with colleague(database) as anna:
        assert delegation.delegate(anna, made, anna.user_id) == 1
        assert told(anna) == []
        assert stored(database, made).delegated_by is None
        follow_up.complete(anna, made)
    assert [text for text in told(database) if "completed" in text] == []


def test_delegating_is_undone_with_its_notice(database: Database) -> None:
    made = activity.log(database, customer(database), "x", follow_up=whole(MONDAY))
    with colleague(database) as anna:
        delegation.delegate(database, made, anna.user_id)
        undo.undo_last(database)
        assert told(anna) == []
        assert stored(database, made).responsible_id == database.user_id


def test_nothing_is_given_to_somebody_who_left(database: Database) -> None:
    made = activity.log(database, customer(database), "x", follow_up=whole(MONDAY))
    with colleague(database) as anna:
        with unit_of_work(database, "left") as work:
            user = work.session.get(User, anna.user_id)
            assert user is not None
            user.is_active = False
        with pytest.raises(UserError):
            delegation.delegate(database, made, anna.user_id)
    assert stored(database, made).responsible_id == database.user_id


def test_a_private_one_that_went_away_is_not_named_to_its_former_owner(database: Database) -> None:
    with colleague(database) as anna, colleague(database, "ben") as ben:
        made = activity.log(
            database,
            customer(database),
            "secret",
            follow_up=whole(MONDAY),
            responsible_id=anna.user_id,
            is_private=True,
        )
        delegation.delegate(database, made, ben.user_id)
        assert told(anna) == []
        assert len(told(ben)) == 1
