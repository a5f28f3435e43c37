"""A desk with a telephone: a main window that can have the keyboard, and calls to show."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta
from typing import Any

from PySide6.QtCore import QEventLoop, QObject, QTimer
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QHBoxLayout, QLineEdit, QPlainTextEdit, QVBoxLayout, QWidget
from sqlalchemy import select

from gcrm.errors import GcrmError
from gcrm.model.activity import Activity
from gcrm.services import settings
from gcrm.services.contact_list import ContactQuery
from gcrm.services.telephony.calls import Call, CallPhase, Direction
from gcrm.services.telephony.interface import CallState
from gcrm.services.telephony.simulator import PhoneBox
from gcrm.ui.call_popup import CallPopup
from gcrm.ui.context import Context
from gcrm.ui.tasks import Tasks
from gcrm.ui.telephony import PhoneBridge
from tests.ui.office import Office

BEGAN = datetime(2026, 11, 23, 10, 0, 0)


class StatusBar(QWidget):
    """Stands for the status line."""

    def __init__(self) -> None:
        super().__init__()
        QHBoxLayout(self)


class PhoneDesk(QWidget):
    """A navigator with an editor in which somebody types."""

    def __init__(self, tasks: Tasks) -> None:
        super().__init__()
        self.tasks = tasks
        self.opened: list[tuple[int, bool]] = []
        self.said: list[str] = []
        self.errors: list[GcrmError] = []
        self.field = QLineEdit()
        self.notes = QPlainTextEdit()
        self.status = StatusBar()
        column = QVBoxLayout(self)
        for part in (self.field, self.notes, self.status):
            column.addWidget(part)

    def open_contact(self, contact: int, *, tab: str = "", focus_log: bool = False) -> None:
        self.opened.append((contact, focus_log))

    def open_kindly(self, contact: int, name: str, *, focus_log: bool = False) -> None:
        raise AssertionError(name)

    def resume_typing(self, contact: int, tab: str, row: str) -> None:
        raise AssertionError(row)

    def open_section(self, key: str) -> None:
        raise AssertionError(key)

    def current_contact(self) -> int | None:
        return None

    def selected_contacts(self) -> list[int]:
        return []

    def current_query(self) -> ContactQuery:
        return ContactQuery()

    def current_columns(self) -> tuple[str, ...]:
        return ()

    def say(self, text: str, *, undo: bool = False) -> None:
        self.said.append(text)

    def fail(self, error: GcrmError) -> None:
        self.errors.append(error)

    def write(self, function: Callable[[], Any], done: Callable[[Any], None] | None = None, *, label: str = "") -> None:
        self.tasks.write(function, done or (lambda _result: None), self.fail, label)


@contextmanager
def main_window(context: Context) -> Iterator[PhoneDesk]:
    """Put a real window in the place of the main window, shown and active."""
    for stray in QApplication.topLevelWidgets():
        stray.hide()  # what a test before left open would count as somebody who is typing there
    desk = PhoneDesk(context.tasks)
    context.window = desk
    desk.show()
    desk.activateWindow()
    assert QTest.qWaitForWindowActive(desk), QApplication.activeModalWidget()
    desk.field.setFocus()
    assert QApplication.focusWidget() is desk.field
    yield desk
    desk.hide()
    desk.deleteLater()


def call(phase: CallPhase = CallPhase.RINGING, seconds: int | None = None, number: str = "0341 123456-11") -> Call:
    """Return an incoming call; with `seconds` above 0 it was answered."""
    answered = BEGAN + timedelta(seconds=5) if seconds or phase is CallPhase.TALKING else None
    ended = BEGAN + timedelta(seconds=5 + (seconds or 0)) if phase is CallPhase.ENDED else None
    return Call("key", Direction.IN, number, "7654321", "SIP0", BEGAN, phase, answered, ended, seconds)


def wait_for(true: Callable[[], bool], context: Context) -> None:
    """Let the event loop turn until something is true; the test's own limit is the runner's."""
    loop = QEventLoop()
    looker = QTimer()
    looker.setInterval(5)
    looker.timeout.connect(lambda: loop.quit() if true() else None)
    looker.start()
    if not true():
        loop.exec()
    looker.stop()
    context.tasks.wait_idle()


def signals_of(source: QObject, name: str) -> list[tuple[Any, ...]]:
    """Note what a signal carries."""
    heard: list[tuple[Any, ...]] = []
    getattr(source, name).connect(lambda *values: heard.append(values))
    return heard


def calls(office: Office) -> list[Activity]:
    """Return the calls that are logged."""
    with office.database.read() as session:
        wanted = select(Activity).where(Activity.call_key.is_not(None)).order_by(Activity.id)
        return list(session.scalars(wanted))


def shown_popup(bridge: PhoneBridge, context: Context) -> CallPopup:
    """Wait for a pop-up and return the newest."""
    wait_for(lambda: bool(bridge.popups()), context)
    return bridge.popups()[-1]


def has_ended(context: Context, office: Office, count: int = 1) -> list[Activity]:
    """Wait until so many calls are logged and return them."""
    wait_for(lambda: len(calls(office)) >= count, context)
    return calls(office)


@contextmanager
def connected(context: Context, box: PhoneBox, linger_ms: int = 30_000) -> Iterator[PhoneBridge]:
    """Give a bridge that is connected with a box."""
    database = context.database
    settings.set(database, "phone.box_host", "127.0.0.1")
    settings.set(database, "phone.box_port", box.port)
    settings.set(database, "phone.box_enabled", True)
    settings.set(database, "phone.missed_follow_up", False)
    made = PhoneBridge(context, linger_ms=linger_ms)
    wait_for(lambda: made.state().state is CallState.CONNECTED, context)
    box.wait_for_clients()
    yield made
    made.stop()
    context.tasks.wait_idle()
