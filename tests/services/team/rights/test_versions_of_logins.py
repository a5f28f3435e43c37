"""What logins that may do little learn of the version of their office, and how its owner upgrades it past them."""

from __future__ import annotations

from contextlib import closing

import psycopg
import pytest
from sqlalchemy import text

from gcrm.errors import NewerOffice, OlderOffice
from gcrm.model.migrations import HEAD, REVISIONS
from gcrm.services import schema, settings
from gcrm.services.check import check
from gcrm.services.opening import open_office
from gcrm.services.seals import seal_pending
from gcrm.services.versions import INSTALLER
from tests.services.team.rights.team_office import GROUPS, Team


def test_every_login_learns_which_program_is_needed_and_where_it_is(team: Team) -> None:
    settings.set(team.owner, INSTALLER, "https://intranet/gcrm")
    with team.owner.engine.begin() as connection:
        connection.execute(text("UPDATE alembic_version SET version_num = '9999'"))
        connection.execute(text("INSERT INTO office_version VALUES ('9999', '9.1.0')"))
    for group in GROUPS:
        with pytest.raises(NewerOffice) as refused:
            open_office(team.address(group))
        assert (refused.value.program, refused.value.installer) == ("9.1.0", "https://intranet/gcrm")


def test_no_login_can_pretend_an_upgrade_or_change_what_is_told(watched: Team) -> None:
    for group in GROUPS:
        with watched.connect(group) as login:
            for statement in (
                "LOCK TABLE alembic_version IN EXCLUSIVE MODE",
                "UPDATE office_version SET program = '0.0.1'",
                "DELETE FROM office_version",
            ):
                with pytest.raises(psycopg.errors.InsufficientPrivilege), login.transaction():
                    login.execute(statement)


def test_the_owner_upgrades_while_logins_are_sent_out(team: Team) -> None:
    schema.upgrade(team.owner.engine, REVISIONS[-2])
    address = team.url.render_as_string(hide_password=False)
    with pytest.raises(OlderOffice, match="Ask its administrator") as found:
        open_office(team.address("administrator"), upgrades=True)
    assert not found.value.is_owner
    login = team.connect("office")
    with closing(open_office(address, user="chef", upgrades=True)) as owner:
        with pytest.raises(psycopg.OperationalError):
            login.execute("SELECT 1")
        with owner.engine.connect() as connection:
            assert schema.revision(connection) == HEAD
        seal_pending(owner)
        assert check(owner, full=True).findings == ()
    login.close()
    with team.open("office") as office:
        assert not office.is_owner
