"""The rows of the contact list: a model of ids that reads what is seen, and the delegate that paints it.

All ids are held in a compact array (8 bytes each); rows are read in pages of 60 around what the view asks for, off the
GUI thread, and at most 2 000 are kept. A row that is not there yet shows its place and is painted when it arrives.
"""

from __future__ import annotations

from array import array
from collections import OrderedDict
from typing import Any

from PySide6.QtCore import QAbstractListModel, QModelIndex, QObject, QPersistentModelIndex, QRect, QSize, Qt, QTimer
from PySide6.QtGui import QFontMetrics, QPainter, QPainterPath
from PySide6.QtWidgets import QStyle, QStyledItemDelegate, QStyleOptionViewItem
from typing_extensions import override

from gcrm.i18n import _
from gcrm.services import contact_list
from gcrm.services.contact_list import PANE_COLUMNS, ContactRow
from gcrm.services.database import Database
from gcrm.ui.tasks import Tasks
from gcrm.ui.theme import color, px, role_font
from gcrm.ui.widgets.avatar import paint_avatar

PAGE = 60
KEPT = 2000
ROW_HEIGHT = 56
IdRole = int(Qt.ItemDataRole.UserRole) + 1
Index = QModelIndex | QPersistentModelIndex
PRIORITY_TONES = {"A": "info", "B": "neutral", "C": "neutral"}


class ContactListModel(QAbstractListModel):
    """The contacts of a query, in its order."""

    def __init__(self, database: Database, tasks: Tasks, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._database = database
        self._tasks = tasks
        self._ids = array("q")
        self._places: dict[int, int] | None = None
        self._rows: OrderedDict[int, ContactRow] = OrderedDict()
        self._wanted: set[int] = set()
        self._asked: set[int] = set()
        self._timer = QTimer(self)
        self._timer.setSingleShot(True)
        self._timer.setInterval(0)
        self._timer.timeout.connect(self._fetch)

    def set_ids(self, ids: array[int], rows: dict[int, ContactRow]) -> None:
        """Show another result; rows that are known already are painted at once."""
        self.beginResetModel()
        self._ids = ids
        self._places = None
        self._keep(rows)
        self.endResetModel()

    def ids(self) -> array[int]:
        """Return all ids in order."""
        return self._ids

    def extend(self, ids: array[int]) -> None:
        """Add the rest of a result of which the beginning is shown; anything else replaces it."""
        shown = len(self._ids)
        if len(ids) <= shown or ids[:shown] != self._ids:
            if ids != self._ids:
                self.set_ids(ids, {})
            return
        self.beginInsertRows(QModelIndex(), shown, len(ids) - 1)
        self._ids = ids
        self._places = None
        self.endInsertRows()

    def forget(self, contacts: set[int]) -> None:
        """Read these rows anew: they changed."""
        for contact in contacts:
            self._rows.pop(contact, None)
            self._asked.discard(contact)
        if len(contacts) > PAGE:
            self.dataChanged.emit(self.index(0), self.index(self.rowCount() - 1))
            return
        for contact in contacts:
            place = self.place(contact)
            if place is not None:
                self.dataChanged.emit(self.index(place), self.index(place))

    def place(self, contact: int) -> int | None:
        """Return the row of a contact, None when it is not in the list."""
        if self._places is None:
            self._places = {contact: place for place, contact in enumerate(self._ids)}
        return self._places.get(contact)

    def contact_at(self, index: Index) -> int:
        """Return the contact of a row."""
        return self._ids[index.row()]

    def row(self, contact: int) -> ContactRow | None:
        """Return what is known of a contact; asks for it when nothing is."""
        found = self._rows.get(contact)
        if found is None and contact not in self._asked:
            self._wanted.add(contact)
            self._timer.start()
        return found

    @override
    def rowCount(self, parent: Index = QModelIndex()) -> int:  # noqa: B008 - Qt's own default
        return 0 if parent.isValid() else len(self._ids)

    @override
    def data(self, index: Index, role: int = int(Qt.ItemDataRole.DisplayRole)) -> Any:
        if not index.isValid() or index.row() >= len(self._ids):
            return None
        contact = self._ids[index.row()]
        if role == IdRole:
            return contact
        if role in (Qt.ItemDataRole.DisplayRole, Qt.ItemDataRole.AccessibleTextRole):
            found = self.row(contact)
            return spoken(found) if found else _("Reading…")
        return None

    def _fetch(self) -> None:
        """Read the rows that were asked for, and their neighbours."""
        wanted = set(self._wanted)
        self._wanted.clear()
        places = [place for place in (self.place(contact) for contact in wanted) if place is not None]
        if places:
            low = max(0, min(places) - PAGE // 4)
            around = self._ids[low : max(places) + PAGE // 4] if max(places) - low < 4 * PAGE else []
            wanted |= {contact for contact in around if contact not in self._rows}
        wanted -= self._asked
        if not wanted:
            return
        self._asked |= wanted
        batch = list(wanted)

        def read() -> dict[int, ContactRow]:
            with self._database.read() as session:
                return contact_list.rows(session, batch, PANE_COLUMNS)

        self._tasks.read(read, lambda rows: self._arrived(batch, rows), lambda _error: self._asked.clear(), owner=self)

    def _arrived(self, batch: list[int], rows: dict[int, ContactRow]) -> None:
        """Take the rows that were read and let the view paint them."""
        self._asked.difference_update(batch)
        self._keep(rows)
        places = [place for place in (self.place(contact) for contact in rows) if place is not None]
        if places:
            self.dataChanged.emit(self.index(min(places)), self.index(max(places)))

    def _keep(self, rows: dict[int, ContactRow]) -> None:
        """Keep rows, the newest KEPT of them."""
        self._rows.update(rows)
        while len(self._rows) > KEPT:
            self._rows.popitem(last=False)


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
        row = model.row(model.contact_at(index))
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
