"""Connections that are kept: one that the server ended is noticed before it is used, without asking each time."""

from __future__ import annotations

from pathlib import Path

import psycopg
import pytest
from sqlalchemy import func, select

from gcrm.errors import UserError
from gcrm.services import contact, still_there
from gcrm.services.opening import open_office
from gcrm.services.unit_of_work import unit_of_work
from tests.databases import PostgresOffices
from tests.round_trips import line_to
from tests.services.offices import organisation

END = """SELECT pg_terminate_backend(pid, 60000) FROM pg_stat_activity
WHERE datname = current_database() AND pid <> pg_backend_pid()"""


def test_what_the_server_ended_is_not_used_again(postgres_offices: PostgresOffices, tmp_path: Path) -> None:
    with postgres_offices.migrated(tmp_path) as url:
        database = open_office(url)
        made = organisation(database)
        for number in range(2):
            loaded = contact.load(database, made)
            loaded.record.notes = f"{number}"
            with psycopg.connect(url, autocommit=True) as server:
                server.execute(END)
            assert contact.save(database, loaded).record.notes == f"{number}"
        database.close()


def test_what_is_refused_is_said_though_the_server_went(postgres_offices: PostgresOffices, tmp_path: Path) -> None:
    with postgres_offices.migrated(tmp_path) as url:
        database = open_office(url)

        def refuse() -> None:
            with unit_of_work(database, "Refused"):
                with psycopg.connect(url, autocommit=True) as server:
                    server.execute(END)
                raise UserError("No.")

        with pytest.raises(UserError, match="No"):
            refuse()
        assert contact.load(database, organisation(database)).record.id
        database.close()


@pytest.mark.parametrize(("rested", "trips"), [(3600.0, 1), (-1.0, 2)])
def test_a_connection_that_rested_is_asked(
    postgres_offices: PostgresOffices, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, rested: float, trips: int
) -> None:
    monkeypatch.setattr(still_there, "RESTED", rested)
    with postgres_offices.migrated(tmp_path) as url, line_to(url) as line:
        database = open_office(line.url)
        made = organisation(database)
        assert line.count(lambda: contact.load(database, made)) == trips
        database.close()


def test_the_server_asks_whether_we_are_there(postgres_offices: PostgresOffices, tmp_path: Path) -> None:
    with postgres_offices.migrated(tmp_path) as url:
        database = open_office(url)
        with database.read() as session:
            asked = [func.current_setting(f"tcp_keepalives_{name}") for name in ("idle", "interval")]
            assert session.execute(select(*asked)).one() == ("10", "5")
        database.close()
