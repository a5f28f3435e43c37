"""Types of activities: built in and own."""

from __future__ import annotations

import pytest

from gcrm.errors import UserError
from gcrm.i18n import language
from gcrm.model.activity import BUILT_IN_TYPES, ActivityType
from gcrm.services import activity, activity_types
from gcrm.services.database import Database
from tests.services.chronicle_office import count, customer


def labels(database: Database) -> list[str]:
    with database.read() as session:
        return [row.label for row in activity_types.types(session) if not row.is_hidden]


def test_every_office_has_the_built_in_types_without_a_row(database: Database) -> None:
    assert labels(database) == [name for _key, name, _icon, _colour in BUILT_IN_TYPES]
    assert count(database, ActivityType) == 0


def test_own_types_come_after_the_built_in_ones_and_built_in_ones_stay_translated(database: Database) -> None:
    activity_types.add_type(database, "Ortstermin")
    assert labels(database)[-1] == "Ortstermin"
    with language("de"):
        assert labels(database)[0] == activity_types.built_in("call").label


def test_types_can_be_hidden_and_moved(database: Database) -> None:
    activity_types.change_type(database, "letter", is_hidden=True)
    activity_types.change_type(database, "task", position=-1)
    assert labels(database)[0] == "Task"
    assert "Letter" not in labels(database)


@pytest.mark.parametrize("name", ["", "  ", "call", "CALL", "Anruf"])
def test_a_type_needs_a_name_of_its_own(database: Database, name: str) -> None:
    activity_types.add_type(database, "ANRUF")
    with pytest.raises(UserError):
        activity_types.add_type(database, name)


def test_keys_of_types_never_clash(database: Database) -> None:
    keys = [activity_types.add_type(database, name) for name in ("Ä b", "Ä-b", "!!!", "???")]
    assert len(set(keys)) == 4


def test_a_used_type_can_only_be_hidden(database: Database) -> None:
    used, unused = activity_types.add_type(database, "Used"), activity_types.add_type(database, "Unused")
    activity.log(database, customer(database), "x", type=used)
    for key in (used, "call"):
        with pytest.raises(UserError):
            activity_types.remove_type(database, key)
    activity_types.remove_type(database, unused)
    assert "Unused" not in labels(database)
    assert "Used" in labels(database)


def test_people_are_not_offered_what_the_program_writes() -> None:
    assert not activity_types.built_in("print").is_chosen_by_people
    assert activity_types.built_in("visit").is_chosen_by_people
