"""What the tests of the import window do again and again: rows chosen, files dropped, contacts counted."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from PySide6.QtCore import QItemSelectionModel, QMimeData, QPoint, QPointF, Qt, QUrl
from PySide6.QtGui import QDragEnterEvent, QDropEvent
from PySide6.QtWidgets import QApplication, QWidget

from gcrm.services import contact_list
from gcrm.ui.exchange.import_dialog import ImportDialog
from gcrm.ui.exchange.plan_table import ACTION, NAME, REASON
from tests.ui.office import Office

Opener = Callable[..., ImportDialog]


def cells(dialog: ImportDialog, row: int) -> tuple[str, ...]:
    model = dialog.parts.model
    return tuple(str(model.index(row, column).data()) for column in (NAME, ACTION, REASON))


def choose(dialog: ImportDialog, row: int) -> None:
    """Choose one row, whatever keys an earlier test held down."""
    flags = QItemSelectionModel.SelectionFlag.ClearAndSelect | QItemSelectionModel.SelectionFlag.Rows
    dialog.parts.table.selectionModel().select(dialog.parts.model.index(row, 0), flags)


def choose_column(dialog: ImportDialog, place: int) -> None:
    flags = QItemSelectionModel.SelectionFlag.ClearAndSelect | QItemSelectionModel.SelectionFlag.Rows
    columns = dialog.parts.columns
    columns.table.selectionModel().select(columns.model.index(place, 0), flags)


def found(office: Office, words: str) -> int:
    with office.database.read() as session:
        return contact_list.count(session, contact_list.ContactQuery(words))


def drop(target: QWidget, paths: list[Path]) -> bool:
    """Drag files over a widget and drop them."""
    data = QMimeData()
    data.setUrls([QUrl.fromLocalFile(str(path)) for path in paths])
    left, none = Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier
    enter = QDragEnterEvent(QPoint(5, 5), Qt.DropAction.CopyAction, data, left, none)
    enter.ignore()
    QApplication.sendEvent(target, enter)
    event = QDropEvent(QPointF(5, 5), Qt.DropAction.CopyAction, data, left, none)
    if enter.isAccepted():
        QApplication.sendEvent(target, event)
    return enter.isAccepted()
