"""The trash and the archive: what was deleted or put away, to bring back or to delete for good."""

from __future__ import annotations

from array import array
from collections.abc import Callable

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QAbstractItemView, QDialog, QHBoxLayout, QHeaderView, QTableView, QVBoxLayout, QWidget

from gcrm.i18n import N_, _, ngettext
from gcrm.services import contact, contact_columns, contact_list
from gcrm.services.changed import Changed
from gcrm.services.contact_list import ContactQuery
from gcrm.ui.allowed import Offer
from gcrm.ui.context import Context
from gcrm.ui.tables.model import ContactTableModel
from gcrm.ui.theme import px
from gcrm.ui.widgets.button import Button
from gcrm.ui.widgets.message import ask
from gcrm.ui.widgets.safe import PlainLabel
from gcrm.ui.widgets.search_edit import SearchEdit

COLUMNS = ("display_name", "number", "town")
MOMENTS = {"trash": "changed_at", "archived": "changed_at", "restricted": "restricted_until"}
"""The last column: when they were put away, or until when the law wants them kept."""


TITLES = {"trash": N_("Trash"), "archived": N_("Archive"), "restricted": N_("Restricted contacts")}
BACK = {"trash": N_("Restore"), "archived": N_("Take out of the archive"), "restricted": N_("Open contact")}
EMPTY = {
    "trash": N_("The trash is empty."), "archived": N_("The archive is empty."),
    "restricted": N_("Nothing is kept of erased contacts."),
}  # fmt: skip
NEEDS = {"trash": "contacts.delete", "archived": "contacts.change", "restricted": "contacts.see"}


class PutAwayDialog(QDialog):
    """Lists the contacts of the trash (`which` = "trash"), of the archive ("archived"), or what is left by law of those
    that were erased ("restricted"), which can only be looked at.
    """

    def __init__(self, context: Context, which: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._context = context
        self._which = which
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.setWindowTitle(_(TITLES[which]))
        self.resize(px(760), px(520))
        self.search = SearchEdit(_("Name, phone, city, customer no."), _("Search"))
        self.model = ContactTableModel(context.database, context.tasks, self)
        names = (*COLUMNS, MOMENTS[which])
        self.model.set_columns(tuple(c for name in names if (c := contact_columns.column_of(name)) is not None))
        self.view = QTableView()
        self.view.setModel(self.model)
        self.view.setTabKeyNavigation(False)
        self.view.setAccessibleName(self.windowTitle())
        self.view.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
        self.view.verticalHeader().hide()
        self.view.verticalHeader().setDefaultSectionSize(px(40))
        self.view.horizontalHeader().setStretchLastSection(True)
        self.view.setShowGrid(False)
        self.view.setColumnWidth(0, px(280))
        self.view.horizontalHeader().setSectionResizeMode(QHeaderView.ResizeMode.Fixed)
        self.view.selectionModel().selectionChanged.connect(lambda _on, _off: self._judge())
        self.count = PlainLabel("", "meta")
        self._lay_out()
        self._back = Offer(context, self.back_button, NEEDS[which])
        self.search.setVisible(which != "restricted")  # nothing finds them
        self._purge = Offer(context, self.purge_button, "contacts.delete")
        self.search.textChanged.connect(lambda _text: self.load())
        context.feed.changed.connect(self._on_changed)
        self.load()

    def _lay_out(self) -> None:
        """Place list and buttons."""
        self.back_button = Button(_(BACK[self._which]), "primary", on_click=self.bring_back)
        self.purge_button = Button(_("Delete for good…"), "danger", "trash", on_click=self.purge)
        buttons = QHBoxLayout()
        buttons.addWidget(self.count, 1)
        if self._which == "trash":
            buttons.addWidget(self.purge_button)
        buttons.addWidget(Button(_("Close"), on_click=self.close))
        buttons.addWidget(self.back_button)
        column = QVBoxLayout(self)
        column.setContentsMargins(px(20), px(20), px(20), px(20))
        column.setSpacing(px(12))
        column.addWidget(PlainLabel(self.windowTitle(), "title"))
        column.addWidget(self.search)
        column.addWidget(self.view, 1)
        column.addLayout(buttons)

    def load(self) -> None:
        """Read the list."""
        query, database = ContactQuery(self.search.text(), include=self._which), self._context.database

        def read() -> array[int]:
            with database.read() as session:
                return contact_list.ids(session, query)

        self._context.tasks.read(read, self._show, key=id(self), owner=self)

    def _show(self, ids: array[int]) -> None:
        """Show what was read."""
        self.model.set_ids(ids)
        found = self.model.rowCount()
        text = ngettext("{count} contact", "{count} contacts", found).format(count=found)
        self.count.setText(text if found or self.search.text() else self._nothing())
        self._judge()

    def _nothing(self) -> str:
        """Say that nothing was put away."""
        return _(EMPTY[self._which])

    def _judge(self) -> None:
        """The buttons need contacts to work on."""
        for offer in (self._back, self._purge):
            offer.set_open(bool(self.chosen()))

    def chosen(self) -> list[int]:
        """Return the chosen contacts."""
        return [self.model.ids()[index.row()] for index in self.view.selectionModel().selectedRows()]

    def _write(self, function: Callable[[], None]) -> None:
        """Carry out a change of the chosen contacts."""
        if self.chosen():
            self._context.window.write(function)

    def bring_back(self) -> None:
        """Restore the chosen contacts; of restricted ones open the first."""
        database, chosen = self._context.database, self.chosen()
        if not chosen:
            return
        if self._which == "trash":
            self._write(lambda: contact.restore(database, chosen))
        elif self._which == "restricted":
            self._context.window.open_contact(chosen[0])
            self.close()
        else:
            self._write(lambda: contact.archive(database, chosen, archived=False))

    def purge(self) -> None:
        """Delete the chosen contacts for good, after a question."""
        database, chosen = self._context.database, self.chosen()
        sentence = ngettext(
            "Delete {count} contact for good, with its chronicle and files?",
            "Delete {count} contacts for good, with their chronicle and files?",
            len(chosen),
        ).format(count=len(chosen))
        if chosen and ask(self, _("Delete for good"), sentence, _("Delete"), danger=True):
            self._write(lambda: contact.purge(database, chosen))

    def _on_changed(self, changed: frozenset[Changed]) -> None:
        """Read anew when contacts changed."""
        if any(change.table == "contact" for change in changed):
            self.load()


def open_trash(context: Context, which: str) -> PutAwayDialog:
    """Open the trash or the archive."""
    dialog = PutAwayDialog(context, which, context.window if isinstance(context.window, QWidget) else None)
    dialog.open()
    return dialog
