"""The agenda: what comes, day by day, and the list: the same as a table that can be read across."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from PySide6.QtCore import QAbstractListModel, QAbstractTableModel, QModelIndex, QObject, QRect, QSize, Qt, Signal
from PySide6.QtGui import QContextMenuEvent, QKeyEvent, QMouseEvent, QPainter
from PySide6.QtWidgets import (
    QAbstractItemView,
    QHeaderView,
    QListView,
    QStyledItemDelegate,
    QStyleOptionViewItem,
    QTableView,
    QWidget,
)
from typing_extensions import override

from gcrm.i18n import _
from gcrm.services.calendar_entry import Entry
from gcrm.ui.calendar.arrange import place_of
from gcrm.ui.calendar.entry_model import Index
from gcrm.ui.calendar.hues import Hues
from gcrm.ui.calendar.words import agenda_heading, marks, span_words, spoken
from gcrm.ui.contact_rows import paint_line, paint_row_background
from gcrm.ui.day_words import short_day
from gcrm.ui.theme import px, role_font, set_role

ROW = 48
HEADING = 40
TIME = 132
_ENTER = (Qt.Key.Key_Return, Qt.Key.Key_Enter)
_DELETE = (Qt.Key.Key_Delete, Qt.Key.Key_Backspace)


@dataclass(frozen=True, slots=True)
class Line:
    """A line of the agenda: a day, or an entry on it."""

    day: date
    entry: Entry | None = None


def lines_of(entries: Sequence[Entry], first: date, last: date) -> list[Line]:
    """Return the lines between two days; what lasts several days stands on the first one that is shown."""
    found: list[Line] = []
    day = None
    for entry in entries:
        on = max(entry.begins.date(), first)
        if on > last:
            continue
        if on != day:
            day = on
            found.append(Line(on))
        found.append(Line(on, entry))
    return found


class AgendaModel(QAbstractListModel):
    """The lines of the agenda."""

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.lines: list[Line] = []
        self.names: Mapping[int, str] = {}
        self.today = date.today()

    def show(self, lines: list[Line], names: Mapping[int, str], today: date) -> None:
        """Show other lines."""
        self.beginResetModel()
        self.lines, self.names, self.today = lines, names, today
        self.endResetModel()

    @override
    def rowCount(self, parent: Index = QModelIndex()) -> int:  # noqa: B008 - Qt's own default
        return 0 if parent.isValid() else len(self.lines)

    @override
    def flags(self, index: Index) -> Qt.ItemFlag:
        if index.isValid() and self.lines[index.row()].entry is None:
            return Qt.ItemFlag.NoItemFlags
        return super().flags(index)

    @override
    def data(self, index: Index, role: int = int(Qt.ItemDataRole.DisplayRole)) -> Any:
        if not index.isValid() or role not in (Qt.ItemDataRole.DisplayRole, Qt.ItemDataRole.AccessibleTextRole):
            return None
        line = self.lines[index.row()]
        if line.entry is None:
            return agenda_heading(line.day, self.today)
        return spoken(line.entry, self.names, self.today)


class AgendaDelegate(QStyledItemDelegate):
    """The look of a line."""

    def __init__(self, view: QListView) -> None:
        super().__init__(view)
        self.hues = Hues()

    @override
    def sizeHint(self, option: QStyleOptionViewItem, index: Index) -> QSize:
        model = index.model()
        is_day = isinstance(model, AgendaModel) and model.lines[index.row()].entry is None
        return QSize(px(200), px(HEADING if is_day else ROW))

    @override
    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: Index) -> None:
        model = index.model()
        if not isinstance(model, AgendaModel):
            return
        line = model.lines[index.row()]
        painter.save()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        if line.entry is None:
            room = option.rect.adjusted(px(16), px(8), -px(16), 0)
            tone = "accent_text" if line.day == model.today else "text"
            paint_line(painter, room, agenda_heading(line.day, model.today), role_font("section"), tone)
        else:
            rect = option.rect.adjusted(px(6), px(1), -px(6), -px(1))
            paint_row_background(painter, rect, option)
            self._paint_entry(painter, rect, line.entry, model.names)
        painter.restore()

    def _paint_entry(self, painter: QPainter, rect: QRect, entry: Entry, names: Mapping[int, str]) -> None:
        """Paint time, title and where, and whose it is at the right."""
        edge = QRect(rect.left() + px(10), rect.top() + px(8), px(4), rect.height() - px(16))
        painter.fillRect(edge, self.hues.edge(entry.user_id, entry.kind))
        time = QRect(edge.right() + px(10), rect.top(), px(TIME), rect.height())
        paint_line(painter, time, span_words(entry), role_font("small"), "text2")
        whose = names.get(entry.user_id or 0, "") if len(names) > 1 else ""
        right = px(120) if whose else 0
        left = time.right() + px(8)
        room = QRect(left, rect.top() + px(4), rect.right() - left - right - px(12), rect.height() // 2 - px(4))
        below = [entry.contact if entry.contact not in entry.title else "", entry.location, *marks(entry)]
        text = " · ".join(part for part in below if part)
        if not text:
            room.setHeight(rect.height() - px(8))
        paint_line(painter, room, entry.title, role_font("body", semibold=True), "text")
        if text:
            paint_line(painter, room.translated(0, room.height()), text, role_font("small"), "text2")
        if whose:
            place = QRect(rect.right() - right - px(8), rect.top(), right, rect.height())
            paint_line(painter, place, whose, role_font("small"), "text2")


class Agenda(QListView):
    """The list of days; `opened` and `unwanted` carry an entry."""

    opened = Signal(object)
    unwanted = Signal(object)
    menu_wanted = Signal(object)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.lines_ = AgendaModel(self)
        self.colleagues: Sequence[int] = ()
        self.day_at: date | None = None
        """The day whose heading was clicked for its menu; none of its entries is chosen then."""
        self._delegate = AgendaDelegate(self)
        self.setModel(self.lines_)
        self.setItemDelegate(self._delegate)
        self.setAccessibleName(_("Agenda"))
        self.setMouseTracking(True)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setVerticalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        set_role(self, "plain")

    def show_entries(
        self, entries: Sequence[Entry], names: dict[int, str], first: date, last: date, today: date
    ) -> None:
        """Show the entries of a range; what is chosen and how far it is scrolled stay."""
        self._delegate.hues = Hues(self.colleagues or sorted(names))
        self.day_at = None
        former, scrolled = self.chosen(), self.verticalScrollBar().value()
        self.lines_.show(lines_of(entries, first, last), names, today)
        rows = [row for row, line in enumerate(self.lines_.lines) if line.entry is not None]
        if rows:
            shown = [entry for row in rows if (entry := self.lines_.lines[row].entry) is not None]
            place = place_of(former, shown, first, last)
            keep_in_sight(self, self.lines_.index(rows[place]), scrolled if place else 0)

    def chosen(self) -> Entry | None:
        """Return the entry the cursor is on."""
        index = self.currentIndex()
        return self.lines_.lines[index.row()].entry if index.isValid() and self.day_at is None else None

    @override
    def contextMenuEvent(self, event: QContextMenuEvent) -> None:
        """Ask for the menu of an entry, or of the day whose heading was clicked; beyond all, of the last one."""
        index = self.currentIndex()
        if event.reason() == QContextMenuEvent.Reason.Keyboard:
            self.menu_wanted.emit(self.viewport().mapToGlobal(self.visualRect(index).center()))
            return
        index = self.indexAt(event.pos())
        line = self.lines_.lines[index.row()] if self.lines_.lines else None  # -1, the last one, beyond all
        self.day_at = line.day if line is not None and (line.entry is None or not index.isValid()) else None
        self.menu_wanted.emit(event.globalPos())

    @override
    def mousePressEvent(self, event: QMouseEvent) -> None:
        self.day_at = None
        super().mousePressEvent(event)

    @override
    def keyPressEvent(self, event: QKeyEvent) -> None:
        self.day_at = None
        entry = self.chosen()
        if entry is not None and event.key() in _ENTER:
            self.opened.emit(entry)
        elif entry is not None and event.key() in _DELETE:
            if not event.isAutoRepeat():
                self.unwanted.emit(entry)
        else:
            super().keyPressEvent(event)

    @override
    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:
        entry = self.chosen()
        if entry is not None and self.indexAt(event.position().toPoint()) == self.currentIndex():
            self.opened.emit(entry)


def keep_in_sight(view: QAbstractItemView, index: QModelIndex, scrolled: int) -> None:
    """Choose a row of a list that was read anew, scrolled as it was unless the row would be out of sight."""
    view.setCurrentIndex(index)
    view.verticalScrollBar().setValue(scrolled)
    view.scrollTo(index)


class TableModel(QAbstractTableModel):
    """Entries as rows: day, time, title, contact, place, whose."""

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.entries: list[Entry] = []
        self._names: Mapping[int, str] = {}
        self._today = date.today()

    def show(self, entries: Sequence[Entry], names: Mapping[int, str], today: date) -> None:
        """Show other entries."""
        self.beginResetModel()
        self.entries, self._names, self._today = list(entries), names, today
        self.endResetModel()

    @override
    def rowCount(self, parent: Index = QModelIndex()) -> int:  # noqa: B008 - Qt's own default
        return 0 if parent.isValid() else len(self.entries)

    @override
    def columnCount(self, parent: Index = QModelIndex()) -> int:  # noqa: B008 - Qt's own default
        return 0 if parent.isValid() else 6

    @override
    def headerData(
        self, section: int, orientation: Qt.Orientation, role: int = int(Qt.ItemDataRole.DisplayRole)
    ) -> Any:
        heads = (_("Day"), _("Time"), _("Subject"), _("Contact"), _("Location"), _("Responsible"))
        if orientation == Qt.Orientation.Horizontal and role == Qt.ItemDataRole.TextAlignmentRole:
            return int(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter)
        is_text = orientation == Qt.Orientation.Horizontal and role == Qt.ItemDataRole.DisplayRole
        return heads[section] if is_text else None

    @override
    def data(self, index: Index, role: int = int(Qt.ItemDataRole.DisplayRole)) -> Any:
        if not index.isValid():
            return None
        entry = self.entries[index.row()]
        if role == Qt.ItemDataRole.AccessibleTextRole:
            return spoken(entry, self._names, self._today)
        if role != Qt.ItemDataRole.DisplayRole:
            return None
        day = short_day(entry.begins.date(), self._today, weekday=True)
        whose = self._names.get(entry.user_id or 0, "")
        return (day, span_words(entry), entry.title, entry.contact, entry.location, whose)[index.column()]


class EntryTable(QTableView):
    """The list; `opened` and `unwanted` carry an entry."""

    opened = Signal(object)
    unwanted = Signal(object)
    menu_wanted = Signal(object)
    is_beside = False
    """Whether the room below all entries was clicked for its menu; none of them is chosen then."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.rows = TableModel(self)
        self.setModel(self.rows)
        self.setAccessibleName(_("List of appointments"))
        self.setShowGrid(False)
        self.setWordWrap(False)
        self.setTabKeyNavigation(False)
        self.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
        self.setSelectionMode(QAbstractItemView.SelectionMode.SingleSelection)
        self.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        self.verticalHeader().hide()
        self.verticalHeader().setDefaultSectionSize(px(32))
        self.horizontalHeader().setHighlightSections(False)
        set_role(self, "plain")
        for column, width in enumerate((110, 120, 260, 180, 150, 110)):
            self.setColumnWidth(column, px(width))
        self.horizontalHeader().setSectionResizeMode(2, QHeaderView.ResizeMode.Stretch)

    def show_entries(
        self, entries: Sequence[Entry], names: dict[int, str], first: date, last: date, today: date
    ) -> None:
        """Show the entries of a range; what is chosen and how far it is scrolled stay."""
        self.is_beside = False
        former, scrolled = self.chosen(), self.verticalScrollBar().value()
        self.rows.show(entries, names, today)
        if entries:
            place = place_of(former, entries, first, last)
            keep_in_sight(self, self.rows.index(place, 0), scrolled if place else 0)

    def chosen(self) -> Entry | None:
        """Return the entry the cursor is on."""
        index = self.currentIndex()
        return self.rows.entries[index.row()] if index.isValid() and not self.is_beside else None

    @override
    def contextMenuEvent(self, event: QContextMenuEvent) -> None:
        """Ask for the menu of an entry, or of the room below them."""
        if event.reason() == QContextMenuEvent.Reason.Keyboard:
            place = self.visualRect(self.currentIndex().siblingAtColumn(0))
            self.menu_wanted.emit(self.viewport().mapToGlobal(place.center()))
            return
        self.is_beside = not self.indexAt(event.pos()).isValid()
        self.menu_wanted.emit(event.globalPos())

    @override
    def mousePressEvent(self, event: QMouseEvent) -> None:
        self.is_beside = False
        super().mousePressEvent(event)

    @override
    def keyPressEvent(self, event: QKeyEvent) -> None:
        self.is_beside = False
        entry = self.chosen()
        if entry is not None and event.key() in _ENTER:
            self.opened.emit(entry)
        elif entry is not None and event.key() in _DELETE:
            if not event.isAutoRepeat():
                self.unwanted.emit(entry)
        else:
            super().keyPressEvent(event)

    @override
    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:
        entry = self.chosen()
        if entry is not None and self.indexAt(event.position().toPoint()) == self.currentIndex():
            self.opened.emit(entry)
