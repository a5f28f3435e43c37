"""The form of the own company appears in one piece."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QObject
from PySide6.QtWidgets import QApplication, QWidget
from pytestqt.qtbot import QtBot
from typing_extensions import override

from gcrm.ui.settings.company_form import CompanyForm
from gcrm.ui.theme import Theme


class ShownWindows(QObject):
    """Remembers what is shown as a window of its own."""

    def __init__(self) -> None:
        super().__init__()
        self.names: list[str] = []

    @override
    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if event.type() == QEvent.Type.Show and isinstance(watched, QWidget) and watched.isWindow():
            self.names.append(type(watched).__name__)
        return False


def test_no_part_of_it_flashes_as_a_window(qapp: QApplication, theme: Theme, qtbot: QtBot) -> None:
    shown = ShownWindows()
    qapp.installEventFilter(shown)
    form = CompanyForm({"country": "DE"})
    qtbot.addWidget(form)
    qapp.removeEventFilter(shown)
    assert shown.names == []
    form.show()
    assert form.notes["region"].isVisible()
