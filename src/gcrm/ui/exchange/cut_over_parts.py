"""What the cut-over window is made of: tables with their kinds at the left, the reconciliation sheet at the right."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import partial
from pathlib import Path

from PySide6.QtCore import Qt
from PySide6.QtWidgets import (
    QComboBox,
    QDialog,
    QHBoxLayout,
    QHeaderView,
    QStackedWidget,
    QTreeWidget,
    QTreeWidgetItem,
    QVBoxLayout,
    QWidget,
)

from gcrm.i18n import _, ngettext
from gcrm.services.exchange.cut_over import kinds
from gcrm.services.exchange.cut_over.sheet import COLUMNS, NUMBERS, Line
from gcrm.services.exchange.cut_over.sources import Source
from gcrm.ui.printing.built import FormArea, choice
from gcrm.ui.theme import px, set_role
from gcrm.ui.widgets.banner import Banner
from gcrm.ui.widgets.button import Button, IconButton
from gcrm.ui.widgets.empty_state import EmptyState
from gcrm.ui.widgets.form_fields import FormField
from gcrm.ui.widgets.progress_line import ProgressLine
from gcrm.ui.widgets.safe import PlainLabel, set_item_tip

MOST_LINES = 500
"""Lines of one group that the window shows; all of them are printed."""


class CutOverParts:
    """The widgets of the cut-over window, laid out in it."""

    def __init__(self, dialog: QDialog) -> None:
        self.kinds: dict[Path, QComboBox] = {}
        self.banner = Banner()
        self.folder = PlainLabel("", "strong", elide=True)
        self.state = PlainLabel("", "meta", elide=True)
        self.choose = Button(_("Choose folder…"), icon_name="folder-open")
        self.sheet = self._sheet()
        self.progress = ProgressLine()
        self.print = Button(_("Print or save sheet…"), icon_name="printer")
        self.cancel = Button(_("Cancel"))
        self.go = Button(_("Take over"), "primary")
        self.go.setDefault(True)
        self._lay_out(dialog)

    def _sheet(self) -> QTreeWidget:
        sheet = QTreeWidget()
        sheet.setAccessibleName(_("Reconciliation sheet"))
        sheet.setRootIsDecorated(False)
        sheet.setItemsExpandable(False)
        sheet.setUniformRowHeights(True)
        sheet.setHeaderLabels([_(name) for name in COLUMNS])
        header = sheet.header()
        header.setStretchLastSection(False)
        header.setSectionsMovable(False)
        header.setSectionResizeMode(QHeaderView.ResizeMode.ResizeToContents)
        header.setSectionResizeMode(0, QHeaderView.ResizeMode.Fixed)
        header.setSectionResizeMode(1, QHeaderView.ResizeMode.Stretch)
        header.resizeSection(0, px(190))
        for column in NUMBERS:
            side = Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter
            sheet.headerItem().setTextAlignment(column, side)
        return sheet

    def _lay_out(self, dialog: QDialog) -> None:
        self.stack = QStackedWidget()
        self.empty = EmptyState(
            "folder-open",
            _(
                "Choose the folder with the tables and files of your former program. Tables are joined by customer "
                "number, files are attached by the number in their name; you see what comes of it first."
            ),
            _("Choose folder…"),
        )
        if self.empty.button is not None:
            self.empty.button.clicked.connect(self.choose.click)
        self.stack.addWidget(self.empty)
        self.stack.addWidget(self._page())
        column = QVBoxLayout(dialog)
        column.setContentsMargins(px(20), px(20), px(20), px(20))
        column.setSpacing(px(12))
        column.addWidget(PlainLabel(_("Take over from another program"), "title"))
        column.addWidget(self.banner)
        column.addWidget(self.stack, 1)
        column.addWidget(self.progress)
        column.addLayout(self._buttons())

    def _page(self) -> QWidget:
        page = QWidget()
        self.area = QWidget()
        set_role(self.area, "content")
        self.form = QVBoxLayout(self.area)
        self.form.setContentsMargins(0, 0, px(4), 0)
        self.form.setSpacing(px(10))
        left = QVBoxLayout()
        left.setSpacing(px(12))
        left.addWidget(self.folder)
        left.addWidget(self.choose)
        left.addWidget(FormArea(self.area), 1)
        right = QVBoxLayout()
        right.setSpacing(px(12))
        right.addWidget(self.state)
        right.addWidget(self.sheet, 1)
        row = QHBoxLayout(page)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(px(20))
        row.addLayout(left, 1)
        row.addLayout(right, 3)
        return page

    def _buttons(self) -> QHBoxLayout:
        row = QHBoxLayout()
        row.setSpacing(px(6))
        row.addWidget(self.print)
        row.addStretch(1)
        row.addWidget(self.cancel)
        row.addWidget(self.go)
        return row

    def show_sources(
        self, sources: Sequence[Source], changed: Callable[[Path], object], show_columns: Callable[[Path], object]
    ) -> None:
        """Show each table with the kind it is taken for; `changed` is called when somebody takes it for another.

        `show_columns` is called for what its columns are.
        """
        while (item := self.form.takeAt(0)) is not None:
            if (widget := item.widget()) is not None:
                widget.deleteLater()
        self.kinds = {}
        for source in sources:
            combo = choice()
            for label, key in kinds.choices():
                combo.addItem(label, key)
            combo.setCurrentIndex(combo.findData(source.kind))
            combo.setEnabled(not source.problem)
            combo.activated.connect(partial(_changed, changed, source.path))
            rows = ngettext("{count} row", "{count} rows", source.rows).format(count=source.rows)
            said = _("as last time") if source.is_recalled else ""
            self.kinds[source.path] = combo
            columns = IconButton(
                "table-properties",
                _("Columns of {name}").format(name=source.name),
                on_click=partial(show_columns, source.path),
            )
            columns.setEnabled(bool(source.columns))
            row = QHBoxLayout()
            row.setSpacing(px(6))
            row.addWidget(FormField(" · ".join(filter(None, (source.name, rows, said))), combo), 1)
            row.addWidget(columns, 0, Qt.AlignmentFlag.AlignBottom)
            line = QWidget()
            line.setLayout(row)
            row.setContentsMargins(0, 0, 0, 0)
            self.form.addWidget(line)
        self.form.addStretch(1)

    def chosen(self) -> dict[Path, str]:
        """Return what each table is taken for."""
        return {path: str(combo.currentData()) for path, combo in self.kinds.items()}

    def show_lines(self, lines: Sequence[Line]) -> None:
        """Show the sheet, group by group."""
        self.sheet.clear()
        groups: dict[str, list[Line]] = {}
        for line in lines:
            groups.setdefault(line.group, []).append(line)
        for group, some in groups.items():
            self._add_group(group, some)

    def _add_group(self, group: str, lines: Sequence[Line]) -> None:
        """Show one group; what is too much for a window stands on paper."""
        head = QTreeWidgetItem(self.sheet, [group])
        head.setFirstColumnSpanned(True)
        font = head.font(0)
        font.setBold(True)
        head.setFont(0, font)
        for line in lines[:MOST_LINES]:
            item = QTreeWidgetItem(head, list(line.cells()))
            for column in NUMBERS:
                item.setTextAlignment(column, Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
            for column in (0, 1):
                set_item_tip(item, column, item.text(column))
        if len(lines) > MOST_LINES:
            more = len(lines) - MOST_LINES
            words = ngettext("and {count} more, on the print", "and {count} more, on the print", more)
            QTreeWidgetItem(head, [words.format(count=more)]).setFirstColumnSpanned(True)
        head.setExpanded(True)


def _changed(changed: Callable[[Path], object], path: Path, _place: int) -> None:
    """Say which table is taken for something else."""
    changed(path)
