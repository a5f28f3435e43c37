"""The rows of the contact list: a model of ids that reads what is seen, and the delegate that paints it.

A row that is not there yet (ui/tables/rows.py reads it) keeps its place and is painted when it arrives.
"""

from __future__ import annotations

from array import array
from typing import Any

from PySide6.QtCore import QAbstractListModel, QModelIndex, QObject, QPersistentModelIndex, QRect, QSize, Qt
from PySide6.QtGui import QFontMetrics, QPainter, QPainterPath
from PySide6.QtWidgets import QStyle, QStyledItemDelegate, QStyleOptionViewItem
from typing_extensions import override

from gcrm.i18n import _
from gcrm.services.contact_list import PANE_COLUMNS, ContactRow
from gcrm.services.database import Database
from gcrm.ui.tables.rows import Rows
from gcrm.ui.tasks import Tasks
from gcrm.ui.theme import color, px, role_font
from gcrm.ui.widgets.avatar import paint_avatar
from gcrm.ui.widgets.chosen_bar import paint_chosen_bar

ROW_HEIGHT = 56
IdRole = int(Qt.ItemDataRole.UserRole) + 1
Index = QModelIndex | QPersistentModelIndex
PRIORITY_TONES = {"A": "info", "B": "neutral", "C": "neutral"}


class ContactListModel(QAbstractListModel):
    """The contacts of a query, in its order."""

    def __init__(self, database: Database, tasks: Tasks, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._rows = Rows(database, tasks, PANE_COLUMNS, self)
        self._rows.arrived.connect(lambda low, high: self.dataChanged.emit(self.index(low), self.index(high)))

    def set_ids(self, ids: array[int], rows: dict[int, ContactRow]) -> None:
        """Show another result; rows that are known already are painted at once, and the same ids move nothing."""
        if ids and ids == self._rows.ids:
            self._rows.set_ids(ids, rows)
            self.dataChanged.emit(self.index(0), self.index(len(ids) - 1))
            return
        self.beginResetModel()
        self._rows.set_ids(ids, rows)
        self.endResetModel()

    def ids(self) -> array[int]:
        """Return all ids in order."""
        return self._rows.ids

    def extend(self, ids: array[int]) -> None:
        """Add the rest of a result of which the beginning is shown; anything else replaces it."""
        shown = self._rows.ids
        if len(ids) <= len(shown) or ids[: len(shown)] != shown:
            if ids != shown:
                self.set_ids(ids, {})
            return
        self.beginInsertRows(QModelIndex(), len(shown), len(ids) - 1)
        self._rows.set_ids(ids)
        self.endInsertRows()

    def forget(self, contacts: set[int]) -> None:
        """Read these rows anew: they changed."""
        self._rows.forget(contacts)
        if self.rowCount():
            self.dataChanged.emit(self.index(0), self.index(self.rowCount() - 1))

    def place(self, contact: int) -> int | None:
        """Return the row of a contact, None when it is not in the list."""
        return self._rows.place(contact)

    def contact_at(self, index: Index) -> int:
        """Return the contact of a row."""
        return self._rows.ids[index.row()]

    def row(self, index: Index) -> ContactRow | None:
        """Return what is known of a row; asks for it when nothing is."""
        return self._rows.row(index.row())

    @override
    def rowCount(self, parent: Index = QModelIndex()) -> int:  # noqa: B008 - Qt's own default
        return 0 if parent.isValid() else len(self._rows.ids)

    @override
    def flags(self, index: Index) -> Qt.ItemFlag:
        known = super().flags(index)
        return known | Qt.ItemFlag.ItemIsDragEnabled if index.isValid() else known

    @override
    def data(self, index: Index, role: int = int(Qt.ItemDataRole.DisplayRole)) -> Any:
        if not index.isValid() or index.row() >= self.rowCount():
            return None
        if role == IdRole:
            return self.contact_at(index)
        if role in (Qt.ItemDataRole.DisplayRole, Qt.ItemDataRole.AccessibleTextRole):
            found = self.row(index)
            return spoken(found) if found else _("Reading…")
        return None


def subtitle(row: ContactRow) -> str:
    """Return the second line: town and contact person."""
    return " · ".join(str(part) for part in (row["town"], row["person"]) if part) or str(row["number"] or "")


def spoken(row: ContactRow) -> str:
    """Return a row as one sentence, for screen readers and for copying."""
    parts = [str(row["display_name"]), subtitle(row)]
    if row["priority"]:
        parts.append(_("Priority {letter}").format(letter=row["priority"]))
    return ", ".join(part for part in parts if part)


class ContactDelegate(QStyledItemDelegate):
    """Paints a contact: avatar, bold name, town and person, priority."""

    @override
    def sizeHint(self, option: QStyleOptionViewItem, index: Index) -> QSize:
        return QSize(px(240), px(ROW_HEIGHT))

    @override
    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: Index) -> None:
        model = index.model()
        if not isinstance(model, ContactListModel):
            return
        painter.save()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        rect = option.rect.adjusted(px(6), px(1), -px(6), -px(1))
        paint_row_background(painter, rect, option)
        row = model.row(index)
        if row is not None:
            self._paint_row(painter, rect, row)
        painter.restore()

    def _paint_row(self, painter: QPainter, rect: QRect, row: ContactRow) -> None:
        """Paint what is known of a contact."""
        side = px(34)
        circle = QRect(rect.left() + px(8), rect.center().y() - side // 2, side, side)
        name = str(row["display_name"] or "")
        paint_avatar(painter, circle, name)
        left, right = circle.right() + px(12), rect.right() - px(8)
        chip = str(row["priority"] or "")
        if chip:
            right = paint_chip(painter, rect, chip, PRIORITY_TONES.get(chip, "neutral")) - px(8)
        top = rect.top() + px(8)
        strong, small = role_font("body", semibold=True), role_font("small")
        paint_line(painter, QRect(left, top, rect.right() - px(8) - left, px(19)), name, strong, "text")
        below = QRect(left, top + px(20), right - left, px(18))
        paint_line(painter, below, subtitle(row), small, "text2")


def paint_row_background(painter: QPainter, rect: QRect, option: QStyleOptionViewItem) -> None:
    """Paint selection, hover and focus of a row as rounded surfaces."""
    state: QStyle.StateFlag = option.state
    shape = QPainterPath()
    shape.addRoundedRect(rect, px(6), px(6))
    if state & QStyle.StateFlag.State_Selected:
        painter.fillPath(shape, color("sel"))
        paint_chosen_bar(painter, rect)
    elif state & QStyle.StateFlag.State_MouseOver:
        painter.fillPath(shape, color("hover"))
    if state & QStyle.StateFlag.State_HasFocus and state & QStyle.StateFlag.State_KeyboardFocusChange:
        painter.setPen(color("focus"))
        painter.drawPath(shape)


def paint_line(painter: QPainter, rect: QRect, text: str, font: Any, tone: str) -> None:
    """Paint one line of text, shortened at the right where it does not fit."""
    painter.setFont(font)
    painter.setPen(color(tone))
    shown = QFontMetrics(font).elidedText(text.replace("\n", " "), Qt.TextElideMode.ElideRight, rect.width())
    painter.drawText(rect, int(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter), shown)


def paint_chip(painter: QPainter, rect: QRect, text: str, tone: str) -> int:
    """Paint a chip in the lower right corner of a row; return its left edge."""
    font = role_font("caption", semibold=True)
    width = max(px(22), QFontMetrics(font).horizontalAdvance(text) + px(14))
    chip = QRect(rect.right() - px(8) - width, rect.bottom() - px(8) - px(18), width, px(18))
    shape = QPainterPath()
    shape.addRoundedRect(chip, chip.height() / 2, chip.height() / 2)
    painter.fillPath(shape, color(f"{tone}_bg"))
    painter.setFont(font)
    painter.setPen(color(tone))
    painter.drawText(chip, int(Qt.AlignmentFlag.AlignCenter), text)
    return chip.left()
