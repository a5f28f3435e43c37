"""An office that was upgraded tells older programs which version they need, and where the office keeps it."""

from __future__ import annotations

from contextlib import closing

import pytest
from sqlalchemy import Connection, select, text

from gcrm import __version__
from gcrm.errors import NewerOffice, OlderOffice
from gcrm.model.migrations import HEAD
from gcrm.model.office_version import OfficeVersion
from gcrm.services import contact, schema, settings, undo
from gcrm.services.change_feed import ChangeWatcher
from gcrm.services.database import Database
from gcrm.services.opening import open_office
from gcrm.services.seals import seal_pending
from gcrm.services.versions import INSTALLER
from tests.services.offices import organisation

PLACE = r"\\office-pc\software\gCRM"


def written(url: str, *statements: str) -> None:
    """Write as another program does that knows nothing of this one's services."""
    with (
        closing(Database.at(url)) as other,
        other.engine.connect().execution_options(gcrm_write=True) as connection,
        connection.begin(),
    ):
        for statement in statements:
            connection.execute(text(statement))


def upgrade_to_9(url: str, *open_there: Database) -> None:
    """Bring an office to a version of the future, as its program does: all others lose their connections."""
    written(
        url,
        "UPDATE alembic_version SET version_num = '9999'",
        "INSERT INTO office_version (revision, program) VALUES ('9999', '9.1.0')",
    )
    for database in open_there:
        database.engine.dispose()


def versions(database: Database) -> list[tuple[str, str]]:
    with database.engine.connect() as connection:
        found = connection.execute(select(OfficeVersion.revision, OfficeVersion.program))
        return [(row.revision, row.program) for row in found]


def test_an_office_tells_which_program_made_it(database: Database) -> None:
    assert versions(database) == [(HEAD, __version__)]


def test_a_newer_office_names_the_version_that_is_needed_and_its_place(database: Database, database_url: str) -> None:
    settings.set(database, INSTALLER, PLACE)
    upgrade_to_9(database_url, database)
    with pytest.raises(NewerOffice) as refused:
        open_office(database_url)
    own = f"This office needs gCRM 9.1.0 or newer; this is gCRM {__version__}. "
    assert refused.value.sentence == own + rf"The office keeps the installer here: {PLACE}"
    assert (refused.value.program, refused.value.installer) == ("9.1.0", PLACE)


def test_a_newer_office_that_does_not_say_where_names_whom_to_ask(database: Database, database_url: str) -> None:
    upgrade_to_9(database_url, database)
    with pytest.raises(NewerOffice, match=r"needs gCRM 9\.1\.0 or newer.*Ask the administrator") as refused:
        open_office(database_url)
    assert refused.value.installer == ""


def test_the_place_can_be_taken_back_like_any_setting(database: Database, database_url: str) -> None:
    settings.set(database, INSTALLER, PLACE)
    undo.undo_last(database)
    upgrade_to_9(database_url, database)
    with pytest.raises(NewerOffice) as refused:
        open_office(database_url)
    assert refused.value.installer == ""


def until_it_hears(watcher: ChangeWatcher) -> None:
    while not watcher.wait(0.05):
        pass


def test_a_program_that_was_open_meanwhile_saves_and_reads_nothing_more(database: Database, database_url: str) -> None:
    made = organisation(database)
    seal_pending(database)
    with closing(open_office(database_url)) as other:
        watcher = ChangeWatcher(other)
        watcher.start()
        upgrade_to_9(database_url, database, other)
        with pytest.raises(NewerOffice, match=r"needs gCRM 9\.1\.0"):
            contact.trash(other, [made])
        written(database_url, "UPDATE contact SET version = version + 1")
        with pytest.raises(NewerOffice, match=r"needs gCRM 9\.1\.0"):
            until_it_hears(watcher)
        watcher.stop()
    with closing(Database.at(database_url)) as later, later.engine.connect() as connection:
        assert connection.execute(text("SELECT deleted_at FROM contact")).scalar() is None


def test_a_program_whose_office_became_older_saves_nothing_more(database: Database, database_url: str) -> None:
    made = organisation(database)
    with closing(open_office(database_url)) as other:
        schema.upgrade(database.engine, "0001")
        other.engine.dispose()
        with pytest.raises(OlderOffice, match="older version"):
            contact.trash(other, [made])


def test_the_shape_that_older_programs_read_never_changes(database: Database) -> None:
    """docs/decisions/0013-versions.md: programs that are out there read exactly this."""
    settings.set(database, INSTALLER, PLACE)

    def read(connection: Connection, statement: str) -> object:
        return connection.execute(text(statement)).scalar_one()

    with database.engine.connect() as connection:
        assert read(connection, "SELECT version_num FROM alembic_version") == HEAD
        assert read(connection, f"SELECT program FROM office_version WHERE revision = '{HEAD}'") == __version__
        kept = read(connection, f"SELECT value FROM setting WHERE key = '{INSTALLER}' AND user_id IS NULL")
    assert kept in (PLACE, r'"\\\\office-pc\\software\\gCRM"')
