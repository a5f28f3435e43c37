"""A person at the real program: the real main window over a real office file, worked with keys and clicks.

`at_the_desk` opens the program as `gcrm` does; `Person` types and clicks and counts, as design targets count: one
action is one click or one key that is not text of a field.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import TypeVar

import pytest
from PySide6.QtCore import QEvent, QObject, QPoint, Qt, QTimer
from PySide6.QtGui import QGuiApplication, QKeyEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QAbstractButton, QApplication, QDialog, QMainWindow, QWidget
from sqlalchemy import select
from typing_extensions import override

from gcrm.app import Program, start
from gcrm.model.activity import Activity
from gcrm.model.address import Address
from gcrm.services import contact
from gcrm.services.database import Database
from gcrm.services.opening import open_office
from gcrm.services.unit_of_work import unit_of_work
from gcrm.services.user import user_name
from gcrm.ui.backup_clock import BackupClock
from gcrm.ui.beside import BesideWindow
from gcrm.ui.context import Context
from gcrm.ui.first_start import FirstStart
from gcrm.ui.main_window import MainWindow
from tests.dress import redress, take_out
from tests.ui.office import Office, fill_office

W = TypeVar("W", bound=QWidget)
CTRL = Qt.KeyboardModifier.ControlModifier
SHIFT = Qt.KeyboardModifier.ShiftModifier
ALT = Qt.KeyboardModifier.AltModifier
NONE = Qt.KeyboardModifier.NoModifier
Key = Qt.Key
PATIENCE = 400
"""How often a look is repeated before something counts as not happening; each look waits for the program's work."""


@dataclass
class Person:
    """Someone at the keyboard; `actions` is what was done so far, text of fields left out."""

    program: Program
    actions: list[str] = field(default_factory=list)

    @property
    def window(self) -> MainWindow:
        return self.program.window

    @property
    def context(self) -> Context:
        return self.window.office

    @property
    def database(self) -> Database:
        return self.context.database

    # --- hands --------------------------------------------------------------------------------------------------
    def key(self, key: Qt.Key, *modifiers: Qt.KeyboardModifier) -> None:
        """Press one key, wherever the keyboard goes now; it counts."""
        held = NONE
        for modifier in modifiers:
            held |= modifier
        self.actions.append(f"key {key.name}")
        QTest.keyClick(self._listening(), key, held)
        self.settle()

    def write(self, text: str) -> None:
        """Type the text of a field; it does not count."""
        self._listening()
        for letter in text:
            target = QApplication.focusWidget()
            assert target is not None, "nothing listens to the keyboard"
            if letter.isascii():
                QTest.keyClicks(target, letter)
            else:
                for kind in (QEvent.Type.KeyPress, QEvent.Type.KeyRelease):
                    QApplication.sendEvent(target, QKeyEvent(kind, 0, NONE, letter))
        self.settle()

    def click(self, widget: QWidget, place: QPoint | None = None, *, button: Qt.MouseButton | None = None) -> None:
        """Click on a widget that can be seen; it counts."""
        assert widget.isVisible(), f"{widget!r} cannot be seen, let alone clicked"
        self.actions.append(f"click {widget.accessibleName() or type(widget).__name__}")
        where = place if place is not None else widget.rect().center()
        QTest.mouseClick(widget, button or Qt.MouseButton.LeftButton, NONE, where)
        self.settle()

    def count(self) -> int:
        """Return how many actions were needed."""
        return len(self.actions)

    def _listening(self) -> QWidget:
        """Return who gets the keys: a menu that is open, else the widget with the focus, else the window."""
        popup = QApplication.activePopupWidget()
        if popup is not None:
            return popup.focusWidget() or popup
        if not has_keyboard(self.window):  # no window manager here gives it back after a dialog
            QApplication.processEvents()
        widget = QApplication.focusWidget() or QApplication.activeWindow()
        assert widget is not None, "no window has the keyboard"
        return widget

    # --- eyes ---------------------------------------------------------------------------------------------------
    def settle(self) -> None:
        """Wait until the program has nothing left to do."""
        for _turn in range(PATIENCE):
            QApplication.processEvents()
            self.program.tasks.wait_idle()
            QApplication.sendPostedEvents(None, int(QEvent.Type.DeferredDelete.value))
            QApplication.processEvents()
            if self.program.tasks.is_idle():
                return
        raise AssertionError("the program never comes to rest")

    def until(self, seen: Callable[[], object], what: str = "") -> None:
        """Wait until something is seen."""
        for _turn in range(PATIENCE):
            self.settle()
            if seen():
                return
            QTest.qWait(20)
        raise AssertionError(what or "was never seen")

    def dialog(self, kind: type[W]) -> W:
        """Return the window of a kind that is open besides the main window."""
        found = [widget for widget in self.windows() if isinstance(widget, kind)]
        assert len(found) == 1, f"open windows: {self.windows()}"
        return found[0]

    def windows(self) -> list[QWidget]:
        """Return all windows that are open besides the main window."""
        return [w for w in QApplication.topLevelWidgets() if w.isVisible() and not isinstance(w, QMainWindow)]

    def skip_first_start(self) -> None:
        """Close the pages that an empty office begins with."""
        for window in self.windows():
            if isinstance(window, FirstStart):
                window.reject()
        self.settle()

    def find(self, kind: type[W], name: str, inside: QWidget | None = None) -> W:
        """Return the visible widget of a kind with an accessible name or a text."""
        found: list[W] = [
            widget for widget in (inside or self.window).findChildren(kind)
            if widget.isVisible() and name in (widget.accessibleName(), getattr(widget, "text", str)())
        ]  # fmt: skip
        assert found, f"no {kind.__name__} called {name!r} is to be seen"
        return found[0]

    def find_button(self, text: str, inside: QWidget | None = None) -> QAbstractButton:
        """Return the visible button with a text or a spoken name."""
        return self.find(QAbstractButton, text, inside)

    def texts(self, inside: QWidget | None = None) -> list[str]:
        """Return every text that can be read in a window: labels, buttons, editors."""
        found = []
        for widget in (inside or self.window).findChildren(QWidget):
            text = getattr(widget, "full_text", None) or getattr(widget, "text", None)
            if widget.isVisible() and callable(text):
                found.append(str(text()))
        return found

    def chronicle_texts(self, number: int) -> list[str]:
        """Return the texts that are logged for a contact."""
        with self.database.read() as session:
            return [one.text for one in session.scalars(select(Activity).where(Activity.contact_id == number))]

    def database_user(self) -> str:
        """Return the name of the person who works."""
        with self.database.read() as session:
            return user_name(session, self.database.user_id)

    def said(self) -> str:
        """Return the sentence in the status line."""
        return self.window.status.message()

    def shown(self) -> str:
        """Return the name of the contact on the record page."""
        number = self.window.current_contact()
        return name_of(self.database, number) if number is not None else ""


def name_of(database: Database, number: int) -> str:
    """Return the name of a contact as it is in the office now."""
    return contact.load(database, number).record.display_name


@contextmanager
def undressed(app: QApplication) -> Iterator[None]:
    """Take the look of the program off again afterwards."""
    yield
    redress(app)


def has_no_place(widget: QWidget) -> bool:
    """Tell whether a part of a window has no place in it: shown like that, it flashes and takes the keyboard."""
    meant = widget.windowFlags() & Qt.WindowType.WindowType_Mask != Qt.WindowType.Window
    return widget.isWindow() and not meant and not isinstance(widget, QMainWindow | QDialog | BesideWindow)


class StrayWindows(QObject):
    """Notes parts of a window that were shown before they had a place in it, whoever showed them."""

    def __init__(self) -> None:
        super().__init__()
        self.seen: list[str] = []

    @override
    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if event.type() == QEvent.Type.Show and isinstance(watched, QWidget) and has_no_place(watched):
            self.seen.append(repr(watched))
        return False


@contextmanager
def strays_noted() -> Iterator[list[str]]:
    """Note what the program shows before it has a place. `StrayWindows` asks Python about each event: a third more."""
    seen: list[str] = []
    shown, made_visible = QWidget.show, QWidget.setVisible

    def show(self: QWidget) -> None:
        if has_no_place(self):
            seen.append(repr(self))
        shown(self)

    def set_visible(self: QWidget, visible: bool) -> None:
        if visible and has_no_place(self):
            seen.append(repr(self))
        made_visible(self, visible)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(QWidget, "show", show)
        patch.setattr(QWidget, "setVisible", set_visible)
        yield seen


def open_program(address: str, *, language: str = "en", mode: str = "light") -> Program:
    """Start the program with an office; faults of it are raised, not shown."""
    program = start([], language=language, mode=mode)
    program.tasks.crashed.disconnect(program.window.crash)
    faults: list[str] = []
    program.tasks.crashed.connect(lambda _sentence, details: faults.append(details))
    program.faults = faults  # type: ignore[attr-defined]  # only for tests
    program.window.activateWindow()
    QTimer.singleShot(0, lambda: program.open(address))
    return program


def leave(program: Program) -> None:
    """Close window and program as quitting does, and raise what went wrong inside."""
    app = program.app
    program.tasks.patience.give_up()
    program.tasks.wait_idle()
    for widget in QApplication.topLevelWidgets():
        if not isinstance(widget, QMainWindow) and widget.isVisible() and widget.window() is widget:
            widget.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
            if isinstance(widget, QDialog):
                QDialog.reject(widget)
            widget.hide()
    if not program.window.close():  # a text that cannot be saved holds the window once
        program.window.close()
    app.aboutToQuit.disconnect(program.close)
    program.close()
    take_out(app, program.theme)
    QApplication.sendPostedEvents(None, int(QEvent.Type.DeferredDelete.value))
    QApplication.processEvents()
    QApplication.sendPostedEvents(None, int(QEvent.Type.DeferredDelete.value))
    faults: list[str] = program.faults  # type: ignore[attr-defined]  # only for tests
    assert not faults, faults[0]


def has_keyboard(window: MainWindow) -> bool:
    """Tell whether a window of the program has the keyboard; ask for it again where it was lost to a closed one."""
    if QApplication.activeWindow() is None:
        window.activateWindow()
    return QApplication.activeWindow() is not None


@contextmanager
def at_the_desk(
    address: str, *, language: str = "en", mode: str = "light", size: tuple[int, int] = (1440, 900),
    first_start: bool = False,
) -> Iterator[Person]:  # fmt: skip
    """Open the program over an office, wait until it can be worked with, and close it again.

    The pages of the first start, shown in an empty office, are closed unless `first_start`.
    """
    existing = QApplication.instance()
    assert isinstance(existing, QApplication)
    with undressed(existing), strays_noted() as strays:
        program = open_program(address, language=language, mode=mode)
        program.window.resize(*size)
        person = Person(program)
        try:
            person.until(lambda: is_open(program), "the office never opened")
            person.until(lambda: has_keyboard(program.window), "no window ever got the keyboard")
            for extra in program.extras:
                if isinstance(extra, BackupClock):
                    extra.stop()  # a backup in the middle of a story would be counted with what the story does
            if not first_start:
                person.skip_first_start()
            yield person
        finally:
            leave(program)
    assert not strays, f"shown as windows of their own: {strays}"


def is_open(program: Program) -> bool:
    """Tell whether an office is open, with all that listens; nothing does so in one that moved elsewhere."""
    return program.context is not None and (bool(program.extras) or program.context.database.is_read_only)


def make_office(address: str, fill: Callable[[Database], object] = fill_office) -> Office | None:
    """Fill an office file before the program opens it."""
    database = open_office(address, user="anna")
    filled = fill(database)
    database.close()
    return filled if isinstance(filled, Office) else None


def fill_as_anna(database: Database) -> None:
    """Fill an office as `make_office` does, for offices that are kept and copied."""
    make_office(database.url.render_as_string(hide_password=False))


def customers(database: Database, count: int, *, with_address: bool = True) -> list[int]:
    """Add customers called Customer 001 … with an address each, in one step."""
    made = [contact.empty(name=f"Customer {number:03d}", is_customer=True) for number in range(1, count + 1)]
    with unit_of_work(database, "Customers added", kind="create") as work:
        for number, each in enumerate(made, 1):
            if with_address:
                each.addresses.append(
                    Address(street="Ring", house_number=str(number), postcode="04103", town="Leipzig", country="DE")
                )
            contact.add(work, each)
    return [each.id for each in made]


def has_focus(widget: QWidget) -> bool:
    """Tell whether the keyboard is in a widget or something inside it."""
    focus = QGuiApplication.focusObject()
    return isinstance(focus, QWidget) and (focus is widget or widget.isAncestorOf(focus))


def office_file(folder: Path) -> str:
    """Return where the office of a test lies."""
    return str(folder / "office.gcrm")
