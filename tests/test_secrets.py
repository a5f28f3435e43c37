"""No password in a sentence, log, file or report, and no network call that nobody asked for."""

from __future__ import annotations

import logging
import os
import socket
import subprocess
import sys
import traceback
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from PySide6.QtCore import QUrl
from PySide6.QtGui import QDesktopServices
from PySide6.QtWidgets import QApplication
from sqlalchemy import make_url

from gcrm.app import log_to_file
from gcrm.errors import GcrmError
from gcrm.services.change_feed import ChangeWatcher
from gcrm.services.opening import open_office
from tests.databases import PostgresOffices
from tests.guards import NetworkGuard
from tests.source import program as program_modules
from tests.stories.sitting import CTRL, Key, Person, at_the_desk, has_keyboard, leave, make_office, open_program
from tests.ui.office import Office, fill_office

CANARY = "kanarienvogel-7391"
"""The password that must never be seen anywhere."""


def ways_to_fail(server: str) -> dict[str, str]:
    """Return addresses with the canary in them, none of which can be opened."""
    good = make_url(server).set(password=CANARY)
    return {
        "wrong password": good.render_as_string(hide_password=False),
        "nobody listens": good.set(port=1).render_as_string(hide_password=False),
        "no such user": good.set(username="nobody").render_as_string(hide_password=False),
        "no such database": good.set(database="nowhere").render_as_string(hide_password=False),
        "wrong option": good.set(query={"sslmode": "sometimes"}).render_as_string(hide_password=False),
        "behind the question mark": f"postgresql://gcrm@127.0.0.1:1/office?password={CANARY}",
        "for a key": f"postgresql://gcrm@127.0.0.1:1/office?sslpassword={CANARY}",
        "another option, behind it": f"postgresql://gcrm@127.0.0.1/office?password={CANARY}&sslmode=sometimes",
        "no port, behind it": f"postgresql://gcrm@127.0.0.1:x/office?password={CANARY}",
        "a server without TLS": good.set(host="office.example")
        .update_query_dict({"hostaddr": "127.0.0.1"})
        .render_as_string(hide_password=False),
        "no such service": f"postgresql://gcrm:{CANARY}@/office?service=nowhere",
        "words of the driver": f"host=127.0.0.1 port=1 password={CANARY}",
        "wrong kind": f"mysql://gcrm:{CANARY}@127.0.0.1/office",
        "no address at all": f"postgresql://gcrm:{CANARY}@127.0.0.1:notaport/office",
    }


WAYS = tuple(ways_to_fail("postgresql://gcrm@127.0.0.1/postgres"))


@pytest.fixture
def bad_address(request: pytest.FixtureRequest, postgres_url: str) -> str:
    return ways_to_fail(postgres_url)[request.param]


@pytest.fixture
def log(data_folder: Path) -> Iterator[Path]:
    """Write a log as the program does; stop it afterwards."""
    root = logging.getLogger()
    before = list(root.handlers)
    log_to_file()
    yield data_folder / "log"
    for handler in [handler for handler in root.handlers if handler not in before]:
        root.removeHandler(handler)
        handler.close()


def files_with(secret: str, folder: Path) -> list[str]:
    """Return the files below a folder that hold a secret, as text, UTF-16 or in a database."""
    forms = [secret.encode(), secret.encode("utf-16-le"), secret[::-1].encode()]
    found = [file for file in folder.rglob("*") if file.is_file()]
    return [str(file) for file in found if any(form in file.read_bytes() for form in forms)]


@pytest.mark.parametrize("bad_address", WAYS, indirect=True)
def test_an_address_that_fails_never_shows_its_password(bad_address: str, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG)
    with pytest.raises(GcrmError) as failed:
        open_office(bad_address)
    told = [str(failed.value), failed.value.sentence, failed.value.details, repr(failed.value)]
    told += traceback.format_exception(failed.value)
    told += [record.getMessage() for record in caplog.records]
    assert [text for text in told if CANARY in text] == []
    assert failed.value.sentence
    assert not any(CANARY in name for name in os.listdir())


@pytest.mark.parametrize("bad_address", ["wrong password", "nobody listens", "no address at all"], indirect=True)
def test_the_program_keeps_it_out_of_banner_log_and_files(
    bad_address: str, data_folder: Path, log: Path, qapp: QApplication
) -> None:
    program = open_program(bad_address)
    me = Person(program)
    me.until(program.window.banner.isVisible, "nobody said why the office does not open")
    assert has_keyboard(program.window)
    shown = [*me.texts(), program.window.windowTitle(), program.window.banner.message()]
    assert [text for text in shown if CANARY in text] == []
    leave(program)
    assert files_with(CANARY, data_folder) == []


def test_a_fault_of_the_program_is_logged_without_it(
    postgres_url: str, data_folder: Path, log: Path, qapp: QApplication, caplog: pytest.LogCaptureFixture
) -> None:
    """Whatever a traceback says of engine, address and office."""
    from gcrm.ui.tasks import Tasks

    url = make_url(ways_to_fail(postgres_url)["nobody listens"])
    tasks = Tasks()
    told: list[str] = []
    tasks.crashed.connect(lambda sentence, details: told.extend([sentence, details]))

    def read() -> None:
        from sqlalchemy import create_engine

        engine = create_engine(url.set(drivername="postgresql+psycopg"), hide_parameters=True)
        raise RuntimeError(f"{engine!r} {engine.url!s} {url!r}")

    tasks.read(read, lambda _result: None)
    tasks.wait_idle()
    tasks.close()
    assert len(told) == 2
    assert "RuntimeError" in told[1]
    assert [text for text in told if CANARY in text] == []
    assert any(record.levelname == "ERROR" for record in caplog.records)
    assert (log / "gcrm.log").stat().st_size > 0
    assert files_with(CANARY, data_folder) == []


def test_a_whole_day_on_a_server_leaves_its_password_nowhere(
    postgres_offices: PostgresOffices, data_folder: Path, log: Path, qapp: QApplication
) -> None:
    with postgres_offices.migrated(data_folder) as address:
        secret = make_url(address).password
        assert secret
        make_office(address, fill_office)
        with at_the_desk(address) as me:
            me.key(Key.Key_L, CTRL)
            me.write("Half a sentence")
            me.window.actions_.action("settings").trigger()
            me.settle()
            shown = [text for window in [me.window, *me.windows()] for text in me.texts(window)]
            shown += [me.window.windowTitle(), repr(me.database), repr(me.context), repr(ChangeWatcher(me.database))]
            assert [text for text in shown if str(secret) in text] == []
            logging.getLogger("gcrm").info("the office is %r", me.database)
        assert files_with(str(secret), data_folder) == []


def test_the_command_line_keeps_it_to_itself(postgres_url: str, data_folder: Path) -> None:
    address = ways_to_fail(postgres_url)["wrong password"]
    done = subprocess.run(
        [sys.executable, "-m", "gcrm", "--database", address, "find", "x"],
        env=os.environ | {"PYTHONPATH": os.pathsep.join(sys.path)}, capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert done.returncode != 0
    assert done.stderr.strip()
    assert CANARY not in done.stdout + done.stderr
    assert files_with(CANARY, data_folder) == []


def test_the_canary_would_be_found(data_folder: Path) -> None:
    (data_folder / "config").mkdir()
    (data_folder / "config" / "x.ini").write_text(f"url=postgresql://gcrm:{CANARY}@host/office")
    assert len(files_with(CANARY, data_folder)) == 1


# --- network ---------------------------------------------------------------------------------------------------------
@pytest.fixture
def calls(monkeypatch: pytest.MonkeyPatch, no_network: NetworkGuard) -> list[str]:
    """Note every connection and every name that is looked up, on this machine too, and every address opened."""
    found: list[str] = []
    connect, look_up = socket.socket.connect, socket.getaddrinfo

    def connecting(own: socket.socket, address: Any) -> Any:
        found.append(f"connect {address}")
        return connect(own, address)

    def looking_up(host: Any, *rest: Any, **options: Any) -> Any:
        found.append(f"look up {host}")
        return look_up(host, *rest, **options)

    def opening(url: QUrl) -> bool:
        found.append(f"open {url.toString()}")
        return True

    monkeypatch.setattr(socket.socket, "connect", connecting)
    monkeypatch.setattr(socket, "getaddrinfo", looking_up)
    monkeypatch.setattr(QDesktopServices, "openUrl", opening)
    return found


def test_nothing_is_called_from_start_to_quit(filled_file: str, qapp: QApplication, calls: list[str]) -> None:
    with at_the_desk(filled_file) as me:
        for section in ("today", "table", "contacts"):
            me.window.open_section(section)
            me.settle()
        for number in me.window.contacts.pane.model.ids():
            me.window.open_contact(number)
            me.settle()
        for place in range(me.window.contacts.page.bar.count()):
            me.window.contacts.page.bar.setCurrentIndex(place)
            me.settle()
        me.key(Key.Key_K, CTRL)
        me.write("albrecht")
        me.key(Key.Key_Escape)
        for command in ("new_contact", "settings", "import_files", "print_labels", "check_office", "simulate_call"):
            me.window.actions_.action(command).trigger()
            me.settle()
            for window in me.windows():
                window.close()
            me.settle()
    assert calls == []


def test_a_call_that_was_asked_for_is_seen(office_open: Person, calls: list[str]) -> None:
    office_open.window.open_contact(office_open.window.contacts.pane.model.ids()[2])
    office_open.settle()
    office_open.window.actions_.action("show_on_map").trigger()
    office_open.settle()
    assert len(calls) == 1
    assert calls[0].startswith("open https://")


@pytest.fixture
def filled_file(data_folder: Path, sqlite_offices: Any) -> Iterator[str]:
    with sqlite_offices.migrated(data_folder) as url:
        assert isinstance(make_office(url), Office)
        yield url


@pytest.fixture
def office_open(filled_file: str, qapp: QApplication) -> Iterator[Person]:
    with at_the_desk(filled_file) as me:
        yield me


TALKING = {"socket", "ssl", "http", "urllib", "requests", "httpx", "aiohttp", "smtplib", "ftplib", "fritzconnection"}
MAY_TALK = (
    "gcrm.services.telephony", "gcrm.tour", "gcrm.cli",
    "gcrm.services.dav",  # answers phones, in a process of its own
    "gcrm.services.mail.sending",  # hands mails to the server that a user named
    "gcrm.services.team.chain",  # asks the server that an invitation names for its certificates
    "gcrm.ui.team.share_pages",  # lists the addresses of this computer
)  # fmt: skip


def test_only_telephone_and_team_can_talk_to_other_machines() -> None:
    """Besides the driver of the database, and what reads the certificates of a server before it is trusted."""
    import ast

    wrong = []
    for module in program_modules():
        for node in ast.walk(module.tree):
            names = [alias.name for alias in node.names] if isinstance(node, ast.Import) else []
            names += [str(node.module)] if isinstance(node, ast.ImportFrom) else []
            found = [name for name in names if name.split(".")[0] in TALKING or name == "PySide6.QtNetwork"]
            found = [name for name in found if name not in ("urllib.parse",)]
            if found and not module.name.startswith(MAY_TALK):
                wrong.append((module.name, found))
    assert wrong == []
