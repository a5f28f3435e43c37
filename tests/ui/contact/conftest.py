"""A record page that shows Albrecht Metallbau, and hands that work on it as a person does."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QWidget
from pytestqt.qtbot import QtBot

from gcrm.model.contact import Contact
from gcrm.services import contact as contacts
from gcrm.ui.contact import ContactPage
from gcrm.ui.contact.value_row import ValueRow
from gcrm.ui.context import Context
from tests.ui.office import Office


class Hands:
    """Works on a page: finds rows, types, waits until everything is saved and shown."""

    def __init__(self, page: ContactPage, context: Context, office: Office, qtbot: QtBot) -> None:
        self.page = page
        self.context = context
        self.office = office
        self.qtbot = qtbot

    def settle(self) -> None:
        """Wait until all work is done and everything that it started too."""
        for _round in range(6):
            self.context.tasks.wait_idle()
            QApplication.processEvents()

    def row(self, end: str) -> ValueRow:
        """Return the row whose key ends like this."""
        found = [row for row in self.page.findChildren(ValueRow) if row.spec.key.endswith(end) and row.isVisible()]
        assert found, sorted(row.spec.key for row in self.page.findChildren(ValueRow) if row.isVisible())
        return found[0]

    def text(self, end: str) -> str:
        """Return what a row shows."""
        return self.row(end).view.shown()

    def open(self, end: str) -> QWidget:
        """Click a value; return the editor that has the focus."""
        row = self.row(end)
        QTest.mouseClick(row.view, Qt.MouseButton.LeftButton)
        return self.focus()

    def focus(self) -> QWidget:
        """Return what has the focus."""
        widget = QApplication.focusWidget()
        assert widget is not None
        return widget

    def type(self, text: str) -> None:
        """Replace what is chosen."""
        QTest.keyClicks(self.focus(), text)

    def press(self, *keys: Qt.Key) -> None:
        """Press keys one after the other."""
        for key in keys:
            QTest.keyClick(self.focus(), key)
            QApplication.processEvents()

    def edit(self, end: str, text: str) -> None:
        """Click a value, type another one, press Enter, and wait until it is saved."""
        self.open(end)
        self.type(text)
        self.press(Qt.Key.Key_Return)
        self.settle()

    def stored(self) -> Contact:
        """Return the contact as it is in the database."""
        contact = self.page.contact_id()
        assert contact is not None
        return contacts.load(self.office.database, contact).record

    def elsewhere(self, change: Callable[[Contact], None]) -> None:
        """Change the contact as another program would."""
        loaded = contacts.load(self.office.database, self.office.albrecht)
        change(loaded.record)
        contacts.save(self.office.database, loaded)


@pytest.fixture
def hands(context: Context, office: Office, qtbot: QtBot) -> Hands:
    """Give hands on a page that shows Albrecht Metallbau."""
    page = ContactPage(context)
    qtbot.addWidget(page)
    page.resize(720, 900)
    page.show_contact(office.albrecht)
    with qtbot.waitExposed(page):
        page.show()
    page.activateWindow()
    at_work = Hands(page, context, office, qtbot)
    at_work.settle()
    return at_work
