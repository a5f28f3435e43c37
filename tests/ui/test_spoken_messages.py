"""Whatever the program says in writing, a screen reader says too (E 48)."""

from __future__ import annotations

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QWidget
from pytestqt.qtbot import QtBot

from gcrm.errors import ConflictError, FieldConflict
from gcrm.ui.conflict import ConflictDialog
from gcrm.ui.context import Context
from gcrm.ui.new_contact import open_new_contact
from gcrm.ui.theme import Theme
from gcrm.ui.widgets import safe
from gcrm.ui.widgets.banner import Banner
from gcrm.ui.widgets.status_line import StatusLine


class Reader:
    """A screen reader that remembers what it was told to speak."""

    def __init__(self) -> None:
        self.spoken: list[str] = []

    def updateAccessibility(self, event: str) -> None:
        self.spoken.append(event)


@pytest.fixture
def reader(monkeypatch: pytest.MonkeyPatch) -> Reader:
    """Give a screen reader that hears every announcement."""
    reader = Reader()
    monkeypatch.setattr(safe, "QAccessible", reader)
    monkeypatch.setattr(safe, "QAccessibleAnnouncementEvent", lambda widget, text: text)
    return reader


def test_e48_the_status_line_and_the_banner_are_spoken(reader: Reader, theme: Theme, qtbot: QtBot) -> None:
    window = QWidget()
    qtbot.addWidget(window)
    StatusLine(window).show_message("Saved 14:02 · Contact “Albrecht” changed", lambda: None)
    banner = Banner("warn", parent=window)
    banner.show_message("The team database cannot be reached.", "bad")
    assert reader.spoken == ["Saved 14:02 · Contact “Albrecht” changed", "The team database cannot be reached."]
    assert banner.accessibleName() == "The team database cannot be reached."


def test_e48_a_refusal_below_its_field_is_spoken(reader: Reader, context: Context, qtbot: QtBot) -> None:
    dialog = open_new_contact(context)
    qtbot.addWidget(dialog)
    context.tasks.wait_idle()
    dialog.create_contact()
    assert "Enter the name of the company or the person." in reader.spoken
    assert dialog.isVisible()


def test_e48_a_conflict_is_spoken(reader: Reader, theme: Theme, qtbot: QtBot) -> None:
    conflict = FieldConflict(("contact", 1), "payment_terms", "30 days", "14 days", "at once", "Bruno")
    error = ConflictError("Bruno changed the same data meanwhile. Choose which value stays.", (conflict,))
    qtbot.addWidget(ConflictDialog("Albrecht", error, lambda mine, theirs: None, lambda: None))
    assert reader.spoken == [error.sentence]


def test_e3_the_tab_key_goes_through_a_new_contact_as_it_is_read(context: Context, qtbot: QtBot) -> None:
    dialog = open_new_contact(context)
    qtbot.addWidget(dialog)
    context.tasks.wait_idle()
    dialog.activateWindow()
    places = []
    for _field in range(7):
        focus = QApplication.focusWidget()
        assert focus is not None
        corner = focus.mapTo(dialog, focus.rect().topLeft())
        places.append((corner.y() // 24, corner.x()))
        QTest.keyClick(focus, Qt.Key.Key_Tab)
    assert len(set(places)) == len(places)
    assert places == sorted(places)
