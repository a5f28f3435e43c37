"""What goes wrong around a command: one clear sentence and the right status, never a traceback."""

from __future__ import annotations

import os
import secrets
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import psycopg
import pytest
from psycopg import sql
from sqlalchemy import make_url

from gcrm.cli import run_command
from gcrm.errors import EnvironmentProblem, UserError
from gcrm.services import contact
from gcrm.services import database as opening
from gcrm.services.change_feed import ChangeWatcher
from gcrm.services.opening import open_office
from tests.databases import PostgresOffices, SqliteOffices
from tests.services.offices import organisation

posix = pytest.mark.skipif(sys.platform == "win32", reason="signals, devices and displays of POSIX")


def refused(words: list[str], capsys: pytest.CaptureFixture[str], status: int = 1) -> str:
    """Run a command that is refused; return its one sentence."""
    assert run_command(words) == status
    said = capsys.readouterr()
    assert said.out == ""
    assert len(said.err.splitlines()) == 1
    return said.err


@pytest.mark.parametrize(
    ("address", "words"),
    [
        ("sqlite://", "kept in a file or on a server"),
        ("sqlite:///", "kept in a file or on a server"),
        ("sqlite:///:memory:", "kept in a file or on a server"),
        ("sqlite:///file:office", "kept in a file or on a server"),
        ("sqlite:///office.gcrm?mode=ro", "not a database address"),
        ("sqlite://anna:geheim@host/office.gcrm", r"“sqlite://anna:***@host/office.gcrm” is not a database address"),
        ("sqlite+aiosqlite:///x", "not with “sqlite+aiosqlite”"),
        ("sqlite+pysqlcipher:///x", "not with “sqlite+pysqlcipher”"),
    ],
)
def test_an_address_that_keeps_nothing_is_refused(
    address: str, words: str, capsys: pytest.CaptureFixture[str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    before = sorted(tmp_path.iterdir())
    assert words in refused(["--database", address, "find"], capsys)
    assert sorted(tmp_path.iterdir()) == before


@pytest.mark.parametrize("value", ["", " ", "--help", "-x"])
def test_an_office_that_was_forgotten_is_wrong_use(value: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert "--database takes" in refused(["--database", value, "find"], capsys, 2)


@pytest.mark.parametrize("group", ["export", "print", "telephony", "team"])
def test_a_group_alone_is_one_sentence(group: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert len(refused([group], capsys, 2)) < 80


@pytest.mark.parametrize("group", ["nope", "town,nope", "town,name", "town,"])
def test_an_unknown_group_is_refused(
    group: str, database_url: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    words = ["--database", database_url, "print", "list", "--group", group, "--output", str(tmp_path / "x.pdf")]
    assert "There is no column" in refused(words, capsys)


@pytest.mark.parametrize("place", ["file", "file/below"])
def test_a_data_folder_that_cannot_be_made_is_said(
    place: str, tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "file").write_text("")
    monkeypatch.setenv("GCRM_DATA", str(tmp_path / place))
    assert "cannot be made" in refused(["find"], capsys)


def program(*words: str, **changes: str) -> tuple[int, str]:
    """Run the real program; return its status and what it says on standard error."""
    environment = {name: value for name, value in os.environ.items() if name not in ("DISPLAY", "WAYLAND_DISPLAY")}
    done = subprocess.run(
        [sys.executable, "-m", "gcrm", *words], env=environment | changes, capture_output=True, text=True, check=False
    )
    return done.returncode, done.stderr


def test_a_window_without_a_data_folder_says_so(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    status, said = program(GCRM_DATA=str(tmp_path / "file"))
    assert (status, len(said.splitlines())) == (1, 1)
    assert "cannot be made" in said


@pytest.mark.skipif(sys.platform != "linux", reason="only there a window needs a display")
def test_a_window_without_a_display_says_so() -> None:
    status, said = program(QT_QPA_PLATFORM="xcb")
    assert (status, said) == (1, "There is no display for the window. Use the commands of “gcrm --help” instead.\n")


@pytest.mark.skipif(sys.platform != "linux", reason="the full device of Linux")
def test_an_output_that_cannot_be_written_is_said(data_folder: Path) -> None:
    command = [sys.executable, "-m", "gcrm", "find", "--json"]
    with Path("/dev/full").open("w") as full:
        done = subprocess.run(command, stdout=full, stderr=subprocess.PIPE, text=True, check=False)
    assert (done.returncode, done.stderr) == (1, "The output cannot be written. Choose another place for it.\n")


# --- damaged files ---------------------------------------------------------------------------------------------------
@pytest.fixture(params=[(0, 100), (100, 4000), (8192, 90_000)], ids=["head", "schema", "pages"])
def damaged(request: pytest.FixtureRequest, sqlite_offices: SqliteOffices, data_folder: Path) -> str:
    """Give the path of an office of which a part was overwritten."""
    with sqlite_offices.migrated(data_folder) as url:
        database = open_office(url)
        organisation(database)
        database.close()
    path = data_folder / "office.gcrm"
    content = bytearray(path.read_bytes())
    start, end = request.param
    content[start:end] = b"\xff" * (end - start)
    path.write_bytes(content)
    return str(path)


def test_a_damaged_file_is_a_finding_of_the_check(damaged: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert run_command(["--database", damaged, "check", "--json"]) == 1
    said = capsys.readouterr()
    assert '"kind": "integrity"' in said.out
    assert said.err == ""


def test_a_damaged_file_is_said_by_other_commands(damaged: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert "damaged" in refused(["--database", damaged, "demo", "--contacts", "3"], capsys)


def test_a_folder_is_no_office(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert "is a folder" in refused(["--database", str(tmp_path), "find"], capsys)


# --- servers ---------------------------------------------------------------------------------------------------------
@pytest.fixture
def team_url(postgres_offices: PostgresOffices, data_folder: Path) -> Iterator[str]:
    """Give the address of an office on a server."""
    with postgres_offices.migrated(data_folder) as url:
        yield url


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"password": "wrong"}, "refuses the user or the password"),
        ({"username": "nobody_of_us"}, "refuses the user or the password"),
        ({"database": "no_such_office"}, "has no database “no_such_office”"),
        ({"port": 9}, "cannot be reached"),
    ],
)
def test_why_a_server_lets_nobody_in_is_said(postgres_url: str, change: dict[str, object], words: str) -> None:
    url = make_url(postgres_url).set(**change)  # type: ignore[arg-type]  # names of its own arguments
    with pytest.raises(EnvironmentProblem, match=words) as problem:
        open_office(url.render_as_string(hide_password=False))
    assert str(url.password) not in problem.value.sentence


def test_a_database_of_another_encoding_is_refused(postgres_url: str) -> None:
    name = sql.Identifier(f"gcrm_test_{secrets.token_hex(6)}")
    server = make_url(postgres_url).set(drivername="postgresql")
    made = "CREATE DATABASE {} ENCODING 'SQL_ASCII' LC_COLLATE 'C' LC_CTYPE 'C' TEMPLATE template0"
    with psycopg.connect(server.render_as_string(False), autocommit=True) as connection:
        connection.execute(sql.SQL(made).format(name))
        try:
            with pytest.raises(UserError, match="encoding UTF8"):
                open_office(server.set(database=name.as_string().strip('"')).render_as_string(False))
        finally:
            connection.execute(sql.SQL("DROP DATABASE {} WITH (FORCE)").format(name))


def test_an_old_server_is_refused(team_url: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(opening, "OLDEST_SERVER", 990_000)
    with pytest.raises(UserError, match="gCRM needs 99 or newer"):
        open_office(team_url)


def test_who_may_not_write_reads_and_is_told(team_url: str, postgres_offices: PostgresOffices) -> None:
    open_office(team_url, user="anna").close()
    with postgres_offices.reader(team_url) as url:
        reader = open_office(url, user="anna")
        watcher = ChangeWatcher(reader)
        watcher.start()
        watcher.stop()
        with pytest.raises(EnvironmentProblem, match="may not write"):
            contact.create(reader, contact.empty(name="Firma"))
        reader.close()
        with pytest.raises(EnvironmentProblem, match="may not write"):
            open_office(url, user="somebody new")


# --- Ctrl+C ----------------------------------------------------------------------------------------------------------
STOPPED = """
import os, signal, sys, threading
from gcrm.cli import run_command
from gcrm.services import database
whole, calls = database.digest, [0]
def digest(*arguments):
    calls[0] += 1
    if calls[0] == 50:
        os.kill(os.getpid(), signal.SIGINT)
    return whole(*arguments)
database.digest = digest
sys.exit(run_command(["--database", sys.argv[1], *sys.argv[2:]]))
"""


@posix
@pytest.mark.parametrize("command", ["demo", "import"])
def test_stopping_while_it_writes_gives_the_status_of_a_stop(tmp_path: Path, command: str) -> None:
    cards = "".join(f"BEGIN:VCARD\nVERSION:3.0\nN:;;;;\nFN:Firma {n}\nEND:VCARD\n" for n in range(80))
    (tmp_path / "cards.vcf").write_text(cards)
    words = {"demo": ["demo", "--contacts", "200"], "import": ["import", str(tmp_path / "cards.vcf")]}[command]
    done = subprocess.run(
        [sys.executable, "-c", STOPPED, str(tmp_path / "office.gcrm"), *words],
        capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert (done.returncode, done.stderr.strip()) == (130, "")
    database = open_office(str(tmp_path / "office.gcrm"))
    with database.read() as session:
        assert contact.count(session) == 0
    database.close()
