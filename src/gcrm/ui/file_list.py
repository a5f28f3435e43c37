"""The list of a contact's files: icon by type, name, size, when, by whom."""

from __future__ import annotations

from typing import Any

from PySide6.QtCore import QAbstractTableModel, QLocale, QModelIndex, QObject, QPersistentModelIndex, Qt
from PySide6.QtWidgets import QAbstractItemView, QHeaderView, QTableView, QWidget
from typing_extensions import override

from gcrm.i18n import N_, _
from gcrm.services import showing
from gcrm.services.attachment import AttachmentRow
from gcrm.services.media_type import PICTURES
from gcrm.ui.theme import icon, px

HEADINGS = (N_("Name"), N_("Size"), N_("Added"), N_("By"))
_ICONS = (
    ("image/", "file-image"), ("audio/", "file-music"), ("video/", "file-video"), ("application/pdf", "file-text"),
    ("application/zip", "file-archive"), ("message/", "mail"), ("text/csv", "file-spreadsheet"), ("text/", "file-text"),
)  # fmt: skip
_WORDS = (("spreadsheet", "file-spreadsheet"), ("word", "file-text"), ("opendocument.text", "file-text"))
Index = QModelIndex | QPersistentModelIndex


def icon_of(row: AttachmentRow) -> str:
    """Return the icon that tells what a file is."""
    if row.is_link:
        return "link"
    if row.is_program:
        return "file-warning"
    found = [symbol for begin, symbol in _ICONS if row.media_type.startswith(begin)]
    found += [symbol for word, symbol in _WORDS if word in row.media_type]
    return found[0] if found else "file"


def has_preview(row: AttachmentRow) -> bool:
    """Tell whether a file can be looked at inside the program."""
    return not row.is_link and (row.media_type in PICTURES or row.media_type == "application/pdf")


class FileModel(QAbstractTableModel):
    """The files in the order they were read: the newest first."""

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.rows: list[AttachmentRow] = []

    def set_rows(self, rows: list[AttachmentRow]) -> None:
        """Show other files."""
        self.beginResetModel()
        self.rows = rows
        self.endResetModel()

    @override
    def rowCount(self, parent: Index = QModelIndex()) -> int:  # noqa: B008 - Qt's own default
        return 0 if parent.isValid() else len(self.rows)

    @override
    def columnCount(self, parent: Index = QModelIndex()) -> int:  # noqa: B008 - Qt's own default
        return len(HEADINGS)

    @override
    def headerData(self, section: int, orientation: Qt.Orientation, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        if orientation != Qt.Orientation.Horizontal:
            return None
        if role == Qt.ItemDataRole.DisplayRole:
            return _(HEADINGS[section])
        return _alignment(section) if role == Qt.ItemDataRole.TextAlignmentRole else None

    @override
    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        row, column = self.rows[index.row()], index.column()
        if role == Qt.ItemDataRole.DisplayRole:
            return self._texts(row)[column]
        if role == Qt.ItemDataRole.DecorationRole and column == 0:
            return icon(icon_of(row))
        if role == Qt.ItemDataRole.TextAlignmentRole:
            return _alignment(column)
        if role == Qt.ItemDataRole.AccessibleTextRole:
            return ", ".join(text for text in self._texts(row) if text)
        return None

    @staticmethod
    def _texts(row: AttachmentRow) -> tuple[str, str, str, str]:
        size = _("Link") if row.is_link else QLocale().formattedDataSize(row.size, 1)
        return row.name, size, showing.show_instant(row.at), row.author


def _alignment(column: int) -> Qt.AlignmentFlag:
    right = column == 1
    return (Qt.AlignmentFlag.AlignRight if right else Qt.AlignmentFlag.AlignLeft) | Qt.AlignmentFlag.AlignVCenter


class FileTable(QTableView):
    """The table of files."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.files = FileModel(self)
        self.setModel(self.files)
        self.setAccessibleName(_("Files"))
        self.setTabKeyNavigation(False)
        self.setShowGrid(False)
        self.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
        self.setContextMenuPolicy(Qt.ContextMenuPolicy.CustomContextMenu)
        self.setWordWrap(False)
        self.verticalHeader().hide()
        self.verticalHeader().setDefaultSectionSize(px(36))
        header = self.horizontalHeader()
        header.setSectionResizeMode(QHeaderView.ResizeMode.ResizeToContents)
        header.setSectionResizeMode(0, QHeaderView.ResizeMode.Stretch)
        header.setHighlightSections(False)
        self.setMinimumHeight(px(160))

    def chosen(self) -> list[AttachmentRow]:
        """Return the chosen files, the current one first."""
        places = sorted({index.row() for index in self.selectionModel().selectedRows()})
        current = self.currentIndex().row()
        places.sort(key=lambda place: place != current)
        return [self.files.rows[place] for place in places]
