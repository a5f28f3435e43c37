"""The ground the other tests stand on: guards that bite, and databases of both engines."""

from __future__ import annotations

import os
import socket
from contextlib import closing
from pathlib import Path

import keyring
import psycopg
import pytest
from PySide6.QtCore import qWarning
from PySide6.QtWidgets import QApplication
from sqlalchemy import inspect

from gcrm import paths
from gcrm.services.backup.create import identity
from gcrm.services.check import check
from gcrm.services.opening import open_office
from tests.databases import PostgresOffices, SqliteOffices
from tests.guards import NetworkGuard, NetworkUsed, is_this_machine
from tests.postgres import Keeper, find_binaries

pytest_plugins = ["pytester"]


@pytest.mark.parametrize("host", ["127.0.0.1", "127.9.9.9", "::1", "localhost", "", None, "0.0.0.0", "fe80::1%lo"])
def test_addresses_are_told_apart(host: str | None) -> None:
    assert is_this_machine(host) is (host != "fe80::1%lo")


def test_another_machine_is_out_of_reach(no_network: NetworkGuard) -> None:
    with socket.socket() as client, pytest.raises(NetworkUsed):
        client.connect(("192.0.2.1", 80))
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as client, pytest.raises(NetworkUsed):
        client.sendto(b"who is there", ("239.255.255.250", 1900))
    with pytest.raises(NetworkUsed):
        socket.create_connection(("gcrm.example", 80))
    assert no_network.attempts == ["192.0.2.1", "239.255.255.250", "gcrm.example"]
    no_network.attempts.clear()


def test_this_machine_can_be_reached() -> None:
    with socket.create_server(("127.0.0.1", 0)) as server, socket.create_connection(server.getsockname()) as client:
        assert client.getpeername() == server.getsockname()


def test_passwords_stay_in_memory() -> None:
    assert keyring.get_password("gcrm", "smtp") is None
    keyring.set_password("gcrm", "smtp", "secret")
    assert keyring.get_password("gcrm", "smtp") == "secret"


def test_data_lies_in_a_private_folder(data_folder: Path) -> None:
    assert paths.data_folder() == data_folder


def test_windows_are_offscreen(qapp: QApplication) -> None:
    expected = "xcb" if "GCRM_TEST_REAL_DISPLAY" in os.environ else "offscreen"
    assert qapp.platformName() == expected


@pytest.mark.qt_log_level_fail("CRITICAL")
def test_this_test_may_warn() -> None:
    qWarning("allowed here")


def test_a_warning_of_qt_fails_a_test(pytester: pytest.Pytester) -> None:
    pytester.makeconftest("from tests.conftest import pytest_collection_modifyitems, pytest_configure  # noqa: F401")
    pytester.makepyfile("from PySide6.QtCore import qWarning\ndef test_it():\n    qWarning('something is wrong')")
    pytester.makeini("[pytest]\nqt_api = pyside6")
    result = pytester.runpytest_inprocess("-p", "no:xdist")
    assert result.parseoutcomes() == {"failed": 1}
    result.stdout.fnmatch_lines("*QtWarningMsg: something is wrong*")


def test_fresh_databases_are_empty_and_apart(postgres_offices: PostgresOffices, tmp_path: Path) -> None:
    with postgres_offices.empty(tmp_path) as first, postgres_offices.empty(tmp_path) as second:
        assert first != second
        with psycopg.connect(first) as connection:
            connection.execute("CREATE TABLE contact (name text)")
        with psycopg.connect(second) as connection:
            assert connection.execute("SELECT to_regclass('contact')").fetchone() == (None,)
    with pytest.raises(psycopg.OperationalError, match="does not exist"):
        psycopg.connect(first)


@pytest.mark.parametrize("on_disk", [False, True])
def test_the_private_server_goes_when_its_keeper_goes(on_disk: bool) -> None:
    keeper = Keeper(on_disk=on_disk)
    with psycopg.connect(keeper.url) as connection:
        row = connection.execute("SELECT current_setting('data_directory'), current_setting('fsync')").fetchone()
    keeper.stop()
    assert row is not None
    assert row[1] == "off"
    assert not Path(row[0]).parent.exists()
    with pytest.raises(psycopg.OperationalError):
        psycopg.connect(keeper.url)


def test_the_newest_server_is_taken() -> None:
    assert (find_binaries() / "initdb").exists() or (find_binaries() / "initdb.exe").exists()


def test_the_next_new_office_is_as_the_first(offices: SqliteOffices | PostgresOffices, tmp_path: Path) -> None:
    told, offices_told_apart = [], set()
    for name in ("one", "other"):
        (tmp_path / name).mkdir()
        with offices.empty(tmp_path / name) as url, closing(open_office(url)) as database:
            inspected = inspect(database.engine)
            assert check(database, full=True).ok
            with database.engine.connect() as connection:
                offices_told_apart.add(identity(connection))
            # Tables come in the order in which the server's catalogue holds them, which is another each time.
            told.append({table: str(inspected.get_columns(table)) for table in inspected.get_table_names()})
    assert len(told[0]) > 40
    assert len(offices_told_apart) == 2
    assert told[0] == told[1]
