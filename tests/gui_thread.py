"""No statement, no file, no network in the thread of the windows (law 5): what it does there is watched and reported.

What a test asks the database for itself is not the windows' doing: the nearest frame of the program's windows or of
the tests decides. A function of a window that is handed the database is made for another thread; a test may call it.
"""

from __future__ import annotations

import os
import sys
import tempfile
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from types import FrameType
from typing import Any

from sqlalchemy import event
from sqlalchemy.engine import Engine

ROOT = Path(__file__).parents[1]
WINDOWS = (str(ROOT / "src" / "gcrm" / "ui") + os.sep, str(ROOT / "src" / "gcrm" / "app.py"))
TESTS = str(ROOT / "tests") + os.sep
BY_ITSELF = ("<frozen importlib", tempfile.__file__)
"""Modules that load, and temporary folders that end with their owner, wherever the program is just then."""
GUARDS = (__file__, str(ROOT / "tests" / "guards.py"))
"""Files of tests that stand between what is done and who does it."""
PACKAGED = (str(ROOT / "src"), str(ROOT / "resources"), sys.prefix, sys.base_prefix)
FOR_WORKERS = ("database", "session", "db")
FILES = {"open", "os.listdir", "os.scandir", "os.remove", "os.rename", "shutil.copyfile", "shutil.rmtree"}
FILES |= {"sqlite3.connect"}
OUTSIDE = {"socket.connect", "socket.getaddrinfo", "subprocess.Popen"}

ALLOWED: dict[tuple[str, str], str] = {
    ("ui/theme/sheet.py", "write_drawings"): "a style sheet takes its pictures from files only; they are tiny",
    ("app.py", "close"): "the program ends and no window stands any more: what was written is sealed",
    ("ui/file_opener.py", "close"): "the same: copies are looked at once more and deleted",
    ("ui/exchange/clipboard.py", "mime"): "a drag takes its file along when it begins: a vCard in the temporary folder",
}
"""What windows do in their thread all the same: (file below src/gcrm, function) → why."""


class GuiThread:
    """Notes what the windows do in the thread that made this; `offences` are sentences by place."""

    def __init__(self) -> None:
        self.offences: dict[str, str] = {}
        self._thread = threading.get_ident()
        self._is_looking = False

    def note(self, what: str) -> None:
        """Note something that happens now, if a window does it in its own thread."""
        if threading.get_ident() != self._thread or self._is_looking:
            return
        self._is_looking = True
        try:
            culprit = window_frame(sys._getframe(1))
            if culprit is not None:
                self.offences.setdefault(place(culprit), what)
        finally:
            self._is_looking = False

    def on_statement(self, _connection: Any, _cursor: Any, statement: str, *_rest: Any) -> None:
        """Note a statement that is sent to the database."""
        self.note(f"the database was asked {' '.join(statement.split())[:100]!r}")

    def on_audit(self, what: str, arguments: tuple[Any, ...]) -> None:
        """Note a file that is touched or another program that is reached."""
        if what in OUTSIDE or (what in FILES and not is_packaged(arguments)):
            self.note(f"{what} of {arguments[:1]}")


class Audit:
    """The one hook of the process: Python never takes a hook off again, so it asks who watches now."""

    def __init__(self) -> None:
        self.watcher: GuiThread | None = None
        sys.addaudithook(self)

    def __call__(self, what: str, arguments: tuple[Any, ...]) -> None:
        """Hand an event over."""
        if self.watcher is not None and (what in FILES or what in OUTSIDE):
            self.watcher.on_audit(what, arguments)


@contextmanager
def watched(audit: Audit) -> Iterator[GuiThread]:
    """Watch this thread, and fail for what its windows did meanwhile."""
    watcher = GuiThread()
    listener: Callable[..., None] = watcher.on_statement
    event.listen(Engine, "before_cursor_execute", listener)
    former, audit.watcher = audit.watcher, watcher
    try:
        yield watcher
    finally:
        audit.watcher = former
        event.remove(Engine, "before_cursor_execute", listener)
    told = "; ".join(f"{what}, from {where}" for where, what in watcher.offences.items())
    assert not told, f"in the thread of the windows {told}"


def is_packaged(arguments: tuple[Any, ...]) -> bool:
    """Tell whether a file came with the program or with Python; numbers are files that are open already."""
    name = arguments[0] if arguments else None
    if not isinstance(name, str | os.PathLike):
        return True
    path = os.fspath(name)
    return os.path.abspath(path.removeprefix("file://")).startswith(PACKAGED)


def window_frame(frame: FrameType | None) -> FrameType | None:
    """Return the frame of a window that does what happens now, None where it is a test or allowed."""
    inner: FrameType | None = None
    while frame is not None:
        name = frame.f_code.co_filename
        if name.startswith(BY_ITSELF):
            return None
        if name.startswith(WINDOWS):
            if allowed(frame):
                return None
            inner = inner or frame
            outer = frame
        elif name.startswith(TESTS) and name not in GUARDS:
            break
        frame = frame.f_back
    if inner is None or (frame is not None and is_for_workers(outer) and outer.f_back is frame):
        return None
    return inner


def is_for_workers(frame: FrameType) -> bool:
    """Tell whether a function is handed the database: it is made for another thread."""
    code = frame.f_code
    return code.co_argcount > 0 and code.co_varnames[0] in FOR_WORKERS


def allowed(frame: FrameType) -> bool:
    """Tell whether a function is in the list of exceptions."""
    return (place(frame).split(":")[0], frame.f_code.co_name) in ALLOWED


def place(frame: FrameType) -> str:
    """Return where a frame is, below src/gcrm."""
    name = Path(frame.f_code.co_filename).relative_to(ROOT / "src" / "gcrm").as_posix()
    return f"{name}:{frame.f_lineno} {frame.f_code.co_name}"
