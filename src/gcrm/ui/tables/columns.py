"""Choosing the columns of a table: what is shown stands on top in its order, the others below by name."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import Qt
from PySide6.QtGui import QKeySequence, QShortcut
from PySide6.QtWidgets import QAbstractItemView, QDialog, QHBoxLayout, QListWidget, QListWidgetItem, QVBoxLayout

from gcrm.i18n import _
from gcrm.services import contact_columns
from gcrm.services.contact_columns import Column
from gcrm.ui.theme import px
from gcrm.ui.widgets.button import Button, IconButton
from gcrm.ui.widgets.safe import PlainLabel

if TYPE_CHECKING:
    from gcrm.ui.tables.page import TablePage

NameRole = int(Qt.ItemDataRole.UserRole) + 1


class ColumnChooser(QDialog):
    """A list with check marks; checked columns are moved, made wider or sorted by, all with keys too."""

    def __init__(self, page: TablePage) -> None:
        super().__init__(page)
        self._page = page
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.setWindowTitle(_("Columns"))
        self.resize(px(360), px(520))
        self.list = QListWidget()
        self.list.setAccessibleName(_("Columns"))
        self.list.setDragDropMode(QAbstractItemView.DragDropMode.InternalMove)
        self._lay_out()
        for keys, act in (
            ("Alt+Up", lambda: self.move_current(-1)), ("Alt+Down", lambda: self.move_current(1)),
            ("Alt+Left", lambda: self.widen_current(-1)), ("Alt+Right", lambda: self.widen_current(1)),
            ("Alt+S", self.sort_by_current),
        ):  # fmt: skip
            QShortcut(QKeySequence(keys), self, act)
        page.context.tasks.read(self._read, self._fill, page.context.window.fail, owner=self)

    def _read(self) -> list[Column]:
        """Read what there is to choose from, own fields included."""
        with self._page.context.database.read() as session:
            return contact_columns.all_columns(session)

    def _fill(self, columns: list[Column]) -> None:
        """List the columns: those that are shown first, in their order."""
        shown = self._page.columns()
        by_name = {column.name: column for column in columns}
        labels = {name: c.label if c.is_custom else _(c.label) for name, c in by_name.items()}
        others = sorted((name for name in by_name if name not in shown), key=lambda name: labels[name].casefold())
        for name in [*(name for name in shown if name in by_name), *others]:
            item = QListWidgetItem(labels[name])
            item.setData(NameRole, name)
            item.setFlags(item.flags() | Qt.ItemFlag.ItemIsUserCheckable)
            item.setCheckState(Qt.CheckState.Checked if name in shown else Qt.CheckState.Unchecked)
            self.list.addItem(item)
        self.list.setCurrentRow(0)

    def _lay_out(self) -> None:
        """Place list and buttons."""
        buttons = QHBoxLayout()
        buttons.addWidget(IconButton("arrow-up", _("Move up"), "Alt+Up", on_click=lambda: self.move_current(-1)))
        buttons.addWidget(IconButton("arrow-down", _("Move down"), "Alt+Down", on_click=lambda: self.move_current(1)))
        for name, words, keys, act in (
            ("fold-horizontal", _("Narrower"), "Alt+Left", lambda: self.widen_current(-1)),
            ("unfold-horizontal", _("Wider"), "Alt+Right", lambda: self.widen_current(1)),
            ("arrow-down-up", _("Sort by this column"), "Alt+S", self.sort_by_current),
        ):
            buttons.addWidget(IconButton(name, words, keys, on_click=act))
        buttons.addStretch(1)
        buttons.addWidget(Button(_("Cancel"), on_click=self.close))
        buttons.addWidget(Button(_("Show columns"), "primary", on_click=self.apply))
        column = QVBoxLayout(self)
        column.setContentsMargins(px(20), px(20), px(20), px(20))
        column.setSpacing(px(12))
        column.addWidget(PlainLabel(_("Columns"), "title"))
        column.addWidget(self.list, 1)
        column.addLayout(buttons)

    def move_current(self, by: int) -> None:
        """Move the column the cursor is on."""
        row = self.list.currentRow()
        if 0 <= row + by < self.list.count():
            item = self.list.takeItem(row)
            self.list.insertItem(row + by, item)
            self.list.setCurrentRow(row + by)

    def _current(self) -> str:
        """Return the name of the column the cursor is on."""
        item = self.list.currentItem()
        return str(item.data(NameRole)) if item is not None else ""

    def widen_current(self, steps: int) -> None:
        """Make the column the cursor is on wider or narrower, at once."""
        self._page.widen_column(self._current(), steps)

    def sort_by_current(self) -> None:
        """Sort the table by the column the cursor is on, at once; the other way round when it is so already."""
        if self._current() in self._page.columns():
            self._page.sort_by(self._current())

    def chosen(self) -> tuple[str, ...]:
        """Return the checked columns in their order."""
        items = [self.list.item(row) for row in range(self.list.count())]
        return tuple(str(item.data(NameRole)) for item in items if item.checkState() == Qt.CheckState.Checked)

    def apply(self) -> None:
        """Show the chosen columns."""
        if self.chosen():
            self._page.set_columns(self.chosen())
        self.close()


def open_columns(page: TablePage) -> ColumnChooser:
    """Choose the columns of a table."""
    chooser = ColumnChooser(page)
    chooser.open()
    return chooser
