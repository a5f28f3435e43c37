"""The people who work here: name and e-mail address."""

from __future__ import annotations

import pytest

from gcrm.errors import UserError
from gcrm.services import user
from gcrm.services.database import Database
from gcrm.services.undo import undo_last


def known(database: Database) -> dict[str, tuple[str, str]]:
    with database.read() as session:
        return {one.login: (one.name, one.email) for one in user.users(session)}


def test_name_and_address_are_changed_and_come_back(database: Database) -> None:
    jonas = user.add_user(database, "jonas", "Jonas Becker", "mailto:jonas@Office.example")
    assert known(database)["jonas"] == ("Jonas Becker", "jonas@office.example")
    user.change(database, jonas, " Jonas Vogel ", "")
    assert known(database)["jonas"] == ("Jonas Vogel", "")
    undo_last(database)
    assert known(database)["jonas"] == ("Jonas Becker", "jonas@office.example")


@pytest.mark.parametrize(("name", "email", "field"), [("", "", "name"), ("Jonas", "jonas", "email")])
def test_what_is_no_name_or_address_is_refused(database: Database, name: str, email: str, field: str) -> None:
    jonas = user.add_user(database, "jonas", "Jonas Becker")
    before = known(database)
    with pytest.raises(UserError) as refused:
        user.change(database, jonas, name, email)
    assert refused.value.field == field
    assert known(database) == before
