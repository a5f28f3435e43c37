"""Every schema that was released becomes the present one, and goes back, with every row as it was."""

from __future__ import annotations

from contextlib import closing

import pytest

from gcrm.model.migrations import HEAD, REVISIONS
from gcrm.services import schema
from gcrm.services.check import check
from gcrm.services.database import Database
from gcrm.services.opening import open_office
from gcrm.services.seals import seal_pending
from tests import old_offices
from tests.old_offices import FOLDER, FORMER, load, lost, rows

former = pytest.mark.parametrize("revision", FORMER)


def test_each_former_schema_is_kept_for_both_engines() -> None:
    """A new revision begins with a fixture of the schema before it: packaging/make_schema_fixture.py."""
    kept = {path.name for path in FOLDER.iterdir()}
    wanted = {f"{revision}.{ending}" for revision in FORMER for ending in ("sqlite", "sql")}
    assert wanted - kept == set()


def there(database: Database) -> old_offices.Rows:
    with database.engine.connect() as connection:
        return rows(connection)


@former
def test_a_former_office_becomes_one_of_today_and_goes_back(empty_database_url: str, revision: str) -> None:
    load(empty_database_url, revision)
    with closing(Database.at(empty_database_url)) as former_office:
        with former_office.engine.connect() as connection:
            assert schema.revision(connection) == revision
        before = there(former_office)
        assert {name for name, found in before.items() if not found} <= {"current_operation"}
    with closing(open_office(empty_database_url, user="anna", upgrades=True)) as database:
        with database.engine.connect() as connection:
            assert schema.revision(connection) == HEAD
        assert lost(before, there(database)) == []
        seal_pending(database)
        assert check(database, full=True).findings == ()
    with closing(Database.at(empty_database_url)) as database:
        schema.upgrade(database.engine, revision)
        after = there(database)
        assert lost(before, after) == []
        assert {name: list(found[0]) for name, found in before.items() if found} == {
            name: list(found[0]) for name, found in after.items() if found
        }
        schema.upgrade(database.engine)
        assert lost(before, there(database)) == []


def test_a_row_or_a_value_that_is_lost_is_noticed() -> None:
    before: old_offices.Rows = {"contact": [{"id": 1, "name": "Becker"}, {"id": 2, "name": "Cardoso"}]}
    assert lost(before, {"contact": [{"id": 1, "name": "Bäcker"}]}) == [
        "contact.name of 1: 'Becker', now 'Bäcker'", "contact {'id': 2, 'name': 'Cardoso'}",
    ]  # fmt: skip


def test_the_revisions_are_one_chain(empty_database_url: str) -> None:
    with closing(Database.at(empty_database_url)) as database:
        for revision in REVISIONS:
            schema.upgrade(database.engine, revision)
            with database.engine.connect() as connection:
                assert schema.revision(connection) == revision
