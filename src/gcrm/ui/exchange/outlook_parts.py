"""What the window of the exchange with Outlook is made of: what is exchanged at the left, what happens at the right."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from PySide6.QtWidgets import (
    QCheckBox,
    QDialog,
    QHBoxLayout,
    QHeaderView,
    QStackedWidget,
    QTreeWidget,
    QTreeWidgetItem,
    QVBoxLayout,
    QWidget,
)

from gcrm.i18n import N_, _
from gcrm.services.outlook.sync import Choice, Outcome
from gcrm.services.outlook.words import cells
from gcrm.ui.printing.built import choice
from gcrm.ui.theme import px
from gcrm.ui.widgets.banner import Banner
from gcrm.ui.widgets.button import Button
from gcrm.ui.widgets.empty_state import EmptyState
from gcrm.ui.widgets.form_fields import FormField
from gcrm.ui.widgets.progress_line import ProgressLine
from gcrm.ui.widgets.safe import PlainLabel, set_item_tip

COLUMNS = (N_("Where"), N_("What happens"), N_("Name"), N_("Fields"))


class OutlookParts:
    """The widgets of the window, laid out in it."""

    def __init__(self, dialog: QDialog) -> None:
        self.banner = Banner()
        self.contacts = QCheckBox(_("Contacts"))
        self.appointments = QCheckBox(_("Appointments of my calendar"))
        self.category = choice()
        self.deletes = QCheckBox(_("Delete what the other side deleted"))
        self.state = PlainLabel("", "strong", wrap=True)
        self.lines = self._table()
        self.progress = ProgressLine()
        self.look = Button(_("Show what would happen"), icon_name="eye")
        self.cancel = Button(_("Cancel"))
        self.go = Button(_("Exchange"), "primary")
        self.go.setDefault(True)
        self._lay_out(dialog)

    def _table(self) -> QTreeWidget:
        table = QTreeWidget()
        table.setAccessibleName(_("What happens"))
        table.setRootIsDecorated(False)
        table.setUniformRowHeights(True)
        table.setHeaderLabels([_(name) for name in COLUMNS])
        header = table.header()
        header.setSectionsMovable(False)
        header.setStretchLastSection(False)
        sizes = QHeaderView.ResizeMode
        for column, size in enumerate((sizes.ResizeToContents, sizes.ResizeToContents, sizes.Stretch, sizes.Stretch)):
            header.setSectionResizeMode(column, size)
        return table

    def _lay_out(self, dialog: QDialog) -> None:
        self.stack = QStackedWidget()
        sentence = _(
            "Only what changed since the last time is written, on either side. Look first at what would happen: "
            "nothing is deleted unless you say so."
        )
        self.stack.addWidget(EmptyState("arrow-left-right", sentence))
        right = QWidget()
        shown = QVBoxLayout(right)
        shown.setContentsMargins(0, 0, 0, 0)
        shown.setSpacing(px(8))
        shown.addWidget(self.state)
        shown.addWidget(self.lines, 1)
        self.stack.addWidget(right)
        row = QHBoxLayout()
        row.setSpacing(px(20))
        row.addLayout(self._choices(), 2)
        row.addWidget(self.stack, 5)
        column = QVBoxLayout(dialog)
        column.setContentsMargins(px(20), px(20), px(20), px(20))
        column.setSpacing(px(12))
        column.addWidget(PlainLabel(_("Exchange with Outlook"), "title"))
        column.addWidget(self.banner)
        column.addLayout(row, 1)
        column.addWidget(self.progress)
        column.addLayout(self._buttons())

    def _choices(self) -> QVBoxLayout:
        left = QVBoxLayout()
        left.setSpacing(px(12))
        left.addWidget(self.contacts)
        left.addWidget(FormField(_("Contacts of the category"), self.category))
        left.addWidget(PlainLabel(_("Only these go to Outlook, and what comes from there gets it."), "meta", wrap=True))
        left.addWidget(self.appointments)
        left.addWidget(self.deletes)
        left.addWidget(PlainLabel(_("Here into the trash, in Outlook into its deleted items."), "meta", wrap=True))
        left.addStretch(1)
        return left

    def _buttons(self) -> QHBoxLayout:
        row = QHBoxLayout()
        row.setSpacing(px(6))
        row.addWidget(self.look)
        row.addStretch(1)
        row.addWidget(self.cancel)
        row.addWidget(self.go)
        return row

    # --- what is chosen --------------------------------------------------------------------------------------------
    def offer(self, categories: Sequence[str], told: Mapping[str, Any]) -> None:
        """Offer the categories that there are, and choose what was chosen the last time."""
        self.category.addItem(_("All contacts"), "")
        for name in categories:
            self.category.addItem(name, name)
        self.contacts.setChecked(bool(told.get("contacts", True)))
        self.appointments.setChecked(bool(told.get("appointments", True)))
        self.deletes.setChecked(bool(told.get("deletes", False)))
        self.category.setCurrentIndex(max(0, self.category.findData(told.get("category", ""))))

    def choice(self) -> Choice:
        """Return what is chosen."""
        return Choice(
            self.contacts.isChecked(), self.appointments.isChecked(), str(self.category.currentData() or ""),
            self.deletes.isChecked(),
        )  # fmt: skip

    def enable(self, can: bool) -> None:
        """Let what is exchanged be changed, or not while it runs."""
        for box in (self.contacts, self.appointments, self.deletes):
            box.setEnabled(can)
        self.category.setEnabled(can and self.contacts.isChecked())
        is_any = self.contacts.isChecked() or self.appointments.isChecked()
        for button in (self.look, self.go):
            button.setEnabled(can and is_any)

    # --- what happens ----------------------------------------------------------------------------------------------
    def show(self, outcome: Outcome, sentence: str) -> None:
        """Show what happened, or would."""
        self.state.setText(sentence)
        self.lines.clear()
        for line in outcome.lines:
            item = QTreeWidgetItem(self.lines, list(cells(line)))
            for column in (2, 3):
                set_item_tip(item, column, item.text(column))
        self.lines.setVisible(bool(outcome.lines))
        self.stack.setCurrentIndex(1)

    def show_nothing(self) -> None:
        """Show that nobody has looked yet."""
        self.stack.setCurrentIndex(0)
