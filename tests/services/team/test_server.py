"""The server that gCRM makes: who comes in, what its log holds, how it starts, stops and comes back."""

from __future__ import annotations

import json
import os
import platform
import signal
import subprocess
import sys
import threading
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import psycopg
import pytest
from psycopg import sql
from psycopg.conninfo import make_conninfo
from sqlalchemy import select

from gcrm.errors import EnvironmentProblem, UserError
from gcrm.model.base import now
from gcrm.model.user_group import RefusedLogin
from gcrm.services import contact
from gcrm.services.backup.verify import skim
from gcrm.services.opening import open_office
from gcrm.services.team import attempts, binaries, refused_log, server_files
from gcrm.services.team.authority import Authority
from gcrm.services.team.daily import daily_work
from gcrm.services.team.databases import databases, make_database
from gcrm.services.team.server import Plan, Server
from tests.postgres import _free_port
from tests.team_server import OWNER, TeamServer, server_folder

CANARY = "kanarienvogel-5520"
HERE = ("127.0.0.1",)


@pytest.fixture(scope="module")
def own() -> Iterator[Server]:
    """Give a server that is not started, for tests that start and stop it."""
    with server_folder() as (folder, owner):
        made = Server.create(folder, Plan("Zweigstelle", _free_port(), HERE, ("branch-pc",)), owner)
        yield made
        made.stop()


@pytest.fixture
def stopped(own: Server) -> Iterator[Server]:
    yield own
    own.stop()


def connect(team: TeamServer, **other: str) -> psycopg.Connection[tuple[object, ...]]:
    told = {
        "host": "127.0.0.1", "port": str(team.server.plan.port), "user": OWNER, "password": team.password,
        "dbname": "office",
    }  # fmt: skip
    return psycopg.connect(make_conninfo(**told | other))


# --- who comes in ----------------------------------------------------------------------------------------------------
def test_with_tls_and_the_right_password_one_comes_in(team: TeamServer) -> None:
    with connect(team, sslmode="require", channel_binding="require") as connection:
        told = connection.execute("SELECT ssl, version FROM pg_stat_ssl WHERE pid = pg_backend_pid()").fetchone()
    assert told is not None
    assert told[0] is True
    assert told[1] in ("TLSv1.2", "TLSv1.3")


@pytest.mark.parametrize(
    ("wrong", "said"),
    [
        ({"sslmode": "disable"}, "pg_hba.conf"),
        ({"sslmode": "require", "password": "wrong"}, "password authentication failed"),
        ({"sslmode": "require", "password": ""}, "no password supplied"),
        ({"sslmode": "require", "user": "postgres", "password": "postgres"}, "pg_hba.conf rejects"),
        ({"sslmode": "require", "ssl_max_protocol_version": "TLSv1.1", "ssl_min_protocol_version": "TLSv1"}, "SSL"),
        ({"host": "SOCKET", "password": "wrong"}, "password authentication failed"),
    ],
)
def test_nobody_else_does(team: TeamServer, wrong: dict[str, str], said: str) -> None:
    told = {name: str(team.server.folder / "socket") if text == "SOCKET" else text for name, text in wrong.items()}
    with pytest.raises(psycopg.OperationalError, match=said):
        connect(team, **told)


def test_it_trusts_nobody(team: TeamServer) -> None:
    with psycopg.connect(team.server.administrator_url()) as administrator:
        rules = administrator.execute("SELECT type, auth_method FROM pg_hba_file_rules").fetchall()
        secret = administrator.execute("SELECT rolpassword FROM pg_authid WHERE rolcanlogin ORDER BY 1").fetchall()
        settings: dict[str, str] = dict(administrator.execute("SELECT name, setting FROM pg_settings").fetchall())
    assert {(kind, method) for kind, method in rules} <= {
        ("local", "peer"), ("local", "scram-sha-256"), ("hostssl", "scram-sha-256"), ("host", "reject"),
    }  # fmt: skip
    assert {str(one[0]).startswith("SCRAM-SHA-256$") for one in secret if one[0] is not None} == {True}
    assert settings["ssl"] == "on"
    assert settings["ssl_min_protocol_version"] == "TLSv1.2"
    assert settings["data_checksums"] == "on"
    assert settings["server_encoding"] == "UTF8"
    assert (settings["fsync"], settings["synchronous_commit"], settings["full_page_writes"]) == ("on", "on", "on")
    assert {settings[name] for name in ("log_parameter_max_length", "log_parameter_max_length_on_error")} == {"0"}


def test_what_was_weakened_by_hand_is_back_at_the_next_start(stopped: Server) -> None:
    (stopped.data / "pg_hba.conf").write_text("host all all 0.0.0.0/0 trust\nlocal all all trust\n")
    stopped.start()
    with psycopg.connect(stopped.administrator_url()) as administrator:
        methods = {row[0] for row in administrator.execute("SELECT auth_method FROM pg_hba_file_rules").fetchall()}
    assert "trust" not in methods


def test_a_name_is_given_once_and_no_password_travels(team: TeamServer) -> None:
    with pytest.raises(UserError, match="office"):
        make_database(team.server, "office", "somebody", CANARY)
    with pytest.raises(UserError, match=OWNER):
        make_database(team.server, "another", OWNER, CANARY)
    make_database(team.server, 'Büro "Süd"', "somebody", CANARY)
    connect(team, dbname='Büro "Süd"', user="somebody", password=CANARY, sslmode="require").close()
    assert CANARY not in logged(team.server)
    assert {'Büro "Süd"', "office"} <= set(databases(team.server))


# --- its log ---------------------------------------------------------------------------------------------------------
def logged(server: Server) -> str:
    return "".join(file.read_text(errors="replace") for file in (server.folder / "log").iterdir())


def test_the_log_holds_nothing_of_what_people_keep(team: TeamServer) -> None:
    with connect(team, sslmode="require") as connection:
        connection.autocommit = True
        connection.execute("CREATE TABLE canary (word text PRIMARY KEY, number integer CHECK (number > 0))")
        connection.execute("INSERT INTO canary VALUES (%s, 1)", [CANARY])
        wrong: list[tuple[str | sql.Composed, list[str]]] = [
            ("INSERT INTO canary VALUES (%s, 1)", [CANARY]),
            ("INSERT INTO canary VALUES (%s, -1)", [f"{CANARY}2"]),
            (sql.SQL("SELECT {} FROM nowhere").format(CANARY), []),
            (sql.SQL("SELECT {}::integer / 0").format("1"), []),
        ]
        for statement, values in wrong:
            with pytest.raises(psycopg.Error):
                connection.execute(statement, values)
    log = logged(team.server)
    assert "duplicate key value" in log
    assert CANARY not in log
    assert team.password not in log


# --- starting and stopping -------------------------------------------------------------------------------------------
def test_it_starts_and_stops_cleanly(stopped: Server) -> None:
    stopped.start()
    stopped.start()
    assert stopped.is_running()
    with psycopg.connect(stopped.administrator_url(), autocommit=True) as administrator:
        administrator.execute("CREATE TABLE kept AS SELECT 1 AS number")
        idle = psycopg.connect(stopped.administrator_url())
        idle.execute("SELECT 1")
        stopped.stop()
    idle.close()
    assert not stopped.is_running()
    stopped.stop()
    assert "database system is shut down" in logged(stopped)


def test_it_comes_back_after_it_was_killed(stopped: Server) -> None:
    stopped.start()
    with psycopg.connect(stopped.administrator_url(), autocommit=True) as administrator:
        administrator.execute("CREATE TABLE survives AS SELECT 7 AS number")
    os.kill(int((stopped.data / "postmaster.pid").read_text().split()[0]), signal.SIGKILL)
    while stopped.is_running():
        pass
    stopped.start()
    with psycopg.connect(stopped.administrator_url()) as administrator:
        assert administrator.execute("SELECT number FROM survives").fetchone() == (7,)


def test_a_port_that_is_taken_is_said(team: TeamServer, stopped: Server) -> None:
    other = Server(
        stopped.folder, Plan("Zweigstelle", team.server.plan.port, HERE, version=stopped.plan.version), stopped.owner
    )
    with pytest.raises(EnvironmentProblem, match=str(team.server.plan.port)):
        other.start()
    assert not other.is_running()


def test_in_the_foreground_it_ends_when_it_is_told_to(stopped: Server) -> None:
    command = [sys.executable, "-m", "gcrm", "server", "--folder", str(stopped.folder), "run"]
    environment = os.environ | {"PYTHONPATH": os.pathsep.join(sys.path)}
    with subprocess.Popen(command, env=environment, stderr=subprocess.PIPE, text=True) as running:
        while not stopped.is_running() or not can_connect(stopped):
            assert running.poll() is None, running.communicate()
        running.send_signal(signal.SIGTERM)
        assert running.wait() == 0
    assert not stopped.is_running()


def can_connect(server: Server) -> bool:
    try:
        psycopg.connect(server.administrator_url()).close()
    except psycopg.OperationalError:
        return False
    return True


def test_in_the_foreground_it_tells_when_the_server_died(stopped: Server) -> None:
    """Whoever keeps the service then starts it again."""
    command = [sys.executable, "-m", "gcrm", "server", "--folder", str(stopped.folder), "run"]
    environment = os.environ | {"PYTHONPATH": os.pathsep.join(sys.path)}
    with subprocess.Popen(command, env=environment, stderr=subprocess.PIPE, text=True) as running:
        while not stopped.is_running() or not can_connect(stopped):
            assert running.poll() is None, running.communicate()
        os.kill(int((stopped.data / "postmaster.pid").read_text().split()[0]), signal.SIGKILL)
        assert running.wait() == 1


def test_the_daily_work_renews_a_certificate_while_it_runs(stopped: Server) -> None:
    stopped.start()
    before = stopped.authority.read_server()
    daily_work(stopped)
    assert stopped.authority.read_server() == before
    Authority(stopped.folder / "tls", stopped.owner).server_key.unlink()
    daily_work(stopped)
    assert stopped.authority.read_server() != before
    assert can_connect(stopped)


def test_the_daily_work_backs_each_office_up_once_and_counts_what_was_refused_once(
    stopped: Server, monkeypatch: pytest.MonkeyPatch
) -> None:
    stopped.start()
    make_database(stopped, "office", "anna", "a long password")
    make_database(stopped, "something-else", "bruno", "a long password")
    office = open_office(stopped.administrator_url("office"), user="anna")
    contact.create(office, contact.empty(name="Albrecht AG", is_customer=True))
    wrong = {"host": "127.0.0.1", "port": str(stopped.plan.port), "dbname": "office", "password": "no such password"}
    for login in ("anna", "anna", "nobody", "anna"):
        with pytest.raises(psycopg.OperationalError, match="password authentication failed"):
            psycopg.connect(make_conninfo(**wrong, user=login, sslmode="require"))
    monkeypatch.setattr(refused_log, "now", lambda: now() + timedelta(seconds=10))
    assert daily_work(stopped) == []
    assert daily_work(stopped) == []
    with office.read() as session:
        [row] = session.scalars(select(RefusedLogin)).all()
        assert (row.user_id, row.place, row.times) == (office.user_id, platform.node()[:100], 3)
    assert attempts._is_counted(office)
    office.close()
    [made] = (stopped.folder / "backups").glob("*.gcrmbackup")
    assert made.name.startswith("office-")
    skim(made)


def test_other_names_are_in_the_certificate_and_stay(stopped: Server) -> None:
    stopped.renew(("branch-pc", "branch.example"))
    assert "branch.example" in stopped.authority.read_server().names
    assert Server.open(stopped.folder).plan.names == ("branch-pc", "branch.example")
    assert Server.open(stopped.folder) == Server(stopped.folder, Server.open(stopped.folder).plan, stopped.owner)


def test_the_daily_work_is_done_once_a_day(monkeypatch: pytest.MonkeyPatch) -> None:
    from gcrm.services.team import server as module

    monkeypatch.setattr(module, "SOON", 0.0)
    monkeypatch.setattr(module, "HOUR", 0.001)
    ended, worked, looked = threading.Event(), [], threading.Event()
    worker = threading.Thread(target=module._every_day, args=(lambda: worked.append(1), looked.set, ended))
    worker.start()
    looked.wait()  # an hour that was no new day
    ended.set()
    worker.join()
    assert worked in ([1], [1, 1])  # twice when midnight passed


# --- what is refused -------------------------------------------------------------------------------------------------
@pytest.mark.skipif(not binaries.is_root(), reason="only root is refused")
def test_root_is_refused_in_words(tmp_path: Path) -> None:
    for owner in ("", "root"):
        with pytest.raises(UserError, match="--user"):
            Server.create(tmp_path / "server", Plan("x"), owner)
    with pytest.raises(UserError, match="nobody-here"):
        Server.create(tmp_path / "server", Plan("x"), "nobody-here")
    assert not (tmp_path / "server").exists()


def test_a_folder_that_holds_something_is_refused(own: Server, tmp_path: Path) -> None:
    (tmp_path / "letter.txt").write_text("dear")
    with pytest.raises(UserError, match="not empty"):
        Server.create(tmp_path, Plan("x"), own.owner)
    assert (tmp_path / "letter.txt").read_text() == "dear"
    with pytest.raises(UserError, match="not empty"):
        Server.create(own.folder, Plan("x"), own.owner)
    assert Server.open(own.folder).plan == Server.open(own.folder).plan


def test_what_was_begun_is_removed_when_it_cannot_be_made(own: Server, tmp_path: Path) -> None:
    folder = tmp_path / "new"
    with pytest.raises(UserError, match="two words"):
        Server.create(folder, Plan("x", names=("two words",)), own.owner)
    assert not folder.exists()


def test_a_name_too_long_for_a_socket_is_refused(own: Server, tmp_path: Path) -> None:
    with pytest.raises(UserError, match="too long"):
        Server.create(tmp_path / ("x" * 120), Plan("x"), own.owner)


def test_a_folder_without_a_server_is_said(tmp_path: Path) -> None:
    with pytest.raises(UserError, match="gcrm server create"):
        Server.open(tmp_path)
    (tmp_path / "server.json").write_text("{")
    with pytest.raises(EnvironmentProblem, match=r"server\.json"):
        Server.open(tmp_path)


def test_the_programs_are_found_or_named(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    found = binaries.find()
    assert binaries.version_of(found) >= binaries.OLDEST
    with pytest.raises(EnvironmentProblem, match="PostgreSQL 99"):
        binaries.find(99)
    monkeypatch.setenv("PGBIN", str(found))
    monkeypatch.setattr(binaries, "PLACES", ())
    monkeypatch.setenv("PATH", str(tmp_path))
    assert binaries.find() == found


def test_a_folder_with_odd_letters_is_written_so_that_the_server_reads_it() -> None:
    text = server_files.configuration(Path("/srv/O'Neill, Büro"), 5432, ["*"])
    assert "log_directory = '/srv/O''Neill, Büro/log'" in text
    assert "unix_socket_directories = '\"/srv/O''Neill, Büro/socket\"'" in text


# --- the commands ----------------------------------------------------------------------------------------------------
def test_the_commands_make_start_tell_and_stop_a_server(capsys: pytest.CaptureFixture[str]) -> None:
    from gcrm.cli import run_command

    with server_folder() as (folder, owner):
        place = ["server", "--folder", str(folder)]
        user = ["--user", owner] if owner else []
        words = ["--office", "Muster", "--port", str(_free_port()), "--name", "office-pc", *user]
        assert run_command([*place, "create", *words]) == 0
        said = capsys.readouterr().out
        assert Server.open(folder).authority.read().fingerprint in said
        assert run_command([*place, "status"]) == 1
        assert "stopped" in capsys.readouterr().out
        try:
            assert run_command([*place, "start"]) == 0
            capsys.readouterr()
            assert run_command([*place, "status", "--json"]) == 0
            told = json.loads(capsys.readouterr().out)
            assert told["running"] is True
            assert told["databases"] == []
            assert "office-pc" in told["names"]
            assert run_command([*place, "renew", "--name", "elsewhere"]) == 0
            assert "elsewhere" in capsys.readouterr().out
        finally:
            assert run_command([*place, "stop"]) == 0
        assert not Server.open(folder).is_running()
