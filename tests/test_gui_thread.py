"""The watch over the thread of the windows bites, and only where a window is to blame."""

from __future__ import annotations

import socket
import threading
from collections.abc import Callable
from pathlib import Path
from typing import Any

from sqlalchemy import text

from gcrm.services.database import Database
from tests.gui_thread import ALLOWED, ROOT, Audit, watched

WINDOW = ROOT / "src" / "gcrm" / "ui" / "made_up.py"


def window_function(source: str, file: Path = WINDOW) -> Callable[..., Any]:
    """Return the function `act` of a source as if it stood in a file of the windows."""
    made: dict[str, Any] = {"text": text, "socket": socket}
    exec(compile(source, str(file), "exec"), made)
    found: Callable[..., Any] = made["act"]
    return found


def asks(first: str) -> Callable[..., Any]:
    """Return a function of a window that asks the database; `first` is the name of its first parameter."""
    return window_function(
        f"def act({first}, database):\n    with database.read() as session:\n        session.execute(text('SELECT 1'))"
    )


def offence(audit: Audit, act: Callable[[], object]) -> str:
    """Return what was noted while something was done, "" for nothing."""
    try:
        with watched(audit):
            act()
    except AssertionError as failure:
        return str(failure)
    return ""


def test_a_window_that_asks_the_database_is_found(database: Database, audit: Audit) -> None:
    found = offence(audit, lambda: asks("self")(None, database))
    assert "ui/made_up.py:3 act" in found
    assert "the database was asked" in found


def test_what_a_test_asks_for_itself_is_not_the_windows_doing(database: Database, audit: Audit) -> None:
    def act() -> None:
        with database.read() as session:
            session.execute(text("SELECT 1"))

    assert not offence(audit, act)
    assert not offence(audit, lambda: asks("session")(None, database))


def test_another_thread_may_ask(database: Database, audit: Audit) -> None:
    def act() -> None:
        thread = threading.Thread(target=asks("self"), args=(None, database))
        thread.start()
        thread.join()

    assert not offence(audit, act)


def test_a_window_that_opens_a_file_or_a_connection_is_found(audit: Audit, tmp_path: Path) -> None:
    opens = window_function("def act(self, path):\n    open(path, 'w').close()")
    calls = window_function("def act(self):\n    with socket.socket() as s:\n        s.connect_ex(('127.0.0.1', 9))")
    packaged = ROOT / "src" / "gcrm" / "errors.py"
    assert "open of" in offence(audit, lambda: opens(None, tmp_path / "file"))
    assert not offence(audit, lambda: window_function("def act(self, path):\n    open(path).close()")(None, packaged))

    assert "socket.connect" in offence(audit, lambda: calls(None))


def test_every_exception_has_a_reason_and_is_still_there() -> None:
    for (file, function), reason in ALLOWED.items():
        assert f"def {function}(" in (ROOT / "src" / "gcrm" / file).read_text(encoding="utf-8")
        assert len(reason) > 20
